/** /start from media in E:, on a machine that an upgrade fits: what is refused, what is moved in, and what is begun. */
import { describe, expect, it } from 'vitest';
import type { CompiledNode } from '../../src/target/contract.js';
import { resumeTask } from '../../src/target/hooks.js';
import { Journal } from '../../src/target/journal.js';
import { localFolder } from '../../src/target/local-folder.js';
import type { Drive } from '../../src/target/machine.js';
import { check, START_EXIT_CODES, type StartOptions, start } from '../../src/target/start.js';
import { long } from '../support/tools.js';
import { type FakeMachine, SYSTEM_DRIVE } from './support/fake-machine.js';
import { CONTROL, type PcChange, pc } from './support/machines.js';
import { MEDIA_ID, manifestOf, mediaFiles, onDrive, READINESS, RESTART, UPGRADE } from './support/start-media.js';

const LOCAL = localFolder({ systemDrive: 'C:' });
const TASK = resumeTask(LOCAL.folder);
const STICK: Drive = { name: 'E:', kind: 'removable', label: 'FIELD', freeBytes: 0, totalBytes: 16 * 1024 ** 3 };
const GIB = 1024 ** 3;

interface Setup extends PcChange {
  readonly steps?: readonly CompiledNode[];
  readonly media?: Readonly<Record<string, string | undefined>>;
  readonly kind?: Drive['kind'];
  readonly freeBytes?: number;
}

function machineWith({ steps, media, kind = 'removable', freeBytes = 100 * GIB, files = {}, ...change }: Setup = {}) {
  return pc({
    drives: [
      { ...SYSTEM_DRIVE, freeBytes },
      { ...STICK, kind },
    ],
    files: { ...onDrive('E:', steps, media), ...files },
    ...change,
  });
}

function rulesOf(machine: FakeMachine, options?: StartOptions) {
  const ended = start(machine, options);
  return { end: ended.end, rules: 'problems' in ended ? ended.problems.map(({ rule }) => rule) : [] };
}

/** Nothing of the upgrade has begun, and nothing was written outside what a refusal may write. */
function expectUntouched(machine: FakeMachine): void {
  expect(machine.below(LOCAL.folder)).toEqual([]);
  expect(machine.registered.size).toBe(0);
  expect(machine.tasksRun).toEqual([]);
}

/** Every local file that a run needs, with the text it has on the media. */
function localFiles(copiesSetup: boolean): Record<string, string> {
  const files = mediaFiles();
  const found: Record<string, string> = {
    [LOCAL.engine]: files['deploy/engine.js']!,
    [LOCAL.media]: files['deploy/media.json']!,
    [LOCAL.sequence]: files['deploy/sequence.json']!,
    [LOCAL.variables]: files['deploy/variables.json']!,
    [`${LOCAL.packages}\\TOOL\\install.cmd`]: 'echo install',
    [`${LOCAL.packages}\\TOOL\\data\\\u00e5.txt`]: 'data',
    [`${LOCAL.packages}\\TOOL\\empty.txt`]: '',
  };
  if (!copiesSetup) return found;
  for (const path of ['setup.exe', 'sources/install.wim', 'sources/lang.ini', 'sources/setuphost.exe']) {
    found[`${LOCAL.os}\\windows\\${path.replaceAll('/', '\\')}`] = files[path]!;
  }
  return found;
}

function expectBegun(machine: FakeMachine, copiesSetup: boolean): void {
  for (const [path, text] of Object.entries(localFiles(copiesSetup))) expect(machine.text(path), path).toBe(text);
  expect(machine.registered.get(TASK.name)).toBe(machine.text(TASK.xml));
  expect(machine.registered.get(TASK.name)).toContain('S-1-5-18');
  expect(machine.tasksRun).toContain(TASK.name);
  const state = new Journal(machine, LOCAL).read();
  expect(state?.phase).toBe('sequence');
  expect(state?.start).toMatchObject({
    mediaId: MEDIA_ID,
    chosen: { packageId: 'windows', imageIndex: 8 },
    before: { build: 19045, edition: 'Professional', installationType: 'Client' },
    setupFrom: copiesSetup ? 'local' : 'media',
    mediaFolder: 'E:',
  });
}

