/** Keeps the machine awake while a run is under way (power-plan.ts); the run gives the plan back like all it suspends. */
import { reasonOf } from './gone.js';
import { AWAKE_PLAN, BALANCED_PLAN, isSamePlan } from './power-plan.js';
import type { Run } from './run.js';
import { willSuspend } from './step-context.js';

/**
 * Called by every engine that goes on with a run: the new Windows may have a plan of its own again, and a person may have
 * chosen another one, which is then the one to give back. A machine that cannot be kept awake is upgraded all the same.
 */
export function keepAwake(run: Run): void {
  const { machine, state, log } = run;
  // What is left is done in a minute, and begins with giving back.
  if (state.phase === 'finish' || state.phase === 'ended') return;
  try {
    const active = machine.power.plan();
    if (active === undefined) return;
    const isAwake = isSamePlan(active, AWAKE_PLAN);
    if (isAwake && isRemembered(run)) return;
    const plan = isAwake ? BALANCED_PLAN : active;
    willSuspend(run, { type: 'powerPlan', plan });
    machine.power.stayAwake(plan);
    log.info(`The computer does not fall asleep while the upgrade is under way; its power plan ${plan} comes back`);
  } catch (error) {
    log.warning(`The computer may fall asleep while the upgrade is under way: ${reasonOf(error)}`);
  }
}

function isRemembered({ state }: Run): boolean {
  for (const { type } of state.suspended) if (type === 'powerPlan') return true;
  return false;
}
