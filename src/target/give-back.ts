/** Gives back what was switched off for the upgrade, however the run ends (design/task-sequence.md, 9). */
import { reasonOf } from './gone.js';
import type { Run } from './run.js';
import { formatSetupCode } from './setup-codes.js';
import { restored } from './step-context.js';
import { ENCRYPTION_NAMESPACE, protectionOf, saysNotEncrypted } from './steps/bitlocker.js';

/** Sentences about what could not be given back; its safety net stays, and tries once more. */
export function giveBack(run: Run): readonly string[] {
  const problems: string[] = [];
  for (const what of run.state.suspended.slice()) {
    const problem = what.type === 'powerPlan' ? letSleep(run, what.plan) : resumeBitLocker(run, what.drive);
    if (problem === '') {
      restored(run, what);
      run.log.info(
        what.type === 'powerPlan' ? PLAN_IS_BACK : `BitLocker of ${what.drive} protects again, or was not on`,
      );
    } else {
      run.log.error(problem);
      problems.push(problem);
    }
  }
  return problems;
}

const PLAN_IS_BACK = 'The power plan of this computer is active again';

/** @returns a sentence when it did not work */
function letSleep({ machine, journal }: Run, plan: string): string {
  try {
    machine.power.letSleep(plan);
    // Plans are in the registry: where Windows cannot flush, a cut could bring the copy back when nobody remembers it.
    journal.flush();
    return '';
  } catch (error) {
    return `The power plan could not be given back (${reasonOf(error)}): choose yours in Control Panel, Power Options`;
  }
}

/** @returns a sentence when it did not work */
function resumeBitLocker({ machine }: Run, drive: string): string {
  const advice = 'resume it by hand (Control Panel, BitLocker)';
  try {
    const protection = protectionOf(machine, drive);
    if (protection.state === 'none') return '';
    if (protection.state === 'locked')
      return `BitLocker of ${drive} could not be resumed, the drive is locked: ${advice}`;
    const code = machine.wmi.invoke(ENCRYPTION_NAMESPACE, protection.query, 'EnableKeyProtectors', {});
    if (code === 0 || protection.state === 'on' || saysNotEncrypted(code)) return '';
    return `BitLocker of ${drive} could not be resumed (${formatSetupCode(code)}): ${advice}`;
  } catch (error) {
    return `BitLocker of ${drive} could not be resumed (${reasonOf(error)}): ${advice}`;
  }
}
