import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { BytesContent } from '../../../src/content/views.js';
import { readWimHeader } from '../../../src/formats/wim/header.js';
import { RESOURCE_FLAGS, readResourceHeader } from '../../../src/formats/wim/resource-header.js';

/** A piece of a resource as it lies in the WIM. */
export interface Chunk {
  readonly input: Uint8Array;
  readonly sizeBytes: number;
  readonly compressed: boolean;
}

export interface Resource {
  readonly sizeBytes: number;
  readonly chunks: readonly Chunk[];
}

/** Bytes of an entry of the blob table ("lookup table" in Microsoft's document). */
const ENTRY_BYTES = 50;

/**
 * Compressed resources of a WIM, cut into their chunks by its chunk tables: Microsoft's WIM document, "Resource Header" and "Chunk
 * Table"; solid resources as wimlib documents them. Resources that are stored are left out.
 */
export async function wimResources(path: string): Promise<Resource[]> {
  const wim = await readFile(path);
  const header = await readWimHeader(new BytesContent(wim), path);
  const view = new DataView(wim.buffer, wim.byteOffset, wim.byteLength);
  const found: Resource[] = [];
  const { offset: tableAt, sizeBytes } = header.blobTable;
  for (let at = tableAt; at < tableAt + sizeBytes; at += ENTRY_BYTES) {
    // an entry for a blob inside a solid resource says where it is in there; the one for the resource has a size of 2^32
    const inSolid = (wim[at + 7]! & RESOURCE_FLAGS.solid) !== 0;
    if (inSolid && view.getBigUint64(at + 16, true) !== 2n ** 32n) continue;
    const resource = readResourceHeader(view, at, wim.length, {});
    const raw = wim.subarray(resource.offset, resource.offset + resource.sizeBytes);
    if (inSolid) found.push(solid(raw));
    else if (resource.flags & RESOURCE_FLAGS.compressed) {
      found.push(plain(raw, resource.originalSizeBytes, header.chunkSizeBytes));
    }
  }
  return found;
}

/** The chunk table holds the starts of all chunks but the first, counted from its own end. */
function plain(raw: Buffer, sizeBytes: number, chunkBytes: number): Resource {
  const count = Math.ceil(sizeBytes / chunkBytes);
  const data = 4 * (count - 1);
  const starts = [0, ...Array.from({ length: count - 1 }, (_, i) => raw.readUInt32LE(4 * i)), raw.length - data];
  const lengths = starts.slice(1).map((next, i) => next - starts[i]!);
  return { sizeBytes, chunks: cut(raw.subarray(data), lengths, sizeBytes, chunkBytes) };
}

/** Size, chunk size, format, then the compressed size of every chunk. */
function solid(raw: Buffer): Resource {
  const sizeBytes = Number(raw.readBigUInt64LE(0));
  const chunkBytes = raw.readUInt32LE(8);
  const count = Math.ceil(sizeBytes / chunkBytes);
  const lengths = Array.from({ length: count }, (_, i) => raw.readUInt32LE(16 + 4 * i));
  return { sizeBytes, chunks: cut(raw.subarray(16 + 4 * count), lengths, sizeBytes, chunkBytes) };
}

function cut(data: Buffer, lengths: number[], sizeBytes: number, chunkBytes: number): Chunk[] {
  let at = 0;
  return lengths.map((length, i) => {
    const input = data.subarray(at, at + length);
    at += length;
    const size = Math.min(chunkBytes, sizeBytes - i * chunkBytes);
    return { input, sizeBytes: size, compressed: length < size };
  });
}

/** A whole resource through a decompressor of chunks. */
export function unpack(resource: Resource, decompress: (input: Uint8Array, output: Uint8Array) => void): Buffer {
  const output = Buffer.alloc(resource.sizeBytes, 0xee);
  let at = 0;
  for (const { input, sizeBytes, compressed } of resource.chunks) {
    const part = output.subarray(at, at + sizeBytes);
    if (compressed) decompress(input, part);
    else part.set(input);
    at += sizeBytes;
  }
  return output;
}

export function sha1(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex');
}
