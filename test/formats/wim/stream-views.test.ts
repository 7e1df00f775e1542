/** Alternate streams through WIMs that are views of others: wimlib puts them onto an NTFS volume, and we read what wimlib split and trimmed. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { Content } from '../../../src/content/content.js';
import { textContent } from '../../../src/content/views.js';
import { changeWim } from '../../../src/formats/wim/change.js';
import { partName } from '../../../src/formats/wim/part-names.js';
import { splitWim } from '../../../src/formats/wim/split.js';
import { trimWim } from '../../../src/formats/wim/trim.js';
import type { Wim } from '../../../src/formats/wim/wim.js';
import { extractFromWim } from '../../../src/library/wim/extract.js';
import { describeWith, runOk, temporaryFolder } from '../../support/tools.js';
import { code, noise } from './support/sample-tree.js';
import { closeWim, listImage, openWims, partsOf, writeContent } from './support/wims.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
const TIME = new Date('2024-05-06T07:08:09Z');

/** By file and stream; '' is the unnamed one. */
const STREAMS: Readonly<Record<string, Readonly<Record<string, Buffer>>>> = {
  'file.bin': {
    '': code(150_000, 7),
    'Zone.Identifier': Buffer.from('[ZoneTransfer]'),
    'second stream': noise(90_000, 5),
  },
  'streams only.txt': { x: Buffer.from('x'), 'größe 日本': code(40_000, 11) },
  'plain.txt': { '': Buffer.from('plain') },
};

async function makeVolume(image: string): Promise<void> {
  writeFileSync(image, Buffer.alloc(30 * 2 ** 20));
  await runOk('mkntfs', ['-q', '-F', image]);
}

