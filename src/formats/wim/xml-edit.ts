/** Changes the XML data of a WIM where they must, and leaves every other character as it is. */
import type { ByteCounts } from './tree-counts.js';
import { child, childNumber, parseXml, type XmlElement } from './xml.js';

/** A piece of text that takes the place of another. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * XML for a WIM with some of the images.
 * @param keep indexes from 1, ascending; they become 1, 2, 3 …
 * @param totalBytes of the file in front of the XML data, as Windows and wimlib count
 */
export function keepImages(xml: string, keep: readonly number[], totalBytes: number): string {
  const root = parseXml(xml);
  const edits: Edit[] = imagesOf(root).map((image) => {
    const index = keep.indexOf(indexOf(image)) + 1;
    if (index === 0) return { start: image.span.start, end: image.span.end, text: '' };
    const { start, innerStart } = image.span;
    const tag = xml.slice(start, innerStart).replace(/(\sINDEX\s*=\s*)("[^"]*"|'[^']*')/, `$1"${index}"`);
    return { start, end: innerStart, text: tag };
  });
  return apply(xml, [...edits, ...setNumber(root, 'TOTALBYTES', totalBytes)]);
}

/** XML with another total size. */
export function withTotalBytes(xml: string, totalBytes: number): string {
  return apply(xml, setNumber(parseXml(xml), 'TOTALBYTES', totalBytes));
}

export interface ImageChange {
  /** from 1 */
  readonly index: number;
  /** what is added to the counts that the image has; counts that it does not have are not made */
  readonly added: ByteCounts;
  /** FILETIME of the change */
  readonly modified: bigint;
}

/** XML for a WIM with files of one image added, replaced or deleted. */
export function changeImage(xml: string, change: ImageChange, totalBytes: number): string {
  const root = parseXml(xml);
  const image = imagesOf(root).find((element) => indexOf(element) === change.index)!;
  const { added } = change;
  const counts: readonly (readonly [string, number])[] = [
    ['DIRCOUNT', added.directories],
    ['FILECOUNT', added.files],
    ['TOTALBYTES', added.bytes],
    ['HARDLINKBYTES', added.linkedBytes],
  ];
  const edits = counts.flatMap(([name, more]) => {
    const before = childNumber(image, name);
    return before === undefined ? [] : setNumber(image, name, Math.max(0, before + more));
  });
  return apply(xml, [...edits, ...setTime(image, change.modified), ...setNumber(root, 'TOTALBYTES', totalBytes)]);
}

function imagesOf(root: XmlElement): XmlElement[] {
  return root.children.filter(({ name }) => name === 'IMAGE');
}

function indexOf(image: XmlElement): number {
  return Number(image.attributes['INDEX']);
}

/** Nothing when the element is not there. */
function setNumber(parent: XmlElement, name: string, value: number): Edit[] {
  const element = child(parent, name);
  return element === undefined ? [] : [replace(element, `<${name}>${value}</${name}>`)];
}

function setTime(image: XmlElement, time: bigint): Edit[] {
  const element = child(image, 'LASTMODIFICATIONTIME');
  if (element === undefined) return [];
  const half = (value: bigint): string => `0x${value.toString(16).toUpperCase().padStart(8, '0')}`;
  const parts = `<HIGHPART>${half(time >> 32n)}</HIGHPART><LOWPART>${half(time & 0xffffffffn)}</LOWPART>`;
  return [replace(element, `<LASTMODIFICATIONTIME>${parts}</LASTMODIFICATIONTIME>`)];
}

function replace({ span }: XmlElement, text: string): Edit {
  return { start: span.start, end: span.end, text };
}

function apply(xml: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((a, b) => a.start - b.start);
  let done = 0;
  let result = '';
  for (const { start, end, text } of sorted) {
    result += xml.slice(done, start) + text;
    done = end;
  }
  return result + xml.slice(done);
}
