/** What verify says of images: what matters first, and nothing that follows from it. */
import { createHash } from 'node:crypto';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Content, readBytes } from '../../src/content/content.js';
import { BytesContent, LateContent, textContent } from '../../src/content/views.js';
import { InplaceError } from '../../src/errors.js';
import { layoutIso } from '../../src/image/iso-image.js';
import { MANIFEST_PATH, type Manifest, manifestSize, renderManifest } from '../../src/image/manifest.js';
import type { PlacedFile } from '../../src/image/placed-file.js';
import { verifyImage } from '../../src/image/verify-image.js';
import { verify } from '../../src/index.js';
import { makeProject } from '../support/project.js';
import { describeWith, long, runOk, temporaryFolder } from '../support/tools.js';

const SECTOR = 2048;
const modified = new Date('2024-04-01T12:00:00Z');
const mediaId = 'ab'.repeat(32);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

interface Options {
  directories?: readonly string[];
  /** what the manifest says of empty folders */
  listed?: readonly string[];
  application?: string;
  /** bytes in place of the manifest's */
  manifest?: (right: Uint8Array) => Uint8Array;
}

/** An ISO of three files in memory, with a manifest whose sum of the structures is right. */
async function isoBytes(options: Options = {}): Promise<Uint8Array> {
  const { directories = [], listed = [], application = 'INPLACE 0.1.0' } = options;
  const texts = { 'a/one.txt': 'one', 'a/two.txt': 'two', 'setup.exe': 'x'.repeat(5000) };
  const placed: PlacedFile[] = Object.entries(texts).map(([path, text]) => ({
    path,
    content: textContent(text),
    modified,
  }));
  const files = Object.entries(texts).map(([path, text]) => ({
    path,
    size: text.length,
    sha256: sha256(Buffer.from(text)),
  }));
  const late = new LateContent(manifestSize(mediaId, files, true, listed));
  const all = [...placed, { path: MANIFEST_PATH, content: late, modified, late: true }];
  const { image } = layoutIso(all, ['a', 'deploy', ...directories], {
    label: 'TEST',
    mediaId,
    recorded: modified,
    application,
  });
  const end = image.extents.find(({ kind }) => kind === 'late')!.offset;
  const structures = createHash('sha256');
  let at = 0;
  for (const { offset, content, kind } of image.extents.filter((extent) => extent.offset < end)) {
    if (kind !== 'file') continue;
    structures.update(await readBytes(image, at, offset - at));
    at = offset + content.size;
  }
  structures.update(await readBytes(image, at, end - at));
  const manifest: Manifest = { mediaId, structures: structures.digest('hex'), directories: listed, files };
  const right = renderManifest(manifest);
  late.resolve(options.manifest?.(right) ?? right);
  return await readBytes(image);
}

async function problemsOf(image: Content | Uint8Array): Promise<string[]> {
  const { findings } = await verifyImage(image instanceof Uint8Array ? new BytesContent(image) : image);
  return findings.map(({ where, message }) => `${where?.path ?? ''}: ${message}`);
}

const NO_MANIFEST = 'deploy/manifest.json: There is no manifest: this was not made by inplace, or the file was removed';

let whole: Uint8Array;
beforeAll(async () => {
  whole = await isoBytes();
});

it('holds as it was built', async () => {
  expect(await problemsOf(whole)).toEqual([]);
  expect(await problemsOf(await isoBytes({ directories: ['empty'], listed: ['empty'] }))).toEqual([]);
});

it('finds an empty folder that was added with everything else made to fit, and one that is gone', async () => {
  expect(await problemsOf(await isoBytes({ directories: ['evil', 'evil/deep'] }))).toEqual([
    'evil: The folder is not in the manifest: it was added later',
  ]);
  expect(await problemsOf(await isoBytes({ listed: ['empty'] }))).toEqual(['empty: The folder is missing']);
});

describe('an image that is too short', () => {
  it.each([1, SECTOR, 5000, 200_000])('says that first, when %i bytes are missing', async (missing) => {
    const [first, ...more] = await problemsOf(whole.subarray(0, whole.length - missing));
    expect(first).toBe(
      `: The image has ${whole.length - missing} bytes, the volume says ${whole.length}: it was copied or downloaded incompletely`,
    );
    expect(more.length).toBeLessThanOrEqual(1);
    if (more.length === 1) expect(more[0]).toMatch(/^: It also breaks \d+ rules? for media that inplace writes/);
  });
});

