/** Secrets of an export: values that never appear in what is made of it (facts/configmgr.md, C.2). */
import { InplaceError } from '../../errors.js';
import { decodeScript } from './inline-script.js';
import { Untranslatable } from './untranslatable.js';
import { attribute, childrenNamed, descendants, isTrue, type XmlElement } from './xml.js';

const SECRET_NAME = /password|passwd|secret|productkey|bitlockerpin|startupkey|recoverykey|credential/i;

/** Values that are no secret, whatever their name says: BitLocker writes a truth value under "CreateRecoveryPassword". */
const NO_SECRET = /^(?:true|false|yes|no|none|ad|\d?|%[^%]+%)$/i;

const PRODUCT_KEY = /(?<![A-Za-z0-9-])[A-Za-z0-9]{5}(?:-[A-Za-z0-9]{5}){4}(?![A-Za-z0-9-])/g;

/** What stands where a secret stood. */
const MASK = '***';

/** Shorter values are found by their place alone: they are part of too many words. */
const SHORTEST = 4;
const MOST_SECRETS = 500;

/** Every secret value of an import. */
export class Secrets {
  /** longest first */
  readonly #values: readonly string[];

  private constructor(values: readonly string[]) {
    this.#values = values;
  }

  /**
   * Collects them from the elements of several sequences.
   * @throws InplaceError SOURCE_UNSUPPORTED when there are more than any real sequence has
   */
  static of(roots: readonly XmlElement[], file: string): Secrets {
    const values = new Set<string>();
    for (const root of roots) {
      for (const span of secretSpans(root)) {
        for (const value of valuesOf(span)) if (value.length >= SHORTEST) values.add(value);
      }
    }
    if (values.size > MOST_SECRETS) {
      const message = `The sequence holds more than ${MOST_SECRETS} passwords and hidden values`;
      throw new InplaceError({ code: 'SOURCE_UNSUPPORTED', message, where: { file } });
    }
    return new Secrets([...values].sort((a, b) => b.length - a.length));
  }

  /** The text with a mask where a secret or a product key stood. */
  mask(text: string): string {
    return this.replace(text, () => MASK);
  }

  /** The text with something else where a secret or a product key stood. */
  replace(text: string, by: (kind: 'key' | 'secret', value: string) => string): string {
    let result = text.replace(PRODUCT_KEY, (key) => by('key', key));
    for (const value of this.#values) {
      for (const form of new Set([value, escapeXml(value)])) {
        result = replaceWhole(result, form, () => by('secret', value));
      }
    }
    return result;
  }
}

/** Replaces where no letter or digit stands beside it: a password "admin" is no part of "administrators". */
function replaceWhole(text: string, value: string, by: () => string): string {
  const pieces: string[] = [];
  let done = 0;
  for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + value.length)) {
    const beside = `${text.charAt(at - 1)}${text.charAt(at + value.length)}`;
    if (/[\p{L}\p{N}]/u.test(beside)) continue;
    pieces.push(text.slice(done, at), by());
    done = at + value.length;
  }
  return pieces.length === 0 ? text : pieces.join('') + text.slice(done);
}

/** Whether a `variable` element has a name that tells of a secret. */
export function hidesValue(variable: XmlElement): boolean {
  const names = [attribute(variable, 'name'), attribute(variable, 'property')];
  if (NO_SECRET.test(variable.text.trim())) return false;
  return names.some((name) => name !== undefined && SECRET_NAME.test(name));
}

/**
 * The element word for word, line ends as XML reads them, without the values of secrets.
 * @param text the document it stands in
 */
export function sourceWithoutSecrets(element: XmlElement, text: string, secrets: Secrets): string {
  const pieces: string[] = [];
  let done = element.start;
  const packed = new Map(packedScripts(element, secrets));
  for (const span of [...secretSpans(element), ...packed.keys()].sort((a, b) => a.start - b.start)) {
    if (span.start < done || span.text.trim() === '') continue;
    pieces.push(text.slice(done, span.start), maskContent(text.slice(span.start, span.end), packed.get(span)));
    done = span.end;
  }
  pieces.push(text.slice(done, element.end));
  // the command of a hidden variable, and passwords on the command lines that ConfigMgr makes of its steps
  return secrets
    .mask(pieces.join('').replace(/\r\n?/g, '\n'))
    .replace(/(tsenv2?\.exe\s+(?:&quot;|")[^="&]*=)[^"\n]{0,4000}?((?:&quot;|")\s+\/hiddenflag:true)/gi, `$1${MASK}$2`)
    .replace(/(\/(?:pwd|password|pass|key):)(?!\s|(?:AD|None|true|false)\b)[^\s<"&]+/gi, `$1${MASK}`);
}

/** The elements whose text is, or holds, a secret. */
function secretSpans(root: XmlElement): XmlElement[] {
  const spans = new Set<XmlElement>();
  for (const inner of descendants(root)) {
    if (inner.name === 'variable' && hidesValue(inner)) spans.add(inner);
    else if (isTrue(attribute(inner, 'issecret')) || IS_SECRET.test(inner.text)) spans.add(inner);
    else if (inner.name === 'step') for (const variable of hiddenValues(inner)) spans.add(variable);
  }
  return [...spans];
}

/** Rules of dynamic variables stand in the text of a variable, as XML of their own. */
const IS_SECRET = /issecret\s*=\s*["']?true/i;

/** The value of a variable that the editor was told not to show. */
function hiddenValues(step: XmlElement): XmlElement[] {
  const variables = childrenNamed(step, 'defaultvarlist').flatMap((list) => childrenNamed(list, 'variable'));
  const named = (variable: XmlElement, name: string): boolean =>
    [attribute(variable, 'name'), attribute(variable, 'property')].some((own) => own?.toLowerCase() === name);
  if (!variables.some((item) => named(item, 'donotshowvariablevalue') && isTrue(item.text))) return [];
  return variables.filter((item) => named(item, 'variablevalue') && !NO_SECRET.test(item.text.trim()));
}

function valuesOf(span: XmlElement): string[] {
  const inner = [...span.text.matchAll(/<[^<>]*issecret\s*=\s*["']?true[^<>]*>([^<]*)</gi)].map(([, value]) => value!);
  const values = IS_SECRET.test(span.text) ? inner : [span.text];
  return values.map((value) => value.trim()).filter((value) => !NO_SECRET.test(value));
}

/** Scripts in base64 that hold a secret, and what they are without it. */
function packedScripts(root: XmlElement, secrets: Secrets): [XmlElement, string][] {
  return descendants(root).flatMap((element): [XmlElement, string][] => {
    const names = [attribute(element, 'name'), attribute(element, 'property')];
    if (element.name !== 'variable' || !names.some((name) => /SourceScript$/i.test(name ?? ''))) return [];
    const script = tryDecode(element.text);
    const masked = secrets.mask(script);
    return masked === script ? [] : [[element, Buffer.from(`\ufeff${masked}`, 'utf16le').toString('base64')]];
  });
}

function tryDecode(source: string): string {
  try {
    return decodeScript(source);
  } catch (error) {
    if (error instanceof Untranslatable) return '';
    throw error;
  }
}

/** The content between the tags of an element becomes the mask. A ">" may stand in an attribute. */
function maskContent(element: string, instead = MASK): string {
  const open = /^<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>/.exec(element)?.[0].length ?? 0;
  const close = element.lastIndexOf('</');
  return open === 0 || close < open ? element : `${element.slice(0, open)}${instead}${element.slice(close)}`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
