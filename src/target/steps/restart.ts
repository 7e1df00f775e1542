/** `restart`: into the installed Windows (facts/configmgr.md, B.6 Restart Computer). */
import type { StepFunction } from '../step.js';
import { restartOfStep } from './restarting.js';

/** Asks for a restart before the next step; doing it once more after a power cut harms nothing. */
export const restart: StepFunction<'restart'> = ({ step, variables }) => ({
  outcome: 'success',
  restart: restartOfStep(variables, step.delay, step.message),
});
