/** Secrets of an export: values that never appear in what is made of it (facts/configmgr.md, C.2). */
import { attribute, descendants, isTrue, type XmlElement } from './xml.js';

const SECRET_NAME = /password|passwd|secret|productkey|bitlockerpin|startupkey|recoverykey|credential/i;

/** What stands where a secret stood. */
const MASK = '***';

/** Whether a `variable` element has a name that tells of a secret. */
export function hidesValue(variable: XmlElement): boolean {
  const names = [attribute(variable, 'name'), attribute(variable, 'property')];
  // BitLocker writes a truth value under "CreateRecoveryPassword"
  if (/^(?:true|false|none|ad|\d?)$/i.test(variable.text.trim())) return false;
  return names.some((name) => name !== undefined && SECRET_NAME.test(name));
}

/** The element word for word, without the values of secrets. */
export function sourceWithoutSecrets(element: XmlElement, text: string): string {
  let source = text.slice(element.start, element.end);
  const secrets = new Set<string>();
  const spans: XmlElement[] = [];
  for (const inner of descendants(element)) {
    if (inner.name === 'step' && showsNoValue(inner)) {
      spans.push(...descendants(inner).filter((variable) => named(variable, 'variablevalue')));
    }
    const isSecret = (inner.name === 'variable' && hidesValue(inner)) || isTrue(attribute(inner, 'issecret'));
    if (isSecret || /issecret\s*=\s*["']?true/i.test(inner.text)) spans.push(inner);
  }
  for (const span of [...new Set(spans)].sort((a, b) => b.start - a.start)) {
    const value = span.text.trim();
    if (value === '') continue;
    secrets.add(value);
    source = replaceText(source, span.start - element.start, span.end - element.start);
  }
  for (const secret of [...secrets].filter((value) => value.length > 3).sort((a, b) => b.length - a.length)) {
    for (const form of [secret, escapeXml(secret)]) source = source.replaceAll(form, MASK);
  }
  // the command of a hidden variable, and passwords on the command lines that ConfigMgr makes of its steps
  return source
    .replace(
      /(tsenv2?\.exe\s+(?:&quot;|")[^="&]*=)(?:(?!&quot;|").)*((?:&quot;|")\s+\/hiddenflag:true)/gis,
      `$1${MASK}$2`,
    )
    .replace(/(\/(?:pwd|password|pass|key):)(?!\s|(?:AD|None|true|false)\b)[^\s<"&]+/gi, `$1${MASK}`);
}

function showsNoValue(step: XmlElement): boolean {
  return descendants(step).some((variable) => named(variable, 'donotshowvariablevalue') && isTrue(variable.text));
}

function named(variable: XmlElement, name: string): boolean {
  if (variable.name !== 'variable') return false;
  return [attribute(variable, 'name'), attribute(variable, 'property')].some((own) => own?.toLowerCase() === name);
}

/** The content between the tags of an element becomes the mask. */
function replaceText(source: string, start: number, end: number): string {
  const element = source.slice(start, end);
  const open = tagEnd(element);
  const close = element.lastIndexOf('</');
  if (open === -1 || close <= open) return source;
  return `${source.slice(0, start)}${element.slice(0, open + 1)}${MASK}${element.slice(close)}${source.slice(end)}`;
}

/** Where the start tag ends; a ">" may stand in an attribute. */
function tagEnd(element: string): number {
  const match = /^<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>/.exec(element);
  return match ? match[0].length - 1 : -1;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
