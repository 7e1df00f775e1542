import { quote } from '../../bytes/quote.js';
import type { StepYaml } from '../schema.js';
import { type ImportContext, slug } from './context.js';
import { sourceWithoutSecrets } from './secrets.js';
import { attribute, type XmlElement } from './xml.js';

/** Characters of a source that stands in the YAML; a longer one, such as a step with a script in it, is a file beside it. */
const LONGEST = 8000;

/**
 * A step that holds an element word for word, until a person has dealt with it.
 * @param text the document that the element stands in
 */
export function reviewStep(
  element: XmlElement,
  text: string,
  reason: string,
  common: StepYaml,
  context: ImportContext,
): StepYaml {
  const whole = sourceWithoutSecrets(element, text, context.secrets);
  const type = (attribute(element, 'type') ?? '').trim().slice(0, 256);
  const source = whole.length <= LONGEST ? whole : keepAside(whole, common.name ?? element.name, context);
  const review = {
    ...(type === '' ? {} : { type }),
    reason: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}`,
    source,
  };
  return { ...common, review };
}

/** Writes it into a file beside the sequence. @returns what the YAML says instead */
function keepAside(whole: string, name: string, context: ImportContext): string {
  const number = String(context.sources.size + 1).padStart(2, '0');
  const path = `${context.label}-review/${number}-${slug(name) || 'step'}.xml`;
  context.sources.set(path, whole);
  return `${whole.slice(0, 400)}\n… ${whole.length} characters, all of them in ${quote(path)}`;
}
