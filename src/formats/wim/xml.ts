/** A small tree of XML elements, read within bounds. Nothing outside the text is ever fetched, no entity is expanded. */
import { SaxesParser } from 'saxes';

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  /** text of this element alone, without that of its children */
  text: string;
  readonly span: XmlSpan;
}

/** Where an element stands: UTF-16 code units from the start of the text. */
export interface XmlSpan {
  readonly start: number;
  /** behind the start tag; `end` for `<A/>` */
  innerStart: number;
  /** in front of the end tag; `end` for `<A/>` */
  innerEnd: number;
  /** behind the end tag */
  end: number;
}

const MAX_DEPTH = 64;
const MAX_ELEMENTS = 200_000;

/** What is wrong with the text, and where in it. */
export class XmlProblem extends Error {
  constructor(
    message: string,
    /** UTF-16 code units from the start of the text */
    readonly position: number,
  ) {
    super(message);
  }
}

/** @throws XmlProblem when the text is not well-formed, or deeper or larger than any WIM's */
export function parseXml(text: string): XmlElement {
  // saxes knows the five entities of XML only; what a DTD declares stays unknown and is an error when it is used
  const parser = new SaxesParser();
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  const fail = (message: string): never => {
    throw new XmlProblem(message, Math.min(parser.position, text.length));
  };
  parser.on('error', (error) => fail(error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')));
  parser.on('opentag', (tag) => {
    elements += 1;
    if (elements > MAX_ELEMENTS) fail(`More than ${MAX_ELEMENTS} elements`);
    if (open.length >= MAX_DEPTH) fail(`Elements nested more than ${MAX_DEPTH} deep`);
    // no "<" can stand in a tag, so the last one begins it
    const span = {
      start: text.lastIndexOf('<', parser.position - 1),
      innerStart: parser.position,
      innerEnd: 0,
      end: 0,
    };
    const attributes = tag.attributes as Record<string, string>;
    const element = { name: tag.name, attributes, children: [], text: '', span };
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
  parser.on('closetag', (tag) => {
    const { span } = open.pop()!;
    span.end = parser.position;
    span.innerEnd = tag.isSelfClosing ? span.end : text.lastIndexOf('<', span.end - 1);
  });
  parser.write(text).close();
  return root ?? fail('There is no element');
}

/** First child of that name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((candidate) => candidate.name === name);
}

/** Trimmed text of the first child of that name; undefined when there is none or it is empty. */
export function childText(element: XmlElement | undefined, name: string): string | undefined {
  return child(element, name)?.text.trim() || undefined;
}

/** A decimal number, or hexadecimal with `0x`; undefined when it is neither or too large to be exact. */
export function childNumber(element: XmlElement | undefined, name: string): number | undefined {
  const text = childText(element, name);
  if (text === undefined || !/^(\d{1,17}|0x[0-9a-f]{1,14})$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
