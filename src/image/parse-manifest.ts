/**
 * Reads a manifest line by line, as renderManifest writes it. Whatever a hostile one holds, no more is in memory than
 * its bytes and the entries that were right so far: a JSON parser would build ten million nested arrays first.
 */
import { InplaceError } from '../errors.js';
import {
  MANIFEST_PATH,
  MANIFEST_VERSION,
  type Manifest,
  type ManifestFile,
  renderDirectory,
  renderFile,
  renderHead,
} from './manifest.js';

/** bytes; a path of 256 characters as \uXXXX, its size and its sum are 1.7 KB */
const LONGEST_LINE = 8192;
/** in each list: as many as are read from a folder */
const MOST_ENTRIES = 2_000_000;

const HEAD = /^(\{"manifest":.*),"(directories|files)":\[$/;
const BEFORE_FILES = '],"files":[';
const END = ']}';
const LF = 10;

/**
 * Reads a manifest.
 * @throws InplaceError VERIFY_MANIFEST when it is not byte for byte what `renderManifest` writes
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  const lines = new Lines(bytes);
  const head = HEAD.exec(lines.next());
  if (!head) throw damaged(`it does not begin as a manifest of version ${MANIFEST_VERSION} does`);
  const { mediaId, structures } = readHead(head[1]!);
  const hasDirectories = head[2] === 'directories';
  const directories = hasDirectories ? readList(lines, BEFORE_FILES, readDirectory, renderDirectory, String) : [];
  if (hasDirectories && directories.length === 0) throw damaged('its list of empty folders is empty');
  const files = readList(lines, END, readFile, renderFile, ({ path }) => path);
  if (!lines.atEnd) throw damaged('there are bytes behind its end');
  return {
    mediaId,
    ...(structures === undefined ? {} : { structures }),
    ...(hasDirectories ? { directories } : {}),
    files,
  };
}

/** The lines of the text, one after the other. */
class Lines {
  #at = 0;
  #number = 0;

  constructor(readonly bytes: Uint8Array) {}

  get atEnd(): boolean {
    return this.#at === this.bytes.length;
  }

  /** Number of the line that `next` gave last, from 1. */
  get number(): number {
    return this.#number;
  }

  next(): string {
    this.#number += 1;
    const rest = this.bytes.subarray(this.#at, this.#at + LONGEST_LINE + 1);
    const length = rest.indexOf(LF);
    if (length === -1) throw damaged(`line ${this.#number} has no end`);
    this.#at += length + 1;
    return Buffer.from(rest.buffer, rest.byteOffset, length).toString('latin1');
  }
}

/** The entries up to the line that closes their list: each spelled as we write it, sorted, a comma between them. */
function readList<T>(
  lines: Lines,
  close: string,
  read: (value: unknown) => T | undefined,
  render: (entry: T) => string,
  pathOf: (entry: T) => string,
): T[] {
  const entries: T[] = [];
  let comma = false;
  for (let line = lines.next(); line !== close; line = lines.next()) {
    const place = `line ${lines.number}`;
    if (entries.length > 0 && !comma) throw damaged(`${place} should close the list`);
    if (entries.length >= MOST_ENTRIES) throw damaged(`it has over ${MOST_ENTRIES} entries`);
    comma = line.endsWith(',');
    const text = comma ? line.slice(0, -1) : line;
    const entry = read(parseJson(text, place));
    if (entry === undefined) throw damaged(`${place} is malformed`);
    if (render(entry) !== text) throw damaged(`${place} is not spelled as inplace writes it`);
    const previous = entries.at(-1);
    if (previous !== undefined && !(pathOf(previous) < pathOf(entry))) {
      throw damaged(`${place} is out of order or there twice`);
    }
    entries.push(entry);
  }
  if (comma) throw damaged(`line ${lines.number} should be another entry`);
  return entries;
}

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(`${place} is not JSON`);
  }
}

function readHead(text: string): Pick<Manifest, 'mediaId' | 'structures'> {
  const value = parseJson(`${text}}`, 'line 1');
  if (!isRecord(value) || value['manifest'] !== MANIFEST_VERSION) {
    throw damaged(`it is not a manifest of version ${MANIFEST_VERSION}`);
  }
  const { mediaId, structures } = value;
  if (!isHash(mediaId) || !(structures === undefined || isHash(structures))) {
    throw damaged('mediaId or structures is missing or malformed');
  }
  const head = { mediaId, ...(structures === undefined ? {} : { structures }) };
  if (renderHead(head) !== text) throw damaged('line 1 is not spelled as inplace writes it');
  return head;
}

function readDirectory(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function readFile(value: unknown): ManifestFile | undefined {
  if (!isRecord(value)) return undefined;
  const { path, size, sha256 } = value;
  if (typeof path !== 'string' || !isSize(size) || !isHash(sha256)) return undefined;
  return { path, size, sha256 };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function damaged(why: string): InplaceError {
  return new InplaceError({
    code: 'VERIFY_MANIFEST',
    message: `The manifest is damaged: ${why}`,
    where: { path: MANIFEST_PATH },
    hint: 'Make the media again; a stick or disc that damages one file may damage others',
  });
}
