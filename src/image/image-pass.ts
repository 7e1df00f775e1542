/** One pass over an image, front to back: what `verify` reads of it. */
import { createHash } from 'node:crypto';
import { type Content, readBytes } from '../content/content.js';
import { rangeContent } from '../content/views.js';
import { type Finding, InplaceError } from '../errors.js';
import type { Range } from './disk-image.js';
import type { HashReader } from './hash-reader.js';
import { MANIFEST_PATH, type Manifest } from './manifest.js';
import { fileFinding, structureFinding } from './verification.js';

/** A run of file data on the image, and the names that lead to it. */
export interface FilePlace {
  readonly offset: number;
  size: number;
  readonly paths: string[];
}

/** A file with the places of its bytes. */
export interface FileRanges {
  readonly path: string;
  /** bytes */
  readonly size: number;
  readonly extents: readonly Range[];
}

/** bytes that are looked at at a time where all should be zero */
const CHUNK = 64 * 1024;

export interface PassOptions {
  /** ranges that no sum holds and that may hold something: free clusters, and behind the manifest structures; sorted */
  readonly notZero: readonly Range[];
  /** whether use may change the content of a file */
  mayChange?(path: string): boolean;
}

/** Each place once (hard links share theirs), sorted. The extents of one file lie one behind the other. */
export function placesOf(files: readonly FileRanges[]): FilePlace[] {
  const byOffset = new Map<number, FilePlace>();
  for (const { path, size, extents } of files) {
    const offset = extents[0]?.offset;
    if (offset === undefined || size === 0) continue;
    const place = byOffset.get(offset) ?? { offset, size, paths: [] };
    place.size = Math.max(place.size, size);
    place.paths.push(path);
    byOffset.set(offset, place);
  }
  return [...byOffset.values()].sort((a, b) => a.offset - b.offset);
}

/** One pass over an image: file data against the manifest, everything between against the sum of the structures. */
export class ImagePass {
  readonly findings: Finding[] = [];
  /** paths whose content use has changed */
  readonly expected: string[] = [];
  contentId = '';
  readonly #structures = createHash('sha256');
  readonly #expected: ReadonlyMap<string, string>;
  #end = 0;

  constructor(
    readonly image: Content,
    readonly manifest: Manifest,
    readonly reader: HashReader,
    readonly options: PassOptions,
  ) {
    this.#expected = new Map(manifest.files.map((file) => [file.path, file.sha256]));
  }

  async read(places: readonly FilePlace[]): Promise<void> {
    for (const place of places) {
      if (place.offset < this.#end || place.offset + place.size > this.image.size) {
        this.findings.push(structureFinding(`${place.paths[0]} overlaps another file or the end`, place.offset));
        return;
      }
      const isManifest = place.paths.includes(MANIFEST_PATH);
      if (this.contentId === '') await this.#sumStructures(place.offset);
      else await this.#checkZero(place.offset);
      const digest = await this.#sumOf(place);
      if (digest === undefined) continue;
      if (isManifest) this.#closeStructures(place, digest);
      else this.#compare(place, digest);
      this.#end = place.offset + place.size;
    }
    await this.#checkZero(this.image.size);
  }

  /** Free clusters before the manifest belong to a volume of their own, and to whoever uses it. */
  async #sumStructures(to: number): Promise<void> {
    for (const { offset, size } of this.options.notZero) {
      if (offset < this.#end || offset + size > to) continue;
      await this.reader.update(this.#structures, this.image, this.#end, offset - this.#end);
      this.#end = offset + size;
    }
    await this.reader.update(this.#structures, this.image, this.#end, to - this.#end);
  }

  /** Undefined where the image cannot be read: a disc with a scratch. The rest of it is checked all the same. */
  async #sumOf(place: FilePlace): Promise<string | undefined> {
    try {
      return await this.reader.sha256(rangeContent(this.image, place.offset, place.size));
    } catch (error) {
      if (!(error instanceof InplaceError) || error.kind !== 'source') throw error;
      for (const path of place.paths) this.findings.push(fileFinding(path, error.findings[0]!.message));
      this.#end = place.offset + place.size;
      return undefined;
    }
  }

  #compare(place: FilePlace, digest: string): void {
    for (const path of place.paths) {
      const expected = this.#expected.get(path);
      if (expected === undefined || expected === digest) continue;
      if (this.options.mayChange?.(path)) this.expected.push(path);
      else this.findings.push(fileFinding(path, 'The content is damaged'));
    }
    if (this.contentId !== '')
      this.findings.push(structureFinding(`${place.paths[0]} lies behind the manifest`, place.offset));
  }

  #closeStructures(place: FilePlace, digest: string): void {
    this.contentId = digest;
    if (this.#structures.digest('hex') === this.manifest.structures) return;
    const message =
      this.manifest.structures === undefined
        ? 'The manifest holds no sum of the image structures'
        : 'The structures before this place are not those the manifest was made with';
    this.findings.push(structureFinding(message, place.offset));
  }

  /** Behind the manifest nothing but zero bytes may lie between the closing structures, which others check. */
  async #checkZero(to: number): Promise<void> {
    for (const { offset, size } of this.options.notZero) {
      if (offset >= to) break;
      await this.#checkZeroBytes(Math.max(offset, this.#end));
      this.#end = Math.max(this.#end, offset + size);
    }
    await this.#checkZeroBytes(to);
  }

  async #checkZeroBytes(to: number): Promise<void> {
    const from = this.#end;
    this.#end = Math.max(from, to);
    for (let at = from; at < to; at += CHUNK) {
      const bytes = await readBytes(this.image, at, Math.min(CHUNK, to - at));
      const index = bytes.findIndex((byte) => byte !== 0);
      if (index === -1) continue;
      this.findings.push(structureFinding('There are bytes where the image should hold none', at + index));
      return;
    }
  }
}
