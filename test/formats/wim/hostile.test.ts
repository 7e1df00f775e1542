/** Damaged and hostile WIMs: a clear error or a sound result, never an endless loop, never memory without bound. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readBytes } from '../../../src/content/content.js';
import { BytesContent } from '../../../src/content/views.js';
import { InplaceError } from '../../../src/errors.js';
import { readBlobEntries } from '../../../src/formats/wim/blob-table.js';
import { changeWim } from '../../../src/formats/wim/change.js';
import { readChunkTable } from '../../../src/formats/wim/chunk-table.js';
import { ATTRIBUTES, DENTRY_FIELDS, makeDentry } from '../../../src/formats/wim/dentry.js';
import { readDirectoryTree, renderDirectoryTree, walkTree } from '../../../src/formats/wim/directory-tree.js';
import { readSecurityData } from '../../../src/formats/wim/security-data.js';
import { readSolidHeader } from '../../../src/formats/wim/solid-resource.js';
import { splitWim } from '../../../src/formats/wim/split.js';
import { trimWim } from '../../../src/formats/wim/trim.js';
import { verifyWim } from '../../../src/formats/wim/verify.js';
import { openWim } from '../../../src/formats/wim/wim.js';
import { describeWith, long, runOk, temporaryFolder } from '../../support/tools.js';
import { code, noise } from './support/sample-tree.js';

const HERE = { file: 'x.wim' };
const RUNS = long ? 4000 : 150;

/** A tree of two directories and three files, as its metadata resource. */
function metadata(): Uint8Array {
  const file = (name: string) => makeDentry({ name, attributes: ATTRIBUTES.normal, time: 0n, sha1: 'ab'.repeat(20) });
  const folder = (name: string) => makeDentry({ name, attributes: ATTRIBUTES.directory, time: 0n });
  const root = folder('');
  const [a, b] = [folder('a'), folder('b')];
  root.children.push(a, b, file('one'));
  a.children.push(file('two'));
  b.children.push(file('three'));
  return renderDirectoryTree({ security: { bytes: new Uint8Array([8, 0, 0, 0, 0, 0, 0, 0]), descriptors: [] }, root });
}

/** Position of the entry of that name. */
function entryAt(bytes: Uint8Array, name: string): number {
  return Buffer.from(bytes).indexOf(Buffer.from(`${name}\0`, 'utf16le')) - 102;
}

function change(name: string, put: (view: DataView, at: number) => void): Uint8Array {
  const bytes = metadata();
  put(new DataView(bytes.buffer), entryAt(bytes, name));
  return bytes;
}

