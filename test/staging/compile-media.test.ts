import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDefinition } from '../../src/definition/load.js';
import { check, inspect } from '../../src/index.js';
import { compileMediaOf } from '../../src/staging/compile-media.js';
import { openUpgradePackage } from '../../src/upgrade-package/open.js';
import { makeProject } from '../support/project.js';
import { temporaryFolder } from '../support/tools.js';
import { bootWim, wimOf } from '../upgrade-package/media.js';

const folder = temporaryFolder();

describe('compileMediaOf', async () => {
  const yaml =
    'packages:\n  - { id: TOOL, kind: application, source: tool, install: install.cmd }\n  - { id: DATA, kind: files, source: data }\n';
  const files = { 'tool/install.cmd': 'echo', 'tool/a/b.txt': '12345', 'data/x.txt': '123' };
  const project = makeProject(join(folder, 'project'), { yaml, files });

  it('knows the packages with their size, and the Windows with its paths', async () => {
    const { definition } = await loadDefinition(project.definition, { environment: {} });
    const upgradePackage = await openUpgradePackage(project.windows);
    const media = await compileMediaOf(definition!, [{ id: 'windows', path: '', upgradePackage }]);
    await upgradePackage.close();
    expect(media.packages).toEqual([
      { id: 'DATA', kind: 'files', path: 'deploy/packages/DATA', bytes: 3 },
      { id: 'TOOL', kind: 'application', path: 'deploy/packages/TOOL', bytes: 9, install: 'install.cmd' },
    ]);
    expect(media.upgradePackages).toHaveLength(1);
    expect(media.upgradePackages[0]).toMatchObject({ id: 'windows', path: '' });
    expect(media.upgradePackages[0]!.bytes).toBeGreaterThan(1000);
    expect(media.upgradePackages[0]!.images.map(({ edition, from }) => [edition, from.length > 0])).toEqual([
      ['Professional', true],
      ['Enterprise', true],
    ]);
  });

  it('has one upgrade package for each Setup of dual-architecture media', async () => {
    const windows = join(folder, 'dual');
    for (const [name, arch] of [
      ['x86', 0],
      ['x64', 9],
    ] as const) {
      const contents = {
        'setup.exe': 'MZ',
        'sources/install.wim': wimOf([{ arch }]),
        'sources/boot.wim': bootWim(arch),
      };
      for (const [path, bytes] of Object.entries(contents)) {
        mkdirSync(dirname(join(windows, name, path)), { recursive: true });
        writeFileSync(join(windows, name, path), bytes);
      }
    }
    const { definition } = await loadDefinition(project.definition, { environment: {} });
    const upgradePackage = await openUpgradePackage(windows);
    const { upgradePackages } = await compileMediaOf(definition!, [{ id: 'windows', path: '', upgradePackage }]);
    await upgradePackage.close();
    const shown = upgradePackages.map(({ id, path, images }) => [id, path, images.map((image) => image.architecture)]);
    expect(shown.sort()).toEqual([
      ['windows-x64', 'x64', ['x64']],
      ['windows-x86', 'x86', ['x86']],
    ]);
    const all = upgradePackages.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(all).toBe(upgradePackage.tree.files.reduce((sum, file) => sum + file.content.size, 0));
  });

  it('check and inspect say what the media upgrade', async () => {
    const { windows } = await check(project.definition);
    const { upgrades } = await inspect(project.windows);
    expect(upgrades).toEqual(windows.upgrades);
    expect(windows.upgrades[0]).toMatchObject({
      edition: 'Professional',
      from: ['Windows 10 Pro, version 2004 and later', 'Windows 11 Pro'],
    });
  });
});
