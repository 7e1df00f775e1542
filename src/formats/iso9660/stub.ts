/**
 * The small ISO 9660 volume that Windows media carry beside UDF: a root directory with one file that says
 * the disc needs UDF. Old systems and firmware that look for a Primary Volume Descriptor find one (ECMA-119).
 */
import { InplaceError } from '../../errors.js';
import { FILE_FLAGS, PARENT, SELF, writeDirectoryRecord } from './directory-record.js';
import { rootPathTable } from './path-table.js';
import { primaryVolumeDescriptor, SECTOR_BYTES, volumeDescriptorSetTerminator } from './volume-descriptor.js';

/** Where the parts of the stub lie, in sectors. 17 and 19–21 belong to El Torito and to UDF's recognition. */
export const STUB_LBA = {
  primaryVolumeDescriptor: 16,
  terminator: 18,
  pathTableL: 22,
  pathTableM: 23,
  rootDirectory: 24,
  readme: 25,
} as const;

/** What README.TXT says when nothing else is asked for. */
export const README_TEXT = [
  'This disc holds a UDF file system, and this computer is reading it without UDF.',
  'Use an operating system that reads UDF (ECMA-167, UDF 1.02) to see its files.',
  '',
].join('\r\n');

export interface IsoStubOptions {
  /** volume label; folded to d-characters, 32 of them */
  readonly label: string;
  /** time of every date in the stub */
  readonly recorded: Date;
  /** sectors of the whole image, UDF included */
  readonly totalSectors: number;
  /** ASCII with CRLF, at most one sector; default `README_TEXT` */
  readonly readmeText?: string;
  /** default: the same label */
  readonly volumeSetId?: string;
  readonly publisher?: string;
  readonly application?: string;
}

/** The rendered sectors, one each; `STUB_LBA` says where they lie. */
export interface IsoStub {
  readonly primaryVolumeDescriptor: Uint8Array;
  readonly terminator: Uint8Array;
  readonly pathTableL: Uint8Array;
  readonly pathTableM: Uint8Array;
  readonly rootDirectory: Uint8Array;
  readonly readme: Uint8Array;
}

/**
 * Renders the stub.
 * @throws InplaceError LAYOUT_LIMIT when the image has more sectors than the 32-bit field of the descriptor holds
 */
export function isoStub(options: IsoStubOptions): IsoStub {
  const { label, recorded, totalSectors } = options;
  if (totalSectors > 0xffffffff) {
    throw new InplaceError({
      code: 'LAYOUT_LIMIT',
      message: `The image has ${totalSectors} sectors; ISO 9660 counts at most ${0xffffffff} (ECMA-119 8.4.8)`,
    });
  }
  const text = asciiBytes(options.readmeText ?? README_TEXT);
  const directory = { lba: STUB_LBA.rootDirectory, sizeBytes: SECTOR_BYTES, recorded, flags: FILE_FLAGS.directory };
  const self = writeDirectoryRecord({ ...directory, identifier: SELF });
  const parent = writeDirectoryRecord({ ...directory, identifier: PARENT });
  const identifier = asciiBytes('README.TXT;1');
  const readme = writeDirectoryRecord({ identifier, lba: STUB_LBA.readme, sizeBytes: text.length, recorded, flags: 0 });
  return {
    primaryVolumeDescriptor: primaryVolumeDescriptor({
      label,
      volumeSetIdentifier: options.volumeSetId ?? label,
      publisher: options.publisher ?? '',
      application: options.application ?? '',
      recorded,
      totalSectors,
      pathTableLLba: STUB_LBA.pathTableL,
      pathTableMLba: STUB_LBA.pathTableM,
      rootRecord: self,
    }),
    terminator: volumeDescriptorSetTerminator(),
    pathTableL: rootPathTable(STUB_LBA.rootDirectory, true),
    pathTableM: rootPathTable(STUB_LBA.rootDirectory, false),
    rootDirectory: sector([self, parent, readme]),
    readme: sector([text]),
  };
}

function asciiBytes(text: string): Uint8Array {
  if (!/^[\x20-\x7e\r\n]*$/.test(text)) throw new Error('The text of README.TXT is plain ASCII');
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The pieces one after the other, filled up to a sector. */
function sector(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(SECTOR_BYTES);
  let end = 0;
  for (const piece of pieces) {
    if (end + piece.length > SECTOR_BYTES) throw new Error('README.TXT takes at most one sector');
    bytes.set(piece, end);
    end += piece.length;
  }
  return bytes;
}
