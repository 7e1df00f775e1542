import { cpSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it, vi } from 'vitest';
import { bootBios, bootUefi, labTimeout, uefiTools } from '../support/lab.js';
import { describeWith, run, temporaryFolder, tool } from '../support/tools.js';

vi.setConfig({ testTimeout: labTimeout, hookTimeout: labTimeout });

const root = join(import.meta.dirname, '../..');
const parts = [
  'src',
  'scripts',
  'templates',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

describeWith(['sh', 'npm'], 'npm run quickstart', () => {
  const folder = temporaryFolder();
  const [copy, bin] = [join(folder, 'a copy of the project'), join(folder, 'bin')];
  let result = { stdout: '', stderr: '', exitCode: undefined as number | undefined };

  beforeAll(async () => {
    mkdirSync(copy);
    for (const part of parts) cpSync(join(root, part), join(copy, part), { recursive: true, preserveTimestamps: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    // nothing can be found but Node, npm and the shell that npm needs
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, 'node'));
    for (const name of ['sh', 'npm']) symlinkSync(tool(name) ?? '', join(bin, name));
    const env = { PATH: bin, HOME: folder, TMPDIR: folder };
    result = await run(join(bin, 'npm'), ['run', 'quickstart'], { cwd: copy, env, extendEnv: false });
  });

  it('ends well with nothing but Node and npm, in a folder with spaces', () => {
    expect(result.exitCode, `${result.stdout}\n${result.stderr}`).toBe(0);
    expect(result.stdout.match(/^\[\d\/7\]/gm)).toEqual(['1', '2', '3', '4', '5', '6', '7'].map((n) => `[${n}/7]`));
    expect(result.stdout).toContain('Next, with a real Windows:');
    expect(statSync(join(copy, 'out/demo.iso')).size).toBeGreaterThan(3_000_000);
  });

  it('shows what is on the media', () => {
    const inspected = result.stdout.slice(result.stdout.indexOf('[7/7]'));
    for (const words of ['INPLACE', 'Windows 11 Enterprise', 'BIOS and UEFI']) expect(inspected).toContain(words);
  });

  it('says in clear words which step failed', async () => {
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    for (const part of parts.filter((name) => name !== 'src')) {
      cpSync(join(root, part), join(broken, part), { recursive: true, preserveTimestamps: true });
    }
    symlinkSync(join(root, 'node_modules'), join(broken, 'node_modules'));
    mkdirSync(join(broken, 'src'));
    writeFileSync(join(broken, 'src/index.ts'), 'this is no TypeScript');
    const { stderr, exitCode } = await run(process.execPath, [join(broken, 'scripts/quickstart.mjs')], { cwd: folder });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('The quickstart stopped at step 2 of 7. "npm run --silent build" ended with exit code');
  });

  describeWith(uefiTools, 'the ISO it builds', () => {
    const iso = join(copy, 'out/demo.iso');

    it('boots under UEFI', async () => {
      expect(await bootUefi(iso, 'cdrom', { until: 'INPLACE-DEMO-UEFI' })).toContain('INPLACE-DEMO-UEFI');
    });

    it('boots from a stick it was copied to', async () => {
      expect(await bootUefi(iso, 'usb', { until: 'INPLACE-DEMO-UEFI' })).toContain('INPLACE-DEMO-UEFI');
    });

    it('boots under a BIOS, which can read the disc', async () => {
      const serial = await bootBios(iso, 'cdrom', { until: 'to restart.' });
      expect(serial).toContain('INPLACE-DEMO-BIOS\r\nThe disc can be read; its label is INPLACE ');
    });
  });
});
