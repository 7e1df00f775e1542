/** What the judge of power cuts calls a repeat: its verdict is the proof, so it has tests of its own. */
import { describe, expect, it } from 'vitest';
import { CutJudge } from '../../src/simulation/cut-every.js';
import { runMachine } from '../../src/simulation/run-machine.js';
import { machineYaml, written } from '../support/simulated.js';
import { cutAll } from './cutting.js';

const PC = 'windows: { version: 10.0.19045.3803, edition: Professional }\n';
const UPGRADE = [{ upgrade: { expect: '60 min' } }, { restart: { delay: '1 s' } }];

describe('programs of a run that was cut', { timeout: 120_000 }, () => {
  it('the failure branch repeats nothing: not by running, by a command that stands elsewhere too, or by its retries', () => {
    const onFailure = [
      { runCommand: 'cmd /c exit 0', repeatable: true },
      { runCommand: 'cmd /c exit 3010', repeatable: true },
      { runCommand: 'cmd /c exit 1', repeatable: true, retry: 2 },
    ];
    const steps = [
      ...UPGRADE,
      { runCommand: 'cmd /c exit 3010', repeatable: false },
      { group: 'Failure', onFailure: true, steps: onFailure },
    ];
    const counts = cutAll(written({ name: 'Judged', steps }, machineYaml(PC)), 11, [3]);
    expect(counts.outside).toEqual([]);
    expect(counts.failedAtStep).toBeGreaterThan(0);
  });

  it('a program that the same step starts once more, without a word in the log, is outside', () => {
    const twice = { runCommand: 'cmd /c exit 1', repeatable: true, retry: 1, continueOnError: true };
    const { model, sequence } = written({ name: 'Judged', steps: [...UPGRADE, twice] }, machineYaml(PC));
    const uncut = runMachine(model);
    const starts = uncut.end.programs.filter(({ line }) => line === 'cmd /c exit 1');
    expect(starts).toHaveLength(2);
    const programs = uncut.end.programs.filter((start) => start !== starts[1]);
    const once = { ...uncut, end: { ...uncut.end, programs } };
    expect(new CutJudge(model, sequence, uncut).run(1, 1).class).toBe('asUncut');
    expect(new CutJudge(model, sequence, once).run(1, 1)).toEqual({
      class: 'outside',
      words: 'ran twice without a word in the log: cmd /c exit 1',
    });
  });
});
