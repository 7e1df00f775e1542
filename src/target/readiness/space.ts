/** Room on the drive of Windows and on the system partition (design/task-sequence.md, Readiness). */
import type { Machine } from '../machine.js';
import { sizeWords } from '../size-words.js';
import { CIMV2, numberOf, rowsOf } from '../wmi-rows.js';
import { type Check, failed, notChecked, PASSED } from './outcome.js';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** What Setup itself needs (facts/configmgr.md, B.3). */
const SETUP_ROOM = { x86: 16 * GIB, other: 20 * GIB };
/** Logs, hooks and what updates write meanwhile. */
const RESERVE = 2 * GIB;

/**
 * Bytes that Setup puts on the EFI or System Reserved partition (U: Microsoft's articles on "We couldn't update the system
 * reserved partition" ask for 15 MB).
 */
const SYSTEM_PARTITION_ROOM = 15 * MIB;

/** Free bytes of the drive of Windows; undefined when it is not among the drives. */
export function freeOnSystemDrive(machine: Machine): number | undefined {
  for (const drive of machine.files.drives()) {
    if (drive.name.toUpperCase() === machine.environment.systemDrive.toUpperCase()) return drive.freeBytes;
  }
  return undefined;
}

/** Bytes that must be free before anything is copied. */
export function neededSpace(architecture: string, toCopy: number, asked: number | undefined): number {
  return (asked ?? (architecture === 'x86' ? SETUP_ROOM.x86 : SETUP_ROOM.other) + RESERVE) + toCopy;
}

export const freeSpace: Check = ({ machine, checks, source, toCopy }) => {
  const drive = machine.environment.systemDrive;
  const free = freeOnSystemDrive(machine);
  if (free === undefined) return notChecked(`The free space of ${drive} could not be found out`);
  const needed = neededSpace(source.running.architecture, toCopy, checks.freeSpace);
  if (free >= needed) return PASSED;
  const copied = toCopy > 0 ? `, ${sizeWords(toCopy)} of it for what is copied` : '';
  return failed(
    'freeSpace',
    `${sizeWords(needed)} must be free on ${drive}${copied}, and ${sizeWords(free)} are`,
    `Free ${sizeWords(needed - free)} more: empty the recycle bin, run Disk Cleanup, move files away`,
  );
};

/** The EFI partition, or System Reserved; where Windows starts from its own drive, `freeSpace` has looked at it. */
export const systemPartition: Check = ({ machine }) => {
  const query = 'SELECT DriveLetter, Capacity, FreeSpace FROM Win32_Volume WHERE SystemVolume = TRUE';
  const row = rowsOf(machine, CIMV2, query)?.[0];
  const free = numberOf(row, 'FreeSpace');
  if (!row || free === undefined) return notChecked('The system partition could not be looked at');
  if (String(row['DriveLetter'] ?? '').toUpperCase() === machine.environment.systemDrive.toUpperCase()) return PASSED;
  if (free >= SYSTEM_PARTITION_ROOM) return PASSED;
  return failed(
    'systemPartition',
    `${sizeWords(SYSTEM_PARTITION_ROOM)} must be free on the system partition, and ${sizeWords(free)} are`,
    'Remove what other programs have put there (fonts, languages of the boot manager, firmware files), or enlarge it before the upgrade',
  );
};
