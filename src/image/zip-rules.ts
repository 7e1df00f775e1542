/**
 * The rules of a zip that every program reads alike (PKWARE APPNOTE.TXT 6.3): local headers and central directory
 * agree, entries follow each other without gaps from byte 0, and the end records close the file. Programs differ in
 * which of two contradicting places they believe, and in what they overlook.
 */
import type { Entry, LocalFileHeader } from 'yauzl';
import { quote } from '../bytes/quote.js';
import type { Finding } from '../errors.js';
import { MANIFEST_PATH } from './manifest.js';
import { structureFinding } from './verification.js';
import type { ZipReader } from './zip-reader.js';

const CENTRAL_HEADER = 46;
/** disk number start, in a central header (4.3.12) */
const DISK_NUMBER_AT = 34;
const ZIP64_EXTRA = 28;
const MAX_32 = 0xffff_ffff;
const MAX_16 = 0xffff;
/** general purpose bits (4.4.4) */
const HAS_DESCRIPTOR = 0x0008;
const UTF8_NAMES = 0x0800;
/** types of Unix in the upper half of the external attributes: a regular file, a directory */
const REGULAR = 0o10;
const DIRECTORY = 0o04;

/** Checks a zip entry by entry, in the order of its central directory, and then its end. */
export class ZipRules {
  readonly findings: Finding[] = [];
  /** where the next local header belongs */
  #end = 0;
  readonly #centralSizes: number[] = [];
  #last = '';
  readonly #names = new Set<string>();

  constructor(readonly reader: ZipReader) {}

  /** @param local the header in front of the entry's content */
  async checkEntry(entry: Entry, local: LocalFileHeader): Promise<void> {
    this.#checkPlace(entry);
    this.#checkName(entry);
    this.#checkAttributes(entry);
    this.#checkAgreement(entry, local);
    this.#end = local.fileDataStart + entry.compressedSize;
    if (entry.generalPurposeBitFlag & HAS_DESCRIPTOR) await this.#checkDescriptor(entry);
    const { fileNameLength, extraFieldLength, fileCommentLength } = entry;
    this.#centralSizes.push(CENTRAL_HEADER + fileNameLength + extraFieldLength + fileCommentLength);
    this.#last = entry.fileName;
  }

  #checkPlace(entry: Entry): void {
    const at = entry.relativeOffsetOfLocalHeader;
    if (at === this.#end) return;
    const message = at > this.#end ? 'There are bytes in front of the entry' : 'The entry overlaps the one before';
    this.#add(`${message}: it begins at byte ${at}, expected ${this.#end}`, entry);
  }

  #checkName(entry: Entry): void {
    const { fileName, fileNameRaw, generalPurposeBitFlag } = entry;
    if (this.#names.has(fileName)) this.#add('The name is there twice', entry);
    this.#names.add(fileName);
    const isAscii = fileNameRaw.every((byte) => byte < 0x80);
    const flags = generalPurposeBitFlag & ~HAS_DESCRIPTOR;
    if (flags !== (isAscii ? 0 : UTF8_NAMES) || !Buffer.from(fileName).equals(fileNameRaw)) {
      this.#add('The name or its flags can be read in more than one way', entry);
    }
    const { compressedSize, relativeOffsetOfLocalHeader, extraFieldLength, fileCommentLength } = entry;
    const isLarge = compressedSize > MAX_32 || relativeOffsetOfLocalHeader > MAX_32;
    if (extraFieldLength !== (isLarge ? ZIP64_EXTRA : 0) || fileCommentLength !== 0) {
      this.#add('The entry has extra fields or a comment, which inplace does not write', entry);
    }
  }

