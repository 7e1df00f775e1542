/** templates/upgrade.cmd as a machine runs it: Wine's cmd.exe, a stand-in for setup.exe, many kinds of Windows. */
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BootstrapOptions, renderBootstrap } from '../../src/staging/bootstrap.js';
import { describeSetupCode, SETUP_CODES } from '../../src/target/setup-codes.js';
import { describeWith, temporaryFolder } from '../support/tools.js';
import {
  batch,
  compiled,
  driveC,
  importRegistry,
  poseAs,
  shareFolder,
  shim,
  useWine,
  type WindowsIdentity,
  type WineOptions,
  type WineResult,
  windowsPath,
  windowsTemp,
  wineCommandLine,
} from '../support/wine.js';

const KEY = 'NPPR9-FWDCX-D2C8J-H872K-2YT43';

const CLIENT_11: BootstrapOptions = {
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

const CLIENT_10: BootstrapOptions = { ...CLIENT_11, windows: 'Windows 10 Pro', build: 19045, minimumBuild: 7601 };
const SERVER_22: BootstrapOptions = {
  ...CLIENT_11,
  windows: 'Server 2022',
  build: 20348,
  minimumBuild: 14393,
  server: true,
};

const withDrivers: BootstrapOptions['arguments'] = [
  { text: '/auto' },
  { text: 'upgrade' },
  { text: '/installdrivers' },
  { mediaPath: 'deploy/packages/DRIVERS-1' },
];

const WINDOWS_7: WindowsIdentity = { product: 'Windows 7 Professional', build: '7601', installationType: 'Client' };
const WINDOWS_8: WindowsIdentity = { product: 'Windows 8.1 Pro', build: '9600', installationType: 'Client' };
const WINDOWS_10: WindowsIdentity = { product: 'Windows 10 Pro', build: '19045', installationType: 'Client' };
const WINDOWS_11: WindowsIdentity = { product: 'Windows 10 Pro', build: '22631', installationType: 'Client' };
const SERVER_19: WindowsIdentity = {
  product: 'Windows Server 2019 Standard',
  build: '17763',
  installationType: 'Server',
};

/** What `whoami /groups` prints on a German Windows, in its OEM code page: only the SIDs are the same everywhere. */
const groups = (integrity: string): Buffer =>
  Buffer.from(
    [
      'VORDEFINIERT\\Administratoren  Alias  S-1-5-32-544  Verbindliche Gruppe',
      `Verbindliche Beschriftung\\Verbindlichkeitsstufe  Bezeichnung  ${integrity}  f\x81r alle`,
      '',
    ].join('\r\n'),
    'latin1',
  );
const ELEVATED = groups('S-1-16-12288');
const LOCAL_SYSTEM = groups('S-1-16-16384');
const NOT_ELEVATED = groups('S-1-16-8192');

describeWith(['wine', 'x86_64-w64-mingw32-gcc'], 'upgrade.cmd under Wine', () => {
  useWine();
  const work = temporaryFolder();
  let setup = '';
  let logFile = '';

  beforeAll(async () => {
    setup = await compiled('setup', ['-municode', '-mwindows']);
    await shim('whoami');
    logFile = join(await windowsTemp(), 'inplace-upgrade.log');
    makeMedia('media', CLIENT_11);
  });

  beforeEach(async () => {
    whoami(ELEVATED);
    setupEndsWith(0);
    rmSync(join(driveC(), 'setup-commands.txt'), { force: true });
    rmSync(logFile, { force: true });
  });

  /** A media folder as staging lays it out, as far as the bootstrap looks at it. */
  function makeMedia(name: string, options: BootstrapOptions): string {
    const folder = join(work, name);
    rmSync(folder, { recursive: true, force: true });
    const files = ['sources/install.wim', 'deploy/media.json', 'deploy/packages/DRIVERS-1/net.inf'];
    for (const file of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), '');
    }
    cpSync(setup, join(folder, 'setup.exe'));
    writeFileSync(join(folder, 'upgrade.cmd'), renderBootstrap(options));
    return folder;
  }

  function whoami(text: Buffer): void {
    writeFileSync(join(driveC(), 'whoami.txt'), text);
  }

  function setupEndsWith(code: number): void {
    writeFileSync(join(driveC(), 'setup-exit-code.txt'), String(code));
  }

  /** Command lines that Setup was started with. */
  function setupCommands(): string[] {
    const file = join(driveC(), 'setup-commands.txt');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  }

  async function upgrade(args: string[], options: WineOptions & { media?: string } = {}): Promise<WineResult> {
    return await batch(windowsPath(join(work, options.media ?? 'media', 'upgrade.cmd')), args, options);
  }

  function log(): string {
    return existsSync(logFile) ? readFileSync(logFile, 'latin1') : '';
  }

  describe('what it says', () => {
    it('introduces media and computer, runs the checks, and starts after a yes', async () => {
      await poseAs(WINDOWS_10);
      const { stdout, exitCode } = await upgrade([], { input: 'y\r\n' });
      expect(stdout).toContain('Field upgrade (media 0123456789ab)');
      expect(stdout).toContain('upgrades to     Windows 11 Enterprise, en-US, build 26100, x64');
      expect(stdout).toContain('this computer   Windows 10 Pro, build 19045, x64');
      expect(stdout.match(/\[ok\]/g)).toHaveLength(6);
      expect(stdout.match(/Start the upgrade now\? \[Y\/N\]/g)).toHaveLength(1);
      expect(stdout).toContain('Windows Setup restarts the computer by itself.');
      expect(exitCode).toBe(3010);
      expect(setupCommands()).toEqual([
        `"${windowsPath(join(work, 'media'))}\\setup.exe" /auto upgrade /copylogs "C:\\Inplace\\Logs"`,
      ]);
    });

    it.each(['n', 'y"&echo pwned', '"'])('does not start after the answer %j', async (answer) => {
      await poseAs(WINDOWS_10);
      const { stdout, stderr, exitCode } = await upgrade(['/start'], { input: `${answer}\r\n` });
      expect(stdout).toContain('Not started. Nothing was changed.');
      expect(stdout).not.toContain('upgrades to ');
      expect(stdout).not.toMatch(/^pwned/m);
      expect(stderr).toBe('');
      expect(exitCode).toBe(0);
      expect(setupCommands()).toEqual([]);
    });

    it('does not start when nobody can answer', async () => {
      await poseAs(WINDOWS_10);
      const { exitCode } = await upgrade([]);
      expect(exitCode).toBe(0);
      expect(setupCommands()).toEqual([]);
    });

    it.each([['/unattended'], ['/UNATTENDED', '/Start']])('never asks with %s', async (...args) => {
      await poseAs(WINDOWS_10);
      const { stdout, exitCode } = await upgrade(args);
      expect(stdout).not.toContain('[Y/N]');
      expect(stdout).not.toContain('Press any key');
      expect(exitCode).toBe(3010);
      expect(setupCommands()).toHaveLength(1);
    });

    it('calls Windows 11 by its name, which the registry does not', async () => {
      await poseAs(WINDOWS_11);
      expect((await upgrade(['/check'])).stdout).toContain('[ok] Windows 11 Pro, build 22631');
    });

    it.each([['/?'], ['/check', '/?'], ['/frobnicate'], ['/check', '/scan'], ['""', '/check'], ['"a & b"']])(
      'explains its arguments after %s',
      async (...args) => {
        const { stdout, stderr, exitCode } = await upgrade(args);
        expect(stdout).toContain('upgrade.cmd /unattended');
        expect(stdout.includes('does not know these arguments')).toBe(args[0] !== '/?');
        expect(stderr).toBe('');
        expect(exitCode).toBe(args[0] === '/?' ? 0 : 2);
        expect(log()).toBe('');
      },
    );

    it.each(['/resume', '/collect'])('says that %s needs the engine', async (verb) => {
      const { stdout, exitCode } = await upgrade([verb]);
      expect(stdout).toContain('not on this media: made without the engine');
      expect(exitCode).toBe(2);
    });
  });

  describe('checks', () => {
    it('/check changes nothing and writes nothing but its log', async () => {
      await poseAs(WINDOWS_10);
      const before = snapshot(driveC(), join(work, 'media'));
      const { stdout, exitCode } = await upgrade(['/check']);
      expect(stdout).toContain('Everything that was checked is in order. Nothing was changed.');
      expect(exitCode).toBe(0);
      expect(setupCommands()).toEqual([]);
      expect(snapshot(driveC(), join(work, 'media'))).toEqual(before);
      expect(log()).toContain('[ok] Administrator rights');
      expect(log()).toContain('Exit code 0');
    });

    /** A snapshot of everything but the folder for temporary files: path, size and time. */
    function snapshot(...folders: string[]): string[] {
      return folders.flatMap((folder) =>
        readdirSync(folder, { recursive: true, withFileTypes: true })
          .map((entry) => join(entry.parentPath, entry.name))
          .filter((path) => !path.startsWith(dirname(logFile)))
          .map((path) => ({ path, facts: lstatSync(path) }))
          .map(({ path, facts }) => `${path} ${facts.isDirectory() ? '' : `${facts.size} ${facts.mtimeMs}`}`),
      );
    }

    const fits: [string, BootstrapOptions, WindowsIdentity][] = [
      ['Windows 7 SP1 for Windows 10', CLIENT_10, WINDOWS_7],
      ['Windows 8.1 for Windows 10', CLIENT_10, WINDOWS_8],
      ['Windows 10 for its own build', CLIENT_10, WINDOWS_10],
      ['Windows 10 2004 for Windows 11', CLIENT_11, { ...WINDOWS_10, build: '19041' }],
      ['Windows 11 for Windows 11', CLIENT_11, WINDOWS_11],
      ['Server 2019 for Server 2022', SERVER_22, SERVER_19],
      ['Server Core for a server', SERVER_22, { ...SERVER_19, installationType: 'Server Core' }],
      ['x86 for x86', { ...CLIENT_10, architecture: 'x86' }, { ...WINDOWS_7, architecture: 'x86' }],
      ['ARM64 for arm64', { ...CLIENT_11, architecture: 'arm64' }, { ...WINDOWS_11, architecture: 'ARM64' }],
    ];
    it.each(fits)('accepts %s', async (_, options, identity) => {
      makeMedia('fits', options);
      await poseAs(identity);
      const { stdout, exitCode } = await upgrade(['/check'], { media: 'fits' });
      expect(stdout).not.toContain('[no]');
      expect(exitCode).toBe(0);
    });

    const refused: [string, BootstrapOptions, WindowsIdentity, string][] = [
      [
        'Windows 7 without SP1',
        CLIENT_10,
        { ...WINDOWS_7, build: '7600' },
        'build 7600: too old. This media upgrades Windows 7 with Service Pack 1 (build 7601) and later',
      ],
      [
        'Windows 8.1 on Windows 11 media',
        CLIENT_11,
        WINDOWS_8,
        'build 9600: too old. This media upgrades Windows 10 version 2004 (build 19041) and later',
      ],
      [
        'a newer Windows',
        CLIENT_10,
        WINDOWS_11,
        'Windows 11 Pro, build 22631: newer than this media, which brings build 19045',
      ],
      [
        'a server on client media',
        CLIENT_10,
        SERVER_19,
        'This computer is a server (Server); this media upgrades a client',
      ],
      [
        'a client on server media',
        SERVER_22,
        WINDOWS_10,
        'This computer is a client (Client); this media upgrades a server',
      ],
      [
        'x86 on x64 media',
        CLIENT_10,
        { ...WINDOWS_7, architecture: 'x86' },
        'Windows of this computer is x86, this media is x64',
      ],
      [
        'x64 on x86 media',
        { ...CLIENT_10, architecture: 'x86' },
        WINDOWS_7,
        'Windows of this computer is x64, this media is x86',
      ],
      [
        'a build that is no number',
        CLIENT_10,
        { ...WINDOWS_7, build: '7601 (x' },
        'The build of this Windows cannot be read',
      ],
      [
        'a registry without the build',
        CLIENT_10,
        { installationType: 'Client' },
        'The build of this Windows cannot be read',
      ],
      [
        'a registry without the type',
        CLIENT_10,
        { product: 'Windows 7', build: '7601' },
        'does not say whether it is a client or a server',
      ],
    ];
    it.each(refused)('refuses %s', async (_, options, identity, reason) => {
      makeMedia('refuses', options);
      await poseAs(identity);
      const { stdout, stderr, exitCode } = await upgrade(['/unattended'], { media: 'refuses' });
      expect(stdout).toContain(`[no] `);
      expect(stdout).toContain(reason);
      expect(stdout).toContain('This computer cannot be upgraded with this media. Nothing was changed.');
      expect(log()).toContain(reason);
      expect(stderr).toBe('');
      expect(exitCode).toBe(2);
      expect(setupCommands()).toEqual([]);
    });

    it('refuses Windows PE', async () => {
      await poseAs(WINDOWS_10);
      const key = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\MiniNT';
      await importRegistry([`[${key}]`]);
      const { stdout, exitCode } = await upgrade(['/check']);
      await importRegistry([`[-${key}]`]);
      expect(stdout).toContain('[no] This is Windows PE');
      expect(exitCode).toBe(2);
    });

    it('lists every reason, not the first', async () => {
      makeMedia('reasons', CLIENT_11);
      rmSync(join(work, 'reasons', 'sources', 'install.wim'));
      whoami(NOT_ELEVATED);
      await poseAs({ ...SERVER_19, build: '9600', architecture: 'x86' });
      const { stdout, exitCode } = await upgrade(['/check'], { media: 'reasons' });
      expect(stdout.match(/\[no\]/g)).toHaveLength(5);
      expect(exitCode).toBe(3);
    });

    const rights: [string, Buffer, boolean][] = [
      ['an elevated administrator', ELEVATED, true],
      ['Local System', LOCAL_SYSTEM, true],
      ['an administrator who is not elevated', NOT_ELEVATED, false],
      ['a high integrity level without Administrators', Buffer.from('Label S-1-16-12288 Group'), false],
      ['no answer', Buffer.from(''), false],
    ];
    it.each(rights)('judges the rights of %s', async (_, token, enough) => {
      whoami(token);
      await poseAs(WINDOWS_10);
      const { stdout, exitCode } = await upgrade(['/unattended']);
      expect(stdout.includes('[no] Administrator rights are needed')).toBe(!enough);
      expect(stdout.includes('Right-click upgrade.cmd, choose Run as administrator')).toBe(!enough);
      expect(stdout).not.toContain('[Y/N]');
      expect(exitCode).toBe(enough ? 3010 : 5);
      expect(setupCommands()).toHaveLength(enough ? 1 : 0);
    });

    it.each(['setup.exe', 'sources/install.wim', 'deploy/media.json', 'deploy/packages/DRIVERS-1'])(
      'calls media without %s damaged',
      async (path) => {
        const media = makeMedia('damaged', { ...CLIENT_11, arguments: withDrivers });
        rmSync(join(media, path), { recursive: true });
        await poseAs(WINDOWS_10);
        const { stdout, exitCode } = await upgrade(['/unattended'], { media: 'damaged' });
        expect(stdout).toContain(`[no] ${path.replaceAll('/', '\\')} is missing on this media`);
        expect(stdout).toContain('This media is damaged or incomplete');
        expect(exitCode).toBe(3);
        expect(setupCommands()).toEqual([]);
      },
    );

    it.each(['install.esd', 'install.swm'])('finds the images in %s too', async (name) => {
      const media = makeMedia('images', CLIENT_11);
      renameSync(join(media, 'sources/install.wim'), join(media, 'sources', name));
      await poseAs(WINDOWS_10);
      expect((await upgrade(['/check'], { media: 'images' })).exitCode).toBe(0);
    });
  });

  describe('Windows Setup', () => {
    const ours = { restartPending: 3010, compatible: 1, refused: 2, failed: 1 };
    it.each(SETUP_CODES)('says in words what $text means for an upgrade', async ({ code, meaning, outcome }) => {
      await poseAs(WINDOWS_10);
      setupEndsWith(code);
      const { stdout, exitCode } = await upgrade(['/unattended']);
      const hex = code.toString(16).toUpperCase().padStart(8, '0');
      expect(stdout).toContain(`Windows Setup ended with 0x${hex} (${code | 0}): ${meaning}.`);
      expect(log()).toContain(meaning);
      expect(exitCode).toBe(ours[outcome]);
      expect(stdout.includes('restarts the computer by itself.\r\n')).toBe(outcome === 'restartPending');
    });

    it.each([1, 0x80000000, 0xffffffff, 0xc1900999, 0x80070490])('shows the unknown code %i as it is', async (code) => {
      await poseAs(WINDOWS_10);
      setupEndsWith(code);
      const { stdout, exitCode } = await upgrade(['/unattended']);
      const { meaning } = describeSetupCode(code >>> 16 === 0xc190 ? 0xc1900000 : 1);
      expect(stdout).toContain(`0x${code.toString(16).toUpperCase().padStart(8, '0')} (${code | 0}): ${meaning}.`);
      expect(stdout).toContain("Setup's logs: C:\\$WINDOWS.~BT\\Sources\\Panther and C:\\Inplace\\Logs");
      expect(exitCode).toBe(1);
    });

    it.each([
      [0xc1900210, 0, 'This computer can be upgraded. Nothing was installed.'],
      [0xc1900208, 2, 'is not compatible'],
      [0xc1900200, 2, 'does not meet the requirements'],
      [0, 1, 'That is no result of a compatibility scan'],
      [0xc1900101, 1, 'rolled back'],
    ])('/scan asks nothing and turns %i into %i', async (code, expected, words) => {
      await poseAs(WINDOWS_10);
      setupEndsWith(code);
      const { stdout, exitCode } = await upgrade(['/scan']);
      expect(stdout).not.toContain('[Y/N]');
      expect(stdout).toContain(words);
      expect(exitCode).toBe(expected);
      expect(setupCommands()).toEqual([expect.stringMatching(/setup\.exe" \/auto upgrade \/compat scanonly$/)]);
    });

    it('/start scans too when the task sequence asks for the scan only', async () => {
      makeMedia('scan-only', { ...CLIENT_11, scanOnly: true });
      await poseAs(WINDOWS_10);
      setupEndsWith(0xc1900210);
      const { stdout, exitCode } = await upgrade(['/start'], { media: 'scan-only', input: 'yes\r\n' });
      expect(stdout).toContain('Start the compatibility scan now? [Y/N]');
      expect(exitCode).toBe(0);
      expect(setupCommands()).toEqual([expect.stringContaining('/compat scanonly')]);
    });

    it('gets the drivers of the media and a key that nobody sees', async () => {
      const key = { text: KEY, secret: true } as const;
      const media = makeMedia('arguments', {
        ...CLIENT_11,
        arguments: [...withDrivers, { text: '/pkey' }, key, { text: '/x' }, { text: 'a & b%PATH%^!(c)' }],
      });
      await poseAs(WINDOWS_10);
      const { stdout, stderr } = await upgrade(['/unattended'], { media: 'arguments' });
      const at = windowsPath(media);
      expect(setupCommands()).toEqual([
        `"${at}\\setup.exe" /auto upgrade /installdrivers "${at}\\deploy\\packages\\DRIVERS-1" /pkey ${KEY} /x "a & b%PATH%^!(c)"`,
      ]);
      expect(log()).toContain(
        'setup.exe /auto upgrade /installdrivers deploy\\packages\\DRIVERS-1 /pkey (not shown) /x',
      );
      expect(`${stdout}${stderr}${log()}`).not.toContain(KEY);
    });
  });

  describe('paths', () => {
    it.each([
      'with space',
      'a&b',
      'a & b',
      'wow! really!',
      'caret^top',
      "it's (here)",
      'Prüfung Å',
      "all & of! them^ (1)' ü = , ; + ~ # @ $ {x} [y]",
    ])('works in a folder named %s', async (name) => {
      const media = makeMedia(name, { ...CLIENT_11, arguments: withDrivers });
      await poseAs(WINDOWS_10);
      const { stderr, exitCode } = await upgrade(['/unattended'], { media: name });
      const at = windowsPath(media);
      expect(stderr).toBe('');
      expect(setupCommands()).toEqual([
        `"${at}\\setup.exe" /auto upgrade /installdrivers "${at}\\deploy\\packages\\DRIVERS-1"`,
      ]);
      expect(exitCode).toBe(3010);
    });

    // Wine's cmd loses percent signs of %~dp0, where Windows keeps them; see the comment in the template.
    it.each(['100% sure', 'a%PATH%b', "50% & more! (x) ^'"])('works from the folder named %s', async (name) => {
      const media = makeMedia(name, { ...CLIENT_11, arguments: withDrivers });
      await poseAs(WINDOWS_10);
      const { stderr, exitCode } = await batch('upgrade.cmd', ['/unattended'], { cwd: media });
      expect(stderr).toBe('');
      expect(setupCommands()).toEqual([
        '".\\setup.exe" /auto upgrade /installdrivers ".\\deploy\\packages\\DRIVERS-1"',
      ]);
      expect(exitCode).toBe(3010);
    });

    it('works from a share', async () => {
      shareFolder('server', 'share', work);
      makeMedia('on share', { ...CLIENT_11, arguments: withDrivers });
      await poseAs(WINDOWS_10);
      const at = '\\\\server\\share\\on share';
      const { stderr, exitCode } = await batch(`${at}\\upgrade.cmd`, ['/unattended']);
      expect(stderr).toBe('');
      expect(setupCommands()).toEqual([
        `"${at}\\setup.exe" /auto upgrade /installdrivers "${at}\\deploy\\packages\\DRIVERS-1"`,
      ]);
      expect(exitCode).toBe(3010);
    });

    it('works where delayed expansion is on for every cmd', async () => {
      const media = makeMedia('delayed! on!', CLIENT_11);
      await poseAs(WINDOWS_10);
      const { exitCode } = await wineCommandLine(
        `C:\\windows\\system32\\cmd.exe /v:on /c ""${windowsPath(media)}\\upgrade.cmd" /check"`,
      );
      expect(exitCode).toBe(0);
    });

    it('gives the caller its own folder and variables back', async () => {
      await poseAs(WINDOWS_10);
      const caller = join(work, 'caller.cmd');
      const script = [
        '@echo off',
        'set "MEDIA=mine"',
        `call "${windowsPath(join(work, 'media'))}\\upgrade.cmd" /check >nul`,
      ];
      writeFileSync(caller, [...script, 'echo %ERRORLEVEL% [%MEDIA%] [%BUILD%] %CD%', ''].join('\r\n'));
      const { stdout } = await batch(windowsPath(caller), [], { cwd: work });
      expect(stdout).toBe(`0 [mine] [] ${windowsPath(work)}\r\n`);
    });

    it('shows a name with every sign as it is', async () => {
      makeMedia('names', { ...CLIENT_11, mediaName: `R&D "field" (v2) ^ it's 5 > 4! ÆØÅ 日本` });
      await poseAs(WINDOWS_10);
      const { stdout } = await upgrade(['/check'], { media: 'names' });
      expect(stdout).toContain(`R&D 'field' (v2) ^ it's 5 > 4! AEOA ?? (media 0123456789ab)`);
    });
  });
});
