/**
 * BitLocker through WMI, as both steps need it (design/task-sequence.md, BitLocker). No program's words are parsed.
 */

import { reasonOf } from '../gone.js';
import type { Machine } from '../machine.js';
import type { StepContext, StepResult } from '../step.js';

/** Namespace of Win32_EncryptableVolume; editions without BitLocker do not have it. */
export const ENCRYPTION_NAMESPACE = 'root\\cimv2\\Security\\MicrosoftVolumeEncryption';

/** FVE_E_NOT_ENCRYPTED and FVE_E_NOT_ACTIVATED: there is no protection to switch. */
const NOT_ENCRYPTED: readonly number[] = [0x80310001, 0x80310008];

/** What is known of a drive's protection. `none`: not encrypted, with the reason in words. */
export type Protection =
  | { readonly state: 'none'; readonly words: string }
  | { readonly state: 'off' | 'on' | 'locked'; readonly query: string };

/** Whether BitLocker protects a drive. @param drive `C:` */
export function protectionOf(machine: Machine, drive: string): Protection {
  const query = `SELECT * FROM Win32_EncryptableVolume WHERE DriveLetter = '${drive}'`;
  try {
    const row = machine.wmi.query(ENCRYPTION_NAMESPACE, query)[0];
    if (!row) return { state: 'none', words: `${drive} is not a drive that BitLocker can encrypt` };
    const status = Number(row['ProtectionStatus']);
    if (status === 0) return { state: 'off', query };
    return { state: status === 1 ? 'on' : 'locked', query };
  } catch (error) {
    return { state: 'none', words: `${drive} is not encrypted: this Windows has no BitLocker (${reasonOf(error)})` };
  }
}

/** Whether a return value of Win32_EncryptableVolume says that the drive is not encrypted. */
export function saysNotEncrypted(code: number): boolean {
  for (const one of NOT_ENCRYPTED) if (code >>> 0 === one) return true;
  return false;
}

/** The drive of a step, `C:`; that of Windows when it names none. undefined: what it names is no drive. */
export function driveOf({ machine, variables }: StepContext, named: string | undefined): string | undefined {
  const text = named === undefined ? machine.environment.systemDrive : variables.expand(named);
  const letter = /^\s*([A-Za-z]):?\\?\s*$/.exec(text)?.[1];
  return letter === undefined ? undefined : `${letter.toUpperCase()}:`;
}

/** The step names something that is no drive. */
export function noDrive({ variables }: StepContext, named: string | undefined): StepResult {
  const message = variables.mask(`"${variables.expand(named ?? '')}" is no drive: a letter is expected, like D:`);
  return { outcome: 'failed', message, advice: 'Correct "drive" of the step, and the variables in it' };
}