describe('a directory tree', () => {
  const paths = (bytes: Uint8Array): string[] =>
    [...walkTree(readDirectoryTree(bytes, HERE).root)].map(({ path }) => path);

  it('is read as it was written', () => {
    expect(paths(metadata())).toEqual(['a', 'a/two', 'b', 'b/three', 'one']);
  });

  it.each<[string, Uint8Array, RegExp]>([
    [
      'a directory that is its own child',
      change('a', (view, at) => view.setBigUint64(at + DENTRY_FIELDS.children, BigInt(entryAt(metadata(), 'a')), true)),
      /share the list|lie over/,
    ],
    [
      'two directories with one list',
      change('b', (view, at) =>
        view.setBigUint64(at + DENTRY_FIELDS.children, BigInt(entryAt(metadata(), 'two')), true),
      ),
      /Two directories share the list/,
    ],
    [
      'a list behind the end',
      change('b', (view, at) => view.setBigUint64(at + DENTRY_FIELDS.children, 1n << 40n, true)),
      /lies behind the end/,
    ],
    ['an entry of 8 bytes', change('one', (view, at) => view.setBigUint64(at, 8n, true)), /it has 8 bytes/],
    [
      'an entry of 2^60 bytes',
      change('one', (view, at) => view.setBigUint64(at, 1n << 60n, true)),
      /it has Infinity bytes/,
    ],
    [
      'a name that is longer than its entry',
      change('one', (view, at) => view.setUint16(at + DENTRY_FIELDS.nameBytes, 60000, true)),
      /do not fit/,
    ],
    [
      'a name of an odd length',
      change('one', (view, at) => view.setUint16(at + DENTRY_FIELDS.nameBytes, 5, true)),
      /do not fit/,
    ],
    [
      '65,535 streams',
      change('three', (view, at) => view.setUint16(at + DENTRY_FIELDS.streams, 65535, true)),
      /a stream/,
    ],
    [
      'a name with a slash',
      change('one', (view, at) => view.setUint16(at + 104, 0x2f, true)),
      /An entry has the name "o\/e"/,
    ],
    [
      'a name of two dots',
      change('two', (view, at) => {
        view.setUint16(at + DENTRY_FIELDS.nameBytes, 4, true);
        for (const i of [0, 2]) view.setUint16(at + 102 + i, 0x2e, true);
      }),
      /An entry has the name "\.\."/,
    ],
    ['a root that is a file', change('', (view) => view.setUint32(16, 0x80, true)), /no root directory/],
    ['nothing', new Uint8Array(0), /Metadata of 0 bytes/],
    ['security data that are longer', new Uint8Array([255, 0, 0, 0, 0, 0, 0, 0]), /Security data of 255 bytes/],
    ['2^32 - 1 security descriptors', new Uint8Array([8, 0, 0, 0, 255, 255, 255, 255, 0, 0]), /4294967295 descriptors/],
  ])('%s is refused', (_, bytes, words) => {
    const read = (): string => {
      try {
        return `no problem: ${paths(bytes).join()}`;
      } catch (error) {
        if (!(error instanceof InplaceError)) throw error;
        return error.message;
      }
    };
    expect(read()).toMatch(words);
  });

  it('nested 600 deep is refused, 500 deep is not', () => {
    const nested = (depth: number): Uint8Array => {
      const root = makeDentry({ name: '', attributes: ATTRIBUTES.directory, time: 0n });
      let at = root;
      for (let i = 0; i < depth; i++) {
        const next = makeDentry({ name: 'd', attributes: ATTRIBUTES.directory, time: 0n });
        at.children.push(next);
        at = next;
      }
      return renderDirectoryTree({ security: readSecurityData(metadata(), HERE), root });
    };
    expect(paths(nested(500))).toHaveLength(500);
    expect(() => paths(nested(600))).toThrow(/nested more than 512 deep/);
  });

  it('lists that lie over each other cannot multiply: entries are counted', () => {
    // every directory's list begins one entry further inside one long list
    const root = makeDentry({ name: '', attributes: ATTRIBUTES.directory, time: 0n });
    for (let i = 0; i < 300; i++)
      root.children.push(makeDentry({ name: `d${i}`, attributes: ATTRIBUTES.directory, time: 0n }));
    const bytes = renderDirectoryTree({ security: readSecurityData(metadata(), HERE), root });
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < 299; i++) {
      view.setBigUint64(entryAt(bytes, `d${i}`) + DENTRY_FIELDS.children, BigInt(entryAt(bytes, `d${i + 1}`)), true);
    }
    expect(() => paths(bytes)).toThrow(/Lists of entries lie over each other|share the list/);
  });

  it('with any bytes changed ends in a tree or an InplaceError, and a tree is written as it is read', () => {
    const sound = metadata();
    const edits = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(edits, (changes) => {
        const bytes = sound.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          const tree = readDirectoryTree(bytes, HERE);
          const again = readDirectoryTree(renderDirectoryTree(tree), HERE);
          expect([...walkTree(again.root)].map(({ path }) => path)).toEqual(
            [...walkTree(tree.root)].map(({ path }) => path),
          );
        } catch (error) {
          if (!(error instanceof InplaceError)) throw error;
        }
      }),
      { numRuns: RUNS * 10 },
    );
  });
});

