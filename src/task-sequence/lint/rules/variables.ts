/** Variables and secrets. */
import { isShowableName } from '../../../yaml/field-name.js';
import { nearestName } from '../../../yaml/nearest-name.js';
import { holdsProductKey } from '../../../yaml/product-keys.js';
import { ENGINE_VARIABLES, isKnownVariable } from '../known-variables.js';
import { type Hit, type LintRule, PAGES } from '../rule.js';
import type { LintSequence } from '../sequence.js';
import { commandTexts } from '../texts.js';
import { type SetVariable, variablesRead, variablesSet } from '../variable-uses.js';

const neverSet: LintRule = {
  id: 'variable-never-set',
  severity: 'advice',
  family: 'variables',
  reason: 'A variable that nothing sets is the empty text: conditions on it always end the same way.',
  hint: 'Set it by a step, or add it to "variables" of media.yaml',
  source: {
    page: PAGES.usingVariables,
    says: 'Variables are set by the deployment, by steps, or are built in; %Name% of them expands in any step',
  },
  find: (sequence) => {
    const own = [
      ...sequence.media.variables.map(({ name }) => name),
      ...sequence.steps.flatMap((step) => variablesSet(step).map(({ name }) => name)),
    ];
    const set = new Set(own.map((name) => name.toLowerCase()));
    const nearest = nearestOf([...new Set([...own, ...ENGINE_VARIABLES])]);
    return sequence.steps
      .filter(({ enabled }) => enabled)
      .flatMap((step) => {
        const unknown = variablesRead(step).filter(
          ({ name }) => !set.has(name.toLowerCase()) && !isKnownVariable(name),
        );
        return unknown.map(({ name, at }): Hit => {
          const meant = nearest(name);
          const message = `Nothing sets ${shown(name)}`;
          return { message, step, at, ...(meant === undefined ? {} : { hint: `Did you mean "${meant}"?` }) };
        });
      });
  },
};

/** Found by the schema. */
export const READ_ONLY_VARIABLE: LintRule = {
  id: 'read-only-variable',
  severity: 'refusal',
  family: 'variables',
  reason: 'Names that begin with _ belong to the engine; a step that sets one would be ignored.',
  hint: 'Choose a name that begins with a letter',
  source: { page: PAGES.usingVariables, says: 'Variables whose names begin with an underscore are read-only' },
};

const SECRET_NAME = /pass(?:word|wd|phrase)?$|pwd$|secret$|(?:^|[a-z_-])(?:pin|key|token)$/i;

const notMarked: LintRule = {
  id: 'secret-not-marked',
  severity: 'advice',
  family: 'variables',
  reason: 'Values that are not marked as secret are written into logs and reports.',
  hint: 'Add "secret: true"',
  source: {
    page: PAGES.variables,
    says: 'A value that people must not see has the option "do not display this value"',
  },
  find: (sequence) =>
    setters(sequence, ({ name, value, secret }) => !secret && SECRET_NAME.test(name) && isFixed(value)).map((hit) => ({
      ...hit,
      message: `The value of ${shown(hit.name)} looks like a secret and is not marked as one`,
    })),
};

const onMedia: LintRule = {
  id: 'secret-on-media',
  severity: 'advice',
  family: 'variables',
  reason: 'The value is on the media as it is: whoever holds the media can read it.',
  hint: 'Keep the media safe and change the secret when the work is done, or ask for it on the machine',
  source: {
    page: PAGES.media,
    says: 'Without encryption what is on the media is not secret; keep secrets out of scripts and variables',
  },
  find: (sequence) =>
    setters(sequence, ({ value, secret }) => secret && isFixed(value)).map((hit) => ({
      ...hit,
      message: `The secret value of ${shown(hit.name)} goes onto the media, where whoever holds it can read it`,
    })),
};

const PASSWORD = [
  // /password:secret, -Password "secret", PWD=secret; a variable in its place is none
  /(?:^|[\s"'/-])[\w-]{0,40}(?:password[do]?|passwd|pwd|passphrase)["']?\s*[:=]\s*["']?(?![%$("'\s&|;*]|<)\S/i,
  /(?:^|\s)[-/](?:password|passwd|pwd|pass)\s+["']?(?![%$("'\s&|;/*-])\S/i,
  /\bConvertTo-SecureString\s+(?:-String\s+)?["'][^"'$%]/i,
  /\bnet1?(?:\.exe)?["']?\s+user\s+\S{1,64}\s+(?![%$/*"'])\S/i,
];

const inCommand: LintRule = {
  id: 'command-holds-secret',
  severity: 'advice',
  family: 'variables',
  reason: 'A secret in a command is readable on the media, in the log, and in the list of processes.',
  hint: 'Put it into a secret variable of media.yaml and write %Name% in its place',
  source: { page: PAGES.media, says: 'Keep secrets out of scripts and variables' },
  find: (sequence) =>
    sequence.steps
      .filter(({ enabled }) => enabled)
      .flatMap((step) =>
        commandTexts(step, sequence)
          .filter(({ text }) => holdsProductKey(text) || PASSWORD.some((pattern) => pattern.test(text)))
          .map(({ at, where }): Hit => ({ message: `The command seems to hold a password or key${where}`, step, at })),
      ),
};

export const variableRules: readonly LintRule[] = [neverSet, READ_ONLY_VARIABLE, notMarked, onMedia, inCommand];

/** Pairs of names that are compared: where there are more, no typing mistake is looked for. */
const MOST_COMPARED = 100_000;

function nearestOf(names: readonly string[]): (name: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (name) => {
    if (!known.has(name) && known.size * names.length < MOST_COMPARED) known.set(name, nearestName(name, names));
    return known.get(name);
  };
}

function setters(
  { steps }: LintSequence,
  matches: (set: SetVariable) => boolean,
): readonly (Omit<Hit, 'message'> & { readonly name: string })[] {
  return steps
    .filter(({ enabled }) => enabled)
    .flatMap((step) =>
      variablesSet(step)
        .filter(matches)
        .map(({ name, at }) => ({ name, step, at })),
    );
}

/** Whether the value is in the file: one that is put together from variables is not. */
function isFixed(value: unknown): boolean {
  if (typeof value === 'number') return true;
  return typeof value === 'string' && value !== '' && !/%[A-Za-z_][\w-]*%/.test(value);
}

function shown(name: string): string {
  return isShowableName(name) ? `"${name}"` : 'the variable';
}
