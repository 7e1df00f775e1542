/** The proof of cuts.test.ts, for random sequences on random machines. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompiledNode, CompiledSequence } from '../../src/target/contract.js';
import { runnableSequence } from '../support/sequences.js';
import { machineYaml, written } from '../support/simulated.js';
import { long } from '../support/tools.js';
import { cutAll, tellCuts } from './cutting.js';

const machine = fc
  .record({
    flush: fc.boolean(),
    bitLocker: fc.constantFrom('none', 'on', 'suspended'),
    rollback: fc.constantFrom(
      '',
      'setup: { rollback: 0x30018 }',
      'setup: { ignoresHooks: true }',
      'setup: { upgrade: { exitCode: 7 } }',
    ),
    restartsIgnored: fc.constantFrom(0, 0, 1),
    jump: fc.constantFrom('', 'clock: { jumps: [{ after: 2 min, by: -2 h }, { after: 70 min, by: 8 h }] }'),
    signIn: fc.constantFrom('never', '3 min'),
  })
  .map(
    ({ flush, bitLocker, rollback, restartsIgnored, jump, signIn }) =>
      `windows: { version: 10.0.19045.3803, edition: Professional }\nbitLocker: ${bitLocker}\ncanFlush: ${flush}\n` +
      `restartsIgnored: ${restartsIgnored}\nsignIn: ${signIn}\n${rollback}\n${jump}\n`,
  );

/** Whether any step of it may not run twice. */
const mayFail = (nodes: CompiledSequence['steps']): boolean =>
  nodes.some((node: CompiledNode) => (node.type === 'group' ? mayFail(node.steps) : !node.repeatable));

describe('random sequences on random machines', () => {
  it.each([true, false])('keep the guarantees; all steps repeatable: %s', { timeout: 3_600_000 }, (repeatable) => {
    fc.assert(
      fc.property(runnableSequence({ repeatable }), machine, fc.integer({ min: 0, max: 1000 }), (yaml, text, seed) => {
        const simulated = written(yaml, machineYaml(text));
        const counts = cutAll(simulated, long ? 3 : 41, [seed]);
        expect(counts.outside).toEqual([]);
        if (!mayFail(simulated.sequence.steps)) expect(counts.failedAtStep).toBe(0);
      }),
      { numRuns: long ? 100 : 12, endOnFailure: !long },
    );
  });
});

tellCuts(50_000);