  #checkAttributes(entry: Entry): void {
    const isDirectory = entry.fileName.endsWith('/');
    if (entry.externalFileAttributes >>> 28 !== (isDirectory ? DIRECTORY : REGULAR)) {
      this.#add(`The attributes do not say that this is a ${isDirectory ? 'folder' : 'file'}`, entry);
    }
    if (isDirectory && entry.compressedSize !== 0) this.#add('The folder has a content', entry);
  }

  /** What stands in both headers is the same; with a descriptor, sum and sizes stand behind the content instead. */
  #checkAgreement(entry: Entry, local: LocalFileHeader): void {
    const later = (entry.generalPurposeBitFlag & HAS_DESCRIPTOR) !== 0;
    const pairs: [string, number, number][] = [
      ['flags', local.generalPurposeBitFlag, entry.generalPurposeBitFlag],
      ['method', local.compressionMethod, entry.compressionMethod],
      ['time', local.lastModFileTime, entry.lastModFileTime],
      ['date', local.lastModFileDate, entry.lastModFileDate],
      ['CRC-32', local.crc32, later ? 0 : entry.crc32],
      ['compressed size', local.compressedSize, later ? 0 : entry.compressedSize],
      ['size', local.uncompressedSize, later ? 0 : entry.uncompressedSize],
      ['length of extra fields', local.extraFieldLength, 0],
    ];
    for (const [what, found, expected] of pairs) {
      if (found === expected) continue;
      this.#add(`The ${what} in front of the content is ${found}, the central directory wants ${expected}`, entry);
    }
    if (!local.fileName.equals(entry.fileNameRaw)) {
      this.#add(`The name in front of the content is ${quote(local.fileName.toString())}`, entry);
    }
  }

  /** The data descriptor (4.3.9), with 64-bit sizes where the content needs them. */
  async #checkDescriptor(entry: Entry): Promise<void> {
    const wide = entry.compressedSize > MAX_32;
    const found = Buffer.alloc(wide ? 24 : 16);
    const expected = Buffer.alloc(found.length);
    expected.writeUInt32LE(0x08074b50, 0);
    expected.writeUInt32LE(entry.crc32, 4);
    writeSize(expected, entry.compressedSize, 8, wide);
    writeSize(expected, entry.uncompressedSize, wide ? 16 : 12, wide);
    await this.reader.copy(found, this.#end);
    if (!found.equals(expected)) this.#add('The sum and sizes behind the content are not those in front', entry);
    this.#end += found.length;
  }

  /** The manifest is the last entry, and behind the central directory are its end records and nothing else. */
  async checkEnd(): Promise<void> {
    if (this.#last !== MANIFEST_PATH) {
      this.findings.push(structureFinding('The manifest is not the last entry', this.#end, this.#last));
    }
    const start = this.#end;
    for (const size of this.#centralSizes) {
      const head = Buffer.alloc(CENTRAL_HEADER);
      await this.reader.copy(head, this.#end);
      if (head.readUInt32LE(0) !== 0x02014b50 || head.readUInt16LE(DISK_NUMBER_AT) !== 0) {
        this.#addAt('The central directory does not follow the entries as it should', this.#end);
        return;
      }
      this.#end += size;
    }
    const rest = this.reader.content.size - this.#end;
    const expected = endRecords(this.#centralSizes.length, this.#end - start, start);
    const found = Buffer.alloc(expected.length);
    if (rest === expected.length) await this.reader.copy(found, this.#end);
    if (!found.equals(expected)) {
      this.#addAt(`The ${rest} bytes behind the central directory are not the end records it needs`, this.#end);
    }
  }

  #add(message: string, entry: Entry): void {
    this.findings.push(structureFinding(message, entry.relativeOffsetOfLocalHeader, entry.fileName.replace(/\/$/, '')));
  }

  #addAt(message: string, offset: number): void {
    this.findings.push(structureFinding(message, offset));
  }
}

function writeSize(into: Buffer, size: number, at: number, wide: boolean): void {
  if (wide) into.writeBigUInt64LE(BigInt(size), at);
  else into.writeUInt32LE(size, at);
}

/** End of central directory (4.3.16), behind its zip64 form and locator (4.3.14, 4.3.15) where a number needs them. */
function endRecords(entries: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  const large = entries > MAX_16 || size > MAX_32 || offset > MAX_32;
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(large ? MAX_16 : entries, 8);
  end.writeUInt16LE(large ? MAX_16 : entries, 10);
  end.writeUInt32LE(large ? MAX_32 : size, 12);
  end.writeUInt32LE(large ? MAX_32 : offset, 16);
  if (!large) return end;
  const wide = Buffer.alloc(56 + 20);
  wide.writeUInt32LE(0x06064b50, 0);
  wide.writeBigUInt64LE(44n, 4);
  // version made by and version needed: 4.5, the first with zip64
  wide.writeUInt16LE(45, 12);
  wide.writeUInt16LE(45, 14);
  wide.writeBigUInt64LE(BigInt(entries), 24);
  wide.writeBigUInt64LE(BigInt(entries), 32);
  wide.writeBigUInt64LE(BigInt(size), 40);
  wide.writeBigUInt64LE(BigInt(offset), 48);
  wide.writeUInt32LE(0x07064b50, 56);
  wide.writeBigUInt64LE(BigInt(offset + size), 64);
  wide.writeUInt32LE(1, 72);
  return Buffer.concat([wide, end]);
}
