import { quote } from '../../../bytes/quote.js';
import { concatContent, rangeContent } from '../../../content/views.js';
import type { Place } from '../../../errors.js';
import { RunCursor, walkFids } from '../fid-walk.js';
import { checkUdfName, checkUdfPathBytes, pathBytes } from '../names.js';
import { compressedLength, readCompressedUnicode } from '../structures/compressed-unicode.js';
import { BLOCK_SIZE, CHARACTERISTIC, TAG } from '../structures/constants.js';
import {
  FID_HEADER_LENGTH,
  FILE_IDENTIFIER_FIELDS,
  fidLength,
  foundFidLength,
  readFid,
  writeFid,
} from '../structures/file-identifier-descriptor.js';
import { readTag } from '../structures/tag.js';
import type { CheckContext, StructureRules } from './check-context.js';
import type { CheckedEntry, PartitionPlace } from './entry.js';

/** A FID, decoded. */
interface CheckedFid {
  readonly characteristics: number;
  /** undefined when it is no shortest compressed Unicode */
  readonly name: string | undefined;
  readonly icbBlock: number;
  /** bytes with padding */
  readonly length: number;
}

/** A name in a directory. */
export interface CheckedName {
  readonly name: string;
  readonly icbBlock: number;
  readonly isDirectory: boolean;
  /** of its FID */
  readonly offset: number;
}

/** A directory under check. */
export interface CheckedDirectory {
  readonly path: string;
  /** bytes of its path as the standard counts them */
  readonly pathBytes: number;
  readonly entry: CheckedEntry;
  /** block of the parent's File Entry; the root's is its own */
  readonly parentBlock: number;
}

/** What a directory holds. */
export interface DirectoryNames {
  readonly names: readonly CheckedName[];
  /** block that its parent FID names */
  readonly parentIcb?: number;
}

const NAME = 'FileIdentifierDescriptor';

const RULES: StructureRules<CheckedFid> = {
  name: NAME,
  identifier: TAG.fileIdentifierDescriptor,
  fields: FILE_IDENTIFIER_FIELDS,
  code: 'UDF_FID',
  length: ({ length }) => length,
  read: (bytes) => {
    const { characteristics, identifier, icb, length } = readFid(bytes);
    const name = readCompressedUnicode(identifier);
    const shortest = name !== undefined && compressedLength(name) === identifier.length;
    return { characteristics, name: shortest ? name : undefined, icbBlock: icb.block, length };
  },
  write: (into, { characteristics, name, icbBlock }, location) => {
    writeFid(into, { characteristics, name: name ?? '', icbBlock }, location);
  },
};

/**
 * Every FID of a directory: the parent's first, packed without gaps to the last byte.
 * @param limit the most FIDs the whole tree may have
 */
export async function checkDirectory(
  context: CheckContext,
  partition: PartitionPlace,
  directory: CheckedDirectory,
  limit: { left: number },
): Promise<DirectoryNames> {
  const checker = new DirectoryChecker(context, partition, directory);
  const { runs } = directory.entry;
  const content = concatContent(runs.map(({ offset, length }) => rangeContent(context.cached, offset, length)));
  await walkFids(content, (bytes, position) => (--limit.left < 0 ? undefined : checker.check(bytes, position)));
  checker.finish();
  return checker;
}

class DirectoryChecker implements DirectoryNames {
  readonly names: CheckedName[] = [];
  parentIcb?: number;
  readonly #known = new Set<string>();
  readonly #cursor: RunCursor;
  #first = true;

  constructor(
    readonly context: CheckContext,
    readonly partition: PartitionPlace,
    readonly directory: CheckedDirectory,
  ) {
    this.#cursor = new RunCursor(directory.entry.runs);
  }

