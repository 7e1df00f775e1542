/**
 * What only NTFS has: short names, streams of files and directories, junctions and other reparse points, security descriptors, attributes.
 * wimlib puts them onto a volume and captures them again; what it lists of every view is what it lists of the original.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { BytesContent } from '../../../src/content/views.js';
import { appendToWim } from '../../../src/formats/wim/append.js';
import { changeWim } from '../../../src/formats/wim/change.js';
import { ATTRIBUTES } from '../../../src/formats/wim/dentry.js';
import { renderDirectoryTree, walkTree } from '../../../src/formats/wim/directory-tree.js';
import { partName } from '../../../src/formats/wim/part-names.js';
import { splitWim } from '../../../src/formats/wim/split.js';
import { trimWim } from '../../../src/formats/wim/trim.js';
import { verifyWim } from '../../../src/formats/wim/verify.js';
import { listWim } from '../../../src/library/wim/list.js';
import { describeWith, runOk, temporaryFolder } from '../../support/tools.js';
import { type DentryExtras, withExtras } from './support/raw-dentry.js';
import { noise, writeSample } from './support/sample-tree.js';
import { closeWim, openWims, writeContent } from './support/wims.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
const TIME = new Date('2024-05-06T07:08:09Z');
const sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex');

/** Reparse data of a junction, [MS-FSCC] 2.1.2.5 without its header. */
function junction(target: string): Buffer {
  const names = [`\\??\\${target}`, target].map((name) => Buffer.from(`${name}\0`, 'utf16le'));
  const head = Buffer.alloc(8);
  head.writeUInt16LE(names[0]!.length - 2, 2);
  head.writeUInt16LE(names[0]!.length, 4);
  head.writeUInt16LE(names[1]!.length - 2, 6);
  return Buffer.concat([head, ...names]);
}

const STREAM = Buffer.from('[ZoneTransfer]\r\nZoneId=3\r\n');
const LONG_STREAM = noise(90_000, 77);
const JUNCTION = junction('C:\\Windows');
/** Of the files of a cloud: what is behind it, nobody but its program knows. */
const UNKNOWN = Buffer.from('of some program of Microsoft');
const MOUNT_POINT = 0xa0000003;
const HSM = 0xc0000004;

const EXTRAS: Readonly<Record<string, DentryExtras>> = {
  'a.txt': { streams: [['Zone.Identifier', sha1(STREAM)]], attributes: ATTRIBUTES.hidden },
  'empty folder': { shortName: 'EMPTYF~1', reparse: { tag: MOUNT_POINT, sha1: sha1(JUNCTION) } },
  'empty.txt': { reparse: { tag: HSM, sha1: sha1(UNKNOWN) } },
  'same/one.bin': { shortName: 'ONE~1.BIN', attributes: ATTRIBUTES.readOnly | ATTRIBUTES.system },
  Windows: {
    shortName: 'WIN~1',
    streams: [
      ['of a directory', sha1(LONG_STREAM)],
      ['ünï 日本', sha1(STREAM)],
    ],
  },
  'odd/.hidden': { shortName: 'HIDDEN~1' },
};

/** A sample tree as a WIM, with the extras put into its directory tree. */
async function writeExtras(into: string): Promise<void> {
  mkdirSync(at('tree'));
  writeSample(at('tree'));
  await runOk('wimlib-imagex', ['capture', at('tree'), at('plain.wim'), 'One', '--compress=LZX']);
  const wim = await openWims(at('plain.wim'));
  const tree = await wim.tree(1);
  const replaced = new Set<string>();
  for (const { path, entry } of [{ path: '', entry: tree.root }, ...walkTree(tree.root)]) {
    for (const [i, child] of entry.children.entries()) {
      const below = path === '' ? child.name : `${path}/${child.name}`;
      const extras = EXTRAS[below];
      if (extras === undefined || replaced.has(below)) continue;
      replaced.add(below);
      entry.children[i] = withExtras(child, extras);
    }
  }
  expect(replaced.size).toBe(Object.keys(EXTRAS).length);
  const fresh = [STREAM, LONG_STREAM, JUNCTION, UNKNOWN].map(
    (bytes) => [sha1(bytes), new BytesContent(bytes)] as const,
  );
  const references = new Map(fresh.map(([hash]) => [hash, hash === sha1(STREAM) ? 2 : 1]));
  const metadata = renderDirectoryTree(tree);
  const view = await appendToWim(wim, { image: 1, metadata, fresh: new Map(fresh), references, xml: () => wim.xml });
  await writeContent(view, into);
  await closeWim(wim);
}

/** What wimlib says of every entry, by path, without where its streams lie. */
async function detailed(wim: string, ...more: readonly string[]): Promise<Map<string, string>> {
  const text = await runOk('wimlib-imagex', ['dir', '--detailed', wim, '1', ...more], { maxBuffer: 2 ** 28 });
  const entries = text.split(/^-{40,}$/m).slice(1);
  const lines = (entry: string): string[] =>
    entry.split('\n').filter((line) => !/^(Compressed size|Offset in WIM|Part Number|Flags) /.test(line));
  return new Map(entries.map((entry) => [/Full Path += "(.*)"/.exec(entry)![1]!, lines(entry).join('\n')]));
}

