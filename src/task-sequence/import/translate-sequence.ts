/** From a sequence in XML to one in YAML: groups, what all steps have in common, and what is left for review. */
import { quote } from '../../bytes/quote.js';
import { InplaceError } from '../../errors.js';
import type { YamlPath } from '../../yaml/field-name.js';
import type { ConditionYaml, SequenceYaml, StepYaml } from '../schema.js';
import { stepType } from '../walk.js';
import type { SequenceComment } from '../write-yaml.js';
import { readConditions, variablesRead } from './conditions.js';
import { type ImportContext, oneLine } from './context.js';
import type { FoundSequence } from './find-sequences.js';
import { reviewStep } from './review.js';
import { refuseMdtVariables } from './steps/mdt-scripts.js';
import { variableOf } from './steps/set-variable.js';
import { translateStep } from './translate-step.js';
import { Untranslatable } from './untranslatable.js';
import { attribute, childrenNamed, isTrue, type XmlElement } from './xml.js';

/** `changed`: translated, and something is not as it was; `review`: a person must deal with it. */
export type Outcome = 'understood' | 'changed' | 'review';

/** What became of a step or group. */
export interface ImportedStep {
  /** place in the YAML, from 1: `2.1.3` */
  readonly number: string;
  /** the key that names its type in the YAML */
  readonly type: string;
  readonly name: string;
  readonly outcome: Outcome;
  /** what is not as it was, or why it must be reviewed */
  readonly notes: readonly string[];
  /** line in the XML it came from */
  readonly line: number;
}

/** A sequence as YAML will hold it. */
export interface TranslatedSequence {
  readonly yaml: SequenceYaml;
  readonly comments: readonly SequenceComment[];
  readonly steps: readonly ImportedStep[];
}

/** The same as a sequence with its children may have. */
const MOST_STEPS = 10_000;

/** YAML takes 64 levels; every group is two of them, and conditions have theirs. */
const DEEPEST = 20;

/** What stands in a step or group beside its steps. */
const PARTS = ['condition', 'action', 'defaultvarlist'];

/**
 * Translates a sequence; what is needed beside it is noted in the context.
 * @throws InplaceError SOURCE_UNSUPPORTED when it is larger or deeper than a sequence may be
 */
export function translateSequence(found: FoundSequence, name: string, context: ImportContext): TranslatedSequence {
  const translator = new Translator(found, context);
  const steps = translator.sequence();
  const description = context.secrets.mask(found.description).slice(0, 255);
  const yaml = { name, ...(description === '' ? {} : { description }), steps };
  return { yaml, comments: translator.comments, steps: translator.steps };
}

class Translator {
  readonly comments: SequenceComment[] = [];
  readonly steps: ImportedStep[] = [];
  readonly #mdt: boolean;

  constructor(
    readonly found: FoundSequence,
    readonly context: ImportContext,
  ) {
    this.#mdt = /%SCRIPTROOT%|"BDD_|ZTI\w+\.wsf/i.test(found.text);
  }

  sequence(): StepYaml[] {
    const { root } = this.found;
    const version = attribute(root, 'version') ?? '';
    if (!['3.00', '3.10'].includes(version)) {
      this.context.notes.add(`The sequence says that it is of version ${quote(version)}; 3.00 and 3.10 are known`);
    }
    const variables = childrenNamed(root, 'globalvarlist').flatMap((list) => childrenNamed(list, 'variable'));
    const own = this.#globalVariables(variables.filter(({ text }) => text.trim() !== ''));
    const rest = root.children.filter(({ name }) => !['globalvarlist', 'referencelist'].includes(name));
    return [...own, ...this.#list(rest, ['steps'], own.length)];
  }

  /** Variables of the whole sequence are set first; of two with one name the last counts. */
  #globalVariables(variables: readonly XmlElement[]): StepYaml[] {
    const last = new Map<string, { element: XmlElement; twice: boolean }>();
    for (const element of variables) {
      const name = (attribute(element, 'name') ?? attribute(element, 'property') ?? '').toLowerCase();
      const before = last.get(name);
      last.set(name, {
        element,
        twice: before !== undefined && (before.twice || before.element.text !== element.text),
      });
    }
    if (last.size === 0) return [];
    const path: YamlPath = ['steps', 0];
    const group = { group: 'Variables of the sequence' };
    this.#add(path, group, variables[0]!, []);
    const steps = [...last.values()].map(({ element, twice }, index) => {
      const notes = twice ? ['the sequence gives it twice; the last value was taken'] : [];
      return this.#globalVariable(element, [...path, 'steps', index], notes);
    });
    return [{ ...group, steps }];
  }

