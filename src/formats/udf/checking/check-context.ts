import type { Content } from '../../../content/content.js';
import { type ErrorCode, type Finding, interrupted, type Place } from '../../../errors.js';
import { CachedContent } from '../reading/cached-content.js';
import { BLOCK_SIZE } from '../structures/constants.js';
import { type FieldTable, fieldAt, fieldEnd } from '../structures/fields.js';
import { crcProblem, readTag, TAG_FIELDS, TAG_LENGTH, TAG_SERIAL_NUMBER, tagChecksum } from '../structures/tag.js';

/** More findings than this help nobody. */
const MAX_FINDINGS = 300;

/** Steps between two turns of the event loop: what is in memory is read without one, and no interrupt would be heard. */
const STEPS_AT_ONCE = 1024;

/** One structure of the standard, as the checker knows it. */
export interface StructureRules<T> {
  /** the standard's name, for messages */
  readonly name: string;
  readonly identifier: number;
  readonly fields: FieldTable;
  /** code for a field that is not what we write */
  readonly code: ErrorCode;
  /** bytes that the CRC should cover, with the tag */
  length(value: T): number;
  read(bytes: Uint8Array): T;
  write(into: Uint8Array, value: T, location: number): void;
}

/** The image under check, and all that was found wrong. */
export class CheckContext {
  readonly findings: Finding[] = [];
  readonly cached: CachedContent;
  /** whole sectors of the image */
  readonly sectors: number;
  #unlisted = 0;
  #steps = 0;
  /** what a block should be: made anew for every structure */
  readonly #block = new Uint8Array(BLOCK_SIZE);

  /** @param signal ends the check */
  constructor(
    readonly image: Content,
    readonly signal?: AbortSignal,
  ) {
    this.cached = new CachedContent(image);
    this.sectors = Math.floor(image.size / BLOCK_SIZE);
  }

  add(code: ErrorCode, message: string, where: Place): void {
    if (this.findings.length < MAX_FINDINGS) this.findings.push({ code, message, where });
    else this.#unlisted += 1;
  }

  /** Says how many findings were left out. */
  close(): void {
    if (this.#unlisted === 0) return;
    const code = this.findings.at(-1)!.code;
    this.findings.push({ code, message: `${this.#unlisted} more problems are not listed` });
  }

  /** Called between the steps of a long work. @throws InplaceError INTERRUPTED */
  async step(): Promise<void> {
    if (this.#steps++ % STEPS_AT_ONCE === 0) await new Promise(setImmediate);
    if (this.signal?.aborted) throw interrupted(this.signal.reason);
  }

  /** One sector, to look at; undefined when it lies behind the image's end. */
  async sector(sector: number): Promise<Uint8Array | undefined> {
    if (sector >= this.sectors) return undefined;
    return this.cached.view(sector * BLOCK_SIZE, BLOCK_SIZE);
  }

  /**
   * Checks a descriptor whole: its tag, its CRC, and every byte of it and of the rest of its block, which must be what
   * our writer makes of the values it carries. Undefined when the tag says that it is another descriptor.
   * @param bytes the block, or the FID
   */
  structure<T>(rules: StructureRules<T>, bytes: Uint8Array, location: number, where: Place): T | undefined {
    const { identifier } = readTag(bytes);
    if (identifier !== rules.identifier) {
      const field = `${rules.name}.tag.tagIdentifier`;
      this.add('UDF_TAG', `The tag identifier is ${identifier}, expected ${rules.identifier}`, { ...where, field });
      return undefined;
    }
    const value = rules.read(bytes);
    this.#checkTag(rules.name, bytes, location, rules.length(value), where);
    const expected = bytes.length === BLOCK_SIZE ? this.#block.fill(0) : new Uint8Array(bytes.length);
    rules.write(expected, value, location);
    this.#compare(rules, bytes, expected, where);
    return value;
  }

  #checkTag(structure: string, bytes: Uint8Array, location: number, length: number, where: Place): void {
    const tag = readTag(bytes);
    const offset = where.offset!;
    const rule = (code: ErrorCode, field: keyof typeof TAG_FIELDS, actual: number, expected: number): void => {
      if (actual === expected) return;
      const place = { ...where, offset: offset + TAG_FIELDS[field], field: `${structure}.tag.${field}` };
      this.add(code, `The ${field} is ${actual}, expected ${expected}`, place);
    };
    rule('UDF_TAG', 'descriptorVersion', tag.version, 2);
    rule('UDF_TAG', 'tagChecksum', tag.checksum, tagChecksum(bytes));
    rule('UDF_TAG', 'reserved', tag.reserved, 0);
    rule('UDF_TAG', 'tagSerialNumber', tag.serialNumber, TAG_SERIAL_NUMBER);
    rule('UDF_TAG', 'tagLocation', tag.location, location);
    rule('UDF_CRC', 'descriptorCrcLength', tag.crcLength, length - TAG_LENGTH);
    const problem = crcProblem(bytes, tag);
    if (problem) {
      const place = { ...where, offset: offset + TAG_FIELDS.descriptorCrc, field: `${structure}.tag.descriptorCrc` };
      this.add('UDF_CRC', `The ${problem.field} ${problem.message}`, place);
    }
  }

  /** One finding for each field behind the tag that differs. */
  #compare<T>(rules: StructureRules<T>, actual: Uint8Array, expected: Uint8Array, where: Place): void {
    if (Buffer.compare(actual.subarray(TAG_LENGTH), expected.subarray(TAG_LENGTH)) === 0) return;
    for (let at = TAG_LENGTH; at < actual.length; ) {
      if (actual[at] === expected[at]) {
        at += 1;
        continue;
      }
      const name = fieldAt(rules.fields, at);
      const end = fieldEnd(rules.fields, name, actual.length);
      const message = `The bytes are ${hexBytes(actual, at, end)}, expected ${hexBytes(expected, at, end)}`;
      this.add(rules.code, message, { ...where, offset: where.offset! + at, field: `${rules.name}.${name}` });
      at = end;
    }
  }
}

/** Up to eight bytes as hexadecimal digits. */
function hexBytes(bytes: Uint8Array, start: number, end: number): string {
  const shown = bytes.subarray(start, Math.min(end, start + 8));
  return Array.from(shown, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
}
