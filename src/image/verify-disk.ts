/**
 * `verify` of a disk: a stick, its image, or the disk side of a hybrid. Use leaves its marks on such media; they are
 * reckoned back, and everything else must be as it was built (design/media.md, verify on media that has been used).
 */
import type { Content } from '../content/content.js';
import { type Patch, PatchedContent } from '../content/patched.js';
import { rangeContent } from '../content/views.js';
import { foldCase } from '../content/windows-names.js';
import { type Finding, InplaceError } from '../errors.js';
import type { UseRules } from '../formats/fat32/as-built.js';
import { SECTOR_BYTES } from '../formats/mbr/master-boot-record.js';
import { checkUdf } from '../formats/udf/check.js';
import { bootPaths } from './boot-copies.js';
import type { Disk, VolumeFile, VolumeTree } from './disk.js';
import type { Range } from './disk-image.js';
import { HashReader } from './hash-reader.js';
import { ANCHOR_FROM_END } from './hybrid-image.js';
import { type FileRanges, ImagePass, placesOf } from './image-pass.js';
import { directoriesOf, MANIFEST_PATH, type Manifest } from './manifest.js';
import { SECTOR } from './placed-file.js';
import { EMPTY_END } from './usb-image.js';
import { isBootFolder, isBootStatus, isLeftToUse } from './used-media.js';
import { bounded, fileFinding, structureFinding, type Verification, type VerifyOptions } from './verification.js';
import { compareNames, loadManifest } from './verify-files.js';
import { checkBackupTable } from './verify-gpt.js';
import { verifyOptical } from './verify-optical.js';
import { readVolumeFacts } from './volume-facts.js';

/** Checks everything that belongs to the media, reading it once, front to back. Free clusters are not looked at. */
export async function verifyDisk(image: Content, disk: Disk, options: VerifyOptions): Promise<Verification> {
  const optical = await readVolumeFacts(image);
  const end =
    Math.max(...disk.volumes.map(({ partition }) => partition.firstSector + partition.sectors)) * SECTOR_BYTES;
  const size = optical?.size ?? end + EMPTY_END;
  if (image.size < (optical?.size ?? end)) return notVerified([cutFinding(image, optical?.size ?? end)]);
  const findings: Finding[] = [];
  if (optical && image.size > size && !options.device) {
    findings.push(structureFinding(`There are ${image.size - size} bytes behind the end of the image`, size));
  }
  const ours = optical || options.device ? rangeContent(image, 0, Math.min(size, image.size)) : image;
  const trees = await walkAll(disk, findings);
  if (trees.length < disk.volumes.length) {
    if (!optical) return notVerified(findings);
    const rest = await verifyOptical(ours, options);
    return { ...rest, findings: bounded([...findings, ...rest.findings]) };
  }
  return await new DiskCheck(ours, trees, optical !== undefined, findings).run(options);
}

async function walkAll(disk: Disk, findings: Finding[]): Promise<VolumeTree[]> {
  const trees: VolumeTree[] = [];
  for (const volume of disk.volumes) {
    try {
      trees.push(await volume.tree());
    } catch (error) {
      if (!(error instanceof InplaceError) || error.code !== 'SOURCE_CORRUPT') throw error;
      findings.push(...error.findings.map((finding): Finding => ({ ...finding, code: 'VERIFY_STRUCTURE' })));
    }
  }
  return trees;
}

function cutFinding(image: Content, size: number): Finding {
  const message = `The image has ${image.size} bytes, its partition needs ${size}: it was copied or downloaded incompletely`;
  return { ...structureFinding(message, image.size), hint: 'Copy or download it again' };
}

function notVerified(findings: readonly Finding[], files = 0): Verification {
  return { findings: bounded(findings), expected: [], files, bytes: 0 };
}

/** Whether a file has to be what the manifest says. */
function isOurs({ path }: VolumeFile): boolean {
  return !isLeftToUse(path);
}

class DiskCheck {
  readonly #expected = new Set<string>();

  constructor(
    readonly image: Content,
    readonly trees: readonly VolumeTree[],
    readonly hybrid: boolean,
    readonly findings: Finding[],
  ) {}

  async run(options: VerifyOptions): Promise<Verification> {
    // the first partition holds everything; a second one holds copies of what boots
    const [main, ...copies] = this.trees as [VolumeTree, ...VolumeTree[]];
    const manifest = await loadManifest(new Map(main.files.map(({ path, content }) => [path, content])));
    if ('code' in manifest) return notVerified([manifest, ...this.findings], main.files.length);
    const known = knownPaths(manifest);
    const rules = [useRules(known), ...copies.map(() => useRules(bootPaths(known)))];
    const { built, free } = await this.#undoUse(rules);
    const files = this.trees.map((tree, index) => this.#filesAsBuilt(tree, rules[index]!));
    const contents = new Map(main.files.filter(isOurs).map(({ path, content }) => [path, content]));
    const directories = main.directories.filter((path) => !isLeftToUse(path));
    const names = compareNames(manifest, { files: contents, directories, used: true });
    for (const tree of copies) this.#compareCopies(tree, known);
    const notZero = this.hybrid ? await this.#checkOptical(built, manifest, files[0]!, free, options.signal) : free;
    const pass = await this.#read(built, manifest, files.flat(), notZero, options);
    return {
      findings: bounded([...this.findings, ...names.findings, ...pass.findings]),
      expected: [...this.#expected, ...names.expected, ...pass.expected],
      mediaId: manifest.mediaId,
      ...(pass.contentId === '' ? {} : { contentId: pass.contentId }),
      files: contents.size,
      bytes: pass.reader.done,
    };
  }

  /** @param rules for each volume */
  async #undoUse(rules: readonly UseRules[]): Promise<{ built: Content; free: Range[] }> {
    const patches: Patch[] = [];
    const free: Range[] = [];
    for (const [index, tree] of this.trees.entries()) {
      const before = await tree.asBuilt(rules[index]!);
      patches.push(...before.patches);
      free.push(before.free);
      for (const folder of usedFolders(tree)) this.#expected.add(folder);
    }
    patches.sort((a, b) => a.offset - b.offset);
    return { built: new PatchedContent(this.image, patches), free: free.sort((a, b) => a.offset - b.offset) };
  }

  /** What was there when the media was built. A file in pieces was written by somebody else. */
  #filesAsBuilt(tree: VolumeTree, rules: UseRules): VolumeFile[] {
    const files = tree.files.filter(({ path }) => !rules.isAdded(path));
    for (const { path, extents } of files) {
      if (extents.length > 1) this.findings.push(fileFinding(path, 'The file was written anew: it lies in pieces'));
    }
    return files;
  }

