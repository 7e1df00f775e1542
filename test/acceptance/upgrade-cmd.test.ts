/**
 * templates/upgrade.cmd as a machine runs it: Wine's cmd.exe, and a stand-in for cscript.exe that is every script host there is. What the
 * engine says and does under the real cscript of Wine is in engine.test.ts.
 */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renderBootstrap } from '../../src/staging/bootstrap.js';
import { describeWith, long, temporaryFolder } from '../support/tools.js';
import {
  batch,
  driveC,
  importRegistry,
  shareFolder,
  shim,
  useWine,
  type WineOptions,
  type WineResult,
  windowsPath,
  windowsTemp,
  wineCommandLine,
} from '../support/wine.js';

const ENGINE = '// stands for the engine: nothing reads it but certutil\r\n';
const SHA256 = createHash('sha256').update(ENGINE).digest('hex');
const CONTROL_FILES = ['manifest.json', 'media.json', 'sequence.json', 'variables.json'];

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

describeWith(['wine', 'script', 'x86_64-w64-mingw32-gcc'], 'upgrade.cmd under Wine', () => {
  useWine();
  const work = temporaryFolder();
  let temp = '';
  let logFile = '';

  beforeAll(async () => {
    await shim('whoami');
    for (const name of ['certutil', 'cscript']) await shim(name, name, ['-municode']);
    temp = await windowsTemp();
    logFile = join(temp, 'inplace-upgrade.log');
    makeMedia('media');
  });

  beforeEach(() => {
    onC('whoami.txt', ELEVATED);
    for (const name of ['cscript.txt', 'cscript-commands.txt', 'engine-codes.txt', 'certutil.txt']) onC(name);
    rmSync(logFile, { force: true });
  });

  /** A media folder as staging lays it out, as far as the bootstrap looks at it. */
  function makeMedia(name: string, mediaName = 'Field upgrade'): string {
    const folder = join(work, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, 'deploy'), { recursive: true });
    for (const file of CONTROL_FILES) writeFileSync(join(folder, 'deploy', file), '{}');
    writeFileSync(join(folder, 'deploy/engine.js'), ENGINE);
    const options = { mediaName, mediaIdShort: '01234567', windows: 'Windows 11 Enterprise, en-US' };
    writeFileSync(join(folder, 'upgrade.cmd'), renderBootstrap({ ...options, engineSha256: SHA256 }));
    return folder;
  }

  /** Writes a file of drive C:, or removes it. */
  function onC(name: string, text?: string | Buffer): void {
    if (text === undefined) rmSync(join(driveC(), name), { force: true });
    else writeFileSync(join(driveC(), name), text);
  }

  /** What the engine was asked, in its order; the words behind its path, the log left out. */
  function asked(): string[] {
    return commandLines().flatMap((line) => {
      const words = /engine\.js" (.*)$/.exec(line)?.[1] ?? '';
      return words.startsWith('/probe') ? [] : [words.replace(/ \/log ".*" *$/, '')];
    });
  }

  function commandLines(): string[] {
    const file = join(driveC(), 'cscript-commands.txt');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  }

  async function upgrade(args: string[], options: WineOptions & { media?: string } = {}): Promise<WineResult> {
    return await batch(windowsPath(join(work, options.media ?? 'media', 'upgrade.cmd')), args, options);
  }

  function log(): string {
    return existsSync(logFile) ? readFileSync(logFile, 'latin1') : '';
  }

  describe('what it asks the engine', () => {
    it('with nothing: says what this media is, checks, asks once, and starts after a yes', async () => {
      onC('engine-codes.txt', '/start 3010\n');
      const { stdout, stderr, exitCode } = await upgrade([], { input: 'y\r\n' });
      expect(stdout).toContain('Field upgrade (media 01234567), which brings Windows 11 Enterprise, en-US');
      expect(stdout.match(/Start the upgrade now\? \[Y\/N\]/g)).toHaveLength(1);
      expect(asked()).toEqual(['/check', '/start /shown']);
      expect(stdout).toContain('Press any key');
      expect(stderr).toBe('');
      expect(exitCode).toBe(3010);
    });

    it('/start: the one screen, one question', async () => {
      const { stdout, exitCode } = await upgrade(['/start'], { input: 'yes\r\n' });
      expect(asked()).toEqual(['/preview', '/start /shown']);
      expect(stdout).not.toContain('Press any key');
      expect(exitCode).toBe(0);
    });

    it.each(['y"&echo pwned', ''])('does not start after the answer %j', async (answer) => {
      const { stdout, stderr, exitCode } = await upgrade(['/start'], { input: `${answer}\r\n` });
      expect(stdout).toContain('Not started. Nothing was changed.');
      expect(stdout).not.toMatch(/^pwned/m);
      expect(stderr).toBe('');
      expect(asked()).toEqual(['/preview']);
      expect(exitCode).toBe(0);
    });

    it('/unattended: no question, no pause', async () => {
      const { stdout, exitCode } = await upgrade(['/UNATTENDED', '/Start']);
      expect(asked()).toEqual(['/start']);
      expect(stdout).not.toMatch(/\[Y\/N\]|Press any key/);
      expect(exitCode).toBe(0);
    });

    it('does not ask after a refusal, and ends with its code', async () => {
      onC('engine-codes.txt', '/check 2\n/preview 4\n');
      expect((await upgrade([])).exitCode).toBe(2);
      expect((await upgrade(['/start'], { input: 'y\r\n' })).exitCode).toBe(4);
      expect(asked()).toEqual(['/check', '/preview']);
    });

    it.each([3, 3010])('hands on the code %i of the engine', async (code) => {
      onC('engine-codes.txt', `/scan ${code}\n`);
      expect((await upgrade(['/scan'])).exitCode).toBe(code);
      expect(log()).toContain(`Exit code ${code}`);
    });

    it.each([255, 0xc0000005])('calls an engine that ended with %i failed', async (code) => {
      onC('engine-codes.txt', `/collect ${code | 0}\n`);
      expect((await upgrade(['/collect'])).exitCode).toBe(1);
    });

    it('/resume asks the engine of the machine, where there is one', async () => {
      const { stdout, exitCode } = await upgrade(['/resume']);
      expect([stdout.includes('No upgrade is under way on this computer.'), exitCode]).toEqual([true, 0]);
      mkdirSync(join(driveC(), 'Inplace'));
      onC('Inplace/engine.js', ENGINE);
      expect((await upgrade(['/resume'])).exitCode).toBe(0);
      rmSync(join(driveC(), 'Inplace'), { recursive: true });
      expect(commandLines().at(-1)).toContain('"C:\\Inplace\\engine.js" /resume');
    });

    it.each([['/?'], ['/check', '/?'], ['/frobnicate'], ['/check', '/scan'], ['""', '/check'], ['"a & b"']])(
      'explains its arguments after %s',
      async (...args) => {
        const { stdout, stderr, exitCode } = await upgrade(args);
        expect(stdout).toContain('upgrade.cmd /unattended');
        expect(stdout).toContain('6 scripts are blocked');
        expect(stdout.includes('does not know these arguments')).toBe(args[0] !== '/?');
        expect(stderr).toBe('');
        expect(exitCode).toBe(args[0] === '/?' ? 0 : 2);
        expect(commandLines()).toEqual([]);
      },
    );

    it('keeps a log from its first line, gives it to the engine, and leaves nothing else behind', async () => {
      await upgrade(['/check']);
      expect(log()).toMatch(/Field upgrade \(media 01234567\)[\s\S]*Exit code 0\r\n$/);
      expect(commandLines().at(-1)).toMatch(/ \/check \/log "C:\\.*\\inplace-upgrade\.log" *$/);
      expect(readdirSync(temp).filter((name) => name.startsWith('inplace'))).toEqual(['inplace-upgrade.log']);
    });
  });

  describe('script hosts', () => {
    it('are asked by the name of the language, and once more without it', async () => {
      onC('cscript.txt', 'no-language');
      const { exitCode } = await upgrade(['/check']);
      expect(commandLines().map((line) => line.includes('//E:JScript'))).toEqual([true, false, false]);
      expect(exitCode).toBe(0);
      onC('cscript.txt', 'ok');
      onC('cscript-commands.txt');
      await upgrade(['/check']);
      expect(commandLines().map((line) => line.includes('//E:JScript'))).toEqual([true, true]);
    });

    it('that are switched off end with 6, their own words, the setting, and what may block them else', async () => {
      onC('cscript.txt', 'disabled');
      const key = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows Script Host\\Settings';
      await importRegistry([`[${key}]`, '"Enabled"="0"', '"TrustPolicy"=dword:00000002']);
      const { stdout, exitCode } = await upgrade(['/start', '/unattended']);
      await importRegistry([`[-${key}]`]);
      expect(exitCode).toBe(6);
      expect(stdout).toContain(
        'Scripts cannot run on this computer, so the upgrade cannot start. Nothing was changed.',
      );
      expect(stdout).toContain('Windows says: CScript Error: Windows Script Host access is disabled');
      expect(stdout).toMatch(/HKLM: Enabled is 0\r\n.*HKLM: TrustPolicy is 0x2\r\n/);
      for (const words of [
        'AppLocker and Software Restriction Policies',
        'events 8006 and 8007',
        'App Control for Business',
        'events 3076 and 3077',
        'Attack surface reduction',
        'events 1121 and 1122',
        'Another antivirus program',
        'inplace never switches a policy off.',
        `Its SHA-256: ${SHA256}`,
        `The script: ${windowsPath(join(work, 'media'))}\\deploy\\engine.js`,
      ]) {
        expect(stdout).toContain(words);
        expect(log()).toContain(words);
      }
    });

    it('that end without a word end with 6 too, and no setting is blamed', async () => {
      onC('cscript.txt', 'silent');
      const { stdout, stderr, exitCode } = await upgrade(['/check']);
      expect(stdout).toContain('neither value, which is how Windows comes: it is something else');
      expect([stderr, exitCode]).toEqual(['', 6]);
    });

    it.runIf(long)(
      'that wait for somebody are not waited for longer than 30 seconds',
      async () => {
        onC('cscript.txt', 'hang');
        const began = Date.now();
        const { stdout, exitCode } = await upgrade(['/unattended'], { timeout: 90_000 });
        expect(stdout).toContain('the script did not begin within 30 seconds');
        expect(commandLines()).toHaveLength(1);
        expect(exitCode).toBe(6);
        expect(Date.now() - began).toBeLessThan(60_000);
      },
      100_000,
    );
  });

  describe('rights', () => {
    const rights: [string, Buffer, boolean][] = [
      ['Local System', LOCAL_SYSTEM, true],
      ['an administrator who is not elevated', NOT_ELEVATED, false],
      ['a high integrity level without Administrators', Buffer.from('Label S-1-16-12288 Group'), false],
    ];
    it.each(rights)('of %s are judged by the SIDs of the token', async (_, token, enough) => {
      onC('whoami.txt', token);
      const { stdout, exitCode } = await upgrade(['/unattended']);
      expect(stdout.includes('Administrator rights are needed.')).toBe(!enough);
      expect(stdout.includes('Right-click upgrade.cmd, choose Run as administrator')).toBe(!enough);
      expect(asked()).toEqual(enough ? ['/start'] : []);
      expect(exitCode).toBe(enough ? 0 : 5);
    });

    it('are asked for once where a person can answer, and it goes on in another window', async () => {
      onC('whoami.txt', NOT_ELEVATED);
      const { stdout, exitCode } = await upgrade(['/scan']);
      expect(stdout).toContain('Windows asks for them now. After a yes it goes on in a window of its own.');
      expect(asked()).toEqual(['/elevate /scan']);
      expect(exitCode).toBe(0);
    });

    it('that could not be asked for, or were not given in the other window, end with 5', async () => {
      onC('whoami.txt', NOT_ELEVATED);
      onC('engine-codes.txt', '/elevate 1\n');
      expect((await upgrade([])).exitCode).toBe(5);
      expect((await upgrade(['/start', '/elevated'])).exitCode).toBe(5);
      expect(asked()).toEqual(['/elevate']);
    });
  });

  describe('media', () => {
    it.each(['engine.js', ...CONTROL_FILES])('without deploy\\%s are called damaged', async (name) => {
      rmSync(join(makeMedia('damaged'), 'deploy', name));
      const { stdout, exitCode } = await upgrade(['/unattended'], { media: 'damaged' });
      expect(stdout).toContain(`deploy\\${name} is missing on this media.`);
      expect(stdout).toContain('This media is damaged or incomplete: make it again, or copy it again.');
      expect(log()).toContain('damaged');
      expect(exitCode).toBe(3);
      expect(commandLines()).toEqual([]);
    });

    it('with one changed byte in the engine are called damaged before it is started', async () => {
      writeFileSync(join(makeMedia('changed'), 'deploy/engine.js'), ENGINE.replace('nothing', 'nothinG'));
      const { stdout, exitCode } = await upgrade(['/check'], { media: 'changed' });
      expect(stdout).toContain('deploy\\engine.js is not what was written to this media.');
      expect(exitCode).toBe(3);
      expect(commandLines()).toEqual([]);
    });

    it('are checked by a certutil that puts blanks between the bytes; one that says nothing is left to the engine', async () => {
      onC('certutil.txt', 'old');
      expect((await upgrade(['/check'])).exitCode).toBe(0);
      writeFileSync(join(makeMedia('changed-old'), 'deploy/engine.js'), `${ENGINE} `);
      expect((await upgrade(['/check'], { media: 'changed-old' })).exitCode).toBe(3);
      onC('certutil.txt', 'silent');
      expect((await upgrade(['/check'])).exitCode).toBe(0);
    });

    it('started in Windows PE are refused', async () => {
      const key = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\MiniNT';
      await importRegistry([`[${key}]`]);
      const { stdout, exitCode } = await upgrade(['/check']);
      await importRegistry([`[-${key}]`]);
      expect(stdout).toContain('This is Windows PE');
      expect(exitCode).toBe(2);
      expect(commandLines()).toEqual([]);
    });
  });

  describe('paths', () => {
    const engineIn = (folder: string, verb: string) =>
      expect.stringContaining(`//E:JScript "${folder}deploy\\engine.js" ${verb}`);

    it.each(['a & b', 'wow! really!', "all & of! them^ (1)' ü = , ; + ~ # @ $ {x} [y]"])(
      'work in a folder named %s',
      async (name) => {
        const at = `${windowsPath(makeMedia(name))}\\`;
        const { stderr, exitCode } = await upgrade(['/unattended'], { media: name });
        expect(stderr).toBe('');
        expect(commandLines()).toEqual([engineIn(at, '/probe'), engineIn(at, '/start')]);
        expect(exitCode).toBe(0);
      },
    );

    // Wine's cmd loses percent signs of %~dp0, where Windows keeps them; see the comment in the template.
    it.each(['100% sure', "a%PATH%b & more! (x) ^'"])('work from the folder named %s', async (name) => {
      const { stderr, exitCode } = await batch('upgrade.cmd', ['/unattended'], { cwd: makeMedia(name) });
      expect(stderr).toBe('');
      expect(commandLines()).toEqual([engineIn('.\\', '/probe'), engineIn('.\\', '/start')]);
      expect(exitCode).toBe(0);
    });

    it('work in a console in UTF-8 (chcp 65001), which stays so', async () => {
      const name = 'größe 日本 & x';
      const at = `${windowsPath(makeMedia(name))}\\`;
      const line = `cmd.exe /c "chcp 65001 >nul & "${at}upgrade.cmd" /unattended & call echo code %^errorlevel% & chcp"`;
      const { stdout } = await wineCommandLine(`C:\\windows\\system32\\${line}`, { console: true });
      expect(stdout).toContain('Field upgrade (media 01234567), which brings Windows 11 Enterprise, en-US');
      expect(stdout).toMatch(/code 0\b[\s\S]*65001/);
      expect(stdout).not.toMatch(/recognize|not found|syntax/i);
      expect(commandLines()).toEqual([engineIn(at, '/probe'), engineIn(at, '/start')]);
    });

    it('work where the folder for temporary files has such a name', async () => {
      const name = "te mp & (1) it's!";
      mkdirSync(join(driveC(), name), { recursive: true });
      const { stderr, exitCode } = await withTemp(`C:\\${name}`);
      expect([stderr, exitCode]).toEqual(['', 0]);
      expect(readdirSync(join(driveC(), name))).toEqual(['inplace-upgrade.log']);
      expect(commandLines().at(-1)).toContain(`/log "C:\\${name}\\inplace-upgrade.log"`);
    });

    it('those of Windows are taken where nothing can be written there', async () => {
      const { exitCode } = await withTemp('C:\\nowhere');
      expect(commandLines().at(-1)).toContain('/log "C:\\windows\\Temp\\inplace-upgrade.log"');
      expect(exitCode).toBe(0);
    });

    /** `/check` with another folder for temporary files; Wine sets TEMP itself, whatever the host says. */
    async function withTemp(folder: string): Promise<WineResult> {
      const caller = join(work, 'temp.cmd');
      const upgradeCmd = `${windowsPath(join(work, 'media'))}\\upgrade.cmd`;
      const set = `set "TEMP=${folder.replaceAll('%', '%%')}"`;
      writeFileSync(caller, ['@echo off', set, `call "${upgradeCmd}" /check`, 'exit /b %ERRORLEVEL%', ''].join('\r\n'));
      return await batch(windowsPath(caller));
    }

    it('work from a share', async () => {
      shareFolder('server', 'share', work);
      makeMedia('on share');
      const at = '\\\\server\\share\\on share\\';
      const { stderr, exitCode } = await batch(`${at}upgrade.cmd`, ['/unattended']);
      expect(stderr).toBe('');
      expect(commandLines()).toEqual([engineIn(at, '/probe'), engineIn(at, '/start')]);
      expect(exitCode).toBe(0);
    });

    it('work where delayed expansion is on for every cmd', async () => {
      const media = makeMedia('delayed! on!');
      const { exitCode } = await wineCommandLine(
        `C:\\windows\\system32\\cmd.exe /v:on /c ""${windowsPath(media)}\\upgrade.cmd" /check"`,
      );
      expect(exitCode).toBe(0);
    });

    it('a 32-bit cmd goes through Sysnative', async () => {
      const sysnative = join(driveC(), 'windows/Sysnative');
      mkdirSync(sysnative);
      for (const name of ['cmd', 'reg', 'certutil', 'cscript', 'ping', 'whoami', 'find']) {
        writeFileSync(join(sysnative, `${name}.exe`), readFileSync(join(driveC(), 'windows/system32', `${name}.exe`)));
      }
      const { exitCode } = await upgrade(['/check']);
      rmSync(sysnative, { recursive: true });
      expect(commandLines().at(-1)).toMatch(/^"C:\\windows\\Sysnative\\cscript\.exe"/);
      expect(exitCode).toBe(0);
    });

    it('the caller gets its own folder and variables back', async () => {
      const caller = join(work, 'caller.cmd');
      const script = [
        '@echo off',
        'set "MEDIA=mine"',
        `call "${windowsPath(join(work, 'media'))}\\upgrade.cmd" /check >nul`,
      ];
      writeFileSync(caller, [...script, 'echo %ERRORLEVEL% [%MEDIA%] [%VERB%] %CD%', ''].join('\r\n'));
      const { stdout } = await batch(windowsPath(caller), [], { cwd: work });
      expect(stdout).toBe(`0 [mine] [] ${windowsPath(work)}\r\n`);
    });

    it('a name is shown with every sign as it is', async () => {
      makeMedia('names', `R&D "field" (v2) ^ it's 5 > 4! ÆØÅ 日本`);
      const { stdout } = await upgrade(['/check'], { media: 'names' });
      expect(stdout).toContain(`R&D 'field' (v2) ^ it's 5 > 4! AEOA ?? (media 01234567)`);
    });
  });
});
