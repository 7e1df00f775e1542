/** Directory entries with what our own code never makes, and Windows does: short names, alternate streams, reparse points. */
import {
  ATTRIBUTES,
  DENTRY_BYTES,
  DENTRY_FIELDS,
  type Dentry,
  readDentry,
} from '../../../../src/formats/wim/dentry.js';

export interface DentryExtras {
  readonly shortName?: string;
  /** name and SHA-1 */
  readonly streams?: readonly (readonly [string, string])[];
  readonly reparse?: { readonly tag: number; readonly sha1: string };
  /** FILE_ATTRIBUTE_… beside those that it has */
  readonly attributes?: number;
}

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 7)]);

/** The entry anew, with its fixed fields as they are. */
export function withExtras(
  entry: Dentry,
  { shortName = '', streams = [], reparse, attributes = 0 }: DentryExtras,
): Dentry {
  const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
  const fixed = Buffer.from(entry.raw.subarray(0, DENTRY_BYTES));
  const names = [entry.name, shortName].filter((name) => name !== '').map((name) => utf16(`${name}\0`));
  const main = padded(Buffer.concat([fixed, ...names]));
  main.writeBigUInt64LE(BigInt(main.length), DENTRY_FIELDS.length);
  main.writeUInt16LE(utf16(shortName).length, DENTRY_FIELDS.shortNameBytes);
  main.writeUInt16LE(streams.length, DENTRY_FIELDS.streams);
  main.writeUInt32LE(entry.attributes | attributes | (reparse ? ATTRIBUTES.reparsePoint : 0), DENTRY_FIELDS.attributes);
  if (reparse) {
    main.writeUInt32LE(reparse.tag, DENTRY_FIELDS.reparseTag);
    main.write(reparse.sha1, DENTRY_FIELDS.sha1, 'hex');
  }
  const tail = streams.map(([name, sha1]) => {
    const head = Buffer.alloc(38);
    const bytes = padded(Buffer.concat([head, utf16(`${name}\0`)]));
    bytes.writeBigUInt64LE(BigInt(bytes.length), 0);
    bytes.write(sha1, 16, 'hex');
    bytes.writeUInt16LE(utf16(name).length, 36);
    return bytes;
  });
  return { ...readDentry(Buffer.concat([main, ...tail]), 0, { file: 'test' })!, children: entry.children };
}
