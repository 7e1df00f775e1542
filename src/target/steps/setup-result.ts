/** What an exit code of Windows Setup means for the upgrade step (facts/configmgr.md, E.3). */
import { readExtendCode } from '../extend-code.js';
import type { SetupCode } from '../setup-codes.js';
import type { ChosenUpgrade, StepContext, StepFunction, StepResult } from '../step.js';
import { restartFor } from './restarting.js';

type Context = Parameters<StepFunction<'upgrade'>>[0];

/** The remains of an earlier attempt are still to be cleaned up: a restart does it. */
const CLEAN_UP_PENDING = 0xc1900107;
/** Rolled back: the extend code says where. */
const ROLLED_BACK = 0xc1900101;
const RESTARTED_FOR = 'restartedForCleanUp';

/** How the step ends. The variable with the code is set already. */
export function judgeSetup(context: Context, chosen: ChosenUpgrade, code: SetupCode): StepResult {
  const exitCode = code.code;
  if (exitCode === CLEAN_UP_PENDING && context.memory[RESTARTED_FOR] === undefined) return restartOnce(context, code);
  if (context.step.scanOnly) return judgeScan(code);
  if (code.outcome === 'restartPending') {
    return { outcome: 'success', exitCode, message: code.meaning, upgradePending: chosen };
  }
  if (code.outcome === 'compatible') {
    return {
      outcome: 'failed',
      exitCode,
      message: `Windows Setup has only scanned this computer (${code.text})`,
      advice: 'Take "/compat scanonly" out of OSDSetupAdditionalUpgradeOptions',
    };
  }
  return failed(context, code);
}

function judgeScan(code: SetupCode): StepResult {
  if (code.outcome === 'compatible') return { outcome: 'success', exitCode: code.code, message: code.meaning };
  if (code.outcome !== 'restartPending') return withCode(code, code.meaning);
  return {
    outcome: 'failed',
    exitCode: code.code,
    message: `The scan of Windows Setup ended with ${code.text}, expected 0xC1900210`,
    advice: 'Look into setupact.log in C:\\$Windows.~BT\\Sources\\Panther, and do not restart before you know',
  };
}

function failed({ machine }: StepContext, code: SetupCode): StepResult {
  const extend = code.code === ROLLED_BACK ? readExtendCode(machine) : undefined;
  return withCode(code, extend ? `${code.meaning}; ${extend.meaning}` : code.meaning);
}

function withCode(code: SetupCode, meaning: string): StepResult {
  return { outcome: 'failed', exitCode: code.code, message: `${meaning} (${code.text})`, advice: code.advice };
}

/** Once: a second time it is a failure like others. */
function restartOnce(context: Context, code: SetupCode): StepResult {
  context.remember(RESTARTED_FOR, code.text);
  context.log.warning(`${code.meaning}: the computer restarts, and Windows Setup is started again`);
  return {
    outcome: 'success',
    exitCode: code.code,
    message: code.meaning,
    restart: restartFor(context.variables, context.step.name, true),
  };
}
