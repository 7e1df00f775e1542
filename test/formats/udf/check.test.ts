import { beforeAll, describe, expect, it } from 'vitest';
import { type Content, readBytes } from '../../../src/content/content.js';
import { BytesContent, rangeContent, ZeroContent } from '../../../src/content/views.js';
import { type ErrorCode, InplaceError } from '../../../src/errors.js';
import { checkUdf } from '../../../src/formats/udf/check.js';
import { MAX_EXTENT_LENGTH } from '../../../src/formats/udf/structures/constants.js';
import { long } from '../../support/tools.js';
import { directoryOf, TestFile, type TestTree, udfImage } from '../../support/udf-image.js';
import { BLOCK, PARTITION, PatchedImage } from '../../support/udf-patch.js';

const shared = new TestFile('shared');

/**
 * Blocks: 0 file set, 1 terminator, 2 root, 3 "a.txt", 4 "b.txt", 5 "d", 6 "l" (also "d/l"), 7 "d/sub", 8 "d/x.bin",
 * then the directories: 9 root, 10 "d", 11 "d/sub".
 */
const TREE: TestTree = {
  'a.txt': new TestFile('a'),
  'b.txt': new TestFile('bb'),
  'd/l': shared,
  'd/sub': null,
  'd/x.bin': new TestFile(new Uint8Array(5000).fill(1)),
  l: shared,
};
const ROOT = 2;
const A = 3;
const B = 4;
const D = 5;
const LINKED = 6;
const SUB = 7;
const X = 8;

const MAIN = 32 * BLOCK;
const RESERVE = 48 * BLOCK;
const INTEGRITY = 64 * BLOCK;
const [PVD, IUVD, LVD, PD, USD, TD] = [0, 1, 2, 3, 4, 5].map((index) => MAIN + index * BLOCK) as [
  number,
  number,
  number,
  number,
  number,
  number,
];
const ANCHOR = 256 * BLOCK;

describe('a volume of ours', () => {
  it('keeps every rule, and the check returns its files, directories and label', async () => {
    const { findings, files, directories, label } = await checkUdf(udfImage(directoryOf(TREE), 'My label'));
    expect(findings).toEqual([]);
    expect(label).toBe('My label');
    expect(directories).toEqual(['d', 'd/sub']);
    expect(files.map(({ path, size }) => [path, size])).toEqual([
      ['a.txt', 1],
      ['b.txt', 2],
      ['d/l', 6],
      ['d/x.bin', 5000],
      ['l', 6],
    ]);
    expect(files[2]!.extents).toEqual(files[4]!.extents);
    expect(files[0]!.extents).toEqual([{ offset: PARTITION + 12 * BLOCK, size: 1 }]);
    expect(files[0]!.modified).toEqual(TREE['a.txt']!.modified);
  });

  it('keeps every rule with files of several extents and none', async () => {
    const huge = new TestFile(new ZeroContent(2 * MAX_EXTENT_LENGTH + 5000));
    const { findings, files } = await checkUdf(udfImage(directoryOf({ huge, empty: new TestFile(''), z: shared })));
    expect(findings).toEqual([]);
    expect(files.find((file) => file.path === 'huge')!.extents.length).toBe(3);
  });

  const entries = long ? 100_000 : 5_000;
  it(`keeps every rule with ${entries} entries in one directory`, async () => {
    const tree: Record<string, TestFile> = {};
    for (let i = 0; i < entries; i++) tree[`many/${i} ж`] = new TestFile(`${i}`);
    const { findings, files } = await checkUdf(udfImage(directoryOf(tree)));
    expect(findings).toEqual([]);
    expect(files.length).toBe(entries);
  });
});

describe('a check that is interrupted', () => {
  const tree: Record<string, TestFile> = {};
  for (let i = 0; i < 3000; i++) tree[`${i}`] = new TestFile('');
  const image = udfImage(directoryOf(tree));

  it('ends at once when the signal was given before', async () => {
    const error = await checkUdf(image, AbortSignal.abort('why')).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InplaceError);
    expect(error).toMatchObject({ code: 'INTERRUPTED', cause: 'why' });
  });

  it('ends on the way, though all of the image is in memory', async () => {
    const whole = new BytesContent(await readBytes(image));
    const controller = new AbortController();
    // the first turn of the event loop comes before the check reads anything
    setImmediate(() => setImmediate(() => controller.abort()));
    await expect(checkUdf(whole, controller.signal)).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect((await checkUdf(whole, new AbortController().signal)).findings).toEqual([]);
  });
});