describe('an image without a manifest', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a few bytes', Buffer.from('not an image')],
    ['a megabyte of zeros', Buffer.alloc(1 << 20)],
    ['a megabyte of ones', Buffer.alloc(1 << 20, 0xff)],
  ])('that holds %s gives that and nothing else', async (_, bytes) => {
    expect(await problemsOf(bytes)).toEqual([NO_MANIFEST]);
  });

  it('that says it is ours gives the damaged structures behind it', async () => {
    const bytes = whole.slice();
    bytes.fill(0, 256 * SECTOR, 257 * SECTOR);
    bytes.fill(0, bytes.length - SECTOR);
    const [first, ...more] = await problemsOf(bytes);
    expect(first).toBe(NO_MANIFEST);
    expect(more).toContain(': There is no anchor in sector 256');
  });

  it('whose manifest is damaged says so first, and then what else is wrong', async () => {
    const cut = await isoBytes({ manifest: (right) => right.map((byte, i) => (i === 50 ? 0x20 : byte)) });
    expect(await problemsOf(cut)).toEqual([
      'deploy/manifest.json: The manifest is damaged: mediaId or structures is missing or malformed',
    ]);
    cut[256 * SECTOR + 100] = 1;
    const [first, ...more] = await problemsOf(cut);
    expect(first).toMatch(/The manifest is damaged/);
    expect(more.join('\n')).toMatch(/anchor|Anchor|CRC|bytes are/);
  });
});

describe('an image that cannot be read in places', () => {
  it('has a finding for the file that lies there, and the rest is checked', async () => {
    const inner = new BytesContent(whole);
    const at = Buffer.from(whole).indexOf('xxxxx');
    const image: Content = {
      size: inner.size,
      read: async (position, into) => {
        // the structures are read in pages, which do not count here
        const isFile = position >= at && position < at + 5000 && into.length <= 5000;
        if (isFile) throw new InplaceError({ code: 'SOURCE_UNREADABLE', message: 'Cannot read: EIO (i/o error)' });
        await inner.read(position, into);
      },
    };
    expect(await problemsOf(image)).toEqual(['setup.exe: Cannot read: EIO (i/o error)']);
  });
});

describe('a hostile image gives findings, never a crash:', () => {
  it('bytes changed at random, with the sums of nothing made to fit', async () => {
    const metadata = 300 * SECTOR;
    const place = fc.record({ at: fc.nat(metadata - 1), byte: fc.integer({ min: 0, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 20 }), async (places) => {
        const bytes = whole.slice();
        for (const { at, byte } of places) bytes[at] = byte;
        const changed = Buffer.compare(bytes, whole) !== 0;
        expect((await problemsOf(bytes)).length > 0).toBe(changed);
      }),
      { numRuns: long ? 3000 : 150 },
    );
  }, 300_000);

  it('File Entries of the manifest that claim more than there is', async () => {
    const manifestEntry = findFileEntry(whole, (size) => size === manifestBytes(whole).length);
    for (const [field, value] of [
      [56, 2n ** 64n - 1n],
      [56, 2n ** 40n],
      [56, 0n],
      [180, 0xffff_ffffn],
    ] as const) {
      const bytes = whole.slice();
      const view = new DataView(bytes.buffer);
      if (field === 56) view.setBigUint64(manifestEntry + field, value, true);
      else view.setUint32(manifestEntry + field, Number(value), true);
      expect((await problemsOf(bytes)).length).toBeGreaterThan(0);
    }
  });
});

function manifestBytes(bytes: Uint8Array): Buffer {
  const text = Buffer.from(bytes);
  const start = text.indexOf('{"manifest":1');
  return text.subarray(start, text.indexOf(']}\n', start) + 3);
}

/** Offset of the File Entry (tag 261) whose Information Length fits. */
function findFileEntry(bytes: Uint8Array, fits: (size: number) => boolean): number {
  const view = new DataView(bytes.buffer);
  for (let at = 257 * SECTOR; at < bytes.length; at += SECTOR) {
    if (view.getUint16(at, true) === 261 && fits(Number(view.getBigUint64(at + 56, true)))) return at;
  }
  throw new Error('There is no such File Entry');
}

describeWith(['genisoimage'], 'a plain Windows ISO', () => {
  const folder = temporaryFolder();
  const iso = join(folder, 'windows.iso');

  beforeAll(async () => {
    const { windows } = makeProject(folder);
    await runOk('genisoimage', ['-quiet', '-udf', '-o', iso, windows]);
  });

  it('has no manifest, and at most a count of the rest', async () => {
    const { findings } = await verify(iso);
    expect(findings[0]).toMatchObject({ code: 'VERIFY_MANIFEST' });
    expect(findings.length).toBeLessThanOrEqual(2);
  });

  it('that was downloaded in part says so first', async () => {
    truncateSync(iso, 1_000_000);
    const { findings } = await verify(iso);
    expect(findings[0]?.message).toMatch(/^The image has 1000000 bytes, the volume says \d+: it was copied or down/);
    expect(findings.length).toBeLessThanOrEqual(3);
  });
});

it('a text file has no manifest, and that is all', async () => {
  const path = join(temporaryFolder(), 'text.txt');
  writeFileSync(path, 'Hello');
  const { findings } = await verify(path);
  expect(findings.map(({ code }) => code)).toEqual(['VERIFY_MANIFEST']);
});
