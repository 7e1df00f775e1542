/**
 * The read-only variables that people of ConfigMgr expect and that can be known without a site (facts/configmgr.md, C.1).
 * Not set, as on ConfigMgr's own stand-alone media or because there is no site: _SMSTSAdvertID, _SMSTSClientGUID,
 * _SMSTSBootImageID, _SMSTSSiteCode, _SMSTSOrgName, _SMSTSLastContentDownloadLocation.
 */
import { isUefi } from './hardware.js';
import type { Machine } from './machine.js';
import { findMedia } from './media-search.js';
import type { Run } from './run.js';
import { timeZone } from './time-zone.js';

const SECURE_BOOT = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecureBoot\\State';

/** Sets them again at each start of the engine: the Windows that runs may be another one. */
export function setBuiltInVariables({ machine, variables, local, reports, sequence, state }: Run): void {
  const { start } = state;
  const values: readonly (readonly [string, string])[] = [
    ['_SMSTSMediaType', 'FullMedia'],
    ['_SMSTSLaunchMode', variables.get('_SMSTSLaunchMode') || launchMode(machine, start.mediaId, start.mediaFolder)],
    ['_SMSTSInWinPE', 'false'],
    ['_SMSTSBootUEFI', isUefi(machine) ? 'true' : 'false'],
    ['_SMSTSMachineName', machine.environment.computerName],
    ['_SMSTSPackageID', start.mediaId],
    ['_SMSTSPackageName', sequence.name],
    // 2: a deployment of an operating system.
    ['_SMSTSType', '2'],
    ['_SMSTSUserStarted', 'true'],
    ['_SMSTSMDataPath', local.folder],
    ['_SMSTSLogPath', reports.folder],
    ['_SMSTSClientCache', local.packages],
    ['_SMSTSDownloadOnDemand', 'false'],
    ['_SMSTSRunFromDP', 'false'],
    ['_SMSTSUseSSL', 'false'],
    ['_SMSTSWTG', 'false'],
    ['_SMSTSTimezone', timeZone(machine)],
    ['_TSSecureBoot', secureBoot(machine)],
  ];
  for (const [name, value] of values) variables.setQuietly(name, value);
}

/** UFD, DVD or HD, after the drive that the media was started from. */
function launchMode(machine: Machine, mediaId: string, before: string | undefined): string {
  const root = findMedia(machine, mediaId, before);
  for (const drive of machine.files.drives()) {
    if (root === undefined || drive.name.toUpperCase() !== root.substring(0, 2).toUpperCase()) continue;
    if (drive.kind === 'removable') return 'UFD';
    if (drive.kind === 'optical') return 'DVD';
  }
  return 'HD';
}

function secureBoot({ registry }: Machine): string {
  const enabled = registry.read(SECURE_BOOT, 'UEFISecureBootEnabled');
  if (enabled === undefined) return 'NA';
  return Number(enabled) === 1 ? 'Enabled' : 'Disabled';
}
