import type { Surroundings, WorkOptions } from './work.js';

/** What is simulated on what. */
export interface SimulationOptions extends Surroundings, WorkOptions {
  /** machine files, folders of them, or names of those that come with the program (`machineNames`) */
  machines: readonly string[];
  /** cuts the power at this call of the engine to the machine, from 1; `every`: at each of them, in a run for each */
  cut?: number | 'every';
  /** decides what a cut leaves of writes that were under way; default 0 */
  seed?: number;
  /** host path of a JUnit report to write */
  junit?: string;
}