describeWith(['wimlib-imagex', 'mkntfs', 'ntfscp', 'ntfscat'], 'alternate streams in a view', () => {
  const environment = { env: { ...process.env, LC_ALL: 'C.UTF-8' } };

  beforeAll(async () => {
    await makeVolume(at('volume.ntfs'));
    for (const [file, streams] of Object.entries(STREAMS)) {
      for (const [name, bytes] of Object.entries({ '': Buffer.alloc(0), ...streams })) {
        writeFileSync(at('piece'), bytes);
        const stream = name === '' ? [] : ['-N', name];
        await runOk('ntfscp', ['-f', ...stream, at('volume.ntfs'), at('piece'), `/${file}`], environment);
      }
    }
    mkdirSync(at('tree'));
    writeFileSync(at('tree/other.bin'), noise(60_000, 9));
    await runOk('wimlib-imagex', ['capture', at('volume.ntfs'), at('two.wim'), 'Streams', '--compress=LZX', '--check']);
    await runOk('wimlib-imagex', ['append', at('tree'), at('two.wim'), 'Other', '--check']);
  });

  async function use<T>(paths: readonly string[], work: (wim: Wim) => Promise<T>): Promise<T> {
    const wim = await openWims(...paths);
    return await work(wim).finally(() => closeWim(wim));
  }

  const streamsIn = async (paths: readonly string[], image = 1): Promise<string[]> =>
    await use(paths, async (wim) => (await listImage(wim, image)).filter((line) => /^(file|streams|plain)/.test(line)));

  /** wimlib applies the image to a new volume, and ntfs-3g reads every stream of it. */
  async function expectApplied(wim: string, name: string, ...more: string[]): Promise<void> {
    const volume = at(`${name}.ntfs`);
    await makeVolume(volume);
    await runOk('wimlib-imagex', ['apply', wim, '1', volume, ...more]);
    for (const [file, streams] of Object.entries(STREAMS)) {
      for (const [stream, bytes] of Object.entries(streams)) {
        const args = [...(stream === '' ? [] : ['-n', stream]), volume, `/${file}`];
        const summed = await runOk('bash', ['-c', 'ntfscat "$@" | sha256sum', '-', ...args], environment);
        expect(summed.split(' ')[0], `${file}:${stream}`).toBe(createHash('sha256').update(bytes).digest('hex'));
      }
    }
  }

  const write = async (view: (wim: Wim) => Promise<Content>, path: string): Promise<void> =>
    await use([at('two.wim')], async (wim) => await writeContent(await view(wim), path));

  it('changed: another file is added, and every stream stays', async () => {
    const change = { path: 'new.txt', content: textContent('new'), modified: TIME };
    await write((wim) => changeWim(wim, [change], { image: 1, modified: TIME }), at('changed.wim'));
    await runOk('wimlib-imagex', ['verify', at('changed.wim')]);
    expect(await streamsIn([at('changed.wim')])).toEqual(await streamsIn([at('two.wim')]));
    await expectApplied(at('changed.wim'), 'changed');
    await extractFromWim(at('changed.wim'), 'FILE.bin:SECOND stream', { image: 1, output: at('second') });
    expect(readFileSync(at('second')).equals(STREAMS['file.bin']!['second stream']!)).toBe(true);
  });

  it('changed: a file with streams that is replaced or deleted takes them along, for wimlib too', async () => {
    const changes = [
      { path: 'file.bin', content: textContent('replaced'), modified: TIME },
      { path: 'streams only.txt', delete: true as const },
    ];
    await write((wim) => changeWim(wim, changes, { image: 1, modified: TIME }), at('replaced.wim'));
    await runOk('wimlib-imagex', ['verify', at('replaced.wim')]);
    const lines = (await streamsIn([at('replaced.wim')])).map((line) => line.split(' ').slice(0, 2).join(' '));
    expect(lines).toEqual(['file.bin 8', 'plain.txt 5']);
    const shown = await runOk('wimlib-imagex', ['info', at('replaced.wim'), '--blobs']);
    expect(shown).not.toMatch(/Reference Count +=\s*0\b/);
  });

  it('trimmed: the image that is left has its streams', async () => {
    await write((wim) => trimWim(wim, [1]), at('trimmed.wim'));
    await runOk('wimlib-imagex', ['verify', at('trimmed.wim')]);
    expect(await streamsIn([at('trimmed.wim')])).toEqual(await streamsIn([at('two.wim')]));
    await expectApplied(at('trimmed.wim'), 'trimmed');
  });

  it('split: the streams lie in several parts', async () => {
    mkdirSync(at('parts'));
    await use([at('two.wim')], async (wim) => {
      const parts = await splitWim(wim, 130_000);
      for (const [i, part] of parts.entries()) await writeContent(part, at(`parts/${partName('s', i + 1)}`));
    });
    const parts = readdirSync(at('parts')).map((name) => at(`parts/${name}`));
    expect(parts.length).toBeGreaterThan(1);
    const references = `--ref=${at('parts/s*.swm')}`;
    await runOk('wimlib-imagex', ['verify', at('parts/s.swm'), references]);
    expect(await streamsIn(parts)).toEqual(await streamsIn([at('two.wim')]));
    await expectApplied(at('parts/s.swm'), 'split', references);
    await extractFromWim(at('parts/s.swm'), 'streams only.txt:größe 日本', { image: 1, output: at('unicode') });
    expect(readFileSync(at('unicode')).equals(STREAMS['streams only.txt']!['größe 日本']!)).toBe(true);
  });

  it('what wimlib split, trimmed and changed reads the same', async () => {
    mkdirSync(at('theirs'));
    await runOk('wimlib-imagex', ['split', at('two.wim'), at('theirs/s.swm'), '0.13']);
    await runOk('wimlib-imagex', ['export', at('two.wim'), '1', at('exported.wim')]);
    await runOk('cp', [at('two.wim'), at('updated.wim')]);
    await runOk('wimlib-imagex', ['update', at('updated.wim'), '1', `--command=add ${at('tree')} /more`]);
    const wanted = await streamsIn([at('two.wim')]);
    expect(wanted).toHaveLength(7);
    expect(await streamsIn(partsOf(at('theirs/s.swm')))).toEqual(wanted);
    expect(await streamsIn([at('exported.wim')])).toEqual(wanted);
    expect(await streamsIn([at('updated.wim')])).toEqual(wanted);
  });
});
