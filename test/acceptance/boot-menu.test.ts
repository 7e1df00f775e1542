/**
 * templates/boot-menu/menu.cmd as a booted machine runs it: Wine's cmd.exe, folders as drives, stand-ins for the programs of Windows PE.
 * Names hold no percent signs: Wine's cmd loses them.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BootMenuOptions, renderBootMenu } from '../../src/staging/boot-menu-files.js';
import { engineProgram } from '../../src/staging/engine.js';
import { describeWith, runOk, temporaryFolder } from '../support/tools.js';
import {
  batch,
  compiled,
  driveC,
  mountDrive,
  shim,
  useWine,
  type WineOptions,
  type WineResult,
} from '../support/wine.js';

const MEDIA_ID = '0123456789abcdef'.repeat(4);
const PROGRAMS = ['wpeinit', 'wpeutil', 'drvload'];
const LETTERS = ['D', 'E', 'F', 'G'];

describeWith(['wine', 'x86_64-w64-mingw32-gcc', 'gcc'], 'the boot menu under Wine', () => {
  useWine();
  const work = temporaryFolder();
  const [windows, other, stick, spare] = ['windows', 'other', 'stick', 'spare'].map((name) => join(work, name));

  beforeAll(async () => {
    for (const program of PROGRAMS) await shim(program, 'record', ['-municode']);
    const source = join(import.meta.dirname, '../emit/support/fault.c');
    await runOk('gcc', ['-shared', '-fPIC', '-O1', '-o', join(work, 'fault.so'), source, '-ldl']);
  });

  beforeEach(() => {
    for (const folder of [windows, other, stick, spare]) rmSync(folder!, { recursive: true, force: true });
    for (const folder of ['inplace', 'sources']) rmSync(join(driveC(), folder), { recursive: true, force: true });
    for (const name of ['programs.txt', 'setup.exe', ...PROGRAMS.map((program) => `${program}.txt`)]) {
      rmSync(join(driveC(), name), { force: true });
    }
    for (const letter of LETTERS) mountDrive(letter, undefined);
    install({});
  });

  /** Puts the menu onto C:, which is what X: is on a machine. */
  function install(options: Partial<BootMenuOptions>): void {
    const files = renderBootMenu({
      mediaName: 'Field upgrade',
      mediaId: MEDIA_ID,
      windows: 'Windows 11 Pro',
      ...options,
    });
    write(join(driveC(), 'inplace/menu.cmd'), files['inplace/menu.cmd']!);
  }

  function write(path: string, text: string | Uint8Array): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** What a stand-in ends with: `WORD CODE` for command lines with that word. */
  function answer(program: string, ...lines: string[]): void {
    writeFileSync(join(driveC(), `${program}.txt`), `${lines.join('\n')}\n`);
  }

  /** Runs the menu; each line is what a person types. */
  async function menu(lines: string[], options: WineOptions = {}): Promise<WineResult> {
    return await batch('C:\\inplace\\menu.cmd', [], { answers: lines, ...options });
  }

  /** Command lines of the stand-ins, without the paths of their programs. */
  function programs(): string[] {
    const file = join(driveC(), 'programs.txt');
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) =>
      line
        .replace(/^"?C:\\windows\\system32\\/i, '')
        .replace(/\.exe"?/, '')
        .trim(),
    );
  }

  const menuLog = (): string => readFileSync(join(driveC(), 'inplace/menu.log'), 'latin1');

  /** A disk with an installed Windows whose upgrade failed. */
  function makeWindows(folder: string, letter: string, files: Record<string, string | Uint8Array> = {}): void {
    const all = {
      'Windows/System32/config/SOFTWARE': 'regf',
      'Windows/Panther/setupact.log': `of ${letter}`,
      'Windows/Panther/secret.dmp': 'memory',
      '$WINDOWS.~BT/Sources/Panther/setuperr.log': 'why it failed',
      '$WINDOWS.~BT/Sources/Panther/miglog.xml': 'every file of every user',
      'Inplace/Reports/run 1/status.jsonl': '{}',
      'Inplace/Reports/run 1/logs & more/50^ !x! (1).log': 'odd',
      ...files,
    };
    for (const [path, text] of Object.entries(all)) write(join(folder, path), text);
    mountDrive(letter, folder);
  }

  function makeStick(letter: string): void {
    const media = { name: 'a "b" & (c) ^ mediaId', label: 'X', mediaId: MEDIA_ID };
    write(join(stick!, 'deploy/media.json'), `${JSON.stringify(media, undefined, 2)}\n`);
    mountDrive(letter, stick);
  }

  /** Files below a folder, sorted. */
  function listing(folder: string): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .sort();
  }

  it('says where an upgrade starts, prepares Windows PE, and restarts', async () => {
    const { stdout, stderr } = await menu(['1']);
    expect(stdout).toContain('Media 01234567: Field upgrade');
    expect(stdout).toContain('This computer was started from upgrade media: Windows 11 Pro');
    expect(stdout).toContain("An in-place upgrade does not start here. Start the computer's own Windows");
    expect(stdout).toContain('take this media out');
    // Without setup.exe in the image there is nothing that it would have started.
    expect(stdout).not.toMatch(/^ {2}4 {2}/m);
    expect(programs()).toEqual(['wpeinit', 'wpeutil reboot']);
    expect(stderr).toBe('');
  });

  it('restarts when nobody answers, and asks again after what is no choice', async () => {
    const { stdout } = await menu(['7', '"&echo pwned']);
    expect(stdout.match(/none of the choices/g)).toHaveLength(2);
    expect(stdout).not.toMatch(/^pwned/m);
    expect(stdout).toContain('Nobody answers');
  });

  it('collects to the media, found by its id, and names what it left out', async () => {
    makeWindows(windows!, 'D');
    writeFileSync(join(windows!, 'Windows/Panther/large.log'), '');
    truncateSync(join(windows!, 'Windows/Panther/large.log'), 40 * 2 ** 20);
    writeFileSync(join(windows!, 'Windows/Panther/huge.log'), '');
    truncateSync(join(windows!, 'Windows/Panther/huge.log'), 3 * 2 ** 30);
    const before = listing(windows!);
    write(join(other!, 'deploy/media.json'), '{\n  "mediaId": "ffff"\n}\n');
    mountDrive('E', other);
    makeStick('F');
    const { stdout, stderr } = await menu(['2', '1']);
    expect(stdout).toContain('An installed Windows, or logs of Windows Setup, on: D:');
    expect(stdout).toContain('4 files were copied to F:\\Reports\\offline-1');
    expect(stdout).toContain('2 files are too large');
    expect(listing(join(stick!, 'Reports/offline-1'))).toEqual([
      'D/Reports/run 1/logs & more/50^ !x! (1).log',
      'D/Reports/run 1/status.jsonl',
      'D/Setup/Panther/setuperr.log',
      'D/Windows/Panther/setupact.log',
      'about.txt',
      'menu.log',
    ]);
    expect(readFileSync(join(stick!, 'Reports/offline-1/D/Setup/Panther/setuperr.log'), 'utf8')).toBe('why it failed');
    const log = readFileSync(join(stick!, 'Reports/offline-1/menu.log'), 'latin1');
    expect(log).toContain('too large, 3221225472 bytes: D:\\Windows\\Panther\\huge.log');
    expect(log).toContain('too large, 41943040 bytes: D:\\Windows\\Panther\\large.log');
    expect(readFileSync(join(stick!, 'Reports/offline-1/about.txt'), 'latin1')).toContain(`Media ${MEDIA_ID}`);
    expect(listing(windows!)).toEqual(before);
    expect(readdirSync(other!)).toEqual(['deploy']);
    expect(stderr).toBe('');
  });

  it('collects from two installed Windows, and into a folder of its own each time', async () => {
    makeWindows(windows!, 'D');
    makeWindows(other!, 'E');
    makeStick('F');
    const { stdout } = await menu(['2', '2', '1']);
    expect(stdout).toContain('on: D: E:');
    expect(stdout).toContain('8 files were copied to F:\\Reports\\offline-2');
    for (const letter of ['D', 'E']) {
      const log = join(stick!, 'Reports/offline-1', letter, 'Windows/Panther/setupact.log');
      expect(readFileSync(log, 'utf8')).toBe(`of ${letter}`);
    }
    expect(listing(join(stick!, 'Reports/offline-2'))).toHaveLength(10);
  });

  describe('with the engine on the media', () => {
    const KEY = 'NPPR9-FWDCX-D2C8J-H872K-2YT43';

    function putEngine(bytes: Uint8Array | string, secret: boolean): void {
      write(join(stick!, 'deploy/engine.js'), bytes);
      const variables = [{ name: 'ProductKey', value: KEY, ...(secret ? { secret } : {}) }];
      write(join(stick!, 'deploy/variables.json'), `${JSON.stringify({ variables }, undefined, 2)}\n`);
    }

    /** Long is what has more than 100,000 bytes here: Wine takes half a minute for the end of a file that really is. */
    function makeLogs(): void {
      const menuFile = join(driveC(), 'inplace/menu.cmd');
      writeFileSync(menuFile, readFileSync(menuFile, 'ascii').replace('MOST_OF_FILE=33554432', 'MOST_OF_FILE=100000'));
      makeWindows(windows!, 'D', {
        'Windows/Panther/setup & key.log': `/pkey ${KEY}`,
        'Windows/Panther/long.log': 'a line of a long log\r\n'.repeat(10_000),
        'Windows/Panther/msi.log': Buffer.from(`\uFEFFProperty(C): KEY = ${KEY}\r\n`, 'utf16le'),
      });
    }

    const copied = (name: string): string =>
      readFileSync(join(stick!, 'Reports/offline-1/D/Windows/Panther', name), 'latin1');

    it('copies the end of what is long, and masks secrets', async () => {
      makeStick('F');
      makeLogs();
      putEngine(engineProgram().bytes, true);
      const { stdout, stderr } = await menu(['2', '1']);
      expect(stdout).toContain('7 files were copied');
      expect(stdout).toContain('Of 1 large files only the end was copied');
      expect(copied('setup & key.log')).toBe('/pkey ***');
      expect(copied('msi.log')).toBe('Property(C): KEY = ***\r\n');
      expect(copied('long.log')).toMatch(/line of a long log\r\n$/);
      expect(menuLog()).toContain('only the end, of 220000 bytes: D:\\Windows\\Panther\\long.log');
      expect(stderr).toBe('');
    });

    it('copies as it is what holds no secret', async () => {
      makeStick('F');
      makeLogs();
      putEngine(engineProgram().bytes, false);
      await menu(['2', '1']);
      expect(copied('setup & key.log')).toBe(`/pkey ${KEY}`);
    });

    it('that does not run works without it, and says what that means', async () => {
      makeStick('F');
      makeLogs();
      putEngine('this is no script', true);
      const { stdout } = await menu(['2', '1']);
      expect(stdout).toContain('Values of secret variables stay in these logs: scripts cannot run here.');
      expect(stdout).toContain('6 files were copied');
      expect(stdout).toContain('1 files are too large');
    });
  });

  it('stops at a limit for all files together', async () => {
    const files = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [`Windows/Panther/${name}.log`, '']));
    makeWindows(windows!, 'D', files);
    for (const path of Object.keys(files)) truncateSync(join(windows!, path), 30 * 2 ** 20);
    makeStick('F');
    const { stdout } = await menu(['2', '1']);
    expect(stdout).toContain('8 files were copied');
    expect(stdout).toContain('1 files are too large');
    expect(existsSync(join(stick!, 'Reports/offline-1/D/Windows/Panther/e.log'))).toBe(false);
  });

  it('finds logs where the registry is gone', async () => {
    write(join(windows!, '$WINDOWS.~BT/Sources/Panther/setupact.log'), 'x');
    mountDrive('D', windows);
    makeStick('F');
    expect((await menu(['2', '1'])).stdout).toContain('1 files were copied');
  });

  it('says that no Windows was found', async () => {
    makeStick('F');
    const { stdout } = await menu(['2', '1']);
    expect(stdout).toContain('No installed Windows was found. Its disk may be locked, or need a driver.');
    expect(existsSync(join(stick!, 'Reports'))).toBe(false);
  });

  it('names drives that BitLocker has locked, and how to unlock them', async () => {
    const program = join(driveC(), 'windows/system32/manage-bde.exe');
    await shim('manage-bde', 'record', ['-municode']);
    // A letter without a volume is one that manage-bde cannot open.
    answer('manage-bde', 'E: 0', 'status 4294967295');
    makeStick('F');
    const { stdout } = await menu(['2', '1']);
    rmSync(program);
    expect(stdout).toContain('Locked by BitLocker, so nothing in it can be read: E:');
    expect(stdout).toContain('manage-bde -unlock');
    // Drives that can be read are not asked for.
    expect(programs().filter((line) => line.includes('F:'))).toEqual([]);
  });

  it('says so when manage-bde is not there', async () => {
    expect((await menu(['2', '1'])).stdout).toContain('cannot be told here: manage-bde is not in this boot image');
  });

  it('asks for another drive when the media is gone, and writes to no Windows and no memory disk', async () => {
    makeWindows(windows!, 'D');
    mkdirSync(spare!);
    mountDrive('G', spare);
    const { stdout } = await menu(['2', 'nonsense', '&', '^', 'C', 'd:', 'Q', 'g:\\', '1']);
    expect(stdout).toContain('This media is not there');
    expect(stdout.match(/Type one letter from C to Z/g)).toHaveLength(3);
    expect(stdout).toContain('C: is the memory that this menu runs from');
    expect(stdout).toContain('D: has an installed Windows, and nothing is written there');
    expect(stdout).toContain('There is no drive Q:');
    expect(stdout).toContain('4 files were copied to G:\\Reports\\offline-1');
    expect(existsSync(join(windows!, 'Reports'))).toBe(false);
  });

  it('offers another drive when the media cannot be written, and goes back without one', async () => {
    makeWindows(windows!, 'D');
    makeStick('F');
    writeFileSync(join(stick!, 'Reports'), 'a file where the folder must be, for root can write everywhere else');
    const { stdout, stderr } = await menu(['2', '', '1']);
    expect(stdout).toContain('F: cannot be written: it is a DVD, write-protected or full.');
    expect(stdout).not.toContain('were copied');
    expect(statSync(join(stick!, 'Reports')).isFile()).toBe(true);
    expect(stderr).toBe('');
    expect(programs()).toContain('wpeutil reboot');
  });

  it.each([
    ['from the start', 1, /F: cannot be written/],
    ['later', 4, /\d files could not be copied: they cannot be read, or F: is full/],
  ])('says that the media is full %s, and leaves no file that is not whole', async (_, from, words) => {
    makeWindows(windows!, 'D');
    makeStick('F');
    const env = { LD_PRELOAD: join(work, 'fault.so'), FAULT: `write|offline-1/|${from}|28` };
    const { stdout } = await menu(['2', '', '1'], { env });
    expect(stdout).toMatch(words);
    expect(existsSync(join(stick!, 'Reports/offline-1'))).toBe(from > 1);
    for (const path of listing(stick!).filter((each) => each.startsWith('Reports/offline-1/D/'))) {
      expect(statSync(join(stick!, path)).size, path).toBeGreaterThan(0);
    }
  });

  it('has a command prompt that comes back', async () => {
    const { stdout } = await menu(['3', 'echo in the prompt', 'exit', '1']);
    expect(stdout).toContain('in the prompt');
    expect(programs()).toEqual(['wpeinit', 'wpeutil reboot']);
  });

  it('starts Windows Setup after a warning, and lets the computer restart after it', async () => {
    write(join(driveC(), 'setup.exe'), readFileSync(await compiled('record', ['-municode'])));
    const { stdout } = await menu(['4', 'n', '4', '', '4', 'y']);
    expect(stdout.match(/It cannot upgrade, and it can erase/g)).toHaveLength(3);
    expect(programs()).toEqual(['wpeinit', '"C:\\setup']);
    expect(menuLog()).toContain('starting C:\\setup.exe');
  });

  it('starts the programs of the own winpeshl.ini of the image, one after the other', async () => {
    write(join(driveC(), 'setup.exe'), 'not this');
    install({
      apps: [
        { path: '%SYSTEMROOT%\\System32\\drvload.exe', options: 'a.inf "b c" 100%' },
        { path: '%SYSTEMDRIVE%\\windows\\system32\\wpeutil.exe', options: '' },
      ],
    });
    const { stdout } = await menu(['4', 'yes']);
    expect(stdout).toContain('4  What this boot image starts by itself');
    expect(programs()).toEqual(['wpeinit', 'drvload a.inf "b c" 100%', 'wpeutil']);
  });

  it('loads every driver, logs what cannot be loaded, and goes on', async () => {
    for (const path of ['NET/net.inf', 'DISK-1/a & b/raid ^!x! (1).INF', 'DISK-1/raid.sys']) {
      write(join(driveC(), 'inplace/drivers', path), 'x');
    }
    answer('drvload', 'net.inf 2147942402');
    const { stdout } = await menu(['1']);
    expect(stdout).toContain('1 drivers were loaded, 1 were not');
    expect(menuLog()).toContain('drvload -2147024894: C:\\inplace\\drivers\\NET\\net.inf');
    expect(menuLog()).toContain('drvload 0: C:\\inplace\\drivers\\DISK-1\\a & b\\raid ^!x! (1).INF');
    expect(programs().filter((line) => line.startsWith('drvload'))).toHaveLength(2);
  });

  it('shows a name of the media with every sign that cmd.exe could take for its own', async () => {
    install({ mediaName: '"R&D" ^ !x! <b>|(c)' });
    expect((await menu(['1'])).stdout).toContain("Media 01234567: 'R&D' ^ !x! <b>|(c)");
  });
});