describe('tables', () => {
  const chunks = async (bytes: Uint8Array, originalSizeBytes: number, solid = false): Promise<number[]> => [
    ...(await readChunkTable(
      { stored: new BytesContent(bytes), start: 0, originalSizeBytes, chunkSizeBytes: 32768, solid },
      HERE,
    )),
  ];
  const words = (...values: number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);

  it('a chunk table must go forward, within the resource, in chunks that are not longer than what they make', async () => {
    expect(await chunks(new Uint8Array([4, 0, 0, 0, 1, 1, 1, 1, 2, 2]), 40_000)).toEqual([4, 8, 10]);
    await expect(chunks(words(0, 1), 40_000)).rejects.toThrow(/Chunk 0 of the resource has 0 bytes/);
    await expect(chunks(words(100, 1), 40_000)).rejects.toThrow(/Chunk 0/);
    await expect(chunks(words(3, 2, 1, 1), 80_000)).rejects.toThrow(/Chunk 1/);
    await expect(chunks(new Uint8Array(40_000).fill(255, 0, 1), 1000)).rejects.toThrow(
      /Chunk 0 of the resource has 40000 bytes for 1000/,
    );
    await expect(chunks(words(2, 70_000, 0), 40_000, true)).rejects.toThrow(/Chunk 1/);
  });

  it('a size that no table could have is refused before anything is read for it', async () => {
    await expect(chunks(words(1, 2), 2 ** 50)).rejects.toThrow(/8 bytes are too few for the 34359738368 chunks/);
    const huge = { size: 2 ** 45, read: async () => expect.unreachable() };
    const input = { stored: huge, start: 0, originalSizeBytes: 2 ** 50, chunkSizeBytes: 2 ** 21, solid: false };
    await expect(readChunkTable(input, HERE)).rejects.toThrow(/at most 8388608 are read/);
  });

  it('a solid resource says a compression and a chunk size that exist', async () => {
    const header = (size: bigint, chunk: number, kind: number): BytesContent => {
      const view = new DataView(new ArrayBuffer(16));
      view.setBigUint64(0, size, true);
      view.setUint32(8, chunk, true);
      view.setUint32(12, kind, true);
      return new BytesContent(new Uint8Array(view.buffer));
    };
    expect(await readSolidHeader(header(5n, 2 ** 26, 3), HERE)).toMatchObject({ format: { compression: 'lzms' } });
    await expect(readSolidHeader(header(5n, 2 ** 30, 3), HERE)).rejects.toMatchObject({ code: 'SOURCE_UNSUPPORTED' });
    await expect(readSolidHeader(header(5n, 1000, 2), HERE)).rejects.toThrow(/which LZX does not allow/);
    await expect(readSolidHeader(header(5n, 0, 2), HERE)).rejects.toThrow(/A chunk size of 0/);
    await expect(readSolidHeader(header(1n << 60n, 32768, 2), HERE)).rejects.toThrow(/more than 2\^53/);
    await expect(readSolidHeader(header(5n, 32768, 4), HERE)).rejects.toThrow(/compression 4/);
    await expect(readSolidHeader(new BytesContent(new Uint8Array(15)), HERE)).rejects.toThrow(/of 15 bytes/);
  });

  it('a blob table of odd length, and blobs outside the file, are refused', () => {
    expect(() => readBlobEntries(new Uint8Array(51), 1, 1000, HERE)).toThrow(/expected a multiple of 50/);
    const entry = new Uint8Array(50);
    entry.set([100, 0, 0, 0, 0, 0, 0, 0, 232, 3], 0); // 100 bytes at 1000
    entry[16] = 100;
    entry[24] = 1;
    expect(() => readBlobEntries(entry, 1, 1000, HERE)).toThrow(/lie outside the file/);
    expect(readBlobEntries(entry, 1, 1100, HERE)).toHaveLength(1);
    expect(readBlobEntries(entry, 2, 1100, HERE)).toEqual([]);
    entry[16] = 99;
    expect(() => readBlobEntries(entry, 1, 1100, HERE)).toThrow(/not compressed has 100 bytes for 99/);
  });
});

