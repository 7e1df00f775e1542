/**
 * From `upgrade.cmd` to the finished record with the real engine under Wine: media made by `build`, a stand-in for Windows Setup, restarts that
 * run what the registered task runs, and `inplace report` on what came back. What Wine lacks is named in support/wine/fakes.ts and in the
 * stand-ins beside it. `npm run test:long` has more Windows, more ends, and a kill every 40 ms, under Wine 10 as well.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { build, type FieldReport, report } from '../../src/index.js';
import {
  freshMachine,
  type Installed,
  installStandIns,
  linesOnC,
  onC,
  runTask,
  startWindows,
  upgradeCmd,
  windowsSetup,
  withFakes,
} from '../support/engine-on-wine.js';
import { makeProject, type ProjectOptions } from '../support/project.js';
import { describeWith, long, runOk, temporaryFolder } from '../support/tools.js';
import { batch, driveC, killPrograms, useWine, type WineResult, windowsPath } from '../support/wine.js';

const CLIENT = { edition: 'Professional', installationType: 'Client' };
const SEVEN: Installed = { ...CLIENT, product: 'Windows 7 Professional', build: '7601' };
const EIGHT: Installed = { ...CLIENT, product: 'Windows 8.1 Pro', build: '9600' };
const TEN: Installed = { ...CLIENT, product: 'Windows 10 Pro', build: '18363' };
const NEW_TEN: Installed = { ...TEN, build: '19045', installDate: 1_700_000_000 };
const ELEVEN: Installed = { ...CLIENT, product: 'Windows 10 Pro', build: '22631' };
const NEW_ELEVEN: Installed = { ...ELEVEN, build: '26100', installDate: 1_700_000_000 };
const SERVER: Installed = {
  product: 'Windows Server 2019 Standard',
  edition: 'ServerStandard',
  installationType: 'Server',
  build: '17763',
};
const NEW_SERVER: Installed = { ...SERVER, build: '20348', installDate: 1_700_000_000 };

/** A computer that Windows 11 takes. */
const MODERN = `({
  Win32_Processor: [{ NumberOfCores: 4, MaxClockSpeed: 2400 }],
  Win32_PhysicalMemory: [{ Capacity: '8589934592' }],
  Win32_Tpm: [{ SpecVersion: '2.0, 0, 1.38', IsEnabled_InitialValue: true, IsActivated_InitialValue: true }]
})`;

/** Windows 7 is upgraded when it knows SHA-2 signatures; it cannot flush. */
const UPDATED_SEVEN = `({ NoFlush: [], Win32_QuickFixEngineering: [{ HotFixID: 'KB4474419' }] })`;

/** Names that a batch file, a command line and a code page stumble over. */
const NAMES = ['plain.txt', 'with space & more.txt', '100% (1) sure!.txt', 'Größe.txt', '日本語.txt'];

const SEQUENCE = `name: Field
steps:
  - checkReadiness: {}
  - copyFiles: { package: DATA, to: 'C:\\Field data' }
  - runCommand: cmd.exe /c tool.cmd "a & b" 100%%
    package: DATA
    repeatable: true
  - upgrade:
  - restart: { delay: 5 s }
  - runCommand: cmd.exe /c ver
    repeatable: true
`;

// Wine starts many programs for one run, and a busy machine takes its time
vi.setConfig({ testTimeout: 300_000 });

