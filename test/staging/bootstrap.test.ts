import { describe, expect, it } from 'vitest';
import { type BootstrapOptions, renderAutorun, renderBootstrap } from '../../src/staging/bootstrap.js';

const OPTIONS: BootstrapOptions = {
  mediaName: 'Field upgrade',
  mediaIdShort: '0123456789ab',
  windows: 'Windows 11 Enterprise, en-US',
  engineSha256: 'ab'.repeat(32),
};

const text = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
const render = (options: Partial<BootstrapOptions> = {}): string => text(renderBootstrap({ ...OPTIONS, ...options }));

describe('upgrade.cmd', () => {
  it('is ASCII with CRLF line ends and short lines, with every placeholder filled', () => {
    const script = render({ mediaName: 'Büro – Größe 日本 \u0001\n' });
    expect(script).toMatch(/^[\r\n -~]+$/);
    expect(script.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(script.endsWith('\r\n')).toBe(true);
    expect(script).not.toMatch(/@[A-Z_0-9]+@/);
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

  it('knows the engine by its hash', () => {
    expect(render()).toContain(`set "ENGINE_SHA256=${'ab'.repeat(32)}"`);
  });

  it('refuses a name that cmd.exe would cut', () => {
    expect(() => render({ mediaName: 'a'.repeat(8300) })).toThrow(
      expect.objectContaining({ code: 'DEFINITION_INVALID' }),
    );
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
