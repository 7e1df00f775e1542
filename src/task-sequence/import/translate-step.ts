import { quote } from '../../bytes/quote.js';
import { stepSchema } from '../schema/steps.js';
import type { StepYaml } from '../schema.js';
import { type ImportContext, needVariable, type StepInput, slug } from './context.js';
import { refuseInvalid } from './refuse-invalid.js';
import { StepVariables } from './step-variables.js';
import { REFUSED, TRANSLATIONS, typeKey } from './steps/table.js';
import { Untranslatable } from './untranslatable.js';
import { attribute, childrenNamed, type XmlElement } from './xml.js';

/** What is known of a step, and what its translation has to say. */
interface Own {
  readonly name: string;
  readonly mdt: boolean;
  readonly notes: string[];
  readonly reviews: string[];
}

/**
 * Translates a step of a type that has a meaning here.
 * @param common its name, condition and what else all steps have
 * @throws Untranslatable with the reason
 */
export function translateStep(element: XmlElement, common: StepYaml, own: Own, context: ImportContext): StepYaml {
  const { name, mdt, notes, reviews } = own;
  const given = attribute(element, 'type') ?? '';
  const type = typeKey(given === '' && element.name === 'subtasksequence' ? element.name : given);
  const refused = REFUSED.get(type);
  if (refused !== undefined) throw new Untranslatable(refused);
  if (/^\s*winpe\s*$/i.test(attribute(element, 'runin') ?? '')) {
    throw new Untranslatable('it runs in Windows PE only, and an in-place upgrade never starts it');
  }
  const translate = TRANSLATIONS.get(type);
  if (!translate) throw new Untranslatable(`the type of step ${quote(given)} is not known`);
  const variables = new StepVariables(element);
  const input: StepInput = {
    element,
    type,
    name,
    action: childrenNamed(element, 'action')
      .map(({ text }) => text.trim())
      .join(' ')
      .trim(),
    variables,
    context,
    mdt,
    change: (text) => notes.push(text),
    review: (reason) => reviews.push(reason),
  };
  const { group: _, ...body } = translate(input);
  notes.push(...variables.leftovers());
  const again = body.repeatable === true ? {} : retries(element, notes);
  const step = withoutSecrets({ ...common, ...body, ...again }, own, context);
  notes.push(...attributesLeft(element, step));
  refuseInvalid(stepSchema, step);
  if (step.outputVariable !== undefined) context.set.add(step.outputVariable.toLowerCase());
  return step;
}

/** `retryCount` of every step; exports nearly always say 0. */
function retries(element: XmlElement, notes: string[]): StepYaml {
  const text = (attribute(element, 'retrycount') ?? '').trim();
  if (/^0*$/.test(text)) return {};
  if (/^[1-9]\d?$/.test(text)) return { retry: Number(text) };
  notes.push(`the number of retries (${quote(text)}) was left out`);
  return {};
}

/** Attributes that say something here and have no place in a step of its type. */
function attributesLeft(element: XmlElement, step: StepYaml): string[] {
  const given = (name: string): string => (attribute(element, name) ?? '').trim();
  const hasNoPlace = {
    timeout: !/^0*$/.test(given('timeout')) && step.timeout === undefined && step.upgrade === undefined,
    successCodeList: !/^(?:0|3010|\s)*$/.test(given('successcodelist')) && step.successCodes === undefined,
    startIn: given('startin') !== '' && step.startIn === undefined,
    runFromNet: /^true$/i.test(given('runfromnet')),
  };
  return Object.entries(hasNoPlace)
    .filter(([, left]) => left)
    .map(([name]) => `${name} (${quote(given(name.toLowerCase()))}) was left out`);
}

/** Secrets that stand in a command or value become variables of the media; in what people read they are masked. */
function withoutSecrets(step: StepYaml, { name, notes }: Own, context: ImportContext): StepYaml {
  const asked = new Set<string>();
  const ask = (kind: 'key' | 'secret', value: string): string => {
    const why = kind === 'key' ? `a product key in the step ${quote(name)}` : `a password in the step ${quote(name)}`;
    const variable = needVariable(
      context,
      kind === 'key' ? 'ProductKey' : `Secret${slug(name, 30).replaceAll('-', '')}`,
      why,
      value,
    );
    asked.add(variable);
    return `%${variable}%`;
  };
  const clean = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') {
      return key === 'name' || key === 'description'
        ? context.secrets.mask(value)
        : context.secrets.replace(value, ask);
    }
    if (Array.isArray(value)) return value.map((item) => clean(item, ''));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([inner, item]) => [inner, clean(item, inner)]));
  };
  const result = clean(step, '') as StepYaml;
  for (const variable of asked) notes.push(`a secret that stood in it is the variable ${variable} of the media now`);
  return result;
}
