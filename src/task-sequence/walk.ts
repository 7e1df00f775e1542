import type { Place } from '../errors.js';
import type { YamlPath } from '../yaml/field-name.js';
import { chooseDrivers } from './drivers.js';
import type { SequenceMedia, TaskSequence, UpgradeOption, UpgradeStep } from './model.js';
import { parseDuration } from './schema/durations.js';
import type { StepYaml } from './schema.js';

/** Name of a step that has none, by its type; ConfigMgr's words where it has the step. */
const STEP_NAMES: Readonly<Record<string, string>> = {
  checkReadiness: 'Check readiness',
  runCommand: 'Run command line',
  runPowerShell: 'Run PowerShell script',
  installApplication: 'Install application',
  installPackage: 'Install package',
  installUpdates: 'Install updates',
  installDrivers: 'Install drivers',
  copyFiles: 'Copy files',
  setVariable: 'Set task sequence variable',
  setDynamicVariables: 'Set dynamic variables',
  disableBitLocker: 'Disable BitLocker',
  enableBitLocker: 'Enable BitLocker',
  upgrade: 'Upgrade the operating system',
  restart: 'Restart computer',
  runTaskSequence: 'Run task sequence',
  collectLogs: 'Collect logs',
  stop: 'Stop',
  review: 'Review',
};

/** A step or group, and where it stands. */
export interface WalkedStep {
  readonly step: StepYaml;
  /** `group`, or the key that names the type */
  readonly type: string;
  /** from 1: `2.1.3`; the steps of a child sequence count below the step that runs it */
  readonly number: string;
  /** path in the file of `sequence` */
  readonly path: YamlPath;
  readonly sequence: TaskSequence;
  /** names of the groups around it, outermost first */
  readonly groups: readonly string[];
}

/** The type of a step; the schema makes sure that there is one. */
export function stepType(step: StepYaml): string {
  return Object.hasOwn(step, 'group')
    ? 'group'
    : (Object.keys(STEP_NAMES).find((type) => Object.hasOwn(step, type)) ?? '');
}

/** The name people see: the step's own, or that of its type. */
export function stepName(step: StepYaml): string {
  return step.group ?? step.name ?? STEP_NAMES[stepType(step)] ?? '';
}

/** Every group and step of a sequence in its order, each group before its steps, those of children included. */
export function walkSteps(sequence: TaskSequence): WalkedStep[] {
  return walkList(sequence, sequence.yaml.steps, { path: ['steps'], number: '', groups: [] });
}

function walkList(
  sequence: TaskSequence,
  steps: readonly StepYaml[],
  at: { readonly path: YamlPath; readonly number: string; readonly groups: readonly string[] },
): WalkedStep[] {
  return steps.flatMap((step, index) => {
    const path = [...at.path, index];
    const number = `${at.number}${index + 1}`;
    const type = stepType(step);
    const own: WalkedStep = { step, type, number, path, sequence, groups: at.groups };
    const groups = [...at.groups, stepName(step)];
    const child = step.runTaskSequence === undefined ? undefined : sequence.children[step.runTaskSequence];
    const inner = child
      ? walkList(child, child.yaml.steps, { path: ['steps'], number: `${number}.`, groups })
      : walkList(sequence, step.steps ?? [], { path: [...path, 'steps'], number: `${number}.`, groups });
    return [own, ...inner];
  });
}

/** An upgrade step, and where it stands. */
export interface FoundUpgrade {
  readonly step: UpgradeStep;
  /** `2.1`: see `WalkedStep.number` */
  readonly number: string;
  /** Where an option of the step stands; the step, where it was left out. */
  place(option: UpgradeOption): Place;
}

/** Every upgrade step of a sequence in its order, with the drivers of the media chosen. */
export function upgradeSteps(sequence: TaskSequence, media: SequenceMedia): FoundUpgrade[] {
  return walkSteps(sequence)
    .filter(({ type }) => type === 'upgrade')
    .map(({ step, number, path, groups, sequence: own }) => ({
      step: upgradeStep(step, groups, media),
      number,
      place: (option) => own.place([...path, 'upgrade', option]),
    }));
}

/** The upgrade step that the sequence is about: the first that is no scan, else the first; undefined when it has none. */
export function mainUpgrade(sequence: TaskSequence, media: SequenceMedia): FoundUpgrade | undefined {
  const steps = upgradeSteps(sequence, media);
  return steps.find(({ step }) => !step.scanOnly) ?? steps[0];
}

/** What an upgrade step asks of Setup, as the table of `setup-command.ts` takes it. */
export function upgradeStep(step: StepYaml, groups: readonly string[], media: SequenceMedia): UpgradeStep {
  const { edition, scanOnly, ignoreDismissible, migrateDrivers, key, expect, switches, ...named } = step.upgrade ?? {};
  const { ambiguous: _, ...chosen } = chooseDrivers(named, media.packages);
  // The engine's names are not case-sensitive; the definition's spelling is what people know.
  const variable = key === undefined ? undefined : (findVariable(media, key)?.name ?? key);
  return {
    name: stepName(step),
    ...(step.description === undefined ? {} : { description: step.description }),
    groups,
    scanOnly: scanOnly ?? false,
    ...chosen,
    ...(edition === undefined ? {} : { edition }),
    ...(ignoreDismissible === undefined ? {} : { ignoreDismissible }),
    ...(migrateDrivers === undefined ? {} : { migrateDrivers }),
    ...(variable === undefined ? {} : { key: variable }),
    ...(expect === undefined ? {} : { expect: parseDuration(expect) }),
    ...(switches === undefined ? {} : { switches }),
  };
}

/** Variable names are not case-sensitive (facts/configmgr.md, C). */
export function findVariable(media: SequenceMedia, name: string): SequenceMedia['variables'][number] | undefined {
  return media.variables.find((variable) => variable.name.toLowerCase() === name.toLowerCase());
}