/** What is done to the image, and the findings it must give: code, offset and field of each. */
type Break = readonly [string, ErrorCode, (image: PatchedImage) => void, string?];

const BREAKS: readonly Break[] = [
  // recognition sequence
  ['NSR02 is missing', 'UDF_RECOGNITION', (i) => i.bytes.fill(0, 17 * BLOCK, 18 * BLOCK), 'NSR02'],
  ['NSR03 stands for NSR02', 'UDF_RECOGNITION', (i) => i.bytes.set([0x33], 17 * BLOCK + 5), 'NSR02'],
  ['a byte behind TEA01 is not zero', 'UDF_RECOGNITION', (i) => i.bytes.set([1], 18 * BLOCK + 2000), 'TEA01'],
  // anchors
  [
    'there is no anchor at 256',
    'UDF_ANCHOR',
    (i) => i.bytes.fill(0, ANCHOR, ANCHOR + BLOCK),
    'AnchorVolumeDescriptorPointer',
  ],
  ['there is no anchor at the end', 'UDF_ANCHOR', (i) => i.bytes.fill(0, i.bytes.length - BLOCK)],
  ['the anchors differ', 'UDF_ANCHOR', (i) => i.set32(i.bytes.length - BLOCK, 28, 49)],
  ['a reserved byte of an anchor is not zero', 'UDF_ANCHOR', (i) => i.set(ANCHOR, 40, 1), 'reserved'],
  ['a sequence has 15 sectors', 'UDF_ANCHOR', (i) => i.set32(ANCHOR, 16, 15 * BLOCK), 'main'],
  // tags
  ['a checksum is wrong', 'UDF_TAG', (i) => (i.bytes[i.block(A) + 4]! += 1), 'FileEntry.tag.tagChecksum'],
  ['a descriptor version is 3', 'UDF_TAG', (i) => patchTag(i, i.block(A), 2, 3), 'FileEntry.tag.descriptorVersion'],
  [
    'a reserved byte of a tag is not zero',
    'UDF_TAG',
    (i) => patchTag(i, PVD, 5, 1),
    'PrimaryVolumeDescriptor.tag.reserved',
  ],
  ['a serial number differs', 'UDF_TAG', (i) => patchTag(i, i.block(0), 6, 9), 'FileSetDescriptor.tag.tagSerialNumber'],
  ['a location is wrong', 'UDF_TAG', (i) => patchTag(i, i.block(1), 12, 77), 'TerminatingDescriptor.tag.tagLocation'],
  [
    'a File Entry has another tag identifier',
    'UDF_TAG',
    (i) => patchTag(i, i.block(A), 0, 9),
    'FileEntry.tag.tagIdentifier',
  ],
  // CRC
  [
    'a byte of a File Entry is changed',
    'UDF_CRC',
    (i) => (i.bytes[i.block(A) + 90]! += 1),
    'FileEntry.tag.descriptorCrc',
  ],
  [
    'a byte of a FID is changed',
    'UDF_CRC',
    (i) => (i.bytes[i.fids(ROOT)[1]! + 38 + 1]! += 1),
    'FileIdentifierDescriptor.tag.descriptorCrc',
  ],
  ['a CRC covers too little', 'UDF_CRC', (i) => shortCrc(i), 'descriptorCrcLength'],
  // sequences
  ['the terminator is missing', 'UDF_SEQUENCE', (i) => i.bytes.fill(0, TD, TD + BLOCK), 'TerminatingDescriptor'],
  ['two descriptors are exchanged', 'UDF_SEQUENCE', exchangeDescriptors],
  [
    'main and reserve differ',
    'UDF_SEQUENCE',
    (i) => i.set(RESERVE, 376 + 4, 12),
    'PrimaryVolumeDescriptor.recordingDateAndTime',
  ],
  [
    'a sequence number is wrong',
    'UDF_SEQUENCE',
    (i) => i.set32(USD, 16, 3),
    'UnallocatedSpaceDescriptor.volumeDescriptorSequenceNumber',
  ],
  ['bytes behind the terminator are not zero', 'UDF_SEQUENCE', (i) => i.bytes.set([1], MAIN + 9 * BLOCK)],
  // fields of volume descriptors
  [
    'the interchange level is 3',
    'UDF_DESCRIPTOR',
    (i) => both(i, PVD, 60, 3),
    'PrimaryVolumeDescriptor.interchangeLevel',
  ],
  ['a character set is not CS0', 'UDF_DESCRIPTOR', (i) => both(i, PVD, 200, 1), 'descriptorCharacterSet'],
  ['the volume set id is not unique', 'UDF_DESCRIPTOR', (i) => both(i, PVD, 73, 0x78), 'volumeSetIdentifier'],
  ['the labels differ', 'UDF_DESCRIPTOR', (i) => both(i, PVD, 25, 0x58), 'logicalVolumeIdentifier'],
  [
    'LV Info is spoilt',
    'UDF_DESCRIPTOR',
    (i) => both(i, IUVD, 22, 0x58),
    'ImplementationUseVolumeDescriptor.implementationIdentifier',
  ],
  [
    'the domain is another',
    'UDF_DESCRIPTOR',
    (i) => both(i, LVD, 218, 0x58),
    'LogicalVolumeDescriptor.domainIdentifier',
  ],
  [
    'the revision is 1.50',
    'UDF_DESCRIPTOR',
    (i) => both(i, LVD, 240, 0x50),
    'LogicalVolumeDescriptor.domainIdentifier',
  ],
  [
    'blocks have 512 bytes',
    'UDF_DESCRIPTOR',
    (i) => both(i, LVD, 212, 0, 2),
    'LogicalVolumeDescriptor.logicalBlockSize',
  ],
  [
    'the partition map has another partition',
    'UDF_DESCRIPTOR',
    (i) => both(i, LVD, 444, 1),
    'LogicalVolumeDescriptor.partitionMaps',
  ],
  ['a byte behind the maps is not zero', 'UDF_DESCRIPTOR', (i) => i.bytes.set([1], LVD + 1000), 'unused'],
  ['the partition can be written', 'UDF_DESCRIPTOR', (i) => both(i, PD, 184, 4), 'PartitionDescriptor.accessType'],
  [
    'the partition holds NSR03',
    'UDF_DESCRIPTOR',
    (i) => both(i, PD, 30, 0x33),
    'PartitionDescriptor.partitionContents',
  ],
  [
    'the partition ends behind the image',
    'UDF_DESCRIPTOR',
    (i) => both(i, PD, 192, 0, 0, 1),
    'PartitionDescriptor.partitionLength',
  ],
  ['there is unallocated space', 'UDF_DESCRIPTOR', (i) => both(i, USD, 20, 1), 'numberOfAllocationDescriptors'],
  [
    'the file set is of another domain',
    'UDF_DESCRIPTOR',
    (i) => i.set(i.block(0), 417, 0x58),
    'FileSetDescriptor.domainIdentifier',
  ],
  [
    'the file set has another label',
    'UDF_DESCRIPTOR',
    (i) => i.set(i.block(0), 113, 0x58),
    'FileSetDescriptor.logicalVolumeIdentifier',
  ],
  [
    'the file set is not terminated',
    'UDF_TAG',
    (i) => i.bytes.fill(0, i.block(1), i.block(2)),
    'TerminatingDescriptor',
  ],
  ['the partition runs over an anchor', 'UDF_EXTENT', (i) => both(i, PD, 188, 0, 1)],
  // integrity
  [
    'the volume is open',
    'UDF_INTEGRITY',
    (i) => i.set(INTEGRITY, 28, 0),
    'LogicalVolumeIntegrityDescriptor.integrityType',
  ],
  ['one file is not counted', 'UDF_INTEGRITY', (i) => i.set(INTEGRITY, 120, 4), 'numberOfFiles'],
  ['one directory is not counted', 'UDF_INTEGRITY', (i) => i.set(INTEGRITY, 124, 2), 'numberOfDirectories'],
  ['the next unique id is in use', 'UDF_INTEGRITY', (i) => i.set(INTEGRITY, 40, 21), 'uniqueId'],
  ['the size table is wrong', 'UDF_INTEGRITY', (i) => i.set(INTEGRITY, 84, 1), 'sizeTable'],
  ['there is free space', 'UDF_INTEGRITY', (i) => i.set(INTEGRITY, 80, 1), 'freeSpaceTable'],
  ['the read revision is another', 'UDF_INTEGRITY', (i) => i.set(INTEGRITY, 128, 0x50), 'minimumUdfReadRevision'],
  // File Entries
  ['the strategy is 4096', 'UDF_FILE_ENTRY', (i) => i.set(i.block(A), 20, 0, 16), 'FileEntry.icbTag'],
  ['data are embedded', 'UDF_FILE_ENTRY', (i) => i.set(i.block(A), 34, 3), 'FileEntry.icbTag'],
  ['the file type is a link', 'UDF_FILE_ENTRY', (i) => i.set(i.block(A), 27, 12), 'FileEntry.icbTag.fileType'],
  ['everybody may write', 'UDF_FILE_ENTRY', (i) => i.set(i.block(A), 44, 0xa7), 'FileEntry.permissions'],
  ['a file has an owner', 'UDF_FILE_ENTRY', (i) => i.set(i.block(A), 36, 0), 'FileEntry.uid'],
  [
    'the length is not that of the extents',
    'UDF_FILE_ENTRY',
    (i) => i.set(i.block(X), 56, 0x89),
    'FileEntry.informationLength',
  ],
  [
    'the blocks recorded are wrong',
    'UDF_FILE_ENTRY',
    (i) => i.set(i.block(X), 64, 2),
    'FileEntry.logicalBlocksRecorded',
  ],
  ['the access time differs', 'UDF_FILE_ENTRY', (i) => i.set(i.block(A), 77, 9), 'FileEntry.accessDateAndTime'],
  ['a time has a zone', 'UDF_FILE_ENTRY', (i) => i.set(i.block(A), 84, 60), 'FileEntry.modificationDateAndTime'],
  [
    'the implementation is another',
    'UDF_FILE_ENTRY',
    (i) => i.set(i.block(A), 130, 0x58),
    'FileEntry.implementationIdentifier',
  ],
  ['there are extended attributes', 'UDF_FILE_ENTRY', (i) => i.set(i.block(A), 168, 8), 'lengthOfExtendedAttributes'],
  [
    'a byte behind the descriptors is not zero',
    'UDF_FILE_ENTRY',
    (i) => i.bytes.set([1], i.block(A) + 2047),
    'FileEntry.allocationDescriptors',
  ],
  [
    'the descriptors are longer than the block',
    'UDF_FILE_ENTRY',
    (i) => i.set(i.block(A), 172, 0xff, 0xff),
    'lengthOfAllocationDescriptors',
  ],
  // links and ids
  ['a link count is too small', 'UDF_LINK_COUNT', (i) => i.set(i.block(LINKED), 48, 1), 'FileEntry.fileLinkCount'],
  ['a link count is too great', 'UDF_LINK_COUNT', (i) => i.set(i.block(A), 48, 2), 'FileEntry.fileLinkCount'],
  ["a directory's link count does not count its children", 'UDF_LINK_COUNT', (i) => i.set(i.block(D), 48, 1)],
  ['two unique ids are equal', 'UDF_UNIQUE_ID', (i) => i.set(i.block(B), 160, 16), 'FileEntry.uniqueId'],
  ["the root's unique id is not 0", 'UDF_UNIQUE_ID', (i) => i.set(i.block(ROOT), 160, 15), 'FileEntry.uniqueId'],
  ['a unique id is reserved', 'UDF_UNIQUE_ID', (i) => i.set(i.block(B), 160, 15), 'FileEntry.uniqueId'],
  // extents
  [
    'an extent is not recorded',
    'UDF_EXTENT',
    (i) => i.set(i.block(X), 179, 0x40),
    'FileEntry.allocationDescriptors[0]',
  ],
  [
    'an extent lies behind the partition',
    'UDF_EXTENT',
    (i) => i.set(i.block(X), 181, 0x40),
    'FileEntry.allocationDescriptors[0]',
  ],
  ['an extent is empty', 'UDF_EXTENT', (i) => i.set(i.block(X), 176, 0, 0), 'FileEntry.allocationDescriptors[0]'],
  ['two files share a block', 'UDF_EXTENT', (i) => i.set32(i.block(A), 180, i.view.getUint32(i.block(B) + 180, true))],
  ['a file lies on a File Entry', 'UDF_EXTENT', (i) => i.set32(i.block(A), 180, X)],
  ['a file lies on the file set', 'UDF_EXTENT', (i) => i.set32(i.block(A), 180, 1)],
  ['a byte behind a file is not zero', 'UDF_EXTENT', (i) => i.bytes.set([1], i.data(A) + 1)],
  ['a byte behind a directory is not zero', 'UDF_EXTENT', (i) => i.bytes.set([1], i.data(SUB) + 40)],
  // FIDs
  ['there is a gap between FIDs', 'UDF_FID_GAP', (i) => gap(i), 'FileIdentifierDescriptor'],
  ['a directory ends within a FID', 'UDF_FID_GAP', (i) => resize(i, SUB, 39)],
  [
    'a FID has version 2',
    'UDF_FID',
    (i) => i.set(i.fids(ROOT)[1]!, 16, 2),
    'FileIdentifierDescriptor.fileVersionNumber',
  ],
  [
    'a file is hidden',
    'UDF_FID',
    (i) => i.set(i.fids(ROOT)[1]!, 18, 1),
    'FileIdentifierDescriptor.fileCharacteristics',
  ],
  [
    'a file is deleted',
    'UDF_FID',
    (i) => i.set(i.fids(ROOT)[1]!, 18, 4),
    'FileIdentifierDescriptor.fileCharacteristics',
  ],
  [
    'a file is called a directory',
    'UDF_FID',
    (i) => i.set(i.fids(ROOT)[1]!, 18, 2),
    'FileIdentifierDescriptor.fileCharacteristics',
  ],
  ['the padding is not zero', 'UDF_FID', (i) => i.set(i.fids(D)[2]!, 42, 1)],
  ['an ICB is not one block long', 'UDF_FID', (i) => i.set(i.fids(ROOT)[1]!, 21, 16), 'FileIdentifierDescriptor.icb'],
  [
    'an ICB lies behind the partition',
    'UDF_EXTENT',
    (i) => i.set(i.fids(ROOT)[1]!, 26, 1),
    'FileIdentifierDescriptor.icb',
  ],
  ['the parent is another', 'UDF_FID', (i) => i.set32(i.fids(SUB)[0]!, 24, ROOT), 'FileIdentifierDescriptor.icb'],
  ['the parent is not the first', 'UDF_FID', (i) => i.set(i.fids(ROOT)[1]!, 18, 10), 'FileIdentifierDescriptor.icb'],
  ['a directory is found twice', 'UDF_FID', (i) => i.set32(i.fids(D)[2]!, 24, D)],
  [
    'a name is no compressed Unicode',
    'UDF_NAME',
    (i) => i.set(i.fids(ROOT)[1]!, 38, 9),
    'FileIdentifierDescriptor.fileIdentifier',
  ],
  [
    'a name holds a slash',
    'UDF_NAME',
    (i) => i.set(i.fids(ROOT)[1]!, 40, 0x2f),
    'FileIdentifierDescriptor.fileIdentifier',
  ],
  [
    'a name occurs twice',
    'UDF_NAME',
    (i) => i.set(i.fids(ROOT)[2]!, 39, 0x61),
    'FileIdentifierDescriptor.fileIdentifier',
  ],
];

