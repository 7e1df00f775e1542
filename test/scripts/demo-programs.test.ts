import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { minimalProgram } from '../../scripts/fixtures/minimal-program.mjs';
import { describeWith, run, runOk, temporaryFolder } from '../support/tools.js';
import { useWine, wine } from '../support/wine.js';

const templates = join(import.meta.dirname, '../../templates/demo');

describeWith(['nasm'], 'the demo programs', () => {
  const folder = temporaryFolder();

  it.each(['bios-boot', 'uefi-boot', 'setup'])(
    '%s.bin is what nasm makes of its source, without a warning',
    async (name) => {
      const output = join(folder, `${name}.bin`);
      const { stderr, exitCode } = await run('nasm', [
        '-Wall',
        '-f',
        'bin',
        '-o',
        output,
        join(templates, `${name}.asm`),
      ]);
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
      expect(readFileSync(join(templates, `${name}.bin`)).equals(readFileSync(output))).toBe(true);
    },
  );

  it('the BIOS program fills exactly 8 sectors of 512 bytes', () => {
    expect(readFileSync(join(templates, 'bios-boot.bin')).length).toBe(8 * 512);
  });
});

describeWith(['x86_64-w64-mingw32-objdump'], 'the headers of the programs', () => {
  const folder = temporaryFolder();
  const headers = (path: string) => runOk('x86_64-w64-mingw32-objdump', ['-x', path]);

  it('the UEFI program is an EFI application that may lie anywhere', async () => {
    const text = await headers(join(templates, 'uefi-boot.bin'));
    expect(text).toContain('file format pei-x86-64');
    expect(text).toMatch(/Subsystem\s+0000000a\s+\(EFI application\)/);
    expect(text).toMatch(/DYNAMIC_BASE/);
    expect(text).toMatch(/PE File Base Relocations/);
  });

  it('the setup program is a console program that imports four functions', async () => {
    const text = await headers(join(templates, 'setup.bin'));
    expect(text).toMatch(/Subsystem\s+00000003\s+\(Windows CUI\)/);
    expect(text).toContain('DLL Name: KERNEL32.dll');
    expect(text.match(/\b(GetStdHandle|WriteFile|GetCommandLineA|ExitProcess)$/gm)).toHaveLength(4);
  });

  it.each(['x86', 'x64'] as const)(
    'the minimal program for %s has headers that objdump understands',
    async (architecture) => {
      const path = join(folder, `${architecture}.exe`);
      writeFileSync(path, minimalProgram(architecture, 3, 50));
      const text = await headers(path);
      expect(text).toContain(architecture === 'x86' ? 'file format pei-i386' : 'file format pei-x86-64');
      expect(text).toMatch(/Subsystem\s+00000003\s+\(Windows CUI\)/);
    },
  );
});

describeWith(['wine'], 'setup.exe of the demo, under Wine', () => {
  useWine();
  const folder = temporaryFolder();

  it('shows the command line it was given and says that nothing was upgraded', async () => {
    const program = join(folder, 'setup.exe');
    copyFileSync(join(templates, 'setup.bin'), program);
    const { stdout, exitCode } = await wine([program, '/auto', 'upgrade', '/x', 'a b']);
    expect(exitCode).toBe(50); // ERROR_NOT_SUPPORTED
    expect(stdout).toContain('INPLACE-DEMO-SETUP\r\n');
    expect(stdout).toMatch(/setup\.exe"? \/auto upgrade \/x "a b"\r\n/);
  });

  it('the minimal program ends with the number it was made with', async () => {
    const program = join(folder, 'minimal.exe');
    writeFileSync(program, minimalProgram('x64', 3, 50));
    expect((await wine([program])).exitCode).toBe(50);
  });
});
