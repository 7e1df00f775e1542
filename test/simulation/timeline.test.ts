/** What a technician reads of a simulated run. */
import { describe, expect, it } from 'vitest';
import { formatClock, type TimelineInput, timeline } from '../../src/simulation/timeline.js';
import type { CompiledSequence, StatusRecord } from '../../src/target/contract.js';

const BEGAN = Date.parse('2026-11-24T08:00:00Z');

let number = 0;
function record(minutes: number, took: number, more: Partial<StatusRecord> & Pick<StatusRecord, 'path' | 'name'>) {
  const at = (value: number): string => new Date(BEGAN + value * 60_000).toISOString();
  number += 1;
  return {
    format: 1,
    run: 'r',
    record: number,
    group: [],
    type: 'runCommand',
    attempt: 1,
    start: at(minutes),
    end: at(minutes + took),
    outcome: 'success',
    ...more,
  } as const satisfies StatusRecord;
}

const sequence: CompiledSequence = {
  format: 2,
  name: 'Upgrade',
  packages: [],
  upgradePackages: [],
  steps: [
    {
      type: 'group',
      path: '1',
      name: 'Prepare',
      steps: [
        {
          type: 'runCommand',
          path: '1.2',
          name: 'Remove the VPN client',
          command: 'x',
          successCodes: [0],
          repeatable: true,
          when: [
            { type: 'variable', variable: 'Site', test: { operator: 'equals', value: 'Oslo' } },
            { type: 'file', path: 'C:\\vpn.exe', exists: true },
          ],
        },
      ],
    },
  ],
};

const records: StatusRecord[] = [
  record(0, 0.1, { path: '1.1', name: 'Check readiness', group: ['Prepare'], type: 'checkReadiness' }),
  record(0.5, 2, {
    path: '1.2',
    name: 'Remove the VPN client',
    group: ['Prepare'],
    exitCode: 1605,
    outcome: 'ignored',
    attempt: 2,
    variables: { VpnGone: 'yes', Key: '***' },
    reason: 'It ended with 1605, which is not among its success codes',
  }),
  record(3, 0, {
    path: '2',
    name: 'Laptops',
    type: 'group',
    outcome: 'skipped',
    reason: 'the condition does not hold',
  }),
  record(3, 1, { path: '2', name: 'Prepare', type: 'group' }),
  record(4, 60, { path: '3.1.1', name: 'Upgrade', group: ['Upgrade', 'Now'], exitCode: 0xc1900101, outcome: 'failed' }),
];

const input: TimelineInput = {
  machine: 'laptop',
  from: 'Windows 10 Pro',
  to: 'Windows 11 Pro',
  sequence,
  began: BEGAN,
  seconds: 90_061,
  records: [...records, { ...records[4]!, outcome: 'success' }],
  events: [
    { seconds: 200, kind: 'restart', words: 'restart 1' },
    { seconds: 300, kind: 'setup', words: 'Windows Setup: 25 %' },
    { seconds: 5000, kind: 'powerCut', words: 'the power is cut' },
  ],
  refusals: [],
  ending: 'The upgrade failed at 3.1.1 Upgrade',
  summary: {
    format: 1,
    run: 'r',
    sequence: 'Upgrade',
    computer: 'PC',
    outcome: 'failed',
    message: 'x',
    advice: 'Update the drivers.',
    start: '',
    end: '',
    restarts: 1,
    before: { build: 1, edition: 'Professional', installationType: 'Client' },
    after: { build: 1, edition: 'Professional', installationType: 'Client' },
  },
};

describe('timeline()', () => {
  it('shows steps, why they ran or not, codes, variables, restarts and cuts in their order', () => {
    expect(`\n${timeline(input)}\n`).toMatchInlineSnapshot(`
      "
      laptop: Upgrade
        this PC     Windows 10 Pro
        becomes     Windows 11 Pro

                          Prepare
         0:00:00  1.1       Check readiness                             ok
         0:00:30  1.2       Remove the VPN client                       failed, and the sequence goes on, exit code 1605, attempt 2, took 0:02:00
                                runs because Site = "Oslo" and file C:\\vpn.exe exists
                                It ended with 1605, which is not among its success codes
                                VpnGone = yes
                                Key = ***
         0:03:00  2       group Laptops                                 skipped
                              the condition does not hold
         0:03:20  ─── restart 1 ──────────────────────────────────────────────────────────────────────────
                          Upgrade
                            Now
         0:04:00  3.1.1       Upgrade                                   FAILED, exit code 0xC1900101, took 1:00:00
         0:05:00  Windows Setup: 25 %
         1:23:20  ═══ the power is cut ═══════════════════════════════════════════════════════════════════

      The upgrade failed at 3.1.1 Upgrade (1 d 1:01:01, 1 restart)
        Update the drivers.
      "
    `);
  });

  it('shows why nothing was begun', () => {
    const refusals = [{ message: 'Not enough room on C:', advice: 'Free 12 GB' }];
    const page = timeline({ ...input, records: [], events: [], refusals });
    expect(page).toContain('  refused: Not enough room on C:\n           Free 12 GB\n');
  });
});

describe('formatClock()', () => {
  it.each([
    [0, '0:00:00'],
    [3599.6, '1:00:00'],
    [86_400 + 3723, '1 d 1:02:03'],
  ])('%d seconds are %s', (seconds, words) => expect(formatClock(seconds)).toBe(words));
});
