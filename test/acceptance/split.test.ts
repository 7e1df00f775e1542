/** An install.wim that FAT32 cannot hold: split on sticks, whole on an ISO. Over 4 GiB in `npm run test:long`, lowered limits always. */
import { copyFileSync, cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { build, check, inspect, verify } from '../../src/index.js';
import type { MediaFormat } from '../../src/library/plan.js';
import type { SplitLimits } from '../../src/staging/split-install-image.js';
import { installWim } from '../support/install-image.js';
import { kernelMount, kernelTools } from '../support/lab.js';
import { makeProject } from '../support/project.js';
import { folderSums, sha256File } from '../support/sums.js';
import { describeWith, long, runOk, temporaryFolder } from '../support/tools.js';

vi.setConfig({ testTimeout: 3_600_000, hookTimeout: 3_600_000 });
const GIB = 2 ** 30;
const unit = long ? GIB : 100_000;
const third = Math.floor(1.6 * unit);
const limits: SplitLimits | undefined = long ? undefined : { wholeBytes: 4 * unit, partBytes: 3.7 * unit };
const lowered = limits === undefined ? {} : { splitLimits: limits };

const folder = temporaryFolder();
const at = (...names: string[]): string => join(folder, ...names);
const project = makeProject(folder, {
  demo: { extraFiles: { 'sources/install.wim': installWim([third, third, third]) } },
  yaml: long ? '' : 'packages: [{ id: OTHER, kind: files, source: other }]\n',
});
if (!long) {
  mkdirSync(at('other/x64/sources'), { recursive: true });
  copyFileSync(join(project.windows, 'sources/install.wim'), at('other/x64/sources/install.wim'));
}

async function make(format: MediaFormat): Promise<string> {
  const output = at(format === 'usb' ? 'usb.img' : 'hybrid.iso');
  await build(project.definition, { format, output, ...lowered });
  return output;
}

/** Copies the parts out of the FAT32 partition, with a program that is not ours. */
async function partsByMtools(image: string, folderOf = 'sources'): Promise<string> {
  const target = at(`mtools-${basename(image)}-${folderOf.replaceAll('/', '-')}`);
  mkdirSync(target);
  await runOk('mcopy', ['-i', `${image}@@1M`, `::/${folderOf}/install*.swm`, target]);
  return target;
}

/** wimlib reads all of it, and applies each image to what the whole WIM applies to. */
async function judge(parts: string): Promise<void> {
  const reference = `--ref=${join(parts, 'install*.swm')}`;
  await runOk('wimlib-imagex', ['verify', join(parts, 'install.swm'), reference]);
  for (const image of ['1', '2']) {
    const [split, whole] = [at('from-parts'), at('from-whole')];
    await runOk('wimlib-imagex', ['apply', join(parts, 'install.swm'), image, split, reference]);
    await runOk('wimlib-imagex', ['apply', join(project.windows, 'sources/install.wim'), image, whole]);
    expect(folderSums(split)).toEqual(folderSums(whole));
    for (const path of [split, whole]) rmSync(path, { recursive: true });
  }
}

describe('check', () => {
  it('tells of the parts on usb and hybrid, and leaves an iso whole', async () => {
    for (const format of ['usb', 'hybrid', 'iso'] as const) {
      const { listing, split, mediaId } = await check(project.definition, { format, ...lowered });
      const paths = listing.map(({ path }) => path).filter((path) => path.startsWith('sources/install'));
      expect(paths).toEqual(
        format === 'iso' ? ['sources/install.wim'] : ['sources/install.swm', 'sources/install2.swm'],
      );
      const wanted = { path: 'sources/install.wim', parts: ['sources/install.swm', 'sources/install2.swm'] };
      expect(split.filter(({ path }) => path === 'sources/install.wim')).toEqual(format === 'iso' ? [] : [wanted]);
      const again = await check(project.definition, { format, ...lowered });
      expect(again.mediaId).toBe(mediaId);
    }
  });
});

describeWith(['wimlib-imagex', 'mcopy'], 'a stick', () => {
  it('holds parts that wimlib verifies and applies like the whole', async () => {
    const image = await make('usb');
    expect(await verify(image)).toMatchObject({ findings: [] });
    const parts = await partsByMtools(image);
    expect(readdirSync(parts).sort()).toEqual(['install.swm', 'install2.swm']);
    for (const name of readdirSync(parts)) {
      expect(statSync(join(parts, name)).size).toBeLessThanOrEqual(limits?.partBytes ?? 3800 * 2 ** 20);
    }
    await judge(parts);
    for (const path of [image, parts]) rmSync(path, { recursive: true });
  });

  it.skipIf(long)('holds parts of every other install image on it, too', async () => {
    const image = await make('usb');
    await judge(await partsByMtools(image, 'deploy/packages/OTHER/x64/sources'));
  });
});

describeWith(['wimlib-imagex', 'mcopy'], 'a stick with one edition', () => {
  it.skipIf(long)('holds parts of what is left of the WIM', async () => {
    const one = makeProject(at('one'), {
      demo: { extraFiles: { 'sources/install.wim': installWim([third, third, third]) } },
    });
    writeFileSync(one.definition, 'name: One\nupgradePackage: { source: windows, edition: Enterprise }\n');
    const image = at('one.img');
    await build(one.definition, { format: 'usb', output: image, ...lowered });
    const parts = await partsByMtools(image);
    const first = join(parts, 'install.swm');
    await runOk('wimlib-imagex', ['verify', first, `--ref=${join(parts, 'install*.swm')}`]);
    expect(readdirSync(parts)).toHaveLength(2);
    const text = await runOk('wimlib-imagex', ['info', first]);
    expect(text).toMatch(/^Image Count: +1$/m);
    expect(text).toMatch(/^Edition ID: +Enterprise$/m);
  });
});

describeWith(['taskset', 'bash'], 'built elsewhere', () => {
  const library = pathToFileURL(fileURLToPath(new URL('../../dist/index.js', import.meta.url))).href;
  const script = `const { build } = await import('${library}');
    const [definition, format, output, lowered] = process.argv.slice(1);
    await build(definition, { format, output, ...JSON.parse(lowered) });`;

  /** Builds in a process of its own. @returns SHA-256 of the image, which is gone then */
  async function sumOf(definition: string, format: MediaFormat, env: Record<string, string>, cores: string) {
    const output = `${definition}.${format}.img`;
    const node = [process.execPath, '--input-type=module', '-e', script, definition, format, output];
    await execa('bash', ['-c', 'exec taskset -c "$0" "$@"', cores, ...node, JSON.stringify(lowered)], { env });
    const sum = sha256File(output);
    rmSync(output);
    return sum;
  }

  it.each(long ? (['usb', 'hybrid'] as const) : (['hybrid'] as const))(
    'a %s with parts has the same bytes',
    async (format) => {
      const size = `output: { format: usb, size: ${long ? '7 GiB' : '300 MiB'} }\n`;
      const text = `name: Same\nupgradePackage: { source: windows }\n${size}`;
      writeFileSync(at('same.yaml'), text);
      const here = await sumOf(at('same.yaml'), format, { TZ: 'UTC' }, '0-1');
      const other = join(folder, 'deep', 'other place');
      mkdirSync(join(other, 'tmp'), { recursive: true });
      cpSync(project.windows, join(other, 'windows'), { recursive: true, preserveTimestamps: true });
      writeFileSync(join(other, 'elsewhere.yaml'), text);
      const env = { TZ: 'Pacific/Chatham', LC_ALL: 'tr_TR.UTF-8', TMPDIR: join(other, 'tmp') };
      expect(await sumOf(join(other, 'elsewhere.yaml'), format, env, '0')).toBe(here);
      expect(readdirSync(join(other, 'tmp'))).toEqual([]);
      rmSync(other, { recursive: true });
    },
  );
});

describeWith(['wimlib-imagex', 'mcopy', '7z'], 'a hybrid', () => {
  let image = '';
  let fat = '';
  beforeAll(async () => {
    image = await make('hybrid');
    fat = await partsByMtools(image);
  });

  it('shows the same parts through FAT32 and through UDF', async () => {
    expect(await verify(image)).toMatchObject({ findings: [] });
    // 7-Zip takes the UDF side; it warns of where the closing anchor lies (disk.test.ts)
    await runOk('bash', [
      '-c',
      '7z e -y -o"$0" "$1" sources/install*.swm >/dev/null; [ $? -le 2 ]',
      at('seven'),
      image,
    ]);
    expect(folderSums(at('seven'))).toEqual(folderSums(fat));
    // of the true size, the stick has had its turn; there is no room for all of it at once
    if (!long) await judge(at('seven'));
    rmSync(at('seven'), { recursive: true });
  });

  it('is looked into like the whole: both editions, two files', async () => {
    const inspection = await inspect(image);
    const text = JSON.stringify(inspection);
    expect(text).toContain('sources/install2.swm');
    for (const edition of ['Professional', 'Enterprise']) expect(text).toContain(edition);
  });

  describeWith(kernelTools, 'the Linux kernel', () => {
    it.runIf(long)('reads the same parts from UDF', async () => {
      const { mounts } = await kernelMount(image, 'cdrom', 'udf', 'tar', { seconds: 3000 });
      for (const name of ['install.swm', 'install2.swm']) {
        expect(mounts[0]!.files.get(`sources/${name}`)!.sha256).toBe(sha256File(join(fat, name)));
      }
    });
  });
});
