/** XML data of a WIM: UTF-16LE with a byte order mark, stored as it is, named by a resource header. */
import { corrupt } from '../../bytes/corrupt.js';
import { type Content, readBytes } from '../../content/content.js';
import type { Place } from '../../errors.js';
import type { WimHeader } from './header.js';
import { readInformation, type WimInformation } from './information.js';
import { RESOURCE_FLAGS } from './resource-header.js';
import { parseXml, type XmlElement, XmlProblem } from './xml.js';

/** Bytes. Media with twenty images have some 100 KB. */
const MAX_XML_BYTES = 8 * 2 ** 20;

/**
 * Reads what the WIM says of its images.
 * @param file how messages call the content
 * @throws InplaceError SOURCE_CORRUPT
 */
export async function readWimXml(content: Content, header: WimHeader, file: string): Promise<WimInformation> {
  const { offset } = header.xmlData;
  const at = placeIn(file);
  const bytes = await readXmlBytes(content, header, file);
  const information = readInformation(parse(decode(bytes, at(offset)), bytes, at, offset));
  if (typeof information === 'string') throw corrupt(information, at(offset));
  if (information.images.length !== header.imageCount) {
    throw corrupt(
      `The XML data tells of ${information.images.length} images, the header of ${header.imageCount}`,
      at(offset),
    );
  }
  return information;
}

/** The XML data as text, without byte order mark and trailing zeros. @throws InplaceError SOURCE_CORRUPT */
export async function readXmlText(content: Content, header: WimHeader, file: string): Promise<string> {
  return decode(await readXmlBytes(content, header, file), placeIn(file)(header.xmlData.offset));
}

function placeIn(file: string): (offset: number) => Place {
  return (offset) => ({ file, offset, field: 'XML data' });
}

async function readXmlBytes(content: Content, header: WimHeader, file: string): Promise<Uint8Array> {
  const { xmlData } = header;
  const at = placeIn(file);
  if (xmlData.sizeBytes > MAX_XML_BYTES) {
    throw corrupt(`XML data of ${xmlData.sizeBytes} bytes; at most ${MAX_XML_BYTES} are read`, at(xmlData.offset));
  }
  if (xmlData.flags & RESOURCE_FLAGS.compressed || xmlData.sizeBytes !== xmlData.originalSizeBytes) {
    throw corrupt('The XML data is marked as compressed, which the format does not allow', at(xmlData.offset));
  }
  return await readBytes(content, xmlData.offset, xmlData.sizeBytes);
}

/** The XML data as they are stored. */
export function renderXml(text: string): Uint8Array {
  return Buffer.from(`\ufeff${text}`, 'utf16le');
}

function decode(bytes: Uint8Array, where: Place): string {
  try {
    return withoutTrailingNuls(new TextDecoder('utf-16le', { fatal: true }).decode(bytes));
  } catch (error) {
    throw corrupt('The XML data is not UTF-16', where, error);
  }
}

/** A regular expression would begin anew at each of a million NULs that are followed by something else. */
function withoutTrailingNuls(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end -= 1;
  return text.slice(0, end);
}

function parse(text: string, bytes: Uint8Array, at: (offset: number) => Place, offset: number): XmlElement {
  try {
    return parseXml(text);
  } catch (error) {
    if (!(error instanceof XmlProblem)) throw error;
    const mark = bytes[0] === 0xff && bytes[1] === 0xfe ? 2 : 0; // the decoder drops the byte order mark
    throw corrupt(`The XML data cannot be read: ${error.message}`, at(offset + mark + 2 * error.position), error);
  }
}
