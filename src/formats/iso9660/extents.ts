/** From directory records to the places they name, checked against the image. */
import { corrupt, unsupported } from '../../bytes/corrupt.js';
import { type Content, readBytes } from '../../content/content.js';
import { rangeContent } from '../../content/views.js';
import { type DirectoryRecord, readDirectoryRecord } from './directory-record.js';
import { placeAt, type VolumeSource } from './volume.js';
import { SECTOR_BYTES } from './volume-descriptor.js';

/** Directory bytes read at once; a multiple of the sector, since no record crosses a sector (6.8.1.1). */
const CHUNK_BYTES = 64 * SECTOR_BYTES;

/** A directory's place, in bytes of the image. */
export interface DirectoryExtent {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Where a record's data begins: behind the extended attribute record, if there is one (6.4.2). */
function startOf(source: VolumeSource, record: DirectoryRecord): number {
  return (record.lba + record.extendedAttributeBlocks) * source.blockBytes;
}

/** The bytes of a file section. @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED (interleaved) */
export function sectionContent(source: VolumeSource, record: DirectoryRecord): Content {
  if (record.interleaved) {
    throw unsupported(
      'The file is recorded in interleaved mode (ECMA-119 6.4.3), which is not read',
      placeAt(source, record.offset, 'DirectoryRecord.fileUnitSize'),
    );
  }
  // the place of an empty file means nothing: writers put 0 or anything there
  if (record.sizeBytes === 0) return rangeContent(source.image, 0, 0);
  const offset = startOf(source, record);
  checkInside(source, record, offset, record.sizeBytes);
  return rangeContent(source.image, offset, record.sizeBytes);
}

/** The place of a directory. @throws InplaceError SOURCE_CORRUPT */
export function directoryExtent(source: VolumeSource, record: DirectoryRecord): DirectoryExtent {
  const offset = startOf(source, record);
  checkInside(source, record, offset, record.sizeBytes);
  return { offset, sizeBytes: record.sizeBytes };
}

function checkInside(source: VolumeSource, record: DirectoryRecord, offset: number, sizeBytes: number): void {
  if (offset + sizeBytes <= source.image.size) return;
  throw corrupt(
    `An extent of ${sizeBytes} bytes at ${offset} lies outside the image of ${source.image.size} bytes`,
    placeAt(source, record.offset, 'DirectoryRecord.locationOfExtent'),
  );
}

/** The records of a directory, with those of itself and its parent. @throws InplaceError SOURCE_CORRUPT */
export async function* directoryRecords(
  source: VolumeSource,
  { offset, sizeBytes }: DirectoryExtent,
): AsyncGenerator<DirectoryRecord[]> {
  for (let done = 0; done < sizeBytes; done += CHUNK_BYTES) {
    const chunk = await readBytes(source.image, offset + done, Math.min(CHUNK_BYTES, sizeBytes - done));
    yield recordsIn(source, chunk, offset + done);
  }
}

function recordsIn(source: VolumeSource, chunk: Uint8Array, offset: number): DirectoryRecord[] {
  const records: DirectoryRecord[] = [];
  for (let start = 0; start < chunk.length; start += SECTOR_BYTES) {
    const sector = chunk.subarray(start, start + SECTOR_BYTES);
    let position = 0;
    // a length of 0 says that the rest of the sector is empty
    while (position < sector.length && sector[position] !== 0) {
      const record = readDirectoryRecord(sector, position, offset + start + position);
      if (typeof record === 'string') {
        throw corrupt(record, placeAt(source, offset + start + position, 'DirectoryRecord'));
      }
      records.push(record);
      position += sector[position]!;
    }
  }
  return records;
}