describe('start', () => {
  it('from a stick moves in everything but Setup, registers the task, begins the run and runs the task', () => {
    const machine = machineWith();
    const ended = start(machine);
    expect(ended).toEqual({ end: 'started', run: '20261125T000000Z' });
    expectBegun(machine, false);
    expect(machine.below(LOCAL.os)).toEqual([]);
    expect(machine.protectedFolders).toEqual([LOCAL.folder]);
    expect(machine.nodes.get(`${LOCAL.packages}\\EMPTY`.toLowerCase())).toBeDefined();
    expect(machine.nodes.get(`${LOCAL.packages}\\TOOL\\logs`.toLowerCase())).toBeDefined();
  });

  it.each(['network', 'optical'] as const)(
    'from a drive of the kind "%s" copies Setup as well, without our own files',
    (kind) => {
      const machine = machineWith({ kind });
      expect(start(machine).end).toBe('started');
      expectBegun(machine, true);
      expect(machine.below(LOCAL.os).map((path) => path.slice(LOCAL.os.length))).toEqual([
        '\\windows\\setup.exe',
        '\\windows\\sources\\install.wim',
        '\\windows\\sources\\lang.ini',
        '\\windows\\sources\\setuphost.exe',
      ]);
    },
  );

  it('asks once, and changes nothing when the answer is no', () => {
    const machine = machineWith();
    let asked = 0;
    expect(
      start(machine, {
        confirm: () => {
          asked += 1;
          return false;
        },
      }),
    ).toEqual({ end: 'declined' });
    expect(asked).toBe(1);
    expectUntouched(machine);
    expect(machine.changes).toEqual([]);
    expect(rulesOf(machine, { confirm: () => true }).end).toBe('started');
  });

  it('shows one screen before the first change', () => {
    const machine = machineWith({ wmi: { Win32_Volume: [] } });
    let before: string[] = [];
    start(machine, {
      confirm: () => {
        before = [...machine.screen];
        return true;
      },
    });
    const screen = before.join('\n');
    for (const words of [
      'Field upgrade: In-place upgrade',
      'This PC      PC-1',
      'From         Windows 10 Pro, build 19045',
      'To           Windows 11 24H2 Professional, 10.0.26100.1742',
      'Edition      Professional (stays)',
      'Language     en-US, x64',
      'Kept         applications, settings and personal files',
      'Space        22 GB on C:',
      'less than a minute to copy and check, then up to 90 minutes for Windows Setup',
      'from the media',
      'Suspended    BitLocker',
      'To stop ',
      'Log          C:\\Inplace\\Reports\\20261125T000000Z\\inplace.log',
      'Not checked  The system partition could not be looked at',
    ])
      expect(screen).toContain(words);
    expect(screen).toMatch(/^[\n -~]+$/);
  });

  it('takes another run id where the clock has been there before', () => {
    const machine = machineWith({ files: { [`${LOCAL.reports}\\20261125T000000Z\\inplace.log`]: 'x' } });
    expect(start(machine)).toEqual({ end: 'started', run: '20261125T000000Z-2' });
  });
});

