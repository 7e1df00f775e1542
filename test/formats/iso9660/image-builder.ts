/** Small ISO 9660 images put together record by record, so that a test can break any of them. */
import { BytesContent } from '../../../src/content/views.js';
import { InplaceError } from '../../../src/errors.js';
import { FILE_FLAGS, writeDirectoryRecord } from '../../../src/formats/iso9660/directory-record.js';
import { openIso9660 } from '../../../src/formats/iso9660/reading.js';
import {
  primaryVolumeDescriptor,
  SECTOR_BYTES,
  volumeDescriptorSetTerminator,
} from '../../../src/formats/iso9660/volume-descriptor.js';

export const RECORDED = new Date('2024-05-06T07:08:09Z');

export interface TestRecord {
  /** text, or bytes for what is no text */
  id: string | Uint8Array;
  lba: number;
  size: number;
  flags?: number;
  systemUse?: Uint8Array;
}

export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function ucs2(text: string): Uint8Array {
  return Uint8Array.from(text.split('').flatMap((unit) => [unit.charCodeAt(0) >> 8, unit.charCodeAt(0) & 0xff]));
}

/** A directory record with a system use field. */
export function record({ id, lba, size, flags = 0, systemUse = new Uint8Array(0) }: TestRecord): Uint8Array {
  const identifier = typeof id === 'string' ? bytesOf(id) : id;
  const plain = writeDirectoryRecord({ identifier, lba, sizeBytes: size, recorded: RECORDED, flags });
  const whole = new Uint8Array(plain.length + systemUse.length + (systemUse.length % 2));
  whole.set(plain);
  whole.set(systemUse, plain.length);
  whole[0] = whole.length;
  return whole;
}

/** The records of a directory of one sector, with those of itself and its parent in front. */
export function directory(lba: number, parentLba: number, records: TestRecord[], ownUse?: Uint8Array): Uint8Array {
  const self = { id: new Uint8Array([0]), lba, size: SECTOR_BYTES, flags: FILE_FLAGS.directory };
  const parent = { id: new Uint8Array([1]), lba: parentLba, size: SECTOR_BYTES, flags: FILE_FLAGS.directory };
  const all = [ownUse ? { ...self, systemUse: ownUse } : self, parent, ...records];
  return Buffer.concat(all.map(record));
}

/** One system use entry: two letters, its length, version 1, its data. */
export function entry(signature: string, data: Iterable<number>): Uint8Array {
  const bytes = [...data];
  return Uint8Array.from([...bytesOf(signature), bytes.length + 4, 1, ...bytes]);
}

/** A number in both byte orders. */
export function both32(value: number): number[] {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, value, true);
  view.setUint32(4, value, false);
  return [...bytes];
}

/** SP: system use fields are there. */
export const SP = entry('SP', [0xbe, 0xef, 0]);

/** An image with these sectors; the root directory is sector 20. */
export function image(sectors: Record<number, Uint8Array>, totalSectors = 40): Uint8Array {
  const bytes = new Uint8Array(totalSectors * SECTOR_BYTES);
  const rootRecord = record({ id: new Uint8Array([0]), lba: 20, size: SECTOR_BYTES, flags: FILE_FLAGS.directory });
  const descriptor = primaryVolumeDescriptor({
    label: 'TEST',
    volumeSetIdentifier: '',
    publisher: '',
    application: '',
    recorded: RECORDED,
    totalSectors,
    pathTableLLba: 18,
    pathTableMLba: 19,
    rootRecord,
  });
  bytes.set(descriptor, 16 * SECTOR_BYTES);
  bytes.set(volumeDescriptorSetTerminator(), 17 * SECTOR_BYTES);
  for (const [lba, sector] of Object.entries(sectors)) bytes.set(sector, Number(lba) * SECTOR_BYTES);
  return bytes;
}

/** Paths and sizes of what the reader finds. */
export async function listing(bytes: Uint8Array): Promise<string[]> {
  const volume = await openIso9660(new BytesContent(bytes), 'test.iso');
  if (volume === undefined) return ['no volume'];
  const tree = await volume.tree();
  return [
    ...tree.directories.map((path) => `${path}/`),
    ...tree.files.map((file) => `${file.path} ${file.content.size}`),
  ];
}

/** `CODE offset field: message` of what the reader throws; fails when it throws anything but an InplaceError. */
export async function problem(bytes: Uint8Array): Promise<string> {
  try {
    await listing(bytes);
  } catch (error) {
    if (!(error instanceof InplaceError)) throw error;
    const { code, where, message } = error.findings[0]!;
    return `${code} ${where?.offset} ${where?.field}: ${message}`;
  }
  return 'no problem';
}
