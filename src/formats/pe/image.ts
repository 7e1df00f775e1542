/**
 * PE image headers, "PE Format" (Microsoft): what the Authenticode digest and the version resource need of them.
 *
 * | offset | bytes | field |
 * | 0 | 2 | `MZ` |
 * | 0x3C | 4 | offset of the PE header: `PE\0\0`, then the COFF header of 20 bytes |
 * | COFF + 0 | 2 | machine |
 * | COFF + 2 | 2 | number of sections |
 * | COFF + 16 | 2 | size of the optional header that follows |
 * | optional + 0 | 2 | 0x10B (PE32) or 0x20B (PE32+) |
 * | optional + 60 | 4 | size of all headers |
 * | optional + 64 | 4 | checksum |
 * | optional + 92 or 108 | 4 | number of data directories, which follow, 8 bytes each |
 * | after it | 40 each | section headers |
 */
import { corrupt } from '../../bytes/corrupt.js';
import { viewOf } from '../../bytes/view.js';
import type { Place } from '../../errors.js';

const OPTIONAL_FIELDS = { headerBytes: 60, checksum: 64 } as const;
const DIRECTORY_COUNT = { 267: 92, 523: 108 } as const;
const DIRECTORY = { resource: 2, certificate: 4 } as const;

const COFF_BYTES = 20;
const SECTION_BYTES = 40;
/** The loader of Windows takes at most 96. */
const MAX_SECTIONS = 96;

/** IMAGE_FILE_MACHINE_… of boot files. */
const MACHINES: Readonly<Record<number, string>> = { 332: 'x86', 34404: 'x64', 452: 'arm', 43620: 'arm64' };

export interface PeSection {
  readonly virtualAddress: number;
  readonly virtualBytes: number;
  /** offset in the file */
  readonly rawOffset: number;
  readonly rawBytes: number;
}

export interface PeImage {
  readonly bytes: Uint8Array;
  /** undefined for a machine that no Windows boots on */
  readonly architecture: string | undefined;
  readonly headerBytes: number;
  /** where the checksum is, which the digest leaves out */
  readonly checksumAt: number;
  /** where the data directory entry of the certificate table is, left out as well; undefined when there is none */
  readonly certificateEntryAt: number | undefined;
  /** the certificate table, by offset in the file; 0 bytes when there is none */
  readonly certificates: { readonly offset: number; readonly sizeBytes: number };
  /** the resources, by address; 0 bytes when there are none */
  readonly resources: { readonly address: number; readonly sizeBytes: number };
  readonly sections: readonly PeSection[];
}

/** Reads the headers. @throws InplaceError SOURCE_CORRUPT when it is no PE image or its headers lead out of it */
export function readPeImage(bytes: Uint8Array, where: Place): PeImage {
  const view = viewOf(bytes);
  const need = (end: number, offset: number, field: string): void => {
    if (end > bytes.length)
      throw corrupt(`The file of ${bytes.length} bytes ends inside its headers`, { ...where, offset, field });
  };
  need(64, 0, 'PE.dosHeader');
  const pe = view.getUint32(0x3c, true);
  if (view.getUint16(0, true) !== 0x5a4d) throw corrupt('This is no program: it does not begin with MZ', where);
  need(pe + 4 + COFF_BYTES, 0x3c, 'PE.headerOffset');
  if (view.getUint32(pe, true) !== 0x4550) throw corrupt('There is no PE header', { ...where, offset: pe });
  const coff = pe + 4;
  const optional = coff + COFF_BYTES;
  const optionalBytes = view.getUint16(coff + 16, true);
  const sectionsAt = optional + optionalBytes;
  const sectionCount = view.getUint16(coff + 2, true);
  need(sectionsAt + sectionCount * SECTION_BYTES, coff + 2, 'PE.numberOfSections');
  if (sectionCount > MAX_SECTIONS) throw corrupt(`${sectionCount} sections`, { ...where, offset: coff + 2 });
  const magic = optionalBytes < 2 ? 0 : view.getUint16(optional, true);
  if (magic !== 0x10b && magic !== 0x20b) {
    throw corrupt(`Optional header 0x${magic.toString(16)}, expected 0x10b or 0x20b`, { ...where, offset: optional });
  }
  const directories = DIRECTORY_COUNT[magic];
  if (optionalBytes < directories + 4) {
    throw corrupt(`An optional header of ${optionalBytes} bytes`, { ...where, offset: coff + 16 });
  }
  /** Two numbers of a data directory, and where they are. */
  const directory = (index: number): { at: number | undefined; first: number; sizeBytes: number } => {
    const at = directories + 4 + 8 * index;
    const there = index < view.getUint32(optional + directories, true) && at + 8 <= optionalBytes;
    if (!there) return { at: undefined, first: 0, sizeBytes: 0 };
    return {
      at: optional + at,
      first: view.getUint32(optional + at, true),
      sizeBytes: view.getUint32(optional + at + 4, true),
    };
  };
  const certificate = directory(DIRECTORY.certificate);
  const resource = directory(DIRECTORY.resource);
  if (certificate.first + certificate.sizeBytes > bytes.length) {
    const message = `A certificate table of ${certificate.sizeBytes} bytes at ${certificate.first} lies outside the file`;
    throw corrupt(message, { ...where, offset: certificate.at ?? 0, field: 'PE.certificateTable' });
  }
  return {
    bytes,
    architecture: MACHINES[view.getUint16(coff, true)],
    headerBytes: view.getUint32(optional + OPTIONAL_FIELDS.headerBytes, true),
    checksumAt: optional + OPTIONAL_FIELDS.checksum,
    certificateEntryAt: certificate.at,
    certificates: { offset: certificate.first, sizeBytes: certificate.sizeBytes },
    resources: { address: resource.first, sizeBytes: resource.sizeBytes },
    sections: Array.from({ length: sectionCount }, (_, i) => readSection(view, sectionsAt + i * SECTION_BYTES)),
  };
}

function readSection(view: DataView, at: number): PeSection {
  return {
    virtualBytes: view.getUint32(at + 8, true),
    virtualAddress: view.getUint32(at + 12, true),
    rawBytes: view.getUint32(at + 16, true),
    rawOffset: view.getUint32(at + 20, true),
  };
}
