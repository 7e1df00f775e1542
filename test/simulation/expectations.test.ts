/** What a machine file may expect of a run, and how it is told that something else came. */
import { describe, expect, it } from 'vitest';
import { differences } from '../../src/simulation/expectations.js';
import { runMachine } from '../../src/simulation/run-machine.js';
import { machineYaml, written } from '../support/simulated.js';

const WINDOWS = 'windows: { version: 10.0.19045.3803, edition: Professional }\n';
const steps = [
  { setVariable: { name: 'Ring', value: 'pilot' } },
  { runCommand: 'tool.exe', name: 'Tool', repeatable: true },
  { upgrade: null, name: 'Upgrade' },
  { restart: null },
];
const run = (text = '') => runMachine(written({ name: 'Test', steps }, machineYaml(WINDOWS + text)).model);
const compare = (expected: string, text = '') =>
  differences(machineYaml(`${WINDOWS}expect: ${expected}`).expect!, run(text));

describe('an expectation that is met says nothing', () => {
  it.each([
    ['{}', ''],
    ['{ outcome: success, restarts: 1, windows: { build: 26100, edition: Professional }, setupCode: 0 }', ''],
    ['{ steps: { Tool: success, "4": restarted, None: notReached }, variables: { ring: pilot, Other: "" } }', ''],
    ['{ outcome: failed, failedAt: Tool, message: "exit code 5" }', 'commands: [{ command: tool.exe, exitCode: 5 }]'],
    ['{ outcome: failed, failedAt: "2", message: "EXIT*5" }', 'commands: [{ command: tool.exe, exitCode: 5 }]'],
    ['{ outcome: rolledBack, extendCode: 0x30018 }', 'setup: { rollback: 0x30018 }'],
    [
      '{ outcome: refused, message: language }',
      'windows: { version: 10.0.19045, edition: Professional, language: nb-NO }',
    ],
    ['{ outcome: unfinished }', 'setup: { upgrade: { hangs: true } }'],
  ])('%s', (expected, text) => {
    const yaml = text.startsWith('windows') ? text : WINDOWS + text;
    const found = runMachine(written({ name: 'Test', steps }, machineYaml(yaml)).model);
    expect(differences(machineYaml(`${WINDOWS}expect: ${expected}`).expect!, found)).toEqual([]);
  });
});

it.each([
  ['{ outcome: failed }', 'The outcome is "success", expected "failed"'],
  ['{ outcome: failed, failedAt: Tool }', 'The run failed at no step, expected at "Tool"'],
  ['{ restarts: 2 }', 'The number of restarts is 1, expected 2'],
  ['{ windows: { build: 1 } }', 'The build of Windows is 26100, expected 1'],
  ['{ windows: { edition: Core } }', 'The edition of Windows is "Professional", expected "Core"'],
  ['{ setupCode: 0xC1900208 }', 'The exit code of Windows Setup is "0x00000000", expected "0xC1900208"'],
  ['{ extendCode: 0x30018 }', 'The extend code is none, expected "0x30018"'],
  ['{ message: rocket }', 'expected "rocket"'],
  ['{ steps: { Tool: failed } }', 'The step "Tool" is "success", expected "failed"'],
  ['{ variables: { Ring: all } }', 'The variable "Ring" is "pilot", expected "all"'],
])('%s: %s', (expected, words) => {
  expect(compare(expected).join('\n')).toContain(words);
});

it('the second run of a program may end otherwise', () => {
  const found = runMachine(
    written(
      {
        name: 'Test',
        steps: [{ runCommand: 'tool.exe', retry: 1, repeatable: true }, { upgrade: null }, { restart: null }],
      },
      machineYaml(`${WINDOWS}commands: [{ command: tool.exe, exitCode: [5, 0] }]`),
    ).model,
  );
  expect([found.outcome, found.records[0]?.attempt]).toEqual(['success', 2]);
});