describeWith(['wine', 'x86_64-w64-mingw32-gcc', '7z'], 'the engine on media made by build, under Wine', () => {
  useWine();
  const work = temporaryFolder();
  let projects = 0;
  let ten = '';

  beforeAll(async () => {
    await installStandIns();
    ten = await media({ demo: { build: 19045 } });
  });

  /** Media in a folder, with what Wine lacks in front of the engine. @returns the folder */
  async function media(options: ProjectOptions, format: 'folder' | 'iso' = 'folder', name = 'media'): Promise<string> {
    projects += 1;
    const project = makeProject(join(work, `p${projects}`), options);
    copyFileSync(await windowsSetup(), join(project.windows, 'setup.exe'));
    const output = join(project.folder, name);
    if (format === 'folder') await build(project.definition, { output, format });
    else {
      const iso = join(project.folder, 'media.iso');
      await build(project.definition, { output: iso, format });
      await runOk('7z', ['x', `-o${output}`, iso]);
      rmSync(iso);
    }
    await withFakes(output);
    return output;
  }

  const start = (folder: string) => upgradeCmd(windowsPath(folder), ['/start', '/unattended']);
  const check = (folder: string) => upgradeCmd(windowsPath(folder), ['/check']);

  /** The one run that came back on media. */
  async function returned(folder: string): Promise<FieldReport['runs'][number]> {
    const { runs } = await report([folder]);
    expect(runs).toHaveLength(1);
    return runs[0]!;
  }

  /** Outcome of each record, those of groups and skipped steps left out. */
  const outcomes = ({ records }: FieldReport['runs'][number]) =>
    records
      .filter(({ type, outcome }) => type !== 'group' && outcome !== 'skipped')
      .map(({ type, outcome }) => `${type} ${outcome}`);

  const RUN = [
    'checkReadiness success',
    'copyFiles success',
    'runCommand success',
    'upgrade success',
    'restart restarted',
    'runCommand success',
  ];

  function fieldMedia(format: 'folder' | 'iso', name: string): Promise<string> {
    const files: Record<string, string> = {
      's.yaml': SEQUENCE,
      'data/tool.cmd': '@echo off\r\necho %0 %* > "C:\\tool.txt"\r\n',
    };
    for (const one of NAMES) files[`data/${one}`] = one;
    const yaml = 'packages: [{ id: DATA, kind: files, source: data }]\ntaskSequence: s.yaml\n';
    return media({ demo: { build: 19045 }, yaml, files }, format, name);
  }

  describe('a run', () => {
    it('from an ISO that 7-Zip unpacked: ends as planned, although the engine is killed on the way', async () => {
      const folder = await fieldMedia('iso', 'the media & more! (1)');
      await freshMachine(TEN);
      const began = await start(folder);
      expect(began.stdout).toContain('From         Windows 10 Pro, build 18363');
      expect(began.stdout).toMatch(/Not checked {2}\d+ files of Windows Setup are checked by their size only/);
      expect(began.stdout).toContain('The computer restarts. The upgrade goes on by itself afterwards.');
      expect(began.exitCode).toBe(3010);
      expect(NAMES.map((name) => readFileSync(join(driveC(), 'Field data', name), 'utf8'))).toEqual(NAMES);
      // one blank is that of the echo; cmd.exe leaves one more for each redirection that the engine puts behind the line. Of two percent signs on
      // a command line the cmd.exe of Wine 8 makes one; Wine 10 leaves them, as Windows does
      expect(readFileSync(join(driveC(), 'tool.txt'), 'utf8')).toMatch(/^tool\.cmd "a & b" 100%%? {3}\r\n$/);
      const [line] = linesOnC('setup-commands.txt');
      expect(line).toContain(`"${windowsPath(folder)}\\setup.exe" /auto upgrade /quiet /noreboot`);
      expect(line).toContain('/postoobe "C:\\Inplace\\Hooks\\SetupComplete.cmd"');

      await startWindows(NEW_TEN);
      const killed = runTask();
      while (!existsSync(join(driveC(), 'Inplace/engine.lock'))) await pause(20);
      await pause(50);
      expect(killPrograms('cscript.exe')).toBeGreaterThan(0);
      await killed;
      await runTask();
      const run = await returned(folder);
      expect(run.outcome).toBe('success');
      expect(outcomes(run)).toEqual(RUN);
      expect(run.summary).toMatchObject({ before: { build: 18363 }, after: { build: 19045 }, restarts: 1 });
      expect(linesOnC('schtasks-commands.txt').at(-1)).toContain('/delete /tn "Inplace"');
      expect(existsSync(join(driveC(), 'Inplace/journal-a.json'))).toBe(true);
    });

    it('that Windows Setup takes back has failed, with its extend code in words; its hook has run', async () => {
      await freshMachine(EIGHT);
      expect((await start(ten)).exitCode).toBe(3010);
      const log = join(driveC(), '$Windows.~BT/Sources/Rollback/setuperr.log');
      mkdirSync(dirname(log), { recursive: true });
      writeFileSync(log, '2026-11-25 12:00:00, Error  MOUPG  Result = 0xC1900101 - 0x30018\r\n');
      onC('no-task-runs.txt', '');
      await startWindows(EIGHT);
      expect((await batch('C:\\Inplace\\Hooks\\SetupRollback.cmd')).exitCode).toBe(0);
      await runTask();
      const run = await returned(ten);
      expect(run).toMatchObject({
        outcome: 'rolledBack',
        summary: { extendCode: '0x30018', after: { build: 9600 } },
      });
      expect(run.summary?.message).toContain('Windows was not upgraded');
      rmSync(join(ten, 'Reports'), { recursive: true });
    });

    it('whose Setup vanishes has failed, and says that nobody knows how it went', async () => {
      await freshMachine(SEVEN);
      onC('wmi.txt', UPDATED_SEVEN);
      onC('setup-vanishes.txt', '');
      const { stdout, exitCode } = await start(ten);
      expect(stdout).toContain('Windows Setup was ended before it said how it went');
      expect(exitCode).toBe(1);
      expect((await returned(ten)).outcome).toBe('failed');
      rmSync(join(ten, 'Reports'), { recursive: true });
    });
  });

  describe('machines', () => {
    it('Windows 11: the computer that it takes, and every reason why it does not take another', async () => {
      const eleven = await media({ demo: { build: 26100 } });
      await freshMachine({ ...ELEVEN, uefi: true });
      onC('wmi.txt', MODERN);
      const fits = await check(eleven);
      expect(fits.stdout).toContain('This computer can be upgraded.');
      expect(fits.exitCode).toBe(0);
      await freshMachine({ ...ELEVEN, edition: 'Enterprise', language: '0414' });
      const { stdout, exitCode } = await check(eleven);
      expect(stdout).toContain('This computer is not upgraded:');
      for (const word of ['nb-NO', 'TPM', 'UEFI']) expect(stdout).toContain(word);
      expect(exitCode).toBe(2);
    });

    it('a server is no client', async () => {
      await freshMachine(SERVER);
      const { stdout, exitCode } = await check(ten);
      expect(stdout).toContain('This Windows is of the type "Server", and the media holds Client');
      expect(exitCode).toBe(2);
    });
  });

  describe('one changed byte', () => {
    const BIG = 'sources/install.wim';

    /** Changes the last byte of a file of media for as long as `use` takes. */
    async function changed<T>(folder: string, path: string, use: () => Promise<T>): Promise<T> {
      const file = join(folder, path);
      const bytes = readFileSync(file);
      const other = Buffer.from(bytes);
      other[other.length - 2]! ^= 1;
      writeFileSync(file, other);
      try {
        return await use();
      } finally {
        writeFileSync(file, bytes);
      }
    }

    it('in a control file, a package, install.wim, or a program of Setup is refused before the file is used', async () => {
      const yaml = 'packages: [{ id: DATA, kind: files, source: data }]\n';
      const demo = { build: 19045, bigFile: 17 * 2 ** 20 };
      const folder = await media({ demo, yaml, files: { 'data/a b.txt': 'something' } });
      await freshMachine(TEN);
      for (const path of ['deploy/sequence.json', 'deploy/packages/DATA/a b.txt', BIG, 'setup.exe']) {
        const { stdout, exitCode } = await changed(folder, path, () => start(folder));
        expect(stdout).toContain(`${path.replaceAll('/', '\\')}" is damaged`);
        expect(exitCode).toBe(3);
      }
      // in the rest a changed length is found; what is checked by its size only is said on the screen, see above
      truncateSync(join(folder, 'boot/boot.sdi'), 10);
      const { stdout, exitCode } = await start(folder);
      expect(stdout).toContain('boot\\boot.sdi" is damaged');
      expect(exitCode).toBe(3);
      expect(linesOnC('setup-commands.txt')).toEqual([]);
      expect(existsSync(join(driveC(), 'task.xml'))).toBe(false);
    });
  });

  describe.runIf(long)('in the long run', () => {
    it.each<[string, Installed, Installed, ProjectOptions]>([
      ['Windows 7, which cannot flush', SEVEN, NEW_TEN, { demo: { build: 19045 } }],
      ['Windows 8.1', EIGHT, NEW_TEN, { demo: { build: 19045 } }],
      ['Windows 11', { ...ELEVEN, uefi: true }, { ...NEW_ELEVEN, uefi: true }, { demo: { build: 26100 } }],
      ['Server 2019', SERVER, NEW_SERVER, { demo: { build: 20348, server: true } }],
    ])('%s is upgraded; Setup says by 3 that it waits for the restart', async (name, before, after, options) => {
      const folder = await media(options);
      await freshMachine(before);
      onC('wmi.txt', name.startsWith('Windows 7') ? UPDATED_SEVEN : MODERN);
      onC('setup-code.txt', '3');
      expect((await start(folder)).exitCode).toBe(3010);
      await startWindows(after);
      await runTask();
      expect((await returned(folder)).outcome).toBe('success');
    });

    it('a Setup that hangs is waited for, and never ended', async () => {
      await freshMachine(TEN);
      onC('setup-hangs.txt', '');
      const running = start(ten);
      await until(() => linesOnC('setup-commands.txt').length === 2, running);
      await pause(20_000);
      expect(linesOnC('programs.txt').join('\n')).not.toContain('shutdown');
      onC('setup-hangs.txt');
      expect((await running).exitCode).toBe(3010);
    });

    it('a kill at any time ends as the run without one', async () => {
      const folder = await fieldMedia('folder', 'killed');
      let kills = 0;
      // later by 40 ms each time, until both parts of the run are over before the kill
      for (let after = 0, before = -1; kills > before; after += 40) {
        before = kills;
        rmSync(join(folder, 'Reports'), { recursive: true, force: true });
        await freshMachine(TEN);
        onC('no-task-runs.txt', '');
        const following = start(folder);
        await until(isTaskStarted, following);
        if (await killTaskAfter(after)) kills += 1;
        for (let again = 0; again < 5 && isTaskThere() && !isRestartAsked(); again++) await runTask();
        // a run that has ended too early says in its report why
        if (isTaskThere()) await startWindows(NEW_TEN);
        if (isTaskThere() && (await killTaskAfter(after))) kills += 1;
        // the last act of a run is to take its task away
        if (isTaskThere()) await runTask();
        await following;
        const run = await returned(folder);
        expect([after, run.outcome, run.summary?.message, outcomes(run)]).toEqual([
          after,
          'success',
          expect.anything(),
          RUN,
        ]);
      }
      console.info(`the engine was killed ${kills} times`);
      expect(kills).toBeGreaterThan(10);
    }, 3_600_000);

    /** Runs the task, and kills the engine some milliseconds after it began its work. @returns whether it was still at work */
    async function killTaskAfter(milliseconds: number): Promise<boolean> {
      let ended = false;
      const task = runTask().finally(() => {
        ended = true;
      });
      while (!ended && !existsSync(join(driveC(), 'Inplace/engine.lock'))) await pause(10);
      await pause(milliseconds);
      const killed = !ended && killPrograms('cscript.exe') > 0;
      await task;
      return killed;
    }

    /** Waits until something is so. @throws Error with what a start has said, when that has ended before */
    async function until(isSo: () => boolean, started: Promise<WineResult>): Promise<void> {
      let said: string | undefined;
      started.then(({ stdout }) => {
        said = stdout;
      });
      while (!isSo()) {
        if (said !== undefined) throw new Error(`upgrade.cmd has ended: ${said}`);
        await pause(50);
      }
    }

    const isTaskStarted = () => linesOnC('schtasks-commands.txt').some((line) => line.includes('/run'));
    const isTaskThere = () => existsSync(join(driveC(), 'task.xml'));
    const isRestartAsked = () => linesOnC('programs.txt').some((line) => line.includes('shutdown.exe'));
  });
});
