import { Untranslatable } from './untranslatable.js';

/**
 * The text of a script that stands in a sequence: base64 of UTF-16LE with a byte order mark (facts/configmgr.md, D.3);
 * UTF-8 and UTF-16BE are known by theirs, and a script that is no base64 at all is taken as it is.
 * @throws Untranslatable when it is none of these
 */
export function decodeScript(source: string): string {
  const packed = source.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(packed) || packed.length % 4 !== 0) return plainScript(source);
  const bytes = Buffer.from(packed, 'base64');
  const mark = bytes.subarray(0, 3).toString('hex');
  const encoding = mark.startsWith('fffe') ? 'utf-16le' : mark.startsWith('feff') ? 'utf-16be' : encodingWithout(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new Untranslatable('the script is not the text that its encoding says');
  }
}

/** Without a mark: text of western letters in UTF-16 has a zero in every second byte. */
function encodingWithout(bytes: Uint8Array): 'utf-8' | 'utf-16le' {
  return bytes.length >= 2 && bytes[1] === 0 ? 'utf-16le' : 'utf-8';
}

function plainScript(source: string): string {
  if (!/[\s$(]/.test(source.trim())) throw new Untranslatable('the script is neither text nor base64');
  return source;
}
