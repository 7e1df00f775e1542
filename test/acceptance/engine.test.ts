/**
 * From `upgrade.cmd` to the finished record with the real engine under Wine: media made by `build`, a stand-in for Windows Setup, restarts that
 * run what the registered task runs, and `inplace report` on what came back. What Wine lacks is named in support/wine/fakes.ts and in the
 * stand-ins beside it.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, report } from '../../src/index.js';
import {
  freshMachine,
  type Installed,
  installStandIns,
  linesOnC,
  onC,
  runTask,
  startWindows,
  upgradeCmd,
  windowsSetup,
  withFakes,
} from '../support/engine-on-wine.js';
import { makeProject, type ProjectOptions } from '../support/project.js';
import { describeWith, temporaryFolder } from '../support/tools.js';
import { driveC, mountDrive, useWine } from '../support/wine.js';

const TEN: Installed = {
  product: 'Windows 10 Pro',
  edition: 'Professional',
  build: '18363',
  installationType: 'Client',
};
const NEW_TEN: Installed = { ...TEN, build: '19045', installDate: 1_700_000_000 };

describeWith(['wine', 'x86_64-w64-mingw32-gcc'], 'the engine on media made by build, under Wine', () => {
  useWine();
  const work = temporaryFolder();
  let projects = 0;
  let root = '';

  beforeAll(async () => {
    await installStandIns();
    root = await media({});
  });

  /** Media in a folder, with what Wine lacks in front of the engine. @returns the folder */
  async function media(options: ProjectOptions): Promise<string> {
    projects += 1;
    const project = makeProject(join(work, `p${projects}`), { demo: { build: 19045 }, ...options });
    copyFileSync(await windowsSetup(), join(project.windows, 'setup.exe'));
    const output = join(project.folder, 'media');
    await build(project.definition, { output, format: 'folder' });
    await withFakes(output);
    return output;
  }

  async function machineWith(installed: Installed, folder: string): Promise<void> {
    await freshMachine(installed);
    mountDrive('e', folder);
  }

  it('upgrades: one restart, every step told, and the report says so', async () => {
    await machineWith(TEN, root);
    const began = await upgradeCmd('E:', ['/start', '/unattended']);
    expect(began.stdout).toContain('From         Windows 10 Pro, build 18363');
    expect(began.stdout).toContain('The computer restarts. The upgrade goes on by itself afterwards.');
    expect(began.exitCode).toBe(3010);
    await startWindows(NEW_TEN);
    const ended = await runTask();
    console.log(
      began.stdout,
      ended.stdout,
      linesOnC('programs.txt').join('\n'),
      linesOnC('setup-commands.txt').join('\n'),
      linesOnC('schtasks-commands.txt').join('\n'),
    );
    const { runs } = await report([root]);
    console.log(JSON.stringify(runs, null, 1).slice(0, 3000));
    expect(runs).toMatchObject([{ outcome: 'success' }]);
  });
});
