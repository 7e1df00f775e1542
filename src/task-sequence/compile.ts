/** From a sequence as people write it to the form the engine reads: everything filled in, nothing left to decide. */
import type {
  CompiledGroup,
  CompiledNode,
  CompiledSequence,
  CompiledStep,
  CompiledUpgradePackage,
  SetupArgument,
} from '../target/contract.js';
import { compileWhen } from './compile-conditions.js';
import { compileAction } from './compile-steps.js';
import type { CompileMedia, SequenceMedia, TaskSequence, UpgradeStep } from './model.js';
import { parseDuration } from './schema/durations.js';
import { NOT_REPEATABLE } from './schema/steps.js';
import type { StepYaml } from './schema.js';
import { setupArguments } from './setup-command.js';
import { mainUpgrade, stepName, stepType, upgradeSteps } from './walk.js';

/** Seconds before a step is tried again, when the sequence does not say. */
const RETRY_DELAY = 60;

/**
 * Compiles a sequence that was checked. Pure: the same input gives the same result.
 * @throws InplaceError SOURCE_UNSUPPORTED when Setup of an upgrade package cannot do what an upgrade step asks
 */
export function compileSequence(sequence: TaskSequence, media: CompileMedia): CompiledSequence {
  return {
    format: 2,
    name: sequence.name,
    ...(sequence.description === undefined ? {} : { description: sequence.description }),
    steps: compileList(sequence, sequence.yaml.steps, ''),
    packages: media.packages,
    upgradePackages: media.upgradePackages.map((item) => compileUpgradePackage(sequence, media, item)),
  };
}

/** Setup's command line for every upgrade step, by the build of this Windows. */
function compileUpgradePackage(
  sequence: TaskSequence,
  media: CompileMedia,
  { id, path, bytes, images }: CompileMedia['upgradePackages'][number],
): CompiledUpgradePackage {
  const build = Math.max(0, ...images.map((image) => image.build));
  const server = images.some(({ installationType }) => /^server/i.test(installationType));
  const known: SequenceMedia = {
    packages: media.packages,
    variables: media.variables.map((variable) => ({ ...variable, value: '' })),
  };
  const setup: Record<string, readonly SetupArgument[]> = {};
  for (const { step, number } of upgradeSteps(sequence, known)) {
    setup[number] = setupArguments(step, { build, server });
  }
  const scan = setupArguments(scanStep(sequence, known), { build, server });
  return { id, path, images, bytes, setup, scan };
}

/** /scan asks for what the sequence's upgrade asks for. */
function scanStep(sequence: TaskSequence, media: SequenceMedia): UpgradeStep {
  return { name: '', groups: [], ...mainUpgrade(sequence, media)?.step, scanOnly: true };
}

function compileList(sequence: TaskSequence, steps: readonly StepYaml[], prefix: string): CompiledNode[] {
  return steps.map((step, index) => compileNode(sequence, step, `${prefix}${index + 1}`));
}

function compileNode(sequence: TaskSequence, step: StepYaml, path: string): CompiledNode {
  return step.group === undefined ? compileStep(sequence, step, path) : compileGroup(sequence, step, path);
}

function compileGroup(sequence: TaskSequence, step: StepYaml, path: string): CompiledGroup {
  return {
    type: 'group',
    ...common(step, path),
    ...(step.onFailure ? { onFailure: true as const } : {}),
    steps: compileList(sequence, step.steps ?? [], `${path}.`),
  };
}

function compileStep(sequence: TaskSequence, step: StepYaml, path: string): CompiledStep {
  const type = stepType(step);
  return {
    ...common(step, path),
    ...(step.timeout === undefined ? {} : { timeout: parseDuration(step.timeout) }),
    ...(step.retry === undefined ? {} : { retry: compileRetry(step.retry) }),
    repeatable: step.repeatable ?? !NOT_REPEATABLE.includes(type),
    ...compileAction(step, (file) => {
      const child = sequence.children[file]!;
      return { sequence: child.name, steps: compileList(child, child.yaml.steps, `${path}.`) };
    }),
  };
}

function compileRetry(retry: NonNullable<StepYaml['retry']>): { count: number; delay: number } {
  if (typeof retry === 'number') return { count: retry, delay: RETRY_DELAY };
  return { count: retry.count, delay: retry.delay === undefined ? RETRY_DELAY : parseDuration(retry.delay) };
}

function common(step: StepYaml, path: string) {
  const when = step.when === undefined ? [] : compileWhen(step.when);
  return {
    path,
    name: stepName(step),
    ...(step.description === undefined ? {} : { description: step.description }),
    ...(step.disabled ? { disabled: true as const } : {}),
    ...(step.continueOnError ? { continueOnError: true as const } : {}),
    ...(when.length === 0 ? {} : { when }),
  };
}
