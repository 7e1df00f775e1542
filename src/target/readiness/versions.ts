/** What the installed Windows must have been brought up to, and what the media itself asks for. */
import { reasonOf } from '../gone.js';
import { CIMV2, rowsOf } from '../wmi-rows.js';
import { type Check, failed, notChecked, PASSED } from './outcome.js';

const CURRENT_VERSION = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';

/** Windows 7 without and with its Service Pack. */
const SEVEN_RTM = 7600;
const SEVEN = 7601;
/** Updates that bring SHA-2 signatures to Windows 7: of 2015, and of 2019 with all that follow it (U). */
const SHA2_UPDATES = ['KB3033929', 'KB4474419'];

const ELEVEN = 22000;
/** Revision of the update of 2021-09-14 for builds 19041 to 19043, without which Windows 11 is not offered (facts F.2; the number is (U)). */
const READY_FOR_ELEVEN = 1237;

export const servicePack: Check = ({ machine, source: { identity, running }, chosen }) => {
  const { build } = identity;
  if (build === SEVEN_RTM) {
    return failed('servicePack', 'This Windows has no Service Pack 1', 'Install Service Pack 1, and restart');
  }
  if (build === SEVEN && running.type === 'client') {
    const quoted: string[] = [];
    for (const update of SHA2_UPDATES) quoted.push(`HotFixID = '${update}'`);
    const query = `SELECT HotFixID FROM Win32_QuickFixEngineering WHERE ${quoted.join(' OR ')}`;
    const updates = rowsOf(machine, CIMV2, query);
    if (!updates) return notChecked('Whether Windows 7 knows SHA-2 signatures could not be found out');
    if (updates.length > 0) return PASSED;
    return failed(
      'servicePack',
      'This Windows 7 does not know SHA-2 signatures',
      `Install the update ${SHA2_UPDATES[1]}, and restart`,
    );
  }
  // Servers have builds between these, and revisions of their own.
  if (running.type !== 'client' || (chosen?.image.build ?? 0) < ELEVEN || build >= ELEVEN) return PASSED;
  const revision = machine.registry.read(CURRENT_VERSION, 'UBR');
  if (revision === undefined || Number(revision) >= READY_FOR_ELEVEN) return PASSED;
  return failed(
    'servicePack',
    `This Windows 10 has the revision ${revision}, from before the updates of September 2021 that Windows 11 asks for`,
    'Install the latest cumulative update of Windows 10, and restart',
  );
};

/** sources/cversion.ini of the media: `MinClient=7601.0`, `MinServer=9200.0`. */
export const mediaMinimum: Check = ({ machine, source: { identity, running }, setupFolder }) => {
  if (setupFolder === undefined)
    return notChecked('The oldest version that the media upgrade could not be read: they are not there');
  const path = `${setupFolder}\\sources\\cversion.ini`;
  let text: string;
  try {
    if (machine.files.stat(path)?.folder !== false) return PASSED;
    text = machine.files.readText(path);
  } catch (error) {
    return notChecked(`"${path}" could not be read: ${reasonOf(error)}`);
  }
  const wanted =
    running.type === 'server' ? /^\s*MinServer\s*=\s*"?(\d{1,9})\b/im : /^\s*MinClient\s*=\s*"?(\d{1,9})\b/im;
  const minimum = parseInt(wanted.exec(text)?.[1] ?? '0', 10);
  if (identity.build >= minimum) return PASSED;
  return failed(
    'mediaMinimum',
    `The media upgrades builds from ${minimum} on, and this Windows is build ${identity.build}`,
    'Install the updates of this Windows or upgrade to a version between, and start again',
  );
};
