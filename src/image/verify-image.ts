/** `verify` of an ISO: the structures against the standard and the manifest, every file, and nothing that is not there. */
import { createHash } from 'node:crypto';
import { type Content, readBytes } from '../content/content.js';
import { concatContent, rangeContent, ZeroContent } from '../content/views.js';
import type { Finding } from '../errors.js';
import { checkUdf, type UdfCheckedFile } from '../formats/udf/check.js';
import { HashReader } from './hash-reader.js';
import { SECTOR } from './iso-image.js';
import { MANIFEST_PATH, type Manifest } from './manifest.js';
import { compareNames, fileFinding, loadManifest } from './verify-files.js';

export interface Verification {
  readonly findings: readonly Finding[];
  /** what use has added: listed, not failures */
  readonly expected: readonly string[];
  readonly mediaId?: string;
  /** SHA-256 of manifest.json */
  readonly contentId?: string;
  readonly files: number;
  /** bytes read */
  readonly bytes: number;
}

export interface VerifyOptions {
  onProgress?(done: number, total: number): void;
  signal?: AbortSignal;
}

/** Checks a whole ISO, reading every byte of it once, front to back. */
export async function verifyImage(image: Content, options: VerifyOptions = {}): Promise<Verification> {
  const udf = await checkUdf(image);
  const contents = new Map(udf.files.map((file) => [file.path, fileContent(image, file)]));
  const manifest = await loadManifest(contents);
  if ('code' in manifest)
    return { findings: [...udf.findings, manifest], expected: [], files: contents.size, bytes: 0 };

  const names = compareNames(manifest, contents);
  const { onProgress, signal } = options;
  const reader = new HashReader({
    ...(signal ? { signal } : {}),
    onProgress: (done) => onProgress?.(done, image.size),
  });
  const pass = new ImagePass(image, manifest, reader);
  await pass.read(placesOf(udf.files));
  return {
    findings: [...udf.findings, ...names.findings, ...pass.findings],
    expected: names.expected,
    mediaId: manifest.mediaId,
    contentId: pass.contentId,
    files: contents.size,
    bytes: reader.done,
  };
}

function fileContent(image: Content, file: UdfCheckedFile): Content {
  return concatContent(
    file.extents.map(({ offset, size }) =>
      offset + size <= image.size ? rangeContent(image, offset, size) : new ZeroContent(size),
    ),
  );
}

/** A run of file data on the image, and the names that lead to it. */
interface FilePlace {
  readonly offset: number;
  size: number;
  readonly paths: string[];
}

/** Each place once (hard links share theirs), sorted. The extents of one file lie one behind the other. */
function placesOf(files: readonly UdfCheckedFile[]): FilePlace[] {
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
class ImagePass {
  readonly findings: Finding[] = [];
  contentId = '';
  readonly #structures = createHash('sha256');
  readonly #expected: ReadonlyMap<string, string>;
  #end = 0;

  constructor(
    readonly image: Content,
    readonly manifest: Manifest,
    readonly reader: HashReader,
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
      if (this.contentId === '')
        await this.reader.update(this.#structures, this.image, this.#end, place.offset - this.#end);
      else await this.#checkZero(place.offset);
      const digest = await this.reader.sha256(rangeContent(this.image, place.offset, place.size));
      if (isManifest) this.#closeStructures(place, digest);
      else this.#compare(place, digest);
      this.#end = place.offset + place.size;
    }
    await this.#checkZero(this.image.size - SECTOR);
  }

  #compare(place: FilePlace, digest: string): void {
    for (const path of place.paths) {
      const expected = this.#expected.get(path);
      if (expected !== undefined && expected !== digest)
        this.findings.push(fileFinding(path, 'The content is damaged'));
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

  /** Behind the manifest nothing but zero bytes may lie before the closing anchor, which the UDF check has read. */
  async #checkZero(to: number): Promise<void> {
    for (let at = this.#end; at < to; at += SECTOR) {
      const bytes = await readBytes(this.image, at, Math.min(SECTOR, to - at));
      const index = bytes.findIndex((byte) => byte !== 0);
      if (index === -1) continue;
      this.findings.push(structureFinding('There are bytes where the image should hold none', at + index));
      return;
    }
  }
}

function structureFinding(message: string, offset: number): Finding {
  return { code: 'VERIFY_STRUCTURE', message, where: { offset } };
}