describe('refusals', () => {
  it('come all at once, of the choice, of readiness and of the media, and nothing is changed', () => {
    const machine = machineWith({
      registry: {
        [`${CONTROL}\\Nls\\Language|InstallLanguage`]: '0407',
        [`${CONTROL}\\SafeBoot\\Option|OptionValue`]: 1,
      },
      wmi: { Win32_Battery: [{ BatteryStatus: 1 }] },
      freeBytes: GIB,
    });
    expect(rulesOf(machine)).toEqual({ end: 'refused', rules: ['language', 'freeSpace', 'acPower', 'safeMode'] });
    expectUntouched(machine);
    expect(machine.changes).toEqual([]);
    expect(machine.screen.join('\n')).toContain('use media in de-DE');
  });

  it('of readiness wait for their step when something comes before it, or it may fail', () => {
    const safe = { [`${CONTROL}\\SafeBoot\\Option|OptionValue`]: 1 };
    const command: CompiledNode = {
      type: 'runCommand',
      path: '1',
      name: 'c',
      repeatable: true,
      command: 'x',
      successCodes: [0],
    };
    const end = (...steps: CompiledNode[]) => rulesOf(machineWith({ steps, registry: safe })).end;
    expect(end(READINESS, UPGRADE, RESTART)).toBe('refused');
    expect(end({ type: 'group', path: '1', name: 'g', steps: [READINESS] }, UPGRADE, RESTART)).toBe('refused');
    expect(end(command, READINESS, UPGRADE, RESTART)).toBe('started');
    expect(end({ ...READINESS, continueOnError: true }, UPGRADE, RESTART)).toBe('started');
    expect(end({ ...READINESS, when: [{ type: 'variable', variable: 'x', exists: true }] }, UPGRADE, RESTART)).toBe(
      'started',
    );
    expect(end({ ...READINESS, disabled: true }, UPGRADE, RESTART)).toBe('started');
    expect(end(UPGRADE, RESTART)).toBe('started');
  });

  it('reckon the space before anything is written, also without a readiness step', () => {
    const machine = machineWith({ steps: [UPGRADE, RESTART], freeBytes: 100 * 1024 ** 2 });
    expect(rulesOf(machine)).toEqual({ end: 'refused', rules: ['freeSpace'] });
    expect(machine.changes).toEqual([]);
  });

  it('a folder of another owner, or one that leads elsewhere, is not written into', () => {
    const machine = machineWith({ foreign: [LOCAL.folder] });
    expect(rulesOf(machine)).toEqual({ end: 'refused', rules: ['localFolder'] });
    expectUntouched(machine);
  });

  it('a task that cannot be registered begins nothing', () => {
    const machine = machineWith();
    Object.assign(machine.tasks, {
      register: () => {
        throw new Error('The service is disabled');
      },
    });
    expect(rulesOf(machine)).toEqual({ end: 'failed', rules: ['task'] });
    expect(new Journal(machine, LOCAL).read()).toBeUndefined();
    const silent = machineWith();
    Object.assign(silent.tasks, { register: () => undefined });
    expect(rulesOf(silent)).toEqual({ end: 'failed', rules: ['task'] });
    expect(new Journal(silent, LOCAL).read()).toBeUndefined();
  });

  it('have the exit codes of the design', () => {
    expect(START_EXIT_CODES).toMatchObject({ started: 0, declined: 0, failed: 1, refused: 2, damaged: 3 });
  });
});