function patchTag(image: PatchedImage, offset: number, at: number, value: number): void {
  image.bytes[offset + at] = value;
  image.sealTag(offset);
}

/** Changes a descriptor in both sequences. */
function both(image: PatchedImage, offset: number, at: number, ...bytes: number[]): void {
  image.set(offset, at, ...bytes);
  image.set(offset - MAIN + RESERVE, at, ...bytes);
}

function exchangeDescriptors(image: PatchedImage): void {
  const first = image.bytes.slice(PVD, PVD + BLOCK);
  image.bytes.copyWithin(PVD, IUVD, IUVD + BLOCK);
  image.bytes.set(first, IUVD);
}

/** Gives a directory of one extent another length. */
function resize(image: PatchedImage, block: number, length: number): void {
  image.set(image.block(block), 56, length);
  image.set(image.block(block), 176, length);
}

function shortCrc(image: PatchedImage): void {
  image.view.setUint16(IUVD + 10, 100, true);
  image.seal(IUVD);
}

/** Moves the last FID of the root four bytes on. */
function gap(image: PatchedImage): void {
  const last = image.fids(ROOT).at(-1)!;
  image.bytes.copyWithin(last + 4, last, last + 44);
  image.bytes.fill(0, last, last + 4);
  resize(image, ROOT, image.bytes[image.block(ROOT) + 56]! + 4);
}

