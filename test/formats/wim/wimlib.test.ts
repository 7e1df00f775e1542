import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { FileContent } from '../../../src/content/file.js';
import { readWimHeader } from '../../../src/formats/wim/header.js';
import { readWimXml } from '../../../src/formats/wim/xml-data.js';
import { describeWith, runOk, temporaryFolder } from '../../support/tools.js';

async function read(path: string) {
  const { size, mtimeMs } = await stat(path);
  const content = new FileContent(path, { size, modifiedMs: mtimeMs });
  const header = await readWimHeader(content, path);
  const information = await readWimXml(content, header, path);
  await content.close();
  return { header, ...information };
}

/** GUID, part and count as `wimlib-imagex info` prints them. */
async function wimlibInfo(path: string): Promise<Record<string, string>> {
  const shown = await runOk('wimlib-imagex', ['info', path]);
  return Object.fromEntries(
    [...shown.matchAll(/^([A-Z][\w ]+):\s+(.*)$/gm)].map((match) => [match[1]!, match[2]!.trim()]),
  );
}

describeWith(['wimlib-imagex'], 'WIMs of wimlib', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder, name);
  const properties = (values: Record<string, string>): string[] =>
    Object.entries(values).map(([key, value]) => `--image-property=${key}=${value}`);

  beforeAll(async () => {
    await mkdir(at('tree'));
    await writeFile(at('tree/a.txt'), 'a');
    for (let i = 0; i < 3; i++) {
      await writeFile(
        at(`tree/noise${i}.bin`),
        Buffer.from(Array.from({ length: 2 ** 20 }, (_, j) => (j * j * (i + 3) + (j >> 7)) & 255)),
      );
    }
    const common = {
      'WINDOWS/ARCH': '9',
      'WINDOWS/INSTALLATIONTYPE': 'Client',
      'WINDOWS/VERSION/MAJOR': '10',
      'WINDOWS/VERSION/MINOR': '0',
      'WINDOWS/VERSION/BUILD': '22621',
    };
    const pro = {
      ...common,
      'WINDOWS/EDITIONID': 'Professional',
      'WINDOWS/LANGUAGES/LANGUAGE': 'de-DE',
      'WINDOWS/LANGUAGES/DEFAULT': 'de-DE',
    };
    const enterprise = { ...common, 'WINDOWS/EDITIONID': 'Enterprise', 'WINDOWS/VERSION/SPBUILD': '2283' };
    await runOk('wimlib-imagex', [
      'capture',
      at('tree'),
      at('install.wim'),
      'Pro',
      'Windows 11 Pro',
      '--compress=none',
      ...properties(pro),
    ]);
    await runOk('wimlib-imagex', [
      'append',
      at('tree'),
      at('install.wim'),
      'Enterprise',
      '--boot',
      ...properties(enterprise),
    ]);
  });

  it('several images with their editions', async () => {
    const { header, images } = await read(at('install.wim'));
    const info = await wimlibInfo(at('install.wim'));
    expect(`0x${header.guid}`).toBe(info['GUID']);
    expect(header).toMatchObject({
      solid: false,
      compression: 'none',
      partNumber: 1,
      totalParts: 1,
      imageCount: 2,
      bootIndex: 2,
    });
    expect(String(header.bootIndex)).toBe(info['Boot Index']);
    expect(images.map((image) => [image.index, image.name, image.editionId, image.architecture])).toEqual([
      [1, 'Pro', 'Professional', 'x64'],
      [2, 'Enterprise', 'Enterprise', 'x64'],
    ]);
    expect(images[0]).toMatchObject({
      description: 'Windows 11 Pro',
      languages: ['de-DE'],
      defaultLanguage: 'de-DE',
      fileCount: 4,
    });
    expect(images[1]?.version).toEqual({ major: 10, minor: 0, build: 22621, spBuild: 2283, branch: undefined });
    expect(images[0]?.created?.getTime()).toBeGreaterThan(Date.UTC(2020));
  });

  it('the XML says what wimlib reads in it', async () => {
    const info = await runOk('wimlib-imagex', ['info', at('install.wim'), '1']);
    const { images } = await read(at('install.wim'));
    expect(info).toMatch(new RegExp(`Total Bytes:\\s+${images[0]?.totalBytes}\\n`));
    expect(info).toMatch(new RegExp(`File Count:\\s+${images[0]?.fileCount}\\n`));
  });

  it('an ESD is solid', async () => {
    await runOk('wimlib-imagex', ['export', at('install.wim'), 'all', at('install.esd'), '--solid']);
    const { header, images } = await read(at('install.esd'));
    expect(header).toMatchObject({ solid: true, compression: 'lzms' });
    expect(images.map((image) => image.editionId)).toEqual(['Professional', 'Enterprise']);
  });

  it.each(['XPRESS', 'LZX'])('%s', async (compression) => {
    await runOk('wimlib-imagex', [
      'export',
      at('install.wim'),
      '1',
      at(`${compression}.wim`),
      `--compress=${compression}`,
    ]);
    expect((await read(at(`${compression}.wim`))).header).toMatchObject({
      compression: compression.toLowerCase(),
      chunkSizeBytes: 32768,
    });
  });

  it('the parts of a split WIM say which they are', async () => {
    await runOk('wimlib-imagex', ['split', at('install.wim'), at('install.swm'), '1']);
    const names = (await readdir(folder)).filter((name) => name.endsWith('.swm'));
    expect(names.length).toBeGreaterThan(2);
    for (let part = 1; part <= names.length; part++) {
      const { header } = await read(at(part === 1 ? 'install.swm' : `install${part}.swm`));
      expect(header).toMatchObject({ partNumber: part, totalParts: names.length, imageCount: 2 });
      expect(`0x${header.guid}`).toBe((await wimlibInfo(at('install.swm')))['GUID']);
    }
  });
});
