import { InplaceError } from '../../errors.js';

/** What a declared encoding of one byte a character is to TextDecoder. */
const ONE_BYTE = /encoding\s*=\s*["'](?:windows-1252|iso-8859-1|latin1|us-ascii|ascii)["']/i;

/**
 * Text of an XML file. The byte order mark decides; without one the first characters do, and what the file declares only
 * for bytes that are not UTF-8: PowerShell writes UTF-8 that is declared as UTF-16.
 * @param file how the finding calls it
 * @throws InplaceError SOURCE_UNSUPPORTED
 */
export function decodeXml(bytes: Uint8Array, file: string): string {
  const encoding = encodingOf(bytes);
  try {
    return withoutMark(new TextDecoder(encoding, { fatal: true }).decode(bytes));
  } catch {
    const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
    if (encoding === 'utf-8' && ONE_BYTE.test(head)) return new TextDecoder('windows-1252').decode(bytes);
    throw new InplaceError({
      code: 'SOURCE_UNSUPPORTED',
      message: `The text is not ${encoding === 'utf-8' ? 'UTF-8' : 'UTF-16'}, which it was taken for`,
      where: { file },
      hint: 'Save it as UTF-8 and import it again',
    });
  }
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0x3c && second === 0 && third !== 0) return 'utf-16le';
  if (first === 0 && second === 0x3c) return 'utf-16be';
  return 'utf-8';
}

/** White space before an XML declaration is an error to a parser, and an accident of copying to people. */
function withoutMark(text: string): string {
  return text.replace(/^\ufeff+/, '').replace(/^\s+(?=<\?xml)/, '');
}
