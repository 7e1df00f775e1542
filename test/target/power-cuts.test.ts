/**
 * The power goes at every call that the engine makes to the machine (design/task-sequence.md, The proof); here the engine
 * alone, from the moment the run was begun. The whole way from /start on is proven with `simulate`.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { long } from '../support/tools.js';
import type { Draft, EngineCase, EngineEnd } from './support/engine-run.js';
import { command, commandsOf, group, MODEL, RESTART, runSequence, setVariable, UPGRADE } from './support/engine-run.js';

const SUSPEND = { type: 'disableBitLocker', name: 'Suspend', restarts: 0 } as unknown as Draft;
const rollbackIs = (operator: 'equals' | 'notEquals') => ({
  when: [{ type: 'variable', variable: '_SMSTSSetupRollback', test: { operator, value: 'true' } }],
});

/** Everything that has a state of its own: suspension, retry, restarts, groups, the upgrade, the failure branch. */
const WHOLE: EngineCase = {
  steps: [
    SUSPEND,
    group('Prepare', [
      command('flaky', { retry: { count: 2, delay: 30 } }),
      command('needs-restart'),
      setVariable('Ring', '%Ring%1'),
    ]),
    group('Upgrade', [UPGRADE, RESTART]),
    group('Post', [command('post')], rollbackIs('notEquals')),
    group('Rollback', [command('rollback')], rollbackIs('equals')),
    group('Failure', [command('failure')], { onFailure: true }),
  ],
  model: { commands: commandsOf({ flaky: [1, 0], 'needs-restart': 3010 }) },
};

const { setup } = MODEL;
const CASES: Readonly<Record<string, EngineCase>> = {
  'an upgrade': WHOLE,
  'an upgrade whose hooks an OEM licence ignores': {
    ...WHOLE,
    model: { ...WHOLE.model, setup: { ...setup, ignoresHooks: true } },
  },
  'a rollback': { ...WHOLE, model: { ...WHOLE.model, setup: { ...setup, rollback: 0x30018 } } },
  'a rollback whose hooks are ignored': {
    ...WHOLE,
    model: { ...WHOLE.model, setup: { ...setup, rollback: 0x30018, ignoresHooks: true } },
  },
  'a failure after the suspension': { ...WHOLE, model: { commands: commandsOf({ flaky: 1 }) } },
  'restarts that are ignored twice': { ...WHOLE, model: { ...WHOLE.model, restartsIgnored: 2 } },
};

/** Calls of the test itself, which moves in before the engine begins. */
const MOVING_IN = 26;

/** Calls of the end of a run. */
const END = 45;

const LEFT = ['variables.json', 'Work', 'Hooks', 'packages', 'os'];

/** What nobody would have to clean up, and what is given back. */
function leftovers({ machine, pc }: EngineEnd): readonly string[] {
  const files = LEFT.filter((name) => machine.files.stat(`C:\\Inplace\\${name}`));
  const off = pc.bitLocker.status().filter(({ status }) => status !== 1);
  return [...files, ...pc.tasks.names(), ...off.map(({ drive }) => `${drive} is not protected`)];
}

/** What must be the same however often the power went. */
function result(end: EngineEnd) {
  const { summary, records, quiet } = end;
  const { outcome, failedAt, after } = summary ?? {};
  // How a step ended that was cut after its program had ended may differ in its attempt and its times, in nothing else.
  // A cut after Setup's end is its restart: the rollback is then found before the restart step instead of after it.
  const steps = records.map(({ path, outcome: how }) => `${path} ${how}`).sort();
  return { quiet, outcome, failedAt, after, left: leftovers(end), steps };
}

/** Every run that did not end as it should, and how many there were. */
function cutEverywhere(wanted: EngineCase, isWell: (end: EngineEnd, whole: EngineEnd) => boolean, step: number) {
  const whole = runSequence(wanted);
  const bad: unknown[] = [];
  let cuts = 0;
  // At the end, where every call removes something for good, always all of them.
  const next = (cutAt: number) => (cutAt > whole.calls - END ? 1 : step);
  for (let cutAt = MOVING_IN; cutAt <= whole.calls; cutAt += next(cutAt)) {
    cuts += 1;
    tried += 1;
    const end = runSequence({ ...wanted, options: { ...wanted.options, cutAt } });
    if (!isWell(end, whole)) bad.push({ cutAt, ...result(end) });
  }
  return { cuts, bad, whole };
}

const step = long ? 1 : 23;

let tried = 0;
afterAll(() => console.log(`power cuts tried: ${tried}`));

describe('a power cut at any call, where Windows can flush', () => {
  it.each(Object.entries(CASES))('ends as the run without one: %s', { timeout: 300_000 }, (_, wanted) => {
    const same = (end: EngineEnd, whole: EngineEnd) => JSON.stringify(result(end)) === JSON.stringify(result(whole));
    const { cuts, bad, whole } = cutEverywhere(wanted, same, step);
    expect(leftovers(whole)).toEqual([]);
    expect(bad).toEqual([]);
    expect(cuts).toBeGreaterThan(300 / step);
  });

  it('inside a step that may not run twice ends failed at that step, orderly', { timeout: 300_000 }, () => {
    const wanted: EngineCase = {
      ...WHOLE,
      steps: [SUSPEND, command('once', { repeatable: false }), command('twice'), ...WHOLE.steps.slice(-1)],
    };
    let failed = 0;
    const well = (end: EngineEnd, whole: EngineEnd) => {
      if (JSON.stringify(result(end)) === JSON.stringify(result(whole))) return true;
      failed += 1;
      const { summary } = end;
      const orderly = leftovers(end).length === 0 && end.outcomes.includes('4.1 success');
      return summary?.outcome === 'failed' && summary.failedAt?.name === 'once' && orderly;
    };
    expect(cutEverywhere(wanted, well, long ? 1 : 2).bad).toEqual([]);
    expect(failed).toBeGreaterThan(0);
  });
});

describe('a power cut at any call, where Windows cannot flush', () => {
  it.each(Object.entries(CASES))('comes to an end and leaves nothing behind: %s', { timeout: 300_000 }, (_, wanted) => {
    const model = { ...wanted.model, canFlush: false };
    const well = (end: EngineEnd) => end.quiet && end.summary !== undefined && leftovers(end).length === 0;
    expect(cutEverywhere({ ...wanted, model }, well, step).bad).toEqual([]);
  });
});
