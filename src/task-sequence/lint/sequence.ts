/**
 * A sequence as the lint sees it. It may be wrong elsewhere: schema and lint are reported together, so that nothing here
 * relies on the schema.
 */
import type { Place } from '../../errors.js';
import { isMapping, valueAt, type YamlPath } from '../../yaml/field-name.js';
import type { SequenceMedia } from '../model.js';
import { STEP_TYPES } from '../schema/steps.js';

/** Most steps that are looked at, those of children every time they are run: more is refused elsewhere. */
export const MOST_STEPS = 10_000;

/** A sequence file, checked or not. */
export interface LintFile {
  readonly file: string;
  readonly value: unknown;
  /** by `runTaskSequence` as it is written */
  readonly children: Readonly<Record<string, LintFile>>;
  /** whether all of it could be read, its children too */
  readonly readable: boolean;
  place(path: YamlPath): Place;
  keyPlace(path: YamlPath): Place;
}

/** A step or group that can be recognised. */
export interface LintStep {
  readonly file: LintFile;
  readonly path: YamlPath;
  /** `group` or the key that names the type; undefined where there is none, or several */
  readonly type: string | undefined;
  readonly value: Readonly<Record<string, unknown>>;
  /** groups and steps with children around it, outermost first */
  readonly parents: readonly LintStep[];
  /** neither it nor what is around it is disabled */
  readonly enabled: boolean;
  /** place among all steps */
  readonly index: number;
}

/** A text file of a package that a step runs. */
export interface PackageScript {
  readonly packageId: string;
  /** path in the package, as it is there */
  readonly path: string;
  readonly text: string;
}

/** What is known of the Windows on the media; what is not known is empty. */
export interface LintWindows {
  /** which kinds of Windows its images are; empty when they do not say */
  readonly products: readonly ('client' | 'server')[];
  /** x86, x64, arm64 */
  readonly architectures: readonly string[];
  /** base languages: en-US */
  readonly languages: readonly string[];
}

/** Everything that rules look at. */
export interface LintSequence {
  readonly file: LintFile;
  /** in the order in which they run, each group before its steps, those of children included */
  readonly steps: readonly LintStep[];
  /** every step could be recognised: only then it can be said that one is missing */
  readonly complete: boolean;
  readonly media: SequenceMedia;
  readonly scripts: readonly PackageScript[];
  readonly windows?: LintWindows;
}

/** Everything that the lint knows beside the files. */
export interface LintSurroundings {
  readonly media: SequenceMedia;
  readonly scripts?: readonly PackageScript[];
  readonly windows?: LintWindows;
}

/** The steps of a file and its children, flat. */
export function lintSequence(file: LintFile, { media, scripts = [], windows }: LintSurroundings): LintSequence {
  const steps: LintStep[] = [];
  let complete = file.readable;
  const walk = (from: LintFile, path: YamlPath, parents: readonly LintStep[]): void => {
    const list = valueAt(from.value, path);
    if (!Array.isArray(list)) {
      complete = false;
      return;
    }
    list.forEach((value: unknown, index) => {
      if (!isMapping(value) || steps.length >= MOST_STEPS) {
        complete = false;
        return;
      }
      const step = readStep(from, [...path, index], value, parents, steps.length);
      if (step.type === undefined) complete = false;
      steps.push(step);
      if (step.type === 'group') walk(from, [...step.path, 'steps'], [...parents, step]);
      if (step.type !== 'runTaskSequence') return;
      const name = value['runTaskSequence'];
      const child = typeof name === 'string' && Object.hasOwn(from.children, name) ? from.children[name] : undefined;
      if (child) walk(child, ['steps'], [...parents, step]);
      else complete = false;
    });
  };
  walk(file, ['steps'], []);
  return { file, steps, complete, media, scripts, ...(windows ? { windows } : {}) };
}

function readStep(
  file: LintFile,
  path: YamlPath,
  value: Record<string, unknown>,
  parents: readonly LintStep[],
  index: number,
): LintStep {
  const types = Object.keys(value).filter((key) => STEP_TYPES.includes(key));
  const enabled = value['disabled'] !== true && (parents.at(-1)?.enabled ?? true);
  return { file, path, type: types.length === 1 ? types[0] : undefined, value, parents, enabled, index };
}

/** The value of a field of the step. */
export function field(step: LintStep, ...path: YamlPath): unknown {
  return valueAt(step.value, path);
}

/** The value of a field when it is text. */
export function textField(step: LintStep, ...path: YamlPath): string | undefined {
  const value = field(step, ...path);
  return typeof value === 'string' ? value : undefined;
}

/** Whether the step belongs to a group that runs only after a failure. */
export function inFailureGroup(step: LintStep): boolean {
  return step.value['onFailure'] === true || step.parents.some(({ value }) => value['onFailure'] === true);
}

/** Whether the step is an upgrade that is none of a scan. */
export function isUpgrade(step: LintStep): boolean {
  return step.type === 'upgrade' && field(step, 'upgrade', 'scanOnly') !== true;
}

/** The upgrade steps that can run, in their order; scans are none. */
export function upgrades({ steps }: LintSequence): readonly LintStep[] {
  return steps.filter((step) => step.enabled && isUpgrade(step) && !inFailureGroup(step));
}

/** Whether anything says when the step runs: `when: []` says nothing. */
export function hasCondition({ value }: LintStep): boolean {
  const { when } = value;
  return when !== undefined && !(Array.isArray(when) && when.length === 0);
}

/** Everything that the step says itself, as one text to search in; the steps of a group are not its own. */
export function ownText({ value }: LintStep): string {
  const { steps: _, ...own } = value;
  return JSON.stringify(own);
}

/** Whether a step has a condition, its own or of a group, that the other one does not share. */
export function isConditionalBeside(step: LintStep, other: LintStep): boolean {
  return [...step.parents.filter((parent) => !other.parents.includes(parent)), step].some(hasCondition);
}
