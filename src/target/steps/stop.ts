/** `stop`: ends the sequence as failed, in the words of who wrote it (design/task-sequence.md). */
import type { StepFunction } from '../step.js';

/** Fails always; secret values in the message are masked, for it goes to logs and reports. */
export const stop: StepFunction<'stop'> = ({ step, variables }) => ({
  outcome: 'failed',
  message: variables.mask(variables.expand(step.message)),
});
