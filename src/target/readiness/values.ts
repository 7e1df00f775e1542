/** Checks that compare with a value of the sequence (facts/configmgr.md, B.6 Check Readiness). */
import type { OperatingSystemTest } from '../contract.js';
import { whyNotOperatingSystem } from '../running-windows.js';
import { sizeWords } from '../size-words.js';
import type { Refusal } from '../step.js';
import { type Check, failed, notChecked, PASSED } from './outcome.js';

/** The value of the sequence, or else what the Windows of the media needs: that was looked at when it was chosen. */
export const memory: Check = ({ checks, source, refusals }) => {
  const found = source.hardware.memory;
  if (checks.memory === undefined) return { reasons: ofRule(refusals, 'memory'), unchecked: '' };
  if (found === undefined) return notChecked('The memory of the computer could not be found out');
  if (found >= checks.memory) return PASSED;
  return failed(
    'memory',
    `${sizeWords(checks.memory)} of memory are needed, and this computer has ${sizeWords(found)}`,
    'Add memory',
  );
};

export const processorSpeed: Check = ({ checks: { processorSpeed: wanted = 0 }, source }) => {
  const found = source.hardware.processorSpeed;
  if (found === undefined) return notChecked('The speed of the processor could not be found out');
  if (found >= wanted) return PASSED;
  return failed(
    'processorSpeed',
    `A processor of ${wanted} MHz is needed, and this one has ${found} MHz`,
    'Use a faster computer',
  );
};

export const uefi: Check = ({ source }) =>
  source.hardware.uefi
    ? PASSED
    : failed(
        'uefi',
        'UEFI is needed, and this computer starts by BIOS',
        'Changing to UEFI is no part of an upgrade: change it first',
      );

export const tpm: Check = ({ source }) => {
  const { version, on } = source.hardware.tpm;
  if (version >= 2 && on) return PASSED;
  const found = version === 0 ? 'none was found' : version < 2 ? `this one is ${version}` : 'it is switched off';
  return failed('tpm', `TPM 2.0 is needed, and ${found}`, 'Switch it on in the firmware setup, or update its firmware');
};

/** The upgrade itself: edition, version, architecture, type and hardware (upgrade-check.ts). */
export const upgradePath: Check = ({ refusals, chosen }) => {
  const reasons: Refusal[] = [];
  for (const refusal of refusals) {
    if (refusal.rule !== 'memory' && refusal.rule !== 'language') reasons.push(refusal);
  }
  if (reasons.length === 0 && refusals.length === 0 && !chosen) return notChecked('No upgrade was chosen');
  return { reasons, unchecked: '' };
};

/** The base language, not that of the display. */
export const language: Check = ({ refusals }) => ({ reasons: ofRule(refusals, 'language'), unchecked: '' });

function ofRule(refusals: readonly Refusal[], rule: string): Refusal[] {
  const found: Refusal[] = [];
  for (const refusal of refusals) if (refusal.rule === rule) found.push(refusal);
  return found;
}

/** One field of the test of the operating system. */
export function operatingSystem(test: OperatingSystemTest): Check {
  return ({ source }) => {
    const why = whyNotOperatingSystem(source.running, test);
    return why === ''
      ? PASSED
      : failed('operatingSystem', `Another Windows is expected: ${why}`, 'Use media that were made for this computer');
  };
}
