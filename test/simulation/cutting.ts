/** Cuts the power again and again on a simulated machine, and counts how the runs ended. */
import { expect, it } from 'vitest';
import { CutJudge } from '../../src/simulation/cut-every.js';
import { runMachine } from '../../src/simulation/run-machine.js';
import type { Simulated } from '../support/simulated.js';
import { long } from '../support/tools.js';

let tried = 0;

/** The last test of a file: says how many cuts were tried, and that the long run has tried enough of them. */
export function tellCuts(most: number): void {
  it(`${long ? `more than ${most} cuts were tried` : 'cuts were tried'}`, () => {
    console.log(`power cuts tried: ${tried}`);
    expect(tried).toBeGreaterThan(long ? most : 0);
  });
}

export interface Counts {
  asUncut: number;
  failedAtStep: number;
  outside: string[];
}

/** Cuts at every `step`th call. */
export function cutAll({ sequence, model }: Simulated, step: number, seeds: readonly number[]): Counts {
  const uncut = runMachine(model);
  const judge = new CutJudge(model, sequence, uncut);
  const counts: Counts = { asUncut: 0, failedAtStep: 0, outside: [] };
  for (const seed of seeds) {
    for (let call = 1 + (seed % step); call <= uncut.calls; call += step) {
      const result = judge.run(call, seed);
      tried += 1;
      if (result.class === 'outside') counts.outside.push(`--cut ${call} --seed ${seed}: ${result.words}`);
      else counts[result.class] += 1;
    }
  }
  return counts;
}

/** Cuts twice: while the engine mends what the first cut left, the power goes again. */
export function cutTwice({ sequence, model }: Simulated, step: number): string[] {
  const uncut = runMachine(model);
  const judge = new CutJudge(model, sequence, uncut);
  const outside: string[] = [];
  for (let call = 1; call <= uncut.calls; call += step) {
    const second = call + 1 + ((call * 37) % 120);
    const result = judge.run([call, second], call);
    tried += 2;
    if (result.class === 'outside') outside.push(`calls ${call} and ${second}, seed ${call}: ${result.words}`);
  }
  return outside;
}
