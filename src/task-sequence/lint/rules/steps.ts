/** Single steps: what a power cut does to them, exit codes, time limits, the command prompt. */

import { parseDuration } from '../../schema/durations.js';
import { NOT_REPEATABLE } from '../../schema/steps.js';
import { type LintRule, PAGES } from '../rule.js';
import { type LintSequence, type LintStep, textField } from '../sequence.js';

/** Minutes: the most that ConfigMgr takes (facts/configmgr.md, B.6). */
const LONGEST_MINUTES = 999;

const notRepeatable: LintRule = {
  id: 'not-repeatable',
  severity: 'advice',
  family: 'steps',
  reason:
    'When the power is cut inside the step, the run fails there: nobody knows how much of it was done, so that it is not run again.',
  hint: 'Write "repeatable: true" where running it twice does no harm, or "repeatable: false" where it does and you accept that',
  source: {
    page: PAGES.inplace,
    says: 'After a power cut a step without an end is run again if it is repeatable; else the run fails at that step',
  },
  find: (sequence) =>
    enabled(sequence)
      .filter(({ type, value }) => NOT_REPEATABLE.includes(type ?? '') && value['repeatable'] === undefined)
      .map((step) => ({
        message: 'A power cut inside this step ends the run as failed',
        step,
        at: [step.type!],
        key: true,
      })),
};

const retryNotRepeatable: LintRule = {
  id: 'retry-not-repeatable',
  severity: 'advice',
  family: 'steps',
  reason: 'A step that may not run twice is run again when it fails.',
  hint: 'Remove "retry", or write "repeatable: true"',
  source: { page: PAGES.steps, says: 'A retry runs the same step again' },
  find: (sequence) =>
    enabled(sequence)
      .filter(({ value }) => value['retry'] !== undefined && value['repeatable'] === false)
      .map((step) => ({ message: 'The step is tried again but may not be repeated', step, at: ['retry'], key: true })),
};

const withoutZero: LintRule = {
  id: 'success-codes-without-zero',
  severity: 'advice',
  family: 'steps',
  reason: 'The list takes the place of 0 and 3010: a program that ends with 0 has failed then.',
  hint: 'Add 0 to the list, and 3010 where the program may ask for a restart',
  source: { page: PAGES.steps, says: 'The exit codes of success are 0 and 3010 unless the step lists others' },
  find: (sequence) =>
    enabled(sequence)
      .filter(({ value }) => Array.isArray(value['successCodes']) && !value['successCodes'].includes(0))
      .map((step) => ({ message: 'The exit code 0 does not count as success', step, at: ['successCodes'] })),
};

const longTimeout: LintRule = {
  id: 'timeout-long',
  severity: 'advice',
  family: 'steps',
  reason: 'A program that hangs is ended only then; until then the machine waits in the middle of its upgrade.',
  hint: 'Write how long the program takes at most, with some reserve',
  source: {
    page: PAGES.steps,
    says: 'The time-out of a command is 1 to 999 minutes; when it is over the program is ended',
  },
  find: (sequence) =>
    enabled(sequence).flatMap((step) => {
      const text = textField(step, 'timeout');
      const seconds = text === undefined || text.length > 50 ? undefined : parseDuration(text);
      if (seconds === undefined || !(seconds > LONGEST_MINUTES * 60)) return [];
      return [{ message: `The time limit is longer than ${LONGEST_MINUTES} minutes`, step, at: ['timeout'] }];
    }),
};

/** What only cmd.exe knows. */
const BUILT_IN =
  /^\s*(?:assoc|call|cd|chdir|copy|del|dir|echo|erase|for|ftype|if|md|mkdir|mklink|move|popd|pushd|rd|ren|rename|rmdir|set|start|type|ver|vol)(?=\s|$)/i;

const needsShell: LintRule = {
  id: 'command-needs-shell',
  severity: 'advice',
  family: 'steps',
  reason: 'There is no such program: the command prompt does it itself, and a step starts programs.',
  hint: 'Write "cmd /c" before it',
  source: { page: PAGES.steps, says: 'Commands that are built into the command prompt need cmd /c' },
  find: (sequence) =>
    enabled(sequence).flatMap((step) => {
      const command = textField(step, 'runCommand');
      if (command === undefined) return [];
      const builtIn = BUILT_IN.exec(command)?.[0].trim();
      const joins =
        !/^\s*"?(?:cmd|powershell|pwsh|\S{1,200}\.(?:cmd|bat))(?:\.exe)?"?(?=\s|$)/i.test(command) &&
        JOINS.test(command);
      if (builtIn === undefined && !joins) return [];
      const message =
        builtIn === undefined
          ? 'Signs such as > and && mean something to the command prompt only'
          : `"${builtIn}" is part of the command prompt`;
      return [{ message, step, at: ['runCommand'] }];
    }),
};

/** Outside quotes: && || and > or | with a blank before it. */
const JOINS = /^(?:[^"]|"[^"]*")*?(?:&&|\|\||\s[>|]\s?)/;

export const stepRules: readonly LintRule[] = [notRepeatable, retryNotRepeatable, withoutZero, longTimeout, needsShell];

function enabled({ steps }: LintSequence): readonly LintStep[] {
  return steps.filter((step) => step.enabled);
}
