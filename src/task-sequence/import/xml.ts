/**
 * A small tree of XML elements with their places, read within bounds. Nothing outside the text is fetched, and no entity
 * but XML's own five is expanded.
 */
import { SaxesParser } from 'saxes';
import { type Finding, InplaceError } from '../../errors.js';

/** An element. Names are compared without case: exports do not agree on it (facts/configmgr.md, L). */
export interface XmlElement {
  /** in lower case */
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: XmlElement[];
  /** text of this element alone, without that of its children */
  text: string;
  /** from 1 */
  readonly line: number;
  readonly column: number;
  /** UTF-16 code units in the document; the element with its tags */
  readonly start: number;
  end: number;
}

export interface XmlAttribute {
  /** in lower case */
  readonly name: string;
  readonly value: string;
}

/** Groups nest; 64 levels are more than YAML takes. */
const MAX_DEPTH = 100;
const MAX_ELEMENTS = 200_000;

/**
 * Reads an XML document.
 * @param file how findings call it
 * @throws InplaceError SOURCE_CORRUPT with line and column; SOURCE_UNSUPPORTED for a DTD
 */
export function parseXml(text: string, file: string): XmlElement {
  const parser = new SaxesParser();
  const starts = lineStarts(text);
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  const fail = (message: string, code: Finding['code'] = 'SOURCE_CORRUPT'): never => {
    const offset = Math.min(parser.position, text.length);
    throw new InplaceError({ code, message, where: { file, ...placeOf(starts, offset) } });
  };
  parser.on('error', (error) =>
    fail(`The XML cannot be read: ${error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')}`),
  );
  parser.on('doctype', () => fail('The XML declares a document type (DTD), which is not read', 'SOURCE_UNSUPPORTED'));
  parser.on('opentag', (tag) => {
    elements += 1;
    if (elements > MAX_ELEMENTS) fail(`The XML has more than ${MAX_ELEMENTS} elements`);
    if (open.length >= MAX_DEPTH) fail(`The elements of the XML are nested more than ${MAX_DEPTH} deep`);
    const attributes = Object.entries(tag.attributes).map(([name, value]) => ({
      name: name.toLowerCase(),
      value: String(value),
    }));
    // a tag holds no "<" behind its first character: in a value it is an error
    const start = Math.max(0, text.lastIndexOf('<', parser.position - 1));
    const place = placeOf(starts, start);
    const element = { name: tag.name.toLowerCase(), attributes, children: [], text: '', ...place, start, end: start };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  const addText = (piece: string): void => {
    const element = open.at(-1);
    if (element) element.text += piece;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const element = open.pop();
    if (element) element.end = parser.position;
  });
  parser.write(text).close();
  return root ?? fail('The XML has no element');
}

/** Value of the first attribute of that name (lower case). */
export function attribute(element: XmlElement, name: string): string | undefined {
  return element.attributes.find((candidate) => candidate.name === name)?.value;
}

/** Children of that name (lower case). */
export function childrenNamed(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((candidate) => candidate.name === name);
}

/** Whether an attribute says true. */
export function isTrue(value: string | undefined): boolean {
  return /^\s*(?:true|1|yes)\s*$/i.test(value ?? '');
}

/** Every element below this one and itself, each before its children. */
export function descendants(element: XmlElement): XmlElement[] {
  return [element, ...element.children.flatMap(descendants)];
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function placeOf(starts: readonly number[], offset: number): { line: number; column: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - starts[low]! + 1 };
}
