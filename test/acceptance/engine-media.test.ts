/**
 * What a media definition may say besides, on the real engine under Wine: a prestart command, days, several upgrade packages of which the machine
 * takes one, in a folder whose name has a percent sign. Each of them alone, on many machines: test/target/prestart.test.ts, validity.test.ts,
 * choose-package.test.ts.
 */
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { writeDemoPackage } from '../../scripts/fixtures/demo-package.mjs';
import { build } from '../../src/index.js';
import {
  freshMachine,
  type Installed,
  installStandIns,
  linesOnC,
  windowsSetup,
  withFakes,
} from '../support/engine-on-wine.js';
import { makeProject } from '../support/project.js';
import { describeWith, long, temporaryFolder } from '../support/tools.js';
import { batch, driveC, useWine } from '../support/wine.js';

/** Norwegian: the media hold Windows in English at their root, and this one in deploy\os\NB. */
const MACHINE: Installed = {
  edition: 'Professional',
  installationType: 'Client',
  product: 'Windows 10 Pro',
  build: '18363',
  language: '0414',
};

const SEQUENCE = `name: Field
steps:
  - runCommand: cmd.exe /c tool.cmd "%Site%" %Kept%
    package: DATA
    repeatable: true
  - upgrade:
  - restart: { delay: 5 s }
`;

const YAML = `packages: [{ id: DATA, kind: files, source: data }]
taskSequence: s.yaml
prestart: { command: ask.cmd %Kept%, files: prestart }
variables: { Site: unknown, Kept: as it was }
`;

/** The later of two lines wins. */
const ASK = [
  '@echo off',
  'echo unattended %INPLACE_UNATTENDED%, %*',
  'echo Site=nowhere> "%INPLACE_VARIABLES%"',
  'echo Site=Oslo ^& more!>> "%INPLACE_VARIABLES%"',
  '',
].join('\r\n');

vi.setConfig({ testTimeout: 300_000 });

describeWith(
  ['wine', 'x86_64-w64-mingw32-gcc'],
  'media with a prestart command, days and several Windows, under Wine',
  () => {
    if (long) useWine();
    const work = temporaryFolder();

    beforeAll(async () => {
      if (long) await installStandIns();
    });

    /** @param until the last day of media that were made on 2026-11-10 */
    async function media(name: string, until: string): Promise<string> {
      const project = makeProject(join(work, `of ${until}`), {
        files: {
          'media.yaml': `name: Two\nupgradePackages:\n  - { id: EN, source: windows }\n  - { id: NB, source: nb }\n${YAML}validity: { until: ${until} }\n`,
          's.yaml': SEQUENCE,
          'prestart/ask.cmd': ASK,
          'data/tool.cmd': '@echo off\r\necho %* > "C:\\tool.txt"\r\n',
        },
        demo: { build: 19045 },
      });
      writeDemoPackage(join(project.folder, 'nb'), { build: 19045, languages: ['nb-NO'] });
      for (const folder of ['windows', 'nb'])
        copyFileSync(await windowsSetup(), join(project.folder, folder, 'setup.exe'));
      const output = join(project.folder, name);
      await build(project.definition, { output, format: 'folder', today: '2026-11-10' });
      await withFakes(output);
      return output;
    }

    // started by a short name: Wine's cmd loses the percent sign of a path that it is started by
    const start = (folder: string, args: readonly string[]) =>
      batch('upgrade.cmd', args, { cwd: folder, timeout: 120_000 });

    describe.runIf(long)('on a machine in Norwegian', () => {
      it('the prestart command runs first, and the Windows of its language is taken', async () => {
        const folder = await media('100% sure & more!', '2099-12-31');
        await freshMachine(MACHINE);
        const { stdout, exitCode } = await start(folder, ['/start', '/unattended']);
        expect([exitCode, stdout]).toEqual([3010, expect.stringContaining('The command of the media runs first')]);
        expect(readFileSync(join(driveC(), 'tool.txt'), 'utf8').trimEnd()).toBe('"Oslo & more!" as it was');
        expect(linesOnC('setup-commands.txt')).toHaveLength(1);
        expect(linesOnC('setup-commands.txt')[0]).toContain(
          '\\100% sure & more!\\deploy\\os\\NB\\setup.exe" /auto upgrade',
        );
        expect(stdout).toContain('unattended 1, as it was');
      });

      it('after the last day nothing begins, the reason is said, and the code is 4', async () => {
        const folder = await media('over', '2026-11-20');
        await freshMachine(MACHINE);
        const { stdout, exitCode } = await start(folder, ['/start', '/unattended']);
        expect(stdout).toContain('2026-11-20');
        expect([exitCode, linesOnC('setup-commands.txt')]).toEqual([4, []]);
      });
    });
  },
);
