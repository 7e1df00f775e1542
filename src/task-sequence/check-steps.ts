import type { Finding } from '../errors.js';
import { formatField, isMapping, type YamlPath } from '../yaml/field-name.js';
import type { YamlDocument } from '../yaml/yaml-document.js';
import { STEP_TYPES } from './schema/steps.js';

export interface CheckedSteps {
  readonly findings: readonly Finding[];
  /** paths of all upgrade steps, in the order they would run */
  readonly upgrades: readonly YamlPath[];
}

/** What the schema cannot say: every step has one type, groups have steps, and the sequence upgrades once. */
export function checkSteps(document: YamlDocument): CheckedSteps {
  const checker = new StepChecker(document);
  checker.checkList(['steps']);
  const { findings, upgrades } = checker;
  const [first, second] = upgrades;
  if (first === undefined && checker.complete) {
    checker.report(['steps'], 'The sequence has no upgrade step, expected one', 'Add the step "- upgrade: {}"');
  }
  if (second !== undefined) {
    findings.push({
      code: 'SEQUENCE_NOT_BUILT',
      message: `A second upgrade step does not work yet, the first is ${formatField(first!)}`,
      where: document.keyPlace([...second, 'upgrade']),
      hint: 'Keep one. To only ask Windows Setup, make a second media with "upgrade: { scanOnly: true }"',
    });
  }
  return { findings, upgrades };
}

class StepChecker {
  readonly findings: Finding[] = [];
  readonly upgrades: YamlPath[] = [];
  /** whether every step could be recognised; where not, one of them may be the upgrade step, mistyped */
  complete = true;

  constructor(readonly document: YamlDocument) {}

  checkList(path: YamlPath): void {
    const steps = this.document.at(path);
    if (!Array.isArray(steps)) this.complete = false;
    else for (const [index, step] of steps.entries()) this.#checkStep([...path, index], step);
  }

  report(path: YamlPath, message: string, hint: string): void {
    this.findings.push({ code: 'SEQUENCE_INVALID', message, where: this.document.keyPlace(path), hint });
  }

  #checkStep(path: YamlPath, step: unknown): void {
    if (!isMapping(step)) {
      this.complete = false;
      return;
    }
    const [type, second] = Object.keys(step).filter((key) => STEP_TYPES.includes(key));
    if (type === undefined) this.#withoutType(path, step);
    else if (second !== undefined) {
      const hint = 'Make a step of each: every step begins with its own dash';
      this.report([...path, second], `The step has two types, "${type}" and "${second}", expected one`, hint);
    }
    if (Object.hasOwn(step, 'upgrade')) this.upgrades.push(path);
    if (Object.hasOwn(step, 'group')) this.#checkGroup(path, step);
    else if (Object.hasOwn(step, 'steps')) {
      this.report([...path, 'steps'], 'Only a group has steps', 'Write "- group: NAME" before the steps');
      this.checkList([...path, 'steps']);
    }
  }

  #withoutType(path: YamlPath, step: Record<string, unknown>): void {
    this.complete = false;
    // A mistyped type is reported as an unknown key already; a list of steps without a group is reported below.
    const known = ['name', 'description', 'steps'];
    if (Object.keys(step).some((key) => !known.includes(key)) || Object.hasOwn(step, 'steps')) return;
    this.report(path, 'The step has no type', 'Write "- upgrade: {}", or "- group: NAME" with "steps:" below it');
  }

  #checkGroup(path: YamlPath, group: Record<string, unknown>): void {
    if (Object.hasOwn(group, 'steps')) {
      this.checkList([...path, 'steps']);
      return;
    }
    this.complete = false;
    this.report(path, '"steps" is missing, expected the list of steps of the group', 'A group holds steps');
  }
}