describeWith(['wimlib-imagex'], 'a WIM with any bytes changed', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder, name);
  const KINDS = ['none', 'XPRESS', 'LZX', 'LZMS', 'solid'] as const;

  beforeAll(async () => {
    mkdirSync(at('tree/a/b'), { recursive: true });
    writeFileSync(at('tree/a/b/code.bin'), code(70_000, 3));
    writeFileSync(at('tree/a/noise.bin'), noise(3000, 3));
    writeFileSync(at('tree/text.txt'), 'text');
    for (const kind of KINDS) {
      const options = kind === 'solid' ? ['--solid', '--solid-chunk-size=32768'] : [`--compress=${kind}`];
      await runOk('wimlib-imagex', ['capture', at('tree'), at(`${kind}.wim`), 'x', '--check', ...options]);
    }
  });

  /** Everything that is done with a WIM. @returns how much of it was refused */
  async function useAll(bytes: Uint8Array): Promise<number> {
    let refused = 0;
    const attempt = async (work: () => Promise<unknown>): Promise<void> => {
      try {
        await work();
      } catch (error) {
        if (!(error instanceof InplaceError)) throw error;
        refused += 1;
      }
    };
    await attempt(async () => {
      const wim = await openWim([{ file: 'x.wim', content: new BytesContent(bytes) }]);
      await verifyWim(wim);
      for (const blob of wim.blobs.values())
        if (blob.content.size < 2 ** 24) await attempt(() => readBytes(blob.content));
      await attempt(async () => readBytes(await trimWim(wim, [1])));
      await attempt(async () => splitWim(wim, 40_000));
      const put = { path: 'a/new.txt', content: new BytesContent(new Uint8Array(9)), modified: new Date(0) };
      await attempt(async () => readBytes(await changeWim(wim, [put], { image: 1, modified: new Date(0) })));
    });
    return refused;
  }

  it.each(KINDS)(
    '%s: ends in a result or an InplaceError',
    async (kind) => {
      const sound = readFileSync(at(`${kind}.wim`));
      const table = sound.length - 4000;
      const position = fc.oneof(
        fc.nat(207),
        fc.integer({ min: Math.max(0, table), max: sound.length - 1 }),
        fc.nat(sound.length - 1),
      );
      const edits = fc.array(fc.tuple(position, fc.nat(255)), { maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(edits, fc.integer({ min: 1, max: sound.length }), async (changes, cut) => {
          const bytes = Uint8Array.from(sound);
          for (const [offset, value] of changes) bytes[offset] = value;
          await useAll(changes.length === 0 ? bytes.subarray(0, cut) : bytes);
        }),
        { numRuns: RUNS },
      );
    },
    600_000,
  );

  it.each(KINDS)('%s: sizes that are lies cost no memory', async (kind) => {
    const sound = Uint8Array.from(readFileSync(at(`${kind}.wim`)));
    const { header } = await openWim([{ file: 'x.wim', content: new BytesContent(sound) }]);
    const { offset, sizeBytes } = header.blobTable;
    // original sizes in the header (blob table, XML data, boot metadata, integrity table) and in every entry of the blob table
    const fields = [0x40, 0x58, 0x70, 0x8c];
    for (let entry = offset; entry < offset + sizeBytes; entry += 50) fields.push(entry + 16);
    let refused = 0;
    for (const field of fields) {
      for (const lie of [2n ** 28n, 2n ** 32n, 2n ** 45n, 2n ** 63n]) {
        const bytes = Uint8Array.from(sound);
        new DataView(bytes.buffer).setBigUint64(field, lie, true);
        const before = process.memoryUsage().arrayBuffers;
        refused += await useAll(bytes);
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 27);
      }
    }
    expect(refused).toBeGreaterThan(0);
  });

  it.each(KINDS)('%s: a changed byte of a file shows, and verify names the file', async (kind) => {
    const sound = readFileSync(at(`${kind}.wim`));
    let shown = 0;
    for (let offset = 210; offset < 3000; offset += 311) {
      const bytes = Uint8Array.from(sound);
      bytes[offset]! ^= 0x55;
      const { findings } = await verifyWim(await openWim([{ file: 'x.wim', content: new BytesContent(bytes) }]));
      if (findings.some(({ code: name }) => name === 'WIM_INTEGRITY')) shown += 1;
      expect(findings.length).toBeGreaterThan(1);
    }
    expect(shown).toBe(9);
  });

  it('a file whose SHA-1 in the tree is in no table is named', async () => {
    const bytes = Uint8Array.from(readFileSync(at('none.wim')));
    const sha1 = createHash('sha1').update('text').digest();
    const buffer = Buffer.from(bytes.buffer);
    const wim = await openWim([{ file: 'x.wim', content: new BytesContent(bytes) }]);
    const inTable = buffer.indexOf(sha1, wim.header.blobTable.offset);
    bytes[inTable]! ^= 1;
    const damaged = await openWim([{ file: 'x.wim', content: new BytesContent(bytes) }]);
    const { findings } = await verifyWim(damaged);
    expect(findings.map(({ code: name, where }) => `${name} ${where?.path ?? ''}`)).toContain(
      'WIM_BLOB text.txt (image 1)',
    );
    await expect(trimWim(damaged, [1])).rejects.toThrow(/is in no blob table/);
  });
});
