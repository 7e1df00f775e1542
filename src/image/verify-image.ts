/** `verify` of an ISO: the structures against the standard and the manifest, every file, and nothing that is not there. */
import { createHash } from 'node:crypto';
import { type Content, readBytes } from '../content/content.js';
import { concatContent, rangeContent, ZeroContent } from '../content/views.js';
import { type Finding, InplaceError } from '../errors.js';
import { checkUdf, type UdfCheck, type UdfCheckedFile } from '../formats/udf/check.js';
import { HashReader } from './hash-reader.js';
import { MANIFEST_PATH, type Manifest } from './manifest.js';
import { SECTOR } from './placed-file.js';
import {
  bounded,
  countFinding,
  fileFinding,
  structureFinding,
  type Verification,
  type VerifyOptions,
} from './verification.js';
import { compareNames, loadManifest } from './verify-files.js';
import { readVolumeFacts, type VolumeFacts } from './volume-facts.js';

/** Checks a whole ISO, reading every byte of it once, front to back. */
export async function verifyImage(image: Content, options: VerifyOptions = {}): Promise<Verification> {
  const volume = await readVolumeFacts(image);
  const udf = await checkUdf(image, options.signal);
  const contents = new Map(udf.files.map((file) => [file.path, fileContent(image, file)]));
  const cut = cutFinding(image, volume);
  const manifest = await loadManifest(contents);
  if (cut || 'code' in manifest) {
    const findings = withoutManifest(udf, volume, cut, 'code' in manifest ? manifest : undefined);
    return { findings, expected: [], files: contents.size, bytes: 0 };
  }
  const names = compareNames(manifest, { files: contents, directories: udf.directories });
  const { onProgress, signal } = options;
  const reader = new HashReader({
    ...(signal ? { signal } : {}),
    onProgress: (done) => onProgress?.(done, image.size),
  });
  const pass = new ImagePass(image, manifest, reader);
  await pass.read(placesOf(udf.files));
  return {
    findings: bounded([...udf.findings, ...names.findings, ...pass.findings]),
    expected: names.expected,
    mediaId: manifest.mediaId,
    ...(pass.contentId === '' ? {} : { contentId: pass.contentId }),
    files: contents.size,
    bytes: reader.done,
  };
}

/** An image whose end is missing: all else that is wrong with it follows from that. */
function cutFinding(image: Content, volume: VolumeFacts | undefined): Finding | undefined {
  if (!volume || image.size >= volume.size) return undefined;
  const message = `The image has ${image.size} bytes, the volume says ${volume.size}: it was copied or downloaded incompletely`;
  return { ...structureFinding(message, image.size), hint: 'Copy or download it again' };
}

/** The one thing that matters first, and the rules it breaks only where it is ours and whole. */
function withoutManifest(
  udf: UdfCheck,
  volume: VolumeFacts | undefined,
  cut: Finding | undefined,
  manifest: Finding | undefined,
): readonly Finding[] {
  const isThere = udf.files.some(({ path }) => path === MANIFEST_PATH);
  const ours = isThere || (volume?.ours ?? false);
  const count = volume ? countFinding(udf.findings.length) : [];
  // where the end is missing, so may be the directory entry of the manifest
  if (cut) return [cut, ...(manifest && !ours ? [manifest] : []), ...count];
  const rules = ours ? udf.findings : count;
  return bounded([...(manifest ? [manifest] : []), ...rules]);
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
      const digest = await this.#sumOf(place);
      if (digest === undefined) continue;
      if (isManifest) this.#closeStructures(place, digest);
      else this.#compare(place, digest);
      this.#end = place.offset + place.size;
    }
    await this.#checkZero(this.image.size - SECTOR);
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
