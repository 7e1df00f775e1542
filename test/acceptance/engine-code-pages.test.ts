/**
 * The engine on computers that speak German and Japanese: Wine takes its code pages (850, 932) from the language. Media, packages, commands, files
 * and the computer itself have names in that language, with what cmd.exe stumbles over. UTF-8 (65001) is nothing that Wine takes for its own: it
 * is that of the console here, and test/target/wsh/oem-text.test.ts has it as that of the machine, with fifteen others. The ordinary run has the
 * Japanese one.
 */
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { build, report } from '../../src/index.js';
import {
  freshMachine,
  type Installed,
  installStandIns,
  runTask,
  startWindows,
  windowsSetup,
  withFakes,
} from '../support/engine-on-wine.js';
import { makeProject } from '../support/project.js';
import { describeWith, long, temporaryFolder } from '../support/tools.js';
import { batch, driveC, useWine, wine, wineCommandLine } from '../support/wine.js';
import { LANGUAGE_SOURCES } from '../support/wine-languages.js';

vi.setConfig({ testTimeout: 300_000 });

/** @param tool a name that command lines have: Wine's cmd reads batch files in the ANSI code page, which is 850 nowhere */
const sequence = (word: string, tool: string) => `name: Field
steps:
  - copyFiles: { package: DATA, to: 'C:\\${word} & data' }
  - runCommand: cmd.exe /c ""${tool} & tool.cmd" "${tool} 100%%!""
    package: DATA
    repeatable: true
  - upgrade:
  - restart: { delay: 5 s }
  - runCommand: cmd.exe /c ver
    repeatable: true
`;

const needs = ['wine', 'script', 'x86_64-w64-mingw32-gcc', ...(existsSync(LANGUAGE_SOURCES) ? [] : ['locales'])];
describeWith(needs, 'the engine on computers of other languages, under Wine', () => {
  const work = temporaryFolder();

  const pages = [
    ['932', 'ja_JP', '日本語', '日本語'],
    ['850', 'de_DE', 'Größe', 'plain'],
  ] as const;
  describe.each(long ? pages : pages.slice(0, 1))('code page %s', (page, language, word, tool) => {
    useWine(language);

    it('a run ends as planned, with names of that language everywhere', async () => {
      const { stdout: codePages } = await wine([
        'reg',
        'query',
        'HKLM\\System\\CurrentControlSet\\Control\\Nls\\CodePage',
      ]);
      expect(codePages).toMatch(new RegExp(`OEMCP\\s+REG_SZ\\s+${page}\\s`));
      await installStandIns();
      const project = makeProject(join(work, page), {
        demo: { build: 19045 },
        yaml: 'packages: [{ id: DATA, kind: files, source: data }]\ntaskSequence: s.yaml\n',
        files: {
          's.yaml': sequence(word, tool),
          [`data/${tool} & tool.cmd`]: '@echo off\r\necho %1 > "C:\\tool.txt"\r\n',
          'data/日本語 ü.txt': 'of both languages',
        },
      });
      copyFileSync(await windowsSetup(), join(project.windows, 'setup.exe'));
      const media = join(project.folder, `${tool} 100% & more! (1)`);
      await build(project.definition, { output: media, format: 'folder' });
      await withFakes(media);

      const old: Installed = {
        edition: 'Professional',
        installationType: 'Client',
        product: 'Windows 10 Pro',
        build: '18363',
        computer: `PC-${word}`,
      };
      await freshMachine(old);
      if (long) {
        // the console that it is started from says nothing of the machine's own code page
        const line = 'chcp 65001 >nul & upgrade.cmd /check /unattended & chcp';
        const checked = await wineCommandLine(`C:\\windows\\system32\\cmd.exe /c "${line}"`, {
          console: true,
          cwd: media,
          timeout: 120_000,
        });
        expect(checked.stdout).toContain(`PC-${word}`);
        expect(checked.stdout).toContain('can be upgraded');
        expect(checked.stdout).toContain('65001');
      }
      // Wine's cmd loses the percent sign of a path that it is started by
      const began = await batch('upgrade.cmd', ['/start', '/unattended'], { cwd: media, timeout: 120_000 });
      expect([began.exitCode, began.stdout]).toEqual([3010, expect.stringContaining('The computer restarts.')]);
      expect(readFileSync(join(driveC(), `${word} & data`, '日本語 ü.txt'), 'utf8')).toBe('of both languages');
      const told = readFileSync(join(driveC(), 'tool.txt'));
      expect(new TextDecoder('shift_jis').decode(told)).toContain(`${tool} 100%!`);
      await startWindows({ ...old, build: '19045', installDate: 1_700_000_000 });
      await runTask();
      const { runs } = await report([media]);
      expect(runs.map(({ computer, outcome }) => [computer, outcome])).toEqual([[`PC-${word}`, 'success']]);
    });
  });
});
