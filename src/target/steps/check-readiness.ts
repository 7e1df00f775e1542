/** `checkReadiness`: all checks, then every reason at once (design/task-sequence.md, Readiness; facts/configmgr.md, B.6). */
import { LEFT_TO_SETUP, resultVariables, runChecks } from '../readiness/run-checks.js';
import type { StepFunction } from '../step.js';
import { upgradeSource } from '../upgrade-check.js';
import { reflectsDrivers } from '../upgrade-wishes.js';

/** ConfigMgr's exit code of a computer that is not ready. */
const NOT_READY = 4316;

/** What is copied lies on the drive already when this runs: only Setup's own room is asked for. */
export const checkReadiness: StepFunction<'checkReadiness'> = (context) => {
  const { step, machine, variables, log, content, chosen, refusals } = context;
  for (const name of resultVariables()) variables.set(name, '');
  const readiness = runChecks({
    machine,
    checks: step,
    source: upgradeSource(machine),
    chosen,
    refusals,
    toCopy: 0,
    reflectsDrivers: reflectsDrivers(content.sequence),
    setupFolder: chosen && content.upgradeFolder(chosen.package),
  });
  for (const { name, value } of readiness.variables) variables.set(name, value);
  log.info(`Checked: ${readiness.ran.join(', ')}`);
  log.info(LEFT_TO_SETUP);
  for (const words of readiness.unchecked) log.warning(`Not checked: ${words}`);
  if (readiness.refusals.length === 0) return { outcome: 'success', exitCode: 0 };
  const messages: string[] = [];
  const advice: string[] = [];
  for (const reason of readiness.refusals) {
    log.error(`${reason.rule}: ${reason.message}. ${reason.advice}`);
    messages.push(reason.message);
    advice.push(reason.advice);
  }
  return { outcome: 'failed', exitCode: NOT_READY, message: messages.join('; '), advice: advice.join('; ') };
};
