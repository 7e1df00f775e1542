/** The engine as one script: what it says of itself, its verbs, and how it ends, with a script host made by hand. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { engineBundle } from '../../../scripts/engine/bundle.mjs';
import { es3Problems } from '../../../scripts/engine/es3-rules.mjs';
import { describeWith } from '../../support/tools.js';
import { driveC, useWine, wine } from '../../support/wine.js';
import { type FakeWindows, fakeWindows } from './support/fake-com.js';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

let bundle: Awaited<ReturnType<typeof engineBundle>>;
beforeAll(async () => {
  bundle = await engineBundle(version);
});

/** Runs the script with these words; the globals of the script host are those of the fake. */
function run(words: readonly string[], change: Partial<FakeWindows> = {}): FakeWindows {
  const windows = fakeWindows({ words: [...words], ...change });
  const { WScript, ActiveXObject, Enumerator, VBArray } = globalThis as unknown as Record<string, unknown>;
  runInContext(bundle.text, createContext({ WScript, ActiveXObject, Enumerator, VBArray }));
  return windows;
}

describe('the bundle', () => {
  it('says its version and its build in its first line, and is one program of ES3 that can be read', () => {
    const [first = ''] = bundle.text.split('\r\n');
    expect(first).toContain(`The engine of inplace ${version}, build ${bundle.build}: upgrades the Windows`);
    expect(es3Problems(bundle.program)).toEqual([]);
    expect(bundle.text).not.toMatch(/[^\r]\n|[^\r\n -~]/);
    // names that people wrote, and no line that runs out of an editor's window, unless it is one text
    const long = bundle.text.split('\r\n').filter((line) => line.length > 150 && !/"[^"]{100,}"[,;]?$/.test(line));
    expect(long).toEqual([]);
    expect(bundle.text).toMatch(/function giveBack\(run/);
  });

  it('has a build that is reckoned of the program itself', () => {
    const unnamed = bundle.program.replaceAll(`build ${bundle.build}`, `build ${'0'.repeat(12)}`);
    expect(createHash('sha256').update(unnamed).digest('hex').slice(0, 12)).toBe(bundle.build);
  });

  it('is the same bytes of the same sources, and those that the build has left', async () => {
    expect((await engineBundle(version)).text).toBe(bundle.text);
    expect(readFileSync(new URL('../../../dist/engine.js', import.meta.url), 'latin1')).toBe(bundle.text);
  });

  it('has another build for another version', async () => {
    expect((await engineBundle('9.9.9')).build).not.toBe(bundle.build);
  });
});

describe('the script', () => {
  it('says what it is, without any object of Windows', () => {
    const windows = run(['/version'], { classes: {} });
    expect([windows.echoed, windows.exitCode]).toEqual([[`inplace ${version}, build ${bundle.build}`], 0]);
  });

  it('leaves a sign that scripts may run, at once', () => {
    const windows = run(['/probe', '/sentinel', 'C:\\Windows\\Temp\\s.txt']);
    expect(windows.bytes('C:\\Windows\\Temp\\s.txt')).toBe(`inplace ${version}, build ${bundle.build}\r\n`);
    expect(windows.exitCode).toBe(0);
  });

  it.each([[['/nothing']], [[]], [['constructor']], [['toString']]])(
    'refuses a verb that it does not know: %j',
    (words) => {
      const windows = run(words);
      expect(windows.exitCode).toBe(2);
      expect(windows.echoed.join()).toContain('The engine does not know');
    },
  );

  it('ends with 1 and the reason where it may not use an object', () => {
    const windows = run(['/probe', '/sentinel', 'C:\\none\\s.txt']);
    expect([windows.echoed, windows.exitCode]).toEqual([
      ['The engine failed: "C:\\none\\s.txt" could not be written: Path not found'],
      1,
    ]);
  });

  it('asks for rights with the verb it was given, and for nothing when Windows refuses', () => {
    const asked: unknown[] = [];
    const classes = {
      'Shell.Application': () => ({ ShellExecute: (_: string, line: string) => void asked.push(line) }),
    };
    expect(run(['/elevate', '/start'], { classes }).exitCode).toBe(0);
    expect(asked).toEqual(['/d /c ""E:\\upgrade.cmd" /start /elevated"']);
    const refused = run(['/elevate', '/start']);
    expect([refused.exitCode, refused.echoed]).toEqual([
      1,
      ["The engine failed: Windows could not be asked for administrator rights: Automation server can't create object"],
    ]);
  });

  it.each(['/preview', '/check', '/scan', '/start'])('does %s: media without its control files is damaged', (verb) => {
    const windows = run([verb, '/shown', '/log', 'C:\\Windows\\Temp\\u.log', '/sentinel', 'C:\\Windows\\Temp\\s.txt']);
    expect([windows.exitCode, windows.echoed.length > 0]).toEqual([3, true]);
    // what the screen shows is in the log as well
    const lines = windows.bytes('C:\\Windows\\Temp\\u.log')?.split('\r\n') ?? [];
    expect(lines.map((line) => line.slice(25))).toEqual([...windows.echoed, '']);
    expect(windows.bytes('C:\\Windows\\Temp\\s.txt')).toMatch(/^inplace /);
  });

  it('finds nothing to resume on a machine without a run, and leaves quietly', () => {
    const windows = run(['/resume'], { script: 'C:\\Inplace\\engine.js' });
    expect([windows.echoed, windows.exitCode]).toEqual([[], 0]);
  });

  it('collects to the media what runs have left, without ADODB and WMI as in WinPE', () => {
    const windows = fakeWindows();
    for (const folder of ['C:\\Inplace', 'C:\\Inplace\\Reports', 'C:\\Inplace\\Reports\\r', 'E:', 'E:\\deploy'])
      windows.folder(folder);
    windows.file('C:\\Inplace\\Reports\\r\\inplace.log', 'pr\x81fung');
    const after = run(['/collect'], { nodes: windows.nodes });
    expect(after.exitCode).toBe(0);
    expect(after.bytes('E:\\Reports\\PC-1-unknown\\r\\inplace.log')).toBe('pr\x81fung');
  });
});

describeWith(['wine'], 'the bundle under the script host of Wine', () => {
  useWine();
  beforeAll(() => {
    mkdirSync(join(driveC(), 'media', 'deploy'), { recursive: true });
    writeFileSync(join(driveC(), 'media', 'deploy', 'engine.js'), bundle.text, 'latin1');
  });
  const cscript = (...words: string[]) => wine(['cscript.exe', '//nologo', 'C:\\media\\deploy\\engine.js', ...words]);

  it('says its version and build', async () => {
    const { stdout, exitCode } = await cscript('/version');
    expect([stdout.trim(), exitCode]).toEqual([`inplace ${version}, build ${bundle.build}`, 0]);
  });

  it('leaves its version where /start was asked to, before it looks at the media', async () => {
    const { stdout, exitCode } = await cscript('/start', '/sentinel', 'C:\\sentinel.txt', '/log', 'C:\\upgrade.log');
    expect(readFileSync(join(driveC(), 'sentinel.txt'), 'latin1')).toBe(
      `inplace ${version}, build ${bundle.build}\r\n`,
    );
    const reason = 'The media cannot be read: There is no file "C:\\media\\deploy\\manifest.json"';
    expect([stdout.includes(reason), exitCode]).toEqual([true, 3]);
    expect(readFileSync(join(driveC(), 'upgrade.log'), 'latin1')).toContain(reason);
    // nothing was begun
    expect(existsSync(join(driveC(), 'Inplace'))).toBe(false);
  });

  it('refuses a verb that it does not know', async () => {
    expect((await cscript('/nothing')).exitCode).toBe(2);
  });
});