  /** The length of the FID at `position`, undefined when there is none. */
  check(bytes: Uint8Array, position: number): number | undefined {
    const offset = this.#cursor.offsetOf(position)!;
    const { path } = this.directory;
    const whole = bytes.length >= FID_HEADER_LENGTH && foundFidLength(bytes) <= bytes.length;
    if (!whole || readTag(bytes).identifier !== TAG.fileIdentifierDescriptor) {
      const message = `No whole File Identifier Descriptor begins at byte ${position} of the directory`;
      this.context.add('UDF_FID_GAP', message, { path, offset, field: NAME });
      return undefined;
    }
    const length = foundFidLength(bytes);
    const location = Math.floor(offset / BLOCK_SIZE) - this.partition.start;
    const fid = this.#structure(bytes.subarray(0, length), location, { path, offset });
    const isParent = (fid.characteristics & CHARACTERISTIC.parent) !== 0;
    if (this.#first || isParent) this.#checkParent(fid, isParent, { path, offset });
    else this.#checkName(fid, { path, offset });
    this.#first = false;
    return length;
  }

  finish(): void {
    if (!this.#first) return;
    const { path, entry } = this.directory;
    const where = { path, ...(entry.runs[0] ? { offset: entry.runs[0].offset } : {}), field: NAME };
    this.context.add('UDF_FID', 'The directory has no parent', where);
  }

  /** Compares the FID with the one we would write; one with another name or implementation use has another length. */
  #structure(bytes: Uint8Array, location: number, where: Place): CheckedFid {
    const fid = RULES.read(bytes);
    if (fid.name === undefined) {
      const field = `${NAME}.fileIdentifier`;
      this.context.add('UDF_NAME', 'The name is not OSTA Compressed Unicode in its shortest form', { ...where, field });
    } else if (fidLength(fid.name) !== fid.length) {
      const field = `${NAME}.lengthOfImplementationUse`;
      this.context.add('UDF_FID', 'The descriptor has an implementation use, which we do not write', {
        ...where,
        field,
      });
    } else this.context.structure(RULES, bytes, location, where);
    return fid;
  }

  #checkParent(fid: CheckedFid, isParent: boolean, where: Place): void {
    const right =
      this.#first &&
      isParent &&
      fid.characteristics === (CHARACTERISTIC.directory | CHARACTERISTIC.parent) &&
      fid.name === '' &&
      fid.icbBlock === this.directory.parentBlock;
    if (isParent) this.parentIcb = fid.icbBlock;
    if (right) return;
    const message = `The first descriptor, and only it, must name the parent in block ${this.directory.parentBlock} (UDF 1.02 3.3.1)`;
    this.context.add('UDF_FID', message, { ...where, field: `${NAME}.icb` });
  }

  #checkName(fid: CheckedFid, where: Place & { offset: number }): void {
    const isDirectory = (fid.characteristics & CHARACTERISTIC.directory) !== 0;
    if ((fid.characteristics & ~CHARACTERISTIC.directory) !== 0) {
      const message = `The characteristics are ${fid.characteristics}, expected 0 or 2`;
      this.context.add('UDF_FID', message, { ...where, field: `${NAME}.fileCharacteristics` });
    }
    const { name } = fid;
    if (name === undefined) return;
    const reason = checkUdfName(name) ?? (this.#known.has(name) ? 'occurs twice in its directory' : undefined);
    if (reason !== undefined) {
      const message = `The name ${quote(name)} ${reason}`;
      this.context.add('UDF_NAME', message, { ...where, field: `${NAME}.fileIdentifier` });
      return;
    }
    const tooLong = checkUdfPathBytes(this.directory.pathBytes + pathBytes(name));
    if (tooLong !== undefined) {
      const message = `The path of ${quote(name)} ${tooLong}`;
      this.context.add('UDF_NAME', message, { ...where, field: `${NAME}.fileIdentifier` });
      return;
    }
    this.#known.add(name);
    this.names.push({ name, icbBlock: fid.icbBlock, isDirectory, offset: where.offset });
  }
}