  /** The partition that boots has every file of the media that boots, and no other. */
  #compareCopies({ files, directories }: VolumeTree, known: ReadonlySet<string>): void {
    const expected = bootPaths(known);
    const there = new Set([...files.map(({ path }) => path), ...directories]);
    for (const path of expected) {
      if (there.has(path)) continue;
      this.findings.push(fileFinding(path, 'It is missing on the partition that boots'));
    }
    for (const path of there) {
      if (expected.has(path) || isLeftToUse(path)) continue;
      if (isBootStatus(path)) this.#expected.add(path);
      else this.findings.push(fileFinding(path, 'It was added to the partition that boots later'));
    }
  }

  /** The optical side must keep every rule and show the same files in the same places. */
  async #checkOptical(
    built: Content,
    manifest: Manifest,
    files: readonly VolumeFile[],
    free: readonly Range[],
    signal: AbortSignal | undefined,
  ): Promise<Range[]> {
    const udf = await checkUdf(built, signal);
    this.findings.push(...udf.findings);
    this.#compareViews(udf.files, files, manifest);
    const table = await checkBackupTable(built);
    this.findings.push(...table.findings);
    const anchor = { offset: built.size - (1 + ANCHOR_FROM_END) * SECTOR, size: SECTOR };
    return [...free, anchor, table.backup];
  }

  /** Of files with identical bytes UDF knows the first only: FAT32 has a place for each. */
  #compareViews(udf: readonly FileRanges[], fat: readonly FileRanges[], manifest: Manifest): void {
    // extents that lie outside of the image are left out, so that there may be none
    const placeOf = ({ size, extents }: FileRanges): string => `${size} ${size === 0 ? '' : extents[0]?.offset}`;
    const others = new Map(fat.map((file) => [file.path, file]));
    const sums = new Map(manifest.files.map(({ path, sha256 }) => [path, sha256]));
    const sumAt = new Map(fat.map((file) => [placeOf(file), sums.get(file.path)]));
    for (const file of udf) {
      const other = others.get(file.path);
      others.delete(file.path);
      const sum = sums.get(file.path);
      const alike = other?.size === file.size && sum !== undefined && sumAt.get(placeOf(file)) === sum;
      if (other && (alike || placeOf(other) === placeOf(file) || isBootStatus(file.path))) continue;
      const message = other ? 'UDF and FAT32 know different files by this name' : 'The file is on UDF and not on FAT32';
      this.findings.push(fileFinding(file.path, message));
    }
    for (const path of others.keys()) this.findings.push(fileFinding(path, 'The file is on FAT32 and not on UDF'));
  }

  async #read(
    built: Content,
    manifest: Manifest,
    files: readonly VolumeFile[],
    notZero: readonly Range[],
    { onProgress, signal }: VerifyOptions,
  ): Promise<ImagePass> {
    const places = placesOf(files.filter(({ extents }) => extents.length === 1));
    const last = places.at(-1);
    const total = last === undefined ? 0 : last.offset + last.size;
    const reader = new HashReader({ ...(signal ? { signal } : {}), onProgress: (done) => onProgress?.(done, total) });
    const pass = new ImagePass(built, manifest, reader, { notZero, mayChange: isBootStatus });
    await pass.read(places);
    return pass;
  }
}

/** All that was there when the media was built: files and folders. */
function knownPaths(manifest: Manifest): ReadonlySet<string> {
  return new Set([...manifest.files.map(({ path }) => path), MANIFEST_PATH, ...directoriesOf(manifest)]);
}

/** @param known what was on a volume when it was built; all else was added */
function useRules(known: ReadonlySet<string>): UseRules {
  return {
    isAdded: (path) => !known.has(path),
    isWritten: (path) => isReports(path) || isBootStatus(path) || isBootFolder(path),
  };
}

function isReports(path: string): boolean {
  return foldCase(path) === 'REPORTS';
}

/** The folders that use has added or filled: each stands for all that is in it. */
function usedFolders({ files, directories }: VolumeTree): Set<string> {
  const paths = [...files.map(({ path }) => path), ...directories];
  return new Set(paths.filter((path) => isLeftToUse(path) && !isReports(path)).map((path) => path.split('/', 1)[0]!));
}
