/**
 * What the bootstrap on the media can do of a sequence: it starts Windows Setup, once. Everything else waits for the
 * engine, and `build` refuses it; `check` accepts it and says so.
 */
import type { Finding } from '../errors.js';
import { formatField, type YamlPath } from '../yaml/field-name.js';
import type { SequenceMedia, TaskSequence, UpgradeStep } from './model.js';
import type { StepYaml } from './schema.js';
import { upgradeSteps, type WalkedStep, walkSteps } from './walk.js';

const NO_ENGINE = 'the media starts Windows Setup and nothing else, because the engine is not part of this version';

const NO_STEP = 'Remove the step; do its work by hand before or after the upgrade';

/** Fields of an upgrade step and of groups that the bootstrap honours, or that change nothing. */
const HONOURED: readonly string[] = ['name', 'description', 'acknowledge', 'group', 'steps', 'upgrade', 'repeatable'];

/** Options of an upgrade step that only the engine can honour. */
const OPTIONS_OF_ENGINE = ['expect', 'switches'] as const;

/**
 * The upgrade step that the bootstrap carries: the first that is no scan, else the first.
 * @returns undefined when the sequence has none
 */
export function bootstrapUpgrade(sequence: TaskSequence, media: SequenceMedia): UpgradeStep | undefined {
  const steps = upgradeSteps(sequence, media).map(({ step }) => step);
  return steps.find(({ scanOnly }) => !scanOnly) ?? steps[0];
}

/** A SEQUENCE_NOT_BUILT for every step and field of a sequence that the bootstrap cannot honour, each with its place. */
export function bootstrapFindings(sequence: TaskSequence): readonly Finding[] {
  const steps = walkSteps(sequence).filter((walked) => walked.sequence === sequence);
  let first: YamlPath | undefined;
  return steps.flatMap((walked, index) => {
    const { step, type, path } = walked;
    if (type === 'upgrade' && first !== undefined) return [second(walked, first)];
    if (type === 'upgrade') first = path;
    if (type === 'group' || type === 'upgrade') return fieldFindings(walked);
    return isSetupsOwnRestart(step, type, steps[index - 1]) ? [] : [notBuilt(walked, [type], NO_STEP)];
  });
}

/** Setup restarts by itself: a restart that asks for nothing of its own, right behind the upgrade, is that one. */
function isSetupsOwnRestart(step: StepYaml, type: string, before: WalkedStep | undefined): boolean {
  if (type !== 'restart' || before?.type !== 'upgrade') return false;
  const plain = Object.keys(step).every((key) => ['restart', 'name', 'description', 'acknowledge'].includes(key));
  return plain && Object.keys(step.restart ?? {}).length === 0;
}

function second({ path, sequence }: WalkedStep, first: YamlPath): Finding {
  return {
    code: 'SEQUENCE_NOT_BUILT',
    message: `A second upgrade step does not work yet, the first is ${formatField(first)}`,
    where: sequence.keyPlace([...path, 'upgrade']),
    hint: 'Keep one. "upgrade.cmd /scan" only asks Windows Setup',
  };
}

function fieldFindings(walked: WalkedStep): readonly Finding[] {
  const { step } = walked;
  const fields = Object.keys(step).filter(
    // false says what is so anyway
    (key) => !HONOURED.includes(key) && (step as Readonly<Record<string, unknown>>)[key] !== false,
  );
  const options = OPTIONS_OF_ENGINE.filter((option) => step.upgrade?.[option] !== undefined);
  return [
    ...fields.map((field) => notBuilt(walked, [field], 'Remove it')),
    ...options.map((option) => notBuilt(walked, ['upgrade', option], 'Remove it')),
  ];
}

function notBuilt({ path, sequence }: WalkedStep, field: YamlPath, hint: string): Finding {
  return {
    code: 'SEQUENCE_NOT_BUILT',
    message: `"${field.at(-1)}" does not work yet: ${NO_ENGINE}`,
    where: sequence.keyPlace([...path, ...field]),
    hint,
  };
}