describe('damaged media', () => {
  const flipped = (path: string) => ({ [path]: mediaFiles()[path]!.replace(/.$/, '~') });

  it.each([
    'deploy/engine.js',
    'deploy/media.json',
    'deploy/sequence.json',
    'deploy/variables.json',
    'deploy/packages/TOOL/install.cmd',
    'deploy/packages/TOOL/data/\u00e5.txt',
    'setup.exe',
    'sources/setuphost.exe',
  ])('one changed byte in %s stops before it is used', (path) => {
    for (const kind of ['removable', 'network'] as const) {
      const machine = machineWith({ media: flipped(path), kind });
      expect(rulesOf(machine)).toEqual({ end: 'damaged', rules: ['media'] });
      expect(machine.screen.join('\n')).toContain(`"E:\\${path.replaceAll('/', '\\')}" is damaged`);
      expect(machine.registered.size).toBe(0);
      expect(machine.text(LOCAL.sequence)).toBeUndefined();
      expect(new Journal(machine, LOCAL).read()).toBeUndefined();
    }
  });

  /** Nothing else vouches for the manifest: whatever it says, what runs is what was checked by it. */
  it('one changed byte in the manifest is found, or changes nothing', () => {
    const manifest = manifestOf(mediaFiles());
    const ends = { damaged: 0, started: 0 };
    for (let at = 0; at < manifest.length; at += long ? 1 : 13) {
      const other = manifest.charCodeAt(at) ^ 1;
      const text = manifest.slice(0, at) + String.fromCharCode(other) + manifest.slice(at + 1);
      const machine = machineWith({ media: { 'deploy/manifest.json': text } });
      const { end } = rulesOf(machine);
      expect(['damaged', 'started'], `byte ${at}: ${end}`).toContain(end);
      ends[end as keyof typeof ends] += 1;
      if (end === 'started') expectBegun(machine, false);
      else expect(machine.registered.size).toBe(0);
    }
    expect(ends.damaged).toBeGreaterThan(ends.started);
  });

  it.each(['deploy/sequence.json', 'deploy/packages/TOOL/install.cmd', 'sources/lang.ini', 'setup.exe'])(
    '%s is missed',
    (path) => {
      for (const kind of ['removable', 'network'] as const) {
        expect(rulesOf(machineWith({ media: { [path]: undefined }, kind })).end).toBe('damaged');
      }
    },
  );

  it('a file that is checked by size is found when its size is wrong', () => {
    for (const kind of ['removable', 'network'] as const) {
      expect(rulesOf(machineWith({ media: { 'sources/lang.ini': 'x' }, kind })).end).toBe('damaged');
      expect(rulesOf(machineWith({ media: flipped('sources/lang.ini'), kind })).end).toBe('started');
    }
  });

  it('every damaged file is listed', () => {
    const media = { ...flipped('setup.exe'), ...flipped('sources/setuphost.exe') };
    expect(rulesOf(machineWith({ media })).rules).toEqual(['media', 'media']);
  });

  it.each([
    ['no manifest', { 'deploy/manifest.json': undefined }],
    ['a manifest that is cut', { 'deploy/manifest.json': '{"manifest":1' }],
  ])('%s', (_, media) => {
    const machine = machineWith({ media });
    expect(rulesOf(machine)).toEqual({ end: 'damaged', rules: ['media'] });
    expectUntouched(machine);
  });

  it.each(['engine.js', 'install.cmd', 'setup.exe'])('%s that could not be checked is not taken for good', (name) => {
    const machine = machineWith({ unhashable: new RegExp(`${name.replace('.', '\\.')}$`) });
    expect(rulesOf(machine)).toEqual({ end: 'damaged', rules: ['unchecked'] });
    expect(machine.registered.size).toBe(0);
  });

  it('a copy that is torn on the way is found', () => {
    const machine = machineWith();
    machine.copyFault = (from, to) => {
      if (from.endsWith('install.cmd')) throw new Error(`no room for ${to}`);
    };
    expect(rulesOf(machine)).toEqual({ end: 'failed', rules: ['moveIn'] });
    expect(machine.text(LOCAL.sequence)).toBeUndefined();
  });
});

describe('what lies in the folder already', () => {
  it('of other media is removed, reports stay', () => {
    const files = {
      [`${LOCAL.packages}\\OLD\\x.txt`]: 'old',
      [`${LOCAL.packages}\\TOOL\\stray.dll`]: 'stray',
      [`${LOCAL.os}\\windows\\setup.exe`]: 'old',
      [`${LOCAL.reports}\\2020\\inplace.log`]: 'log',
    };
    const machine = machineWith({ files });
    expect(start(machine).end).toBe('started');
    for (const path of Object.keys(files).slice(0, 3)) expect(machine.text(path), path).toBeUndefined();
    expect(machine.text(`${LOCAL.reports}\\2020\\inplace.log`)).toBe('log');
  });

  it('and is right is not copied again; what only has the right size is', () => {
    const machine = machineWith({
      kind: 'network',
      files: {
        [`${LOCAL.os}\\windows\\setup.exe`]: 'MZ setup',
        [`${LOCAL.os}\\windows\\sources\\setuphost.exe`]: '\0'.repeat(7),
        [`${LOCAL.os}\\windows\\sources\\lang.ini`]: '\0'.repeat(11),
      },
    });
    expect(start(machine).end).toBe('started');
    expectBegun(machine, true);
    expect(machine.changes).not.toContain(`copyFile ${LOCAL.os}\\windows\\setup.exe`);
    expect(machine.changes).toContain(`copyFile ${LOCAL.os}\\windows\\sources\\lang.ini`);
  });

  it('a run under way goes on: the task is registered again and run, nothing else', () => {
    const machine = machineWith();
    start(machine);
    machine.registered.clear();
    machine.tasksRun.length = 0;
    const journal = [machine.text(LOCAL.journals[0]), machine.text(LOCAL.journals[1])];
    machine.changes.length = 0;
    expect(start(machine)).toEqual({ end: 'underWay', run: '20261125T000000Z' });
    expect(machine.registered.get(TASK.name)).toContain('S-1-5-18');
    expect(machine.tasksRun).toEqual([TASK.name]);
    machine.cut('lost');
    expect(machine.registered.get(TASK.name), 'also after a cut').toContain('S-1-5-18');
    expect([machine.text(LOCAL.journals[0]), machine.text(LOCAL.journals[1])]).toEqual(journal);
    expect(machine.changes.filter((change) => change.startsWith('copyFile'))).toEqual([]);
  });
});

