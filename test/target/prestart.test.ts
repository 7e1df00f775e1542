/** The command of the media that runs before the sequence: where, how it is judged, and what it leaves for the run. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asciiJson } from '../../src/bytes/ascii-json.js';
import { Journal } from '../../src/target/journal.js';
import { localFolder, reportFolder } from '../../src/target/local-folder.js';
import type { Command } from '../../src/target/machine.js';
import { parsePrestartVariables } from '../../src/target/prestart-variables.js';
import { check, START_EXIT_CODES, type StartOptions, start } from '../../src/target/start.js';
import { FakeEnd, type FakeMachine, SYSTEM_DRIVE } from './support/fake-machine.js';
import { type PcChange, pc } from './support/machines.js';
import { MEDIA_ID, onDrive } from './support/start-media.js';

const LOCAL = localFolder({ systemDrive: 'C:' });
const STICK = { name: 'E:', kind: 'removable', label: 'FIELD', freeBytes: 0, totalBytes: 16 * 1024 ** 3 } as const;

interface Setup extends PcChange {
  readonly command?: string;
  readonly changes?: Readonly<Record<string, string | undefined>>;
  readonly variables?: Readonly<Record<string, string>>;
}

/** A machine whose media have a prestart command. @param ended what the command does when it runs */
function machineWith(
  { command = 'ask.cmd %Site%', changes = {}, ...more }: Setup = {},
  ended: (machine: FakeMachine, command: Command) => number | undefined = () => 0,
): FakeMachine {
  const media = {
    'deploy/media.json': asciiJson({
      media: 1,
      name: 'Field upgrade',
      mediaId: MEDIA_ID,
      prestart: { command, timeout: 120 },
    }),
    'deploy/prestart/ask.cmd': '@echo off',
    'deploy/prestart/data/list.txt': 'list',
    'deploy/variables.json': asciiJson({
      variables: [
        { name: 'Site', value: 'Oslo' },
        { name: 'Pin', value: 'S3cretPin', secret: true },
      ],
    }),
  };
  const machine: FakeMachine = pc({
    drives: [SYSTEM_DRIVE, STICK],
    files: onDrive('E:', undefined, changes, media),
    program: (started) => ended(machine, started),
    ...more,
  });
  return machine;
}

function leave(machine: FakeMachine, { environment }: Command, text: string): 0 {
  machine.files.writeText(environment['INPLACE_VARIABLES']!, text);
  return 0;
}

function problemsOf(
  machine: FakeMachine,
  options: StartOptions = {},
): { code: number; rules: string[]; words: string } {
  const ended = start(machine, options);
  const problems = 'problems' in ended ? ended.problems : [];
  return {
    code: START_EXIT_CODES[ended.end],
    rules: problems.map(({ rule }) => rule),
    words: problems.map(({ message, advice }) => `${message}. ${advice}`).join('\n'),
  };
}

function expectNothingBegun(machine: FakeMachine): void {
  expect(machine.registered.size).toBe(0);
  expect(machine.below(LOCAL.folder)).toEqual([]);
  expect(new Journal(machine, LOCAL).read()).toBeUndefined();
}

