/** `disableBitLocker`: suspends protection for some restarts (facts/configmgr.md, B.6 Disable BitLocker). */

import { formatSetupCode } from '../setup-codes.js';
import type { StepContext, StepFunction, StepResult } from '../step.js';
import { driveOf, ENCRYPTION_NAMESPACE, noDrive, protectionOf, saysNotEncrypted } from './bitlocker.js';
import { windowsBuild } from './windows-build.js';

/** Windows 8: the first whose DisableKeyProtectors takes a DisableCount. */
const COUNT_SINCE = 9200;

/**
 * Suspends the protection of a drive. The engine knows of it before it happens and gives it back when the run ends;
 * where Windows cannot count restarts (Windows 7), the engine's own task gives it back after 48 hours.
 * What was not protected before stays as it is.
 */
export const disableBitLocker: StepFunction<'disableBitLocker'> = (context) => {
  const { step, machine, log } = context;
  const drive = driveOf(context, step.drive);
  if (drive === undefined) return noDrive(context, step.drive);
  const protection = protectionOf(machine, drive);
  if (protection.state === 'none') return told(context, protection.words);
  if (protection.state === 'off') return told(context, `The protection of ${drive} is off already`);
  if (protection.state === 'locked') {
    return {
      outcome: 'failed',
      message: `BitLocker of ${drive} cannot be suspended: the drive is locked, or its state is unknown`,
      advice: 'Unlock the drive with its recovery password first',
    };
  }
  const restarts = restartsOf(context, step.restarts);
  context.willSuspend({ type: 'bitLocker', drive });
  const counted = windowsBuild(machine) >= COUNT_SINCE;
  const parameters: Record<string, number> = counted ? { DisableCount: restarts } : {};
  const code = machine.wmi.invoke(ENCRYPTION_NAMESPACE, protection.query, 'DisableKeyProtectors', parameters);
  if (code === 0) {
    log.info(suspendedWords(drive, restarts, counted));
    return { outcome: 'success' };
  }
  context.restored({ type: 'bitLocker', drive });
  if (saysNotEncrypted(code)) return told(context, `${drive} is not encrypted`);
  return {
    outcome: 'failed',
    exitCode: code >>> 0,
    message: `BitLocker of ${drive} could not be suspended: ${formatSetupCode(code)}`,
    advice: 'Suspend it by hand (Control Panel, BitLocker), and see what it says; a policy may forbid it',
  };
};

/** `OSDBitLockerRebootCountOverride` (0-15) and `OSDBitLockerRebootCount` (1-15) override the step; 0 is until resumed. */
function restartsOf({ variables }: StepContext, ofStep: number): number {
  const override = variables.get('OSDBitLockerRebootCountOverride');
  if (/^(\d|1[0-5])$/.test(override)) return parseInt(override, 10);
  const count = variables.get('OSDBitLockerRebootCount');
  return /^([1-9]|1[0-5])$/.test(count) ? parseInt(count, 10) : ofStep;
}

function suspendedWords(drive: string, restarts: number, counted: boolean): string {
  if (!counted)
    return `BitLocker of ${drive} is suspended; this Windows cannot count restarts, so it is 48 hours at most`;
  if (restarts === 0) return `BitLocker of ${drive} is suspended until it is resumed`;
  return `BitLocker of ${drive} is suspended for ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`;
}

function told({ log }: StepContext, words: string): StepResult {
  log.info(words);
  return { outcome: 'success', message: words };
}
