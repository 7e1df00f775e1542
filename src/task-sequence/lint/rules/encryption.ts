/** BitLocker, and disk encryption of others. */
import { type Hit, type LintRule, PAGES } from '../rule.js';
import { field, inFailureGroup, type LintSequence, type LintStep, textField, upgrades } from '../sequence.js';
import { commandTexts } from '../texts.js';

/** Suspends for good, not for a number of restarts. */
const SUSPENDS =
  /\bmanage-bde(?:\.exe)?["']?\s+-protectors\s+-disable\b(?!.{0,200}-rc\s+[1-9])|\bSuspend-BitLocker\b(?!.{0,200}-RebootCount\s+[1-9])/i;
const RESUMES = /\bmanage-bde(?:\.exe)?["']?\s+-protectors\s+-enable\b|\bResume-BitLocker\b/i;

const notResumed: LintRule = {
  id: 'bitlocker-not-resumed',
  severity: 'advice',
  family: 'steps',
  reason: 'BitLocker stays suspended, and the disk can be read by whoever takes it.',
  hint: 'Add "- enableBitLocker:" behind the restart and in the group for the rollback, or say after how many restarts it resumes',
  source: {
    page: PAGES.provisioning,
    says: 'What is switched off for the time of an upgrade needs a switch back of its own; Disable BitLocker resumes after a number of restarts',
  },
  find: (sequence) => {
    const resumes = sequence.steps.filter(
      (step) => step.enabled && !inFailureGroup(step) && resumesBitLocker(step, sequence),
    );
    return sequence.steps.flatMap((step): Hit[] => {
      const at = step.enabled ? suspension(step, sequence) : undefined;
      if (at === undefined) return [];
      const drive = driveOf(step);
      const resumed = resumes.some(
        (later) => later.index > step.index && (later.type !== 'enableBitLocker' || driveOf(later) === drive),
      );
      return resumed ? [] : [{ message: 'BitLocker is suspended and no step resumes it', step, at }];
    });
  },
};

const checkSkipped: LintRule = {
  id: 'encryption-check-skipped',
  severity: 'advice',
  family: 'steps',
  reason:
    'Windows Setup cannot read a disk that another product encrypts unless it gets its drivers: the machine may not start again.',
  hint: 'Name the package with the drivers as "reflectDrivers" of the upgrade step, or remove it from "skip"',
  source: {
    page: PAGES.upgrade,
    says: 'Third-party disk encryption needs Windows Setup’s /ReflectDrivers with a folder of its drivers',
  },
  find: (sequence) => {
    const reflects = upgrades(sequence).every((step) => textField(step, 'upgrade', 'reflectDrivers') !== undefined);
    if (reflects) return [];
    return sequence.steps.flatMap((step): Hit[] => {
      const skip = field(step, 'checkReadiness', 'skip');
      const index = Array.isArray(skip) ? skip.indexOf('thirdPartyEncryption') : -1;
      if (!step.enabled || index < 0) return [];
      const message =
        'Disk encryption of other products is not looked for, and no drivers of it are given to Windows Setup';
      return [{ message, step, at: ['checkReadiness', 'skip', index] }];
    });
  },
};

export const encryptionRules: readonly LintRule[] = [notResumed, checkSkipped];

/** Where a step suspends BitLocker with no end of its own. */
function suspension(step: LintStep, sequence: LintSequence): Hit['at'] {
  if (field(step, 'disableBitLocker', 'restarts') === 'untilResumed') return ['disableBitLocker', 'restarts'];
  return commandTexts(step, sequence).find(({ text }) => SUSPENDS.test(text))?.at;
}

function resumesBitLocker(step: LintStep, sequence: LintSequence): boolean {
  return step.type === 'enableBitLocker' || commandTexts(step, sequence).some(({ text }) => RESUMES.test(text));
}

/** The drive in upper case; empty for the system drive, and for a command, whose drive is not read. */
function driveOf(step: LintStep): string {
  return (textField(step, step.type ?? '', 'drive') ?? '').toUpperCase();
}
