/** How this Windows was started: modes in which Setup refuses to upgrade (facts/configmgr.md, E.4: SetupDiag's hard blocks). */
import { numberOf, rowsOf } from '../wmi-rows.js';
import { type Check, failed, notChecked, PASSED } from './outcome.js';

const SYSTEM = 'HKEY_LOCAL_MACHINE\\SYSTEM';
const CONTROL = `${SYSTEM}\\CurrentControlSet\\Control`;
const SETUP_STATE = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Setup\\State';

/** The key is there in Safe Mode only. */
export const safeMode: Check = ({ machine: { registry } }) =>
  registry.read(`${CONTROL}\\SafeBoot\\Option`, 'OptionValue') === undefined
    ? PASSED
    : failed('safeMode', 'Windows runs in Safe Mode', 'Restart Windows normally, and start again');

/** MSFT_Disk.BusType of a disk that is a file. */
const FILE_BACKED = 15;

/** Windows 7 has no class that tells a started VHD from the disk of a virtual machine; Setup's scan finds it. */
export const vhdBoot: Check = ({ machine }) => {
  const disks = rowsOf(
    machine,
    'root\\Microsoft\\Windows\\Storage',
    'SELECT BusType FROM MSFT_Disk WHERE IsBoot = TRUE',
  );
  if (!disks) return notChecked('Whether Windows was started from a VHD is left to Windows Setup');
  for (const disk of disks) {
    if (numberOf(disk, 'BusType') !== FILE_BACKED) continue;
    return failed(
      'vhdBoot',
      'Windows was started from a VHD',
      'A Windows in a VHD cannot be upgraded: start it in a virtual machine',
    );
  }
  return PASSED;
};

export const windowsToGo: Check = ({ machine: { registry } }) =>
  Number(registry.read(CONTROL, 'PortableOperatingSystem') ?? 0) === 1
    ? failed('windowsToGo', 'This is Windows To Go', 'Windows To Go cannot be upgraded: make a new workspace')
    : PASSED;

export const auditMode: Check = ({ machine: { registry } }) => {
  const state = String(registry.read(SETUP_STATE, 'ImageState') ?? '');
  const audit = Number(registry.read(`${SYSTEM}\\Setup`, 'AuditInProgress') ?? 0) === 1 || /AUDIT/i.test(state);
  return audit
    ? failed('auditMode', 'Windows is in audit mode', 'Finish the installation (sysprep /oobe), and start again')
    : PASSED;
};