describe('a broken rule is found', () => {
  let original: Content;
  beforeAll(() => {
    original = udfImage(directoryOf(TREE));
  });

  it.each(BREAKS.map(([title, code, breakIt, field]) => ({ title, code, breakIt, field })))(
    '$title: $code',
    async ({ code, breakIt, field }) => {
      const image = await PatchedImage.of(original);
      breakIt(image);
      const { findings } = await checkUdf(image.content);
      const found = findings.filter((finding) => finding.code === code);
      expect(found.length, JSON.stringify(findings, null, 1)).toBeGreaterThan(0);
      if (field !== undefined) expect(found.map((finding) => finding.where?.field).join(' ')).toContain(field);
      for (const { where } of findings) expect(where?.offset).toBeTypeOf('number');
    },
  );

  it('every flipped byte of every structure is found, and where', async () => {
    const image = await PatchedImage.of(original);
    const dataStart = image.data(A);
    const ranges = [
      [16 * BLOCK, 19 * BLOCK],
      [MAIN, RESERVE + 16 * BLOCK],
      [INTEGRITY, INTEGRITY + 2 * BLOCK],
      [ANCHOR, dataStart],
      [image.bytes.length - BLOCK, image.bytes.length],
    ] as const;
    for (const [start, end] of ranges) {
      for (let at = start; at < end; at += long ? 7 : 151) {
        image.bytes[at]! ^= 0x10;
        const { findings } = await checkUdf(image.content);
        expect(findings.length, `byte ${at}`).toBeGreaterThan(0);
        image.bytes[at]! ^= 0x10;
      }
    }
    expect((await checkUdf(image.content)).findings).toEqual([]);
  }, 600_000);

  it('several broken rules are found in one go', async () => {
    const image = await PatchedImage.of(original);
    for (const [, , breakIt] of BREAKS.filter(([name]) => /interchange|is open|everybody|serial/.test(name))) {
      breakIt(image);
    }
    const codes = new Set((await checkUdf(image.content)).findings.map((finding) => finding.code));
    expect([...codes].sort()).toEqual(['UDF_DESCRIPTOR', 'UDF_FILE_ENTRY', 'UDF_INTEGRITY', 'UDF_TAG']);
  });

  it('thousands of problems are cut to some hundreds', async () => {
    const tree: Record<string, TestFile> = {};
    for (let i = 0; i < 1000; i++) tree[`${i}`] = new TestFile('');
    const image = await PatchedImage.of(udfImage(directoryOf(tree)));
    for (let block = 3; block < 1003; block++) image.set(image.block(block), 36, 0);
    const { findings } = await checkUdf(image.content);
    expect(findings.length).toBe(301);
    expect(findings.at(-1)!.message).toBe('700 more problems are not listed');
  });
});

describe('what is hardly a volume', () => {
  it.each([0, 100, 2048, 600 * BLOCK])('%i zero bytes give findings, not exceptions', async (size) => {
    const { findings } = await checkUdf(new ZeroContent(size));
    expect(findings.map((finding) => finding.code)).toContain('UDF_ANCHOR');
  });

  it('an image that was cut short gives findings, wherever it was cut', async () => {
    const image = udfImage(directoryOf(TREE));
    for (let size = 0; size < image.size; size += 2047) {
      expect((await checkUdf(rangeContent(image, 0, size))).findings.length).toBeGreaterThan(0);
    }
  });
});
