/** The Windows build of Node under Wine is a Windows program in what our code asks of it. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { WINDOWS_DESK } from '../devices/more-recordings.js';
import { MAIN } from '../support/project.js';
import { describeWith, long, temporaryFolder } from '../support/tools.js';
import { windowsNode, windowsNodeTools } from '../support/windows-node.js';
import { compiled, useWine, windowsPath } from '../support/wine.js';

describeWith(windowsNodeTools, 'Node for Windows under Wine', () => {
  useWine();
  const work = temporaryFolder();

  it('is Windows, and hands over arguments, folder, environment, input and exit code', async () => {
    writeFileSync(
      join(work, 'ask me.mjs'),
      `import { readFileSync } from 'node:fs';
import { join } from 'node:path';
console.log(JSON.stringify({
  platform: process.platform,
  version: process.version,
  joined: join('a', 'b'),
  arguments: process.argv.slice(2),
  folder: process.cwd(),
  variable: process.env.INPLACE_TEST,
  input: readFileSync(0, 'utf8'),
}));
process.exitCode = 130;
`,
    );
    const args = ['two words', 'q"uote\\', 'ü', ''];
    const { stdout, stderr, exitCode } = await windowsNode([windowsPath(join(work, 'ask me.mjs')), ...args], {
      cwd: work,
      env: { INPLACE_TEST: 'yes & no' },
      input: 'hello',
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      platform: 'win32',
      version: 'v20.20.2',
      joined: 'a\\b',
      arguments: args,
      folder: windowsPath(work),
      variable: 'yes & no',
      input: 'hello',
    });
    expect(exitCode).toBe(130);
  });

  it.runIf(long)(
    'shows the drives that PowerShell lists, and refuses that of the system with every flag',
    async () => {
      const recorded = join(work, 'recorded.json');
      // PowerShell 5 puts a mark in front of UTF-8
      writeFileSync(recorded, `\uFEFF${WINDOWS_DESK}`);
      const env = { RECORDED: windowsPath(recorded), WINEPATH: windowsPath(dirname(await compiled('powershell'))) };
      const inplace = async (...args: string[]) => {
        const { stdout, exitCode } = await windowsNode([windowsPath(MAIN), ...args, '--json'], { cwd: work, env });
        return { exitCode, said: JSON.parse(stdout) };
      };
      const { said: listed } = await inplace('drives');
      const writable = listed.drives.filter((drive: { writable: boolean }) => drive.writable);
      expect(listed.drives.length).toBe(9);
      expect(writable.map(({ path, confirm }: { path: string; confirm: string }) => [path, confirm])).toEqual([
        ['\\\\.\\PhysicalDrive2', 'E0D55E1'],
        ['\\\\.\\PhysicalDrive3', 'E0D55E2'],
      ]);
      for (const name of ['\\\\.\\physicaldrive0', 'PhysicalDrive0']) {
        const flags = ['--yes', '--allow-fixed', '--discard-reports', '--confirm', 'Volume1'];
        const { exitCode, said } = await inplace('write', 'media.yaml', '--to', name, ...flags);
        expect([exitCode, said.findings[0].code]).toEqual([4, 'DEVICE_REFUSED']);
        expect(JSON.stringify(said.findings)).toContain('of the running system is on it');
      }
      // Wine's wmic does not end when it is asked: the second witness is waited for each time
    },
    600_000,
  );
});
