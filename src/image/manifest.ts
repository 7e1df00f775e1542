/**
 * /deploy/manifest.json: path, size and SHA-256 of every file, one entry a line, the folders that are empty, and one
 * SHA-256 over all image structures written before it (design/media.md). Its text is canonical: the same manifest is
 * always the same bytes, so its size is known before any hash is, and a reader accepts nothing but that one spelling
 * (parse-manifest.ts).
 */
import { asciiJson } from '../bytes/ascii-json.js';
import { parentsOf } from '../content/parents.js';
import { byCodeUnit } from '../content/tree.js';

/** Where the manifest lies on the media. */
export const MANIFEST_PATH = 'deploy/manifest.json';

export interface ManifestFile {
  /** path on the media, `/` between names */
  readonly path: string;
  /** bytes */
  readonly size: number;
  /** lower-case hex */
  readonly sha256: string;
}

export interface Manifest {
  readonly mediaId: string;
  /** sum of every byte before the manifest that belongs to no file; left out where the media is a folder or a zip */
  readonly structures?: string;
  /** the folders that hold nothing at all, sorted by code unit; left out when there are none. Files imply the others */
  readonly directories?: readonly string[];
  /** every file but the manifest itself (and its signature), sorted by code unit of the path */
  readonly files: readonly ManifestFile[];
}

export const MANIFEST_VERSION = 1;
const NO_HASH = '0'.repeat(64);

/** The bytes of a manifest: ASCII, LF, one entry a line. */
export function renderManifest(manifest: Manifest): Uint8Array {
  const { directories = [], files } = manifest;
  const sections = [
    ...(directories.length > 0 ? [section('directories', directories.map(renderDirectory))] : []),
    section('files', files.map(renderFile)),
  ];
  return new TextEncoder().encode(`${renderHead(manifest)},${sections.join(',')}}\n`);
}

function section(name: string, lines: readonly string[]): string {
  return lines.length === 0 ? `"${name}":[\n]` : `"${name}":[\n${lines.join(',\n')}\n]`;
}

/** The first line up to the comma before the lists. */
export function renderHead({ mediaId, structures }: Pick<Manifest, 'mediaId' | 'structures'>): string {
  const head = { manifest: MANIFEST_VERSION, mediaId, ...(structures === undefined ? {} : { structures }) };
  return asciiJson(head).slice(0, -1);
}

/** One line, without its comma. */
export function renderDirectory(path: string): string {
  return asciiJson(path);
}

/** One line, without its comma. */
export function renderFile({ path, size, sha256 }: ManifestFile): string {
  return asciiJson({ path, size, sha256 });
}

/** How many bytes the manifest will have, before its hashes are known. */
export function manifestSize(
  mediaId: string,
  files: readonly { readonly path: string; readonly size: number }[],
  withStructures: boolean,
  directories: readonly string[] = [],
): number {
  const entries = files.map(({ path, size }) => ({ path, size, sha256: NO_HASH }));
  const structures = withStructures ? { structures: NO_HASH } : {};
  return renderManifest({ mediaId, ...structures, directories, files: entries }).byteLength;
}

/** The directories that hold neither files nor directories, sorted: what the manifest lists of them. */
export function emptyDirectories(
  directories: readonly string[],
  files: readonly { readonly path: string }[],
): readonly string[] {
  const parents = parentsOf([...directories, ...files.map(({ path }) => path)]);
  return directories.filter((path) => !parents.has(path)).sort(byCodeUnit);
}

/** Every directory that belongs to media with this manifest. */
export function directoriesOf(manifest: Manifest): ReadonlySet<string> {
  const { directories = [], files } = manifest;
  const all = parentsOf([MANIFEST_PATH, ...directories, ...files.map(({ path }) => path)]);
  for (const path of directories) all.add(path);
  return all;
}