  #globalVariable(element: XmlElement, path: YamlPath, notes: string[]): StepYaml {
    const name = attribute(element, 'name') ?? attribute(element, 'property') ?? '';
    const value = element.text.trim();
    const hidden = this.context.secrets.mask(value) !== value;
    try {
      const step = { setVariable: variableOf(this.context, name, value, hidden) };
      this.#add(path, step, element, notes);
      return step;
    } catch (error) {
      return this.#review(path, element, error, {});
    }
  }

  #list(elements: readonly XmlElement[], path: YamlPath, from: number): StepYaml[] {
    const steps: StepYaml[] = [];
    for (const element of elements) {
      if (this.steps.length >= MOST_STEPS) throw this.#tooLarge(element, `has more than ${MOST_STEPS} steps`);
      const at = (): YamlPath => [...path, from + steps.length];
      if (element.name === 'group') steps.push(this.#group(element, at()));
      else if (element.name === 'step' || element.name === 'subtasksequence') {
        steps.push(...this.#step(element, path, from + steps.length));
      } else {
        const reason = new Untranslatable(`an element ${quote(element.name)} is not known here`);
        steps.push(this.#review(at(), element, reason, {}));
      }
    }
    return steps;
  }

  #group(element: XmlElement, path: YamlPath): StepYaml {
    if (path.length > 2 * DEEPEST) throw this.#tooLarge(element, `nests groups more than ${DEEPEST} deep`);
    const notes: string[] = [];
    const group = this.#nameOf(element, notes) || 'Group';
    let when: readonly ConditionYaml[] = [];
    let problem: unknown;
    try {
      when = this.#conditions(element);
    } catch (error) {
      problem = error;
    }
    const step = { group, ...this.#common(element, notes), ...whenOf(when) };
    this.#unknownParts(element, notes);
    this.#add(path, step, element, notes);
    const inner: YamlPath = [...path, 'steps'];
    const before = problem === undefined ? [] : this.#groupCondition(element, inner, problem);
    const parts = ['condition', 'defaultvarlist', 'action'];
    const rest = element.children.filter((child) => !parts.includes(child.name) || holdsSomething(child));
    return { ...step, steps: [...before, ...this.#list(rest, inner, before.length)] };
  }

  /** The group keeps its steps; the lint refuses it as long as nobody has written its condition. */
  #groupCondition(element: XmlElement, path: YamlPath, problem: unknown): StepYaml[] {
    const told = `${reasonOf(problem)}; write it as "when" of the group around this, and remove this step`;
    return childrenNamed(element, 'condition').map((condition, index) => {
      const at = [...path, index];
      return this.#review(at, condition, new Untranslatable(told), { name: 'Condition of the group' });
    });
  }

  /** @param index where its first step stands in the list */
  #step(element: XmlElement, list: YamlPath, index: number): StepYaml[] {
    const notes: string[] = [];
    const reviews: string[] = [];
    const name = this.#nameOf(element, notes);
    const common = { ...(name === '' ? {} : { name }), ...this.#common(element, notes) };
    let when: readonly ConditionYaml[] = [];
    try {
      when = this.#conditions(element);
      this.#unknownParts(element, notes);
      const strange = element.children.find((child) => !PARTS.includes(child.name));
      if (strange) throw new Untranslatable(`it holds an element ${quote(strange.name)}, which is not known`);
      const own = { name, mdt: this.#mdt, notes, reviews };
      const step = translateStep(element, { ...common, ...whenOf(when) }, own, this.context);
      const before = reviews.map((reason, at) =>
        this.#review([...list, index + at], element, new Untranslatable(reason), common),
      );
      this.#add([...list, index + before.length], step, element, notes);
      return [...before, step];
    } catch (error) {
      return [this.#review([...list, index], element, error, { ...common, ...whenOf(when) })];
    }
  }

  #review(path: YamlPath, element: XmlElement, error: unknown, common: StepYaml): StepYaml {
    const reason = this.context.secrets.mask(reasonOf(error)).slice(0, 1000);
    const step = reviewStep(element, this.found.text, reason, common, this.context);
    this.steps.push({ ...this.#item(path, step, element), outcome: 'review', notes: [reason] });
    return step;
  }

  /** @throws Untranslatable */
  #conditions(element: XmlElement): ConditionYaml[] {
    const conditions = readConditions(element);
    const names = conditions.flatMap(variablesRead);
    if (this.#mdt) refuseMdtVariables(names, this.context.set);
    for (const name of names) this.context.read.set(name.toLowerCase(), name);
    return conditions;
  }

  #common(element: XmlElement, notes: string[]): StepYaml {
    const whole = oneLine(this.context.secrets.mask(attribute(element, 'description') ?? ''));
    if (whole.length > 255) notes.push('the description was cut to 255 characters');
    return {
      ...(whole === '' ? {} : { description: whole.slice(0, 255).trim() }),
      ...(isTrue(attribute(element, 'continueonerror')) ? { continueOnError: true } : {}),
      ...(isTrue(attribute(element, 'disable')) ? { disabled: true } : {}),
    };
  }

  #nameOf(element: XmlElement, notes: string[]): string {
    const whole = oneLine(this.context.secrets.mask(attribute(element, 'name') ?? ''));
    if (whole.length <= 100) return whole;
    notes.push('the name was cut to 100 characters');
    return whole.slice(0, 100).trim();
  }

  #unknownParts(element: XmlElement, notes: string[]): void {
    const text = element.text.trim();
    if (text !== '') notes.push(`the text ${quote(this.context.secrets.mask(text))} in it was left out`);
    for (const { name, value } of element.attributes) {
      if (ATTRIBUTES.includes(name) || name.startsWith('xmlns')) continue;
      notes.push(`the attribute ${quote(name)} (${quote(this.context.secrets.mask(value))}) was left out`);
    }
  }

  #add(path: YamlPath, step: StepYaml, element: XmlElement, notes: readonly string[]): void {
    const told = notes.map((note) => this.context.secrets.mask(note));
    const outcome = told.length === 0 ? 'understood' : 'changed';
    this.steps.push({ ...this.#item(path, step, element), outcome, notes: told });
    if (told.length > 0) this.comments.push({ path, text: told.map((note) => `Imported: ${note}`).join('\n') });
  }

  #item(path: YamlPath, step: StepYaml, element: XmlElement) {
    const number = path.filter((part) => typeof part === 'number').map((part) => Number(part) + 1);
    return { number: number.join('.'), type: stepType(step), name: step.group ?? step.name ?? '', line: element.line };
  }

  #tooLarge({ line, column }: XmlElement, what: string): InplaceError {
    const where = { file: this.found.file, line, column };
    return new InplaceError({ code: 'SOURCE_UNSUPPORTED', message: `The sequence ${what}`, where });
  }
}

/** What steps and groups of exports carry (facts/configmgr.md, D.2, D.4); those that say nothing here among them. */
const ATTRIBUTES: readonly string[] = [
  ...['type', 'name', 'description', 'disable', 'continueonerror', 'timeout', 'runin', 'successcodelist'],
  ...['retrycount', 'runfromnet', 'startin', 'expand', 'collapsed'],
];

function whenOf(conditions: readonly ConditionYaml[]): Pick<StepYaml, 'when'> {
  if (conditions.length === 0) return {};
  return { when: conditions.length === 1 ? conditions[0]! : [...conditions] };
}

/** MDT writes an empty `action` into groups; one with text would be lost. */
function holdsSomething(element: XmlElement): boolean {
  return element.name === 'action'
    ? element.text.trim() !== ''
    : element.name === 'defaultvarlist' && element.children.length > 0;
}

/** @throws what is no reason but a mistake of the program */
function reasonOf(error: unknown): string {
  if (error instanceof Untranslatable) return error.message;
  throw error;
}
