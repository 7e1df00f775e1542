/** The Windows build of Node under Wine is a Windows program in what our code asks of it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWith, temporaryFolder } from '../support/tools.js';
import { windowsNode, windowsNodeTools } from '../support/windows-node.js';
import { useWine, windowsPath } from '../support/wine.js';

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
});
