/** Small whole UDF images for tests: recognition, sequences, metadata and data, without the ISO 9660 stub. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Content } from '../../src/content/content.js';
import { BytesContent } from '../../src/content/views.js';
import { planUdf, type UdfDirectory, type UdfFile, udfRecognition } from '../../src/formats/udf/write.js';
import type { DiskImage } from '../../src/image/disk-image.js';
import { LayoutBuilder, type Region } from '../../src/image/layout.js';

const SECTOR = 2048;
const PARTITION_START = 257;

/** A file of a test tree: bytes, text or any content; `same` objects become hard links. */
export class TestFile implements UdfFile {
  readonly content: Content;
  constructor(
    content: Content | Uint8Array | string,
    readonly modified = new Date('2024-05-06T07:08:09Z'),
  ) {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    this.content = bytes instanceof Uint8Array ? new BytesContent(bytes) : bytes;
  }
  get size(): number {
    return this.content.size;
  }
}

/** path -> file, or null for an empty directory */
export type TestTree = Readonly<Record<string, TestFile | null>>;

export const TEST_DATE = new Date('2025-01-02T03:04:05Z');

/** The directories of a tree, parents made as needed. */
export function directoryOf(tree: TestTree): UdfDirectory {
  const root = emptyDirectory('');
  const known = new Map([['', root]]);
  const directoryAt = (path: string): UdfDirectory => {
    let directory = known.get(path);
    if (!directory) {
      const cut = path.lastIndexOf('/');
      directory = emptyDirectory(path.slice(cut + 1));
      known.set(path, directory);
      directoryAt(path.slice(0, Math.max(0, cut))).directories.push(directory);
    }
    return directory;
  };
  for (const [path, file] of Object.entries(tree)) {
    const cut = path.lastIndexOf('/');
    if (file === null) directoryAt(path);
    else directoryAt(path.slice(0, Math.max(0, cut))).files.push({ name: path.slice(cut + 1), file });
  }
  return root;
}

function emptyDirectory(name: string): UdfDirectory {
  return { name, modified: TEST_DATE, directories: [], files: [] };
}

/** A UDF volume with the layout of `iso`: sequences at 32, 48 and 64, anchors at 256 and in the last sector. */
export function udfImage(root: UdfDirectory, label = 'TEST'): DiskImage {
  const plan = planUdf(root, { label, volumeSetId: '0123456789abcdef', recorded: TEST_DATE });
  const layout = new LayoutBuilder();
  layout.skipTo(16 * SECTOR, 'system area');
  const recognition = layout.reserve(3 * SECTOR, 'recognition', 'structure');
  layout.skipTo(32 * SECTOR, 'unused');
  const mainVds = layout.reserve(16 * SECTOR, 'main', 'structure');
  const reserveVds = layout.reserve(16 * SECTOR, 'reserve', 'structure');
  const integrity = layout.reserve(2 * SECTOR, 'integrity', 'structure');
  layout.skipTo(256 * SECTOR, 'unused');
  const anchor = layout.reserve(SECTOR, 'anchor', 'structure');
  const metadata = layout.reserve(plan.metadataBlocks * SECTOR, 'metadata', 'structure');
  const regions = placeFiles(layout, root);
  const last = layout.reserve(SECTOR, 'last anchor', 'closing', SECTOR);
  const volume = plan.render({
    partitionStart: PARTITION_START,
    partitionBlocks: last.offset / SECTOR - PARTITION_START,
    mainVdsLba: 32,
    reserveVdsLba: 48,
    integrityLba: 64,
    dataBlock: (file) => regions.get(file)!.offset / SECTOR - PARTITION_START,
  });
  layout.place(recognition, new BytesContent(udfRecognition()));
  layout.place(mainVds, volume.mainVds);
  layout.place(reserveVds, volume.reserveVds);
  layout.place(integrity, volume.integrity);
  layout.place(anchor, volume.anchor(256));
  layout.place(metadata, volume.metadata);
  layout.place(last, volume.anchor(last.offset / SECTOR));
  return layout.seal(SECTOR);
}

function placeFiles(layout: LayoutBuilder, root: UdfDirectory): Map<UdfFile, Region> {
  const regions = new Map<UdfFile, Region>();
  const queue = [root];
  for (const directory of queue) {
    queue.push(...directory.directories);
    for (const { name, file } of directory.files) {
      if (file.size === 0 || regions.has(file)) continue;
      const region = layout.reserve(file.size, name, 'file', SECTOR);
      layout.place(region, (file as TestFile).content);
      regions.set(file, region);
    }
  }
  return regions;
}

/** Writes a content to a file of the host. */
export async function writeContent(content: Content, path: string): Promise<void> {
  const stream = createWriteStream(path);
  for (let done = 0; done < content.size; ) {
    const bytes = new Uint8Array(Math.min(1 << 20, content.size - done));
    await content.read(done, bytes);
    if (!stream.write(bytes)) await once(stream, 'drain');
    done += bytes.length;
  }
  stream.end();
  await once(stream, 'finish');
}
