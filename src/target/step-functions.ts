/** What runs the steps of each type. */
import type { StepType } from './contract.js';
import type { StepFunction } from './step.js';

/** One function for each type; the steps of `runTaskSequence` are walked like those of a group. */
export type StepFunctions = { readonly [T in Exclude<StepType, 'runTaskSequence'>]: StepFunction<T> };
