/** Exit codes and extend codes of Windows Setup in words (facts/configmgr.md, E.3). */

/** What a code means for the run. */
export type SetupOutcome =
  /** the upgrade was prepared; the restart completes it */
  | 'restartPending'
  /** a scan found nothing that stops the upgrade */
  | 'compatible'
  /** Setup refused before it changed anything */
  | 'refused'
  /** the upgrade was begun and did not succeed */
  | 'failed';

export interface SetupCode {
  /** unsigned 32-bit */
  readonly code: number;
  /** `0xC1900210`; small codes in decimal */
  readonly text: string;
  readonly outcome: SetupOutcome;
  /** what happened, in plain words */
  readonly meaning: string;
  /** what to do */
  readonly advice: string;
}

const LOGS = 'Look into setuperr.log and setupact.log in C:\\$Windows.~BT\\Sources\\Panther';

type Row = readonly [code: number, outcome: SetupOutcome, meaning: string, advice: string];

const ROWS: readonly Row[] = [
  [
    0,
    'restartPending',
    'Windows Setup has prepared the upgrade',
    'Restart the computer if it does not restart by itself',
  ],
  [
    3,
    'restartPending',
    'Windows Setup has prepared the upgrade',
    'Restart the computer if it does not restart by itself',
  ],
  [
    5,
    'refused',
    'Something on this computer is not compatible with the new Windows',
    'Start the upgrade without options to see the compatibility report, remove what it names, and try again',
  ],
  [7, 'failed', 'Windows Setup could not do the upgrade', LOGS],
  [0xc1900210, 'compatible', 'Nothing stands in the way of the upgrade', 'Start the upgrade'],
  [
    0xc1900208,
    'refused',
    'An application or a driver on this computer is not compatible with the new Windows',
    'Update or remove it; CompatData*.xml in C:\\$Windows.~BT\\Sources\\Panther names it',
  ],
  [
    0xc1900204,
    'refused',
    'This media cannot keep the applications and settings of this computer',
    'Take media of the same language and architecture, with an edition that the installed one can be upgraded to',
  ],
  [
    0xc1900200,
    'refused',
    'This computer does not meet the requirements of the new Windows',
    'Compare processor, memory, disk, TPM and Secure Boot with the requirements of this version of Windows',
  ],
  [0xc190020e, 'refused', 'There is not enough free disk space', 'Free at least 20 GB on the drive of Windows'],
  [
    0xc1900107,
    'refused',
    'The remains of an earlier attempt are still to be cleaned up',
    'Restart the computer and try again; if that does not help, run Disk Cleanup for system files',
  ],
  [
    0xc1900101,
    'failed',
    'The upgrade was rolled back, nearly always because of a driver',
    'Update or remove drivers, unplug devices, and try again; the second number of the code says where it stopped',
  ],
  [0x80070070, 'refused', 'The disk is full', 'Free at least 20 GB on the drive of Windows'],
  [0xc19001e2, 'failed', 'A script of this computer that runs before the upgrade failed (preinstall.cmd)', LOGS],
  [0xc19001e3, 'failed', 'A script of this computer that runs before the restart failed (precommit.cmd)', LOGS],
  [0xc19001e4, 'failed', 'A script of this computer that runs after a failure failed (failure.cmd)', LOGS],
];

function toSetupCode([code, outcome, meaning, advice]: Row): SetupCode {
  return { code, text: formatSetupCode(code), outcome, meaning, advice };
}

function allCodes(): SetupCode[] {
  const codes: SetupCode[] = [];
  for (const row of ROWS) codes.push(toSetupCode(row));
  return codes;
}

/** Every code with words of its own. */
export const SETUP_CODES: readonly SetupCode[] = allCodes();

/**
 * An exit code of Setup in words; codes without a row get what their range says.
 * @param code signed or unsigned: logs show both
 */
export function describeSetupCode(code: number): SetupCode {
  const unsigned = code >>> 0;
  for (const known of SETUP_CODES) if (known.code === unsigned) return known;
  return toSetupCode([unsigned, 'failed', meaningOfRange(unsigned), LOGS]);
}

function meaningOfRange(code: number): string {
  if (code >>> 16 === 0xc190) return 'Windows Setup stopped with a code of its own';
  if (code >>> 16 === 0x8007) return `Windows Setup stopped at the Windows error ${code & 0xffff}`;
  return 'Windows Setup ended with a code that is not known';
}

/** `0xC1900210` for error codes, decimal for small ones. */
export function formatSetupCode(code: number): string {
  const unsigned = code >>> 0;
  return unsigned < 0x10000 ? String(unsigned) : hexadecimal(unsigned, 8);
}

function hexadecimal(value: number, digits: number): string {
  let text = value.toString(16).toUpperCase();
  while (text.length < digits) text = `0${text}`;
  return `0x${text}`;
}

const PHASES: readonly string[] = [
  'an unknown phase',
  'the preparation in the old Windows',
  'the offline phase (SafeOS)',
  'the first boot of the new Windows',
  'the second boot (OOBE)',
  'the uninstallation of the new Windows',
];

const OPERATIONS: Readonly<Record<number, string>> = {
  0: 'an unknown operation',
  1: 'copying files',
  2: 'downloading updates',
  3: 'installing updates',
  4: 'installing the recovery environment',
  5: 'installing the recovery image',
  6: 'carrying over optional components',
  7: 'installing drivers',
  8: 'preparing the offline phase',
  9: 'preparing the rollback',
  10: 'preparing the first boot',
  11: 'preparing the second boot',
  12: 'applying the image',
  13: 'migrating data',
  14: 'setting the product key',
  15: 'adding the answer file',
  16: 'adding a driver',
  17: 'switching a feature on',
  18: 'switching a feature off',
  19: 'running a process in the background',
  20: 'running a process',
  21: 'creating a file',
  22: 'creating a registry value',
  23: 'booting',
  24: 'preparing the system (sysprep)',
  25: 'the first sign-in setup (OOBE)',
  26: 'beginning the first boot',
  27: 'ending the first boot',
  28: 'beginning the second boot',
  29: 'ending the second boot',
  30: 'what comes before OOBE',
  31: 'what comes after OOBE',
  32: 'adding a provisioning package',
};

/** Where Setup stopped: the second number of `0xC1900101 - 0x30018`. */
export interface ExtendCode {
  /** `0x30018` */
  readonly text: string;
  readonly phase: string;
  readonly operation: string;
  /** `0x30018: stopped in the first boot of the new Windows, at preparing the system (sysprep)` */
  readonly meaning: string;
}

/** Decodes an extend code: the upper half is the phase, the lower half the operation. */
export function describeExtendCode(code: number): ExtendCode {
  const unsigned = code >>> 0;
  const text = hexadecimal(unsigned, 5);
  const phase = PHASES[unsigned >>> 16] ?? PHASES[0]!;
  const operation = OPERATIONS[unsigned & 0xffff] ?? OPERATIONS[0]!;
  return { text, phase, operation, meaning: `${text}: stopped in ${phase}, at ${operation}` };
}
