/** `setVariable` (facts/configmgr.md, B.6 and C): name and value limits are ConfigMgr's. */
import type { StepFunction } from '../step.js';
import { whyNotSettable } from './settable.js';

/** Sets a variable to the expanded value; the empty value removes it. Fails for read-only names and too long values. */
export const setVariable: StepFunction<'setVariable'> = ({ step, variables }) => {
  const value = variables.expand(step.value);
  const why = whyNotSettable(step.variable, value);
  if (why !== '') return { outcome: 'failed', message: why, advice: 'Correct the name or the value in the sequence' };
  variables.set(step.variable, value, step.secret === true);
  return { outcome: 'success' };
};