describeWith(['wimlib-imagex', 'mkntfs'], 'a WIM of NTFS', () => {
  let original: Map<string, string>;

  beforeAll(async () => {
    await writeExtras(at('made.wim'));
    await runOk('wimlib-imagex', ['verify', at('made.wim')]);
    writeFileSync(at('volume'), Buffer.alloc(30 * 2 ** 20));
    await runOk('mkntfs', ['-q', '-F', at('volume')]);
    await runOk('wimlib-imagex', ['apply', at('made.wim'), '1', at('volume')]);
    await runOk('wimlib-imagex', [
      'capture',
      at('volume'),
      at('ntfs.wim'),
      'One',
      '--compress=LZX',
      '--check',
      '--boot',
    ]);
    await runOk('wimlib-imagex', ['append', at('tree'), at('ntfs.wim'), 'Two', '--check']);
    original = await detailed(at('ntfs.wim'));
  });

  it('is listed as wimlib lists it, and holds', async () => {
    const { entries } = await listWim(at('ntfs.wim'), 1);
    const of = (path: string) => entries!.find((entry) => entry.path === path);
    for (const [path, { shortName }] of Object.entries(EXTRAS)) {
      expect([path, of(path)?.shortName]).toEqual([path, shortName]);
      if (shortName) expect(original.get(`/${path}`)).toContain(`Short Name          = "${shortName}"`);
    }
    expect(of('a.txt')).toMatchObject({
      attributes: 'H',
      streams: [{ name: 'Zone.Identifier', bytes: STREAM.length }],
    });
    expect(of('same/one.bin')).toMatchObject({ attributes: 'RS' });
    expect(of('empty folder')).toMatchObject({ kind: 'junction', target: 'C:\\Windows' });
    expect(of('empty.txt')).toMatchObject({ kind: 'reparse point', bytes: 0 });
    expect(of('pointer')).toMatchObject({ kind: 'symbolic link' });
    expect(of('Windows')?.streams).toEqual([
      { name: 'of a directory', bytes: LONG_STREAM.length },
      { name: 'ünï 日本', bytes: STREAM.length },
    ]);
    const wim = await openWims(at('ntfs.wim'));
    expect((await verifyWim(wim)).findings).toEqual([]);
    await closeWim(wim);
  });

  it('is the same in parts, trimmed, and beside what is changed', async () => {
    const wim = await openWims(at('ntfs.wim'));
    mkdirSync(at('parts'));
    const parts = await splitWim(wim, 400_000);
    for (const [i, part] of parts.entries()) await writeContent(part, join(at('parts'), partName('s', i + 1)));
    expect(readdirSync(at('parts')).length).toBeGreaterThan(1);
    expect(await detailed(at('parts/s.swm'), `--ref=${at('parts/s*.swm')}`)).toEqual(original);

    await writeContent(await trimWim(wim, [1]), at('trimmed.wim'));
    await runOk('wimlib-imagex', ['verify', at('trimmed.wim')]);
    // the other image referred to the same blobs
    const uncounted = (all: Map<string, string>): string[] =>
      [...all.values()].map((text) => text.replace(/^Reference Count.*$/gm, ''));
    expect(uncounted(await detailed(at('trimmed.wim')))).toEqual(uncounted(original));

    const changes = [
      { path: 'a.txt', content: new BytesContent(Buffer.from('new')), modified: TIME },
      { path: 'SAME/one.bin', content: new BytesContent(Buffer.from('1')), modified: TIME },
      { path: 'empty.txt', delete: true as const },
    ];
    await writeContent(await changeWim(wim, changes, { image: 1, modified: TIME }), at('changed.wim'));
    await closeWim(wim);
    await runOk('wimlib-imagex', ['verify', at('changed.wim')]);
    const changed = await detailed(at('changed.wim'));
    expect(changed.has('/empty.txt')).toBe(false);
    // a file that is replaced keeps its names, attributes and security descriptor, and has the streams of the new one: none
    const line = (text: string | undefined, name: string) => new RegExp(`^${name} += .*$`, 'm').exec(text ?? '')?.[0];
    for (const name of ['Short Name', 'Security Descriptor', 'Attributes']) {
      expect(line(changed.get('/same/one.bin'), name)).toBe(line(original.get('/same/one.bin'), name));
    }
    expect(changed.get('/a.txt')).not.toContain('Zone.Identifier');
    const others = [...original.keys()].filter((path) => !['/a.txt', '/same/one.bin', '/empty.txt'].includes(path));
    const references = /^Reference Count.*$/gm;
    for (const path of others) {
      expect(changed.get(path)?.replace(references, '')).toBe(original.get(path)!.replace(references, ''));
    }
  });
});