describe('the prestart command', () => {
  it('runs from a checked copy in the protected folder, before anything is moved in, and its copy is gone afterwards', () => {
    let seen: string[] = [];
    const machine = machineWith({}, (self) => {
      seen = self.below(LOCAL.folder);
      return 0;
    });
    expect(start(machine).end).toBe('started');
    expect(seen).toEqual([`${LOCAL.prestart}\\files\\ask.cmd`, `${LOCAL.prestart}\\files\\data\\list.txt`]);
    expect(machine.commands).toHaveLength(1);
    expect(machine.commands[0]).toMatchObject({
      line: `"C:\\Windows\\System32\\cmd.exe" /d /s /c ""C:\\Inplace\\prestart\\files\\ask.cmd" Oslo"`,
      workingDirectory: `${LOCAL.prestart}\\files`,
      environment: { INPLACE_VARIABLES: `${LOCAL.prestart}\\variables.txt`, INPLACE_UNATTENDED: '1' },
    });
    expect(machine.protectedFolders[0]).toBe(LOCAL.folder);
    expect(machine.below(LOCAL.prestart)).toEqual([]);
  });

  it('runs after the person has said yes, in a window of its own; a secret goes through the environment', () => {
    const order: string[] = [];
    const machine = machineWith({ command: 'ask.cmd %Pin%' }, () => {
      order.push('command');
      return 0;
    });
    const ended = start(machine, {
      confirm: () => {
        order.push('asked');
        return true;
      },
    });
    expect(ended.end).toBe('started');
    expect(order).toEqual(['asked', 'command']);
    expect(machine.screen.join('\n')).toContain('First        ask.cmd %Pin% (of the media)');
    const [command] = machine.commands;
    expect(command).toMatchObject({ attended: true, environment: { Pin: 'S3cretPin', INPLACE_UNATTENDED: '' } });
    expect(command!.line).toContain('%Pin%');
    expect(command!.line).not.toContain('S3cretPin');
  });

  it('does not run when the person says no, in /check, or where the machine is refused', () => {
    const declined = machineWith();
    expect(start(declined, { confirm: () => false })).toEqual({ end: 'declined' });
    const checked = machineWith();
    expect(check(checked).end).toBe('ready');
    const refused = machineWith({ windows: { EditionID: 'EnterpriseS' } });
    expect(start(refused).end).toBe('refused');
    for (const machine of [declined, checked, refused]) {
      expect(machine.commands).toEqual([]);
      expectNothingBegun(machine);
    }
  });

  it('leaves variables for the run: later lines win, over those of the media too, and a secret stays secret', () => {
    const machine = machineWith({}, (self, command) =>
      leave(self, command, 'AssetTag=A-1 \r\n\r\nSite=Bergen\r\nPin=N3wSecret\r\nAssetTag=A = 2\r\n'),
    );
    const ended = start(machine);
    expect(ended.end).toBe('started');
    const state = new Journal(machine, LOCAL).read()!;
    expect(state.variables.variables).toEqual([
      { name: 'AssetTag', value: 'A = 2' },
      { name: 'Pin', value: 'N3wSecret', secret: true },
      { name: 'Site', value: 'Bergen' },
    ]);
    const log = machine.text(reportFolder(LOCAL, state.start.run).log)!;
    expect(log).toContain('It set AssetTag, Site, Pin, AssetTag');
    expect(log).not.toContain('N3wSecret');
    expect(log).not.toContain('S3cretPin');
  });

  it('its output is in the log of the run, secrets masked', () => {
    const machine = machineWith({}, (self, { outputFile }) => {
      self.files.writeText(outputFile, 'Asset noted S3cretPin\r\n');
      return 0;
    });
    const ended = start(machine);
    const run = 'run' in ended ? ended.run : '';
    expect(machine.text(reportFolder(LOCAL, run).log)).toContain('Asset noted ***');
  });

  it.each([
    ['exit code', 7, 'The prestart command ended with exit code 7, expected 0. It said: No tag ***'],
    ['no exit code', undefined, 'The prestart command was ended before it said how it went'],
  ] as const)('stops on %s, and nothing has begun', (_, code, words) => {
    const machine = machineWith({}, (self, { outputFile }) => {
      if (code !== undefined) self.files.writeText(outputFile, 'No tag\r\nS3cretPin\r\n');
      return code;
    });
    const { code: exit, rules, words: said } = problemsOf(machine);
    expect([exit, rules]).toEqual([1, ['prestart']]);
    expect(said).toContain(words);
    expect(said).toContain('Nothing was changed');
    expectNothingBegun(machine);
  });

  it('is ended when its time is over', () => {
    const machine = machineWith({ hangs: true }, () => undefined);
    const { code, words } = problemsOf(machine);
    expect(code).toBe(1);
    expect(words).toContain('did not end in 2 min and was ended');
    expect(machine.changes).toContain('end process 1');
    expectNothingBegun(machine);
  });

  it('says that it still runs when its time is over and nothing can end it', () => {
    const machine = machineWith({ hangs: true }, () => undefined);
    machine.processes.end = () => {
      throw new Error('WMI does not name its processes');
    };
    const { code, words } = problemsOf(machine);
    expect(code).toBe(1);
    expect(words).toContain('and still runs, for it could not be ended: WMI does not name its processes');
    expectNothingBegun(machine);
  });

  it('stops on lines that are no variables, without repeating a value', () => {
    const machine = machineWith({}, (self, command) => leave(self, command, 'hello\n_Own=1\nA B=TopSecret\n'));
    const { code, rules, words } = problemsOf(machine);
    expect([code, rules]).toEqual([1, ['prestart', 'prestart', 'prestart']]);
    expect(words).toContain('Line 1 has no "="');
    expect(words).toContain('Line 2: The variable "_Own" is read-only');
    expect(words).not.toContain('TopSecret');
    expectNothingBegun(machine);
  });

  it.each([
    ['changed', { 'deploy/prestart/ask.cmd': '@echo OFF' }],
    ['missing', { 'deploy/prestart/ask.cmd': undefined }],
  ])('is not run when a file of it is %s', (_, changes) => {
    const machine = machineWith({ changes });
    const { code, words } = problemsOf(machine);
    expect(code).toBe(3);
    expect(words).toContain('"E:\\deploy\\prestart\\ask.cmd" is ');
    expect(machine.commands).toEqual([]);
    expectNothingBegun(machine);
  });

  it('runs nothing in a folder that belongs to somebody else', () => {
    const machine = machineWith({ foreign: [LOCAL.folder] });
    expect(problemsOf(machine)).toMatchObject({ code: 2, rules: ['localFolder'] });
    expect(machine.commands).toEqual([]);
  });

  it('a power cut at any call before the journal begins leaves a machine on which nothing has begun', () => {
    const whole = machineWith();
    start(whole);
    const commands: number[] = [];
    for (let cutAt = 1; cutAt < whole.calls; cutAt += 7) {
      const machine = machineWith();
      machine.cutAt = cutAt;
      expect(() => start(machine)).toThrow(FakeEnd);
      machine.cut('kept');
      const again = start(machine).end;
      expect(['started', 'underWay'], String(cutAt)).toContain(again);
      expect(machine.below(LOCAL.prestart)).toEqual([]);
      commands.push(machine.commands.length);
    }
    // it ran once or, where the cut came behind it, twice
    expect(new Set(commands)).toEqual(new Set([1, 2]));
  });
});

describe('the file with the variables', () => {
  it('gives back what was written, whatever the values are', () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,20}$/);
    const value = fc.string({ maxLength: 60 }).map((text) => text.replace(/[\r\n]/g, '').trim());
    fc.assert(
      fc.property(fc.array(fc.record({ name, value })), fc.constantFrom('\r\n', '\n'), (variables, end) => {
        const text = variables.map((one) => `${one.name}=${one.value}${end}`).join('');
        expect(parsePrestartVariables(text)).toEqual({ variables, problems: [] });
      }),
    );
  });

  it('never throws, and knows no name that a step could not set', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        for (const { name } of parsePrestartVariables(text).variables) {
          expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_-]*$/);
        }
      }),
    );
  });
});
