import { basename, extname } from 'node:path';
import type { Finding, Place } from '../errors.js';
import { type Environment, fillEnvironment } from '../yaml/environment.js';
import type { YamlPath } from '../yaml/field-name.js';
import { findNotBuilt } from '../yaml/not-built.js';
import { maskFindings } from '../yaml/product-keys.js';
import { checkSchema } from '../yaml/schema-findings.js';
import { readYamlDocument, type YamlDocument } from '../yaml/yaml-document.js';
import { ambiguousDrivers, checkUpgrade, findVariable } from './check-media.js';
import { checkSteps } from './check-steps.js';
import { chooseDrivers } from './drivers.js';
import type { SequenceMedia, TaskSequence, UpgradeOption, UpgradeStep } from './model.js';
import { type SequenceYaml, type StepYaml, sequenceSchema } from './schema.js';

/** Name of an upgrade step that has none. */
const STEP_NAME = 'Upgrade the operating system';

export interface LoadedSequence {
  /** left out when a finding is an error */
  readonly sequence?: TaskSequence;
  readonly findings: readonly Finding[];
  /** Where an option of the upgrade step stands; the step, where it was left out. */
  place(option: UpgradeOption): Place;
}

/**
 * Reads and checks a sequence file: YAML, schema, what is not built, and what it names on the media.
 * @param environment what `${env:NAME}` in it stands for
 */
export async function loadTaskSequence(
  file: string,
  media: SequenceMedia,
  environment: Environment,
): Promise<LoadedSequence> {
  return compileDocument(await readYamlDocument(file, 'SEQUENCE_INVALID'), media, environment);
}

/** Checks a sequence document and compiles it. */
export function compileDocument(read: YamlDocument, media: SequenceMedia, environment: Environment): LoadedSequence {
  const { document, findings: references } = fillEnvironment(read, {
    environment,
    schema: sequenceSchema,
    code: 'SEQUENCE_INVALID',
    isExempt: isScript,
  });
  const schema = checkSchema(document, sequenceSchema, 'SEQUENCE_INVALID');
  const { findings: stepFindings, upgrades } = checkSteps(document);
  // What a reference that could not be filled in does not fit is no second problem.
  const unfilled = new Set(references.map(({ where }) => where?.field));
  const checks = [
    ...schema.findings,
    ...findNotBuilt(document, sequenceSchema, 'SEQUENCE_NOT_BUILT'),
    // Where the YAML is broken, steps are not what they seem.
    ...(document.findings.length === 0 ? stepFindings : []),
    ...upgrades.flatMap((step) => checkUpgrade(document, step, media)),
  ].filter(({ where }) => (where?.field === undefined || !unfilled.has(where.field)) && !document.isBroken(where));
  const findings = maskFindings([...document.findings, ...references, ...checks]);
  const place = (option: UpgradeOption): Place => document.place([...(upgrades[0] ?? []), 'upgrade', option]);
  if (findings.length > 0 || schema.data === undefined) return { findings, place };
  return { findings, place, sequence: compile(schema.data, upgrades[0]!, document.file, media) };
}

/** PowerShell writes its own variables of the environment as `${env:NAME}`: the text of a script stays as it is. */
function isScript(path: YamlPath): boolean {
  return path.includes('runPowerShell');
}

/**
 * The sequence of a definition that names none: one upgrade step.
 * @param where the place in the definition that a problem with its packages is reported at
 */
export function builtInSequence(media: SequenceMedia, where: Place): LoadedSequence {
  const chosen = chooseDrivers({}, media.packages);
  const place = (): Place => where;
  if ('ambiguous' in chosen) return { findings: [ambiguousDrivers(chosen.ambiguous, where)], place };
  const upgrade: UpgradeStep = { name: STEP_NAME, groups: [], scanOnly: false, ...chosen };
  return { sequence: { name: 'In-place upgrade', upgrade }, findings: [], place };
}

function compile(yaml: SequenceYaml, path: YamlPath, file: string, media: SequenceMedia): TaskSequence {
  const groups: string[] = [];
  let step: StepYaml = yaml.steps[path[1] as number]!;
  for (const index of path.slice(2).filter((part) => typeof part === 'number')) {
    groups.push(step.group!);
    step = step.steps![index]!;
  }
  return {
    name: yaml.name ?? basename(file, extname(file)),
    ...described(yaml.description),
    upgrade: compileUpgrade(step, groups, media),
  };
}

function compileUpgrade(step: StepYaml, groups: readonly string[], media: SequenceMedia): UpgradeStep {
  const { edition, scanOnly, drivers, ignoreDismissible, reflectDrivers, migrateDrivers, key } = step.upgrade ?? {};
  const chosen = chooseDrivers({ drivers, reflectDrivers }, media.packages);
  const variable = key === undefined ? undefined : findVariable(media, key)!.name;
  return {
    name: step.name ?? STEP_NAME,
    ...described(step.description),
    groups,
    scanOnly: scanOnly ?? false,
    ...('ambiguous' in chosen ? {} : chosen),
    ...(edition === undefined ? {} : { edition }),
    ...(ignoreDismissible === undefined ? {} : { ignoreDismissible }),
    ...(migrateDrivers === undefined ? {} : { migrateDrivers }),
    ...(variable === undefined ? {} : { key: variable }),
  };
}

function described(description: string | undefined): { readonly description?: string } {
  return description === undefined ? {} : { description };
}
