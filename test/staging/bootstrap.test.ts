import { describe, expect, it } from 'vitest';
import { InplaceError } from '../../src/errors.js';
import { type BootstrapOptions, renderAutorun, renderBootstrap } from '../../src/staging/bootstrap.js';
import { SETUP_CODES } from '../../src/target/setup-codes.js';

const OPTIONS: BootstrapOptions = {
  mediaName: 'Field upgrade',
  mediaIdShort: '0123456789ab',
  windows: 'Windows 11 Enterprise, en-US',
  build: 26100,
  minimumBuild: 19041,
  architecture: 'x64',
  server: false,
  arguments: [{ text: '/auto' }, { text: 'upgrade' }, { text: '/copylogs' }, { logs: true }],
  scanArguments: [{ text: '/auto' }, { text: 'upgrade' }, { text: '/compat' }, { text: 'scanonly' }],
};

const text = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
const render = (options: Partial<BootstrapOptions> = {}): string => text(renderBootstrap({ ...OPTIONS, ...options }));
const setupLine = (script: string): string =>
  script.split('\r\n').find((line) => line.startsWith('"%MEDIA%setup.exe"'))!;

describe('upgrade.cmd', () => {
  it('is ASCII with CRLF line ends and short lines, with every placeholder filled', () => {
    const script = render({ mediaName: 'Büro – Größe 日本 \u0001\n' });
    expect(script).toMatch(/^[\r\n -~]+$/);
    expect(script.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(script.endsWith('\r\n')).toBe(true);
    expect(script).not.toMatch(/@[A-Z_]+@/);
    expect(Math.max(...script.split('\r\n').map((line) => line.length))).toBeLessThan(8191);
    expect(script).toContain('set "MEDIA_NAME=Buro - Grosse ??   "');
  });

  it('is the same for the same options', () => {
    expect(renderBootstrap(OPTIONS)).toEqual(renderBootstrap({ ...OPTIONS }));
  });

  it('keeps what it is filled with between quotes', () => {
    const script = render({ mediaName: '100% "R&D" ^ @MEDIA_ID@ | x' });
    expect(script).toContain(`set "MEDIA_NAME=100%% 'R&D' ^ @MEDIA_ID@ | x"`);
  });

  it('has the words of every code of Setup from the one table', () => {
    const script = render();
    for (const { code, meaning } of SETUP_CODES) {
      const hex = code.toString(16).toUpperCase().padStart(8, '0');
      expect(script).toContain(`if "%HEX%"=="${hex}" set "MEANING=${meaning}"`);
    }
  });

  it.each([
    ['/auto', '/auto'],
    ['two words', '"two words"'],
    ['50%', '"50%%"'],
    ['a&b|c<d>e^f(g)', '"a&b|c<d>e^f(g)"'],
    ['', '""'],
    ['C:\\x y\\', '"C:\\x y\\\\"'],
  ])('passes the argument %j on', (argument, expected) => {
    expect(setupLine(render({ arguments: [{ text: argument }] }))).toBe(`"%MEDIA%setup.exe" ${expected}`);
  });

  it('gives paths on the media from the place of the script, and asks for them among the checks', () => {
    const script = render({ arguments: [{ mediaPath: 'deploy/packages/A&B 5%' }] });
    expect(setupLine(script)).toBe('"%MEDIA%setup.exe" "%MEDIA%deploy\\packages\\A&B 5%%"');
    expect(script).toContain(
      'if not exist "%MEDIA%deploy\\packages\\A&B 5%%" call :missing "deploy\\packages\\A&B 5%%"',
    );
  });

  it('holds a key in the command line only', () => {
    const script = render({ arguments: [{ text: '/pkey' }, { text: 'AAAAA-BBBBB', secret: true }] });
    expect(script.split('AAAAA-BBBBB')).toHaveLength(2);
    expect(setupLine(script)).toBe('"%MEDIA%setup.exe" /pkey AAAAA-BBBBB');
  });

  it.each<[string, Partial<BootstrapOptions>]>([
    ['an argument with a quote', { arguments: [{ text: 'a"b' }] }],
    ['an argument with a line end', { arguments: [{ text: 'a\nb' }] }],
    ['an argument with a letter that is not ASCII', { scanArguments: [{ text: 'größe' }] }],
    ['a path that is not ASCII', { arguments: [{ mediaPath: 'deploy/packages/größe' }] }],
    ['an empty path', { arguments: [{ mediaPath: '/' }] }],
    ['a line that cmd.exe would cut', { arguments: [{ text: 'a'.repeat(8100) }] }],
    ['many paths in one line', { arguments: Array.from({ length: 32 }, () => ({ mediaPath: 'deploy' })) }],
    ['a name that cmd.exe would cut', { mediaName: 'a'.repeat(8300) }],
  ])('refuses %s', (_, options) => {
    let error: unknown;
    try {
      render(options);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(InplaceError);
    expect((error as InplaceError).code).toBe('SEQUENCE_INVALID');
  });
});

describe('autorun.inf', () => {
  it('starts upgrade.cmd, with icon and label', () => {
    expect(text(renderAutorun({ label: 'W11_FIELD', icon: 'setup.exe,0' }))).toBe(
      '[autorun]\r\nopen=upgrade.cmd\r\nicon=setup.exe,0\r\nlabel=W11_FIELD\r\n',
    );
  });

  it.each(['Büro', 'a\r\nopen=evil.exe', ''])('leaves out the label %j', (label) => {
    expect(text(renderAutorun({ label }))).toBe('[autorun]\r\nopen=upgrade.cmd\r\n');
  });
});
