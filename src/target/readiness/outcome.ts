/** How one check of readiness went. */
import type { ReadinessChecks } from '../contract.js';
import type { Machine } from '../machine.js';
import type { ChosenUpgrade, Refusal } from '../step.js';
import type { UpgradeSource } from '../upgrade-check.js';

/** What the checks look at. */
export interface ReadinessInput {
  readonly machine: Machine;
  readonly checks: ReadinessChecks;
  readonly source: UpgradeSource;
  readonly chosen: ChosenUpgrade | undefined;
  /** of the choice of the upgrade (upgrade-check.ts) */
  readonly refusals: readonly Refusal[];
  /** bytes that are still to be copied to the drive of Windows */
  readonly toCopy: number;
  /** whether the sequence gives drivers of disk encryption to Setup */
  readonly reflectsDrivers: boolean;
  /** folder of setup.exe; undefined when it cannot be reached now */
  readonly setupFolder: string | undefined;
}

/** Passed with no reason; what could not be checked is said, and is no reason to refuse: Setup's own scan follows. */
export interface CheckOutcome {
  readonly reasons: readonly Refusal[];
  /** a sentence; empty when it was checked */
  readonly unchecked: string;
}

export type Check = (input: ReadinessInput) => CheckOutcome;

export const PASSED: CheckOutcome = { reasons: [], unchecked: '' };

export function failed(rule: string, message: string, advice: string): CheckOutcome {
  return { reasons: [{ rule, message, advice }], unchecked: '' };
}

export function notChecked(words: string): CheckOutcome {
  return { reasons: [], unchecked: words };
}
