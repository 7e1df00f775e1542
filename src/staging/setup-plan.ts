/** The task sequence as the media carry it, and what this Windows cannot do of what it asks. */
import type { MediaDefinition, SequenceKind } from '../definition/model.js';
import type { Finding, Place } from '../errors.js';
import type { CompiledSequence, SetupArgument } from '../target/contract.js';
import { compileSequence } from '../task-sequence/compile.js';
import { packagePath } from '../task-sequence/drivers.js';
import type { CompileMedia, TaskSequence } from '../task-sequence/model.js';
import { checkSetup } from '../task-sequence/setup-command.js';
import { type FoundUpgrade, mainUpgrade, upgradeSteps } from '../task-sequence/walk.js';
import type { UpgradePackage } from '../upgrade-package/open.js';
import { maskProductKeys } from '../yaml/product-keys.js';
import type { StagedUpgradePackage } from './staged-upgrade-package.js';

export interface SequencePlan {
  /** the sequence for what this Windows is */
  readonly sequence: TaskSequence;
  /** the same as the engine reads it */
  readonly compiled: CompiledSequence;
  /** Setup's command line of its upgrade, for people: what the machine fills in stands in braces */
  readonly shown: string;
}

/** Which sequence these media need: that for servers when all images are servers. */
export function sequenceKind({ facts }: UpgradePackage): SequenceKind {
  return facts.product === 'server' ? 'server' : 'client';
}

/** What the Windows of the media cannot do of what any upgrade step asks. @param packages that at the root first */
export function checkUpgradeSteps(
  definition: MediaDefinition,
  packages: readonly StagedUpgradePackage[],
): readonly Finding[] {
  const [first] = packages;
  const known = packages.map(({ upgradePackage }) => upgradePackage).filter(({ facts }) => facts.images.length > 0);
  if (first === undefined || known.length === 0) return [];
  const steps = upgradeSteps(definition.sequences[sequenceKind(first.upgradePackage)], definition);
  return withoutDoubles(
    steps.flatMap((found) => {
      const missing = checkEdition(found, known);
      return missing ? [missing] : known.flatMap((one) => checkStep(found, one));
    }),
  );
}

/** Compiles the sequence that was checked. @param media what it is compiled with: see compile-media.ts */
export function planSequence(
  definition: MediaDefinition,
  upgradePackage: UpgradePackage,
  media: CompileMedia,
): SequencePlan {
  const sequence = definition.sequences[sequenceKind(upgradePackage)];
  const compiled = compileSequence(sequence, media);
  const number = mainUpgrade(sequence, definition)?.number ?? '';
  const shown = shownSetup(compiled.upgradePackages[0]?.setup[number] ?? []);
  return { sequence, compiled, shown };
}

/** One of the packages must hold the edition: a step under a condition may be meant for it alone. */
function checkEdition({ step, place }: FoundUpgrade, packages: readonly UpgradePackage[]): Finding | undefined {
  const { edition } = step;
  const ids = packages.flatMap(({ facts }) => facts.images.map(({ editionId }) => editionId));
  const editions = [...new Set(ids.filter((id) => id !== undefined))];
  const known = edition === undefined || editions.some((one) => one.toLowerCase() === edition.toLowerCase());
  return known ? undefined : noEdition(edition, editions, place('edition'));
}

function checkStep({ step, place }: FoundUpgrade, { facts, path }: UpgradePackage): readonly Finding[] {
  const build = Math.max(0, ...facts.images.map(({ version }) => version?.build ?? 0));
  return checkSetup(step, { build, server: facts.product === 'server' }, place).map((finding) => ({
    ...finding,
    where: { file: path, ...finding.where },
  }));
}

/** What is wrong with the media is wrong for every step. */
function withoutDoubles(findings: readonly Finding[]): readonly Finding[] {
  const texts = findings.map((finding) => JSON.stringify(finding));
  return findings.filter((_, index) => texts.indexOf(texts[index]!) === index);
}

function noEdition(edition: string, editions: readonly string[], where: Place): Finding {
  return {
    code: 'SEQUENCE_INVALID',
    message: `The upgrade step names the edition "${maskProductKeys(edition)}", which is not on this Windows media`,
    where,
    hint: `It holds ${editions.join(', ') || 'no image that names its edition'}`,
  };
}

/** Words of the command line; no value of a variable is in it, so no secret either. */
function shownSetup(args: readonly SetupArgument[]): string {
  const words = args.map((argument) => {
    if ('text' in argument) return argument.text;
    if ('variable' in argument) return `{${argument.variable}}`;
    if ('package' in argument) return packagePath(argument.package).replaceAll('/', '\\');
    if ('hook' in argument) return `{${argument.hook} hook}`;
    return 'logs' in argument ? '{logs}' : '{image}';
  });
  return ['setup.exe', ...words].join(' ');
}
