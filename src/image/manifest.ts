/**
 * /deploy/manifest.json: path, size and SHA-256 of every file, one entry a line, and one SHA-256 over all image
 * structures written before it (design/media.md). Its text is canonical: the same manifest is always the same bytes,
 * so its size is known before any hash is, and a reader accepts nothing but that one spelling.
 */
import { asciiJson } from '../bytes/ascii-json.js';
import { InplaceError } from '../errors.js';

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
  /** every file but the manifest itself (and its signature), sorted by code unit of the path */
  readonly files: readonly ManifestFile[];
}

const VERSION = 1;
const NO_HASH = '0'.repeat(64);

/** The bytes of a manifest: ASCII, LF, one entry a line. */
export function renderManifest(manifest: Manifest): Uint8Array {
  const { mediaId, structures, files } = manifest;
  const head = asciiJson({ manifest: VERSION, mediaId, ...(structures === undefined ? {} : { structures }) });
  const lines = files.map(({ path, size, sha256 }) => asciiJson({ path, size, sha256 }));
  return new TextEncoder().encode(`${head.slice(0, -1)},"files":[\n${lines.join(',\n')}\n]}\n`);
}

/** How many bytes the manifest will have, before its hashes are known. */
export function manifestSize(
  mediaId: string,
  files: readonly { readonly path: string; readonly size: number }[],
  withStructures: boolean,
): number {
  const entries = files.map(({ path, size }) => ({ path, size, sha256: NO_HASH }));
  return renderManifest({ mediaId, ...(withStructures ? { structures: NO_HASH } : {}), files: entries }).byteLength;
}

/**
 * Reads a manifest.
 * @throws InplaceError VERIFY_MANIFEST when it is not byte for byte what `renderManifest` writes
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  const manifest = readFields(parseJson(bytes));
  if (Buffer.compare(renderManifest(manifest), bytes) !== 0) throw damaged('it is not spelled as inplace writes it');
  const unsorted = manifest.files.findIndex((file, i) => i > 0 && !(manifest.files[i - 1]!.path < file.path));
  if (unsorted !== -1) throw damaged(`entry ${unsorted + 1} is out of order or there twice`);
  return manifest;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw damaged(`it is not JSON (${(error as Error).message})`);
  }
}

function readFields(value: unknown): Manifest {
  if (!isRecord(value) || value['manifest'] !== VERSION) throw damaged(`it is not a manifest of version ${VERSION}`);
  const { mediaId, structures, files } = value;
  if (!isHash(mediaId) || !(structures === undefined || isHash(structures)) || !Array.isArray(files)) {
    throw damaged('mediaId, structures or files is missing or malformed');
  }
  return { mediaId, ...(structures === undefined ? {} : { structures }), files: files.map(readEntry) };
}

function readEntry(value: unknown, index: number): ManifestFile {
  if (isRecord(value)) {
    const { path, size, sha256 } = value;
    if (typeof path === 'string' && Number.isSafeInteger(size) && isHash(sha256)) {
      return { path, size: size as number, sha256 };
    }
  }
  throw damaged(`entry ${index + 1} is malformed`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