describe('check', () => {
  it('writes nothing and says that the computer can be upgraded', () => {
    const machine = machineWith();
    expect(check(machine)).toEqual({ end: 'ready' });
    expect(machine.changes).toEqual([]);
    expect(machine.screen.join('\n')).toContain(
      'Which processor models Windows takes is left to the scan of Windows Setup',
    );
  });

  it('makes the checks of the design where the sequence begins with none', () => {
    const machine = machineWith({
      steps: [UPGRADE, RESTART],
      registry: { [`${CONTROL}\\SafeBoot\\Option|OptionValue`]: 1 },
    });
    expect(check(machine)).toMatchObject({ end: 'refused', problems: [{ rule: 'safeMode' }] });
    expect(machine.changes).toEqual([]);
  });

  it('finds damaged media', () => {
    expect(check(machineWith({ media: { 'deploy/engine.js': '' } })).end).toBe('damaged');
  });
});

/** Cuts the power in every single call of /start; whatever is lost then, a second /start begins the upgrade. */
describe.each(['network', 'removable'] as const)(
  'a power cut anywhere in /start from a drive of the kind "%s"',
  (kind) => {
    it.each([
      ['what was not flushed is lost', 'lost', true],
      ['all of it is there', 'kept', true],
      ['it has its size and is full of zeros', 'zeroed', true],
      ['the last change is there, and those before it are lost', 'lastOnly', true],
      ['Windows cannot flush, and everything is lost', 'lost', false],
      ['Windows cannot flush, and everything is full of zeros', 'zeroed', false],
    ] as const)('%s', (_, unflushed, canFlush) => {
      const whole = machineWith({ kind, canFlush });
      start(whole);
      expect(whole.calls).toBeGreaterThan(100);
      // A third of the calls in an ordinary run, another third for another loss: together they are at every call.
      const first = long ? 1 : 1 + (unflushed.length % 3);
      for (let call = first; call <= whole.calls; call += long ? 1 : 3) {
        const machine = machineWith({ kind, canFlush });
        machine.cutAt = call;
        expect(() => start(machine), `call ${call}`).toThrow(/^cut in/);
        machine.cut(unflushed);
        const begun = new Journal(machine, LOCAL).read() !== undefined;
        if (canFlush && machine.text(LOCAL.sequence) === mediaFiles()['deploy/sequence.json']) {
          for (const [path, text] of Object.entries(localFiles(kind === 'network'))) {
            expect(machine.text(path), `${path} below a sequence after call ${call}`).toBe(text);
          }
        }
        if (canFlush && machine.registered.get(TASK.name)) {
          // Setup's hooks register the task from its file.
          expect(machine.text(TASK.xml), `call ${call}`).toContain('S-1-5-18');
        }
        if (begun && canFlush) {
          // A run that has begun has its task and all that it needs: nobody has to come.
          expect(machine.registered.get(TASK.name), `call ${call}`).toContain('S-1-5-18');
          for (const [path, text] of Object.entries(localFiles(kind === 'network'))) {
            expect(machine.text(path), `${path} after call ${call}`).toBe(text);
          }
        }
        const second = start(machine);
        expect(second.end, `call ${call}`).toBe(begun ? 'underWay' : 'started');
        expectBegun(machine, kind === 'network');
      }
    });
  },
);
