/** Files over 4 GiB and trees of 100,000 files, judged by other programs. `npm run test:long`; a small version always runs. */
import { createHash } from 'node:crypto';
import { createReadStream, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { ODD_NAMES, writeBigFiles, writeOddNames, writeSmallFiles } from '../../scripts/fixtures/tree.mjs';
import { verify } from '../../src/index.js';
import { kernelMount, kernelTools, probeTools, uefiProbe } from '../support/lab.js';
import { inplaceOk, makeProject } from '../support/project.js';
import { describeWith, long, runOk, temporaryFolder } from '../support/tools.js';

vi.setConfig({ testTimeout: 3_600_000 });
const MIB = 1024 * 1024;

/** SHA-256 of a file of any size. */
async function sha256Stream(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: MIB })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

describeWith(['7z', ...kernelTools], `a file of ${long ? '5 GiB' : '20 MiB'}`, () => {
  const folder = temporaryFolder();

  it('is read back identically by the kernel and 7-Zip, from a folder and from the ISO made of it', async () => {
    const project = makeProject(folder);
    writeBigFiles(join(project.windows, 'sources', 'big'), [long ? 5 * 1024 * MIB + 1 : 20 * MIB + 1]);
    const wanted = await sha256Stream(join(project.windows, 'sources/big/big-0.bin'));
    const iso = join(folder, 'first.iso');
    await inplaceOk(['build', project.definition, '-o', iso]);
    expect((await verify(iso)).findings).toEqual([]);
    const seven = await runOk('bash', ['-c', `7z x -so "${iso}" sources/big/big-0.bin | openssl dgst -sha256 -r`]);
    expect(seven.slice(0, 64)).toBe(wanted);
    const { mounts } = await kernelMount(iso, 'cdrom', 'udf', 'tar', { seconds: 3000 });
    expect(mounts[0]!.files.get('sources/big/big-0.bin')).toMatchObject({ sha256: wanted });
  });
});

describe(`a tree of ${long ? '100,000' : '3,000'} files `, () => {
  const folder = temporaryFolder();
  const count = long ? 100_000 : 3000;
  const project = makeProject(folder, { yaml: 'packages: [{ id: MANY, kind: files, source: many }]\n' });
  const iso = join(folder, 'many.iso');
  // Linux looks up names of a UDF folder one by one: 100,000 in one folder would take it hours under emulation
  const flat = makeProject(join(folder, 'project'), {
    yaml: 'packages: [{ id: MANY, kind: files, source: ../flat }]\n',
  });
  const flatIso = join(folder, 'flat.iso');

  it('is built and verified, with a thousand in each folder and with all in one', async () => {
    writeSmallFiles(join(folder, 'many/spread'), { count, smallest: 1 });
    writeSmallFiles(join(folder, 'flat/flat'), { count, perFolder: count, smallest: 1, seed: 'flat' });
    await inplaceOk(['build', flat.definition, '-o', flatIso]);
    expect((await verify(flatIso)).findings).toEqual([]);
    await inplaceOk(['build', project.definition, '-o', iso]);
    expect((await verify(iso)).findings).toEqual([]);
  });

  describeWith(['7z'], '7-Zip', () => {
    it('lists as many', async () => {
      const text = await runOk('7z', ['l', '-slt', flatIso], { maxBuffer: 1 << 30 });
      expect(text.match(/^Path = deploy\/packages\/MANY\/flat\/.*\.bin$/gm)).toHaveLength(count);
    });
  });

  describeWith(kernelTools, 'the kernel', () => {
    // of fewer files the kernel reads every one in iso.test.ts
    it.runIf(long)('reads the same bytes', async () => {
      const { mounts } = await kernelMount(iso, 'cdrom', 'udf', 'tar', { seconds: 3000 });
      const files = mounts[0]!.files;
      expect([...files.keys()].filter((path) => path.includes('/spread/'))).toHaveLength(count);
      const sample = [...files.keys()].filter((path, i) => path.startsWith('deploy/packages/MANY/') && i % 97 === 0);
      for (const path of sample) {
        const host = join(folder, path.replace('deploy/packages/MANY', 'many'));
        expect(files.get(path)!.sha256, path).toBe(await sha256Stream(host));
      }
      rmSync(join(folder, 'many'), { recursive: true });
    });
  });
});

describeWith([...kernelTools, ...probeTools], 'odd names', () => {
  const folder = temporaryFolder();

  it('that UDF can hold are read back by the kernel and opened by the firmware; the others are refused with the reason', async () => {
    const project = makeProject(folder, { yaml: 'packages: [{ id: ODD, kind: files, source: odd }]\n' });
    const fits = (name: string) =>
      name.split('/').every((part) => (/^[\0-\xff]*$/.test(part) ? part.length <= 254 : part.length <= 127));
    writeOddNames(join(folder, 'all'));
    writeFileSync(
      join(folder, 'all.yaml'),
      'name: All\nupgradePackage: { source: windows }\npackages: [{ id: ODD, kind: files, source: all }]\n',
    );
    await expect(inplaceOk(['check', join(folder, 'all.yaml')])).rejects.toThrow(
      /ECMA-167 4\/14\.4\.4: L_FI is one byte/,
    );
    const { cpSync, mkdirSync } = await import('node:fs');
    const names = ODD_NAMES.filter((name) => fits(name) && !name.endsWith('/'));
    for (const name of names) {
      mkdirSync(join(folder, 'odd', name, '..'), { recursive: true });
      cpSync(join(folder, 'all', name), join(folder, 'odd', name));
    }
    const iso = join(folder, 'odd.iso');
    await inplaceOk(['build', project.definition, '-o', iso]);
    const { mounts } = await kernelMount(iso, 'cdrom', 'udf');
    const wanted = names.map((name) => `deploy/packages/ODD/${name}`);
    const found = [...mounts[0]!.files.keys()].filter((path) => path.startsWith('deploy/packages/ODD/'));
    expect(found.sort()).toEqual([...wanted].sort());
    // the firmware has 16-bit characters only
    const [volume] = (await uefiProbe(iso, 'cdrom', wanted.slice(0, 20))).filter(({ label }) => label === 'TEST_MEDIA');
    for (const path of wanted.slice(0, 20)) expect(volume!.files.get(path), path).toHaveProperty('sha256');
  });
});
