/** `enableBitLocker`: resumes protection that was suspended; it encrypts nothing (design/task-sequence.md, BitLocker). */
import { formatSetupCode } from '../setup-codes.js';
import type { StepFunction } from '../step.js';
import { driveOf, ENCRYPTION_NAMESPACE, noDrive, protectionOf, saysNotEncrypted } from './bitlocker.js';

/** Resumes the protection of a drive; one that is not encrypted or is protected already is a success. */
export const enableBitLocker: StepFunction<'enableBitLocker'> = (context) => {
  const { step, machine, log } = context;
  const drive = driveOf(context, step.drive);
  if (drive === undefined) return noDrive(context, step.drive);
  const protection = protectionOf(machine, drive);
  if (protection.state === 'none') {
    log.info(protection.words);
    return { outcome: 'success', message: protection.words };
  }
  if (protection.state === 'locked') {
    return {
      outcome: 'failed',
      message: `BitLocker of ${drive} cannot be resumed: the drive is locked, or its state is unknown`,
      advice: 'Unlock the drive with its recovery password first',
    };
  }
  // Called when it is on as well: a count of restarts that still runs ends with it.
  const code = machine.wmi.invoke(ENCRYPTION_NAMESPACE, protection.query, 'EnableKeyProtectors', {});
  if (code !== 0 && !saysNotEncrypted(code) && protection.state === 'off') {
    return {
      outcome: 'failed',
      exitCode: code >>> 0,
      message: `BitLocker of ${drive} could not be resumed: ${formatSetupCode(code)}`,
      advice: 'Resume it by hand (Control Panel, BitLocker), and see what it says',
    };
  }
  context.restored({ type: 'bitLocker', drive });
  const words = saysNotEncrypted(code) ? `${drive} is not encrypted` : `BitLocker protects ${drive}`;
  log.info(words);
  return { outcome: 'success', message: words };
};
