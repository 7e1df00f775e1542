/** What /start shows once the task runs: the log, as people read it, until the run ends or the computer restarts. */
import { describe, expect, it } from 'vitest';
import { follow } from '../../src/target/follow.js';
import { Journal } from '../../src/target/journal.js';
import { localFolder, reportFolder } from '../../src/target/local-folder.js';
import type { Machine } from '../../src/target/machine.js';
import { resume } from '../../src/target/resume.js';
import type { RunState } from '../../src/target/run-state.js';
import { worldOf } from './simulated/models.js';
import { command, commandsOf, type EngineCase, modelOf, moveIn, RESTART, RUN } from './support/engine-run.js';
import { FakeMachine } from './support/fake-machine.js';

/** /start's last part on a machine where the task runs the real engine. */
function followed({ steps, model }: EngineCase, runs = true) {
  const codes: number[] = [];
  const world = worldOf(
    {
      start: (machine) => {
        moveIn(machine, steps);
        if (runs) machine.tasks.run('Inplace');
        else machine.tasks.remove('Inplace');
        codes.push(follow(machine, RUN));
      },
      resume: (machine) => void resume(machine),
    },
    modelOf(model),
  );
  const { seconds } = world.run();
  return { codes, screen: world.pc.console, seconds };
}

describe('following a run', () => {
  it('shows the words of its log and ends with its result', () => {
    const { codes, screen } = followed({ steps: [command('a')] });
    expect(codes).toEqual([0]);
    expect(screen.slice(1, 4)).toEqual([
      'Step 1 "a" (runCommand) begins',
      'Command: tool.exe a',
      'Step 1 "a" ended: success',
    ]);
    expect(screen.join('\n')).not.toContain('LOG]!>');
    expect(screen.at(-1)).toBe('The sequence has ended well; it has not upgraded Windows.');
    // every line once
    expect(new Set(screen).size).toBe(screen.length);
  });

  it('that fails ends with 1, what went wrong and what to do', () => {
    const { codes, screen } = followed({ steps: [command('a')], model: { commands: commandsOf({ a: 5 }) } });
    expect(codes).toEqual([1]);
    expect(screen.join('\n')).toMatch(/\ba\b.*5/);
  });

  it('that restarts ends with 3010 before the computer is gone', () => {
    const { codes, screen } = followed({ steps: [command('a'), RESTART, command('b')] });
    expect(codes).toEqual([3010]);
    expect(screen).toContain('The computer restarts. The upgrade goes on by itself afterwards.');
  });

  it('that never begins ends with 1 after eleven minutes, and says where to look', () => {
    const { codes, screen, seconds } = followed({ steps: [command('a')] }, false);
    expect([codes, Math.round(seconds / 60)]).toEqual([[1], 11]);
    expect(screen.at(-1)).toContain('The task of the upgrade has not begun');
  });
});

/** A machine whose files change between two looks. */
function changing(looks: readonly ((machine: FakeMachine) => void)[]): FakeMachine {
  const machine = new FakeMachine({ files: {} });
  let look = 0;
  const { sleep } = machine.clock;
  Object.assign(machine.clock, {
    sleep: (milliseconds: number) => {
      sleep(milliseconds);
      if (look === looks.length) throw new Error('followed for too long');
      looks[look++]!(machine);
    },
  });
  return machine;
}

const reports = reportFolder(localFolder({ systemDrive: 'C:' }), RUN);
const line = (words: string): string => `<![LOG[${words}]LOG]!><time="08:00:00.000-60" date="11-24-2026">\r\n`;

function journal(machine: Machine, change: Partial<RunState> = {}): void {
  const state = { format: 1, start: { run: RUN }, phase: 'sequence', ...change } as unknown as RunState;
  const written = new Journal(machine, localFolder(machine.environment));
  written.read();
  written.write(state);
}

function summary(machine: Machine, json: string): void {
  machine.files.writeText(reports.summary, json);
  journal(machine, { phase: 'ended' });
}

const DONE = '{"outcome":"success","message":"Windows 11 runs"}';

describe('the screen', () => {
  it('shows a line when it is whole, and no line twice', () => {
    const machine = changing([
      ({ files }) => files.writeText(reports.log, line('one') + line('two').slice(0, 20)),
      ({ files }) => files.writeText(reports.log, line('one') + line('two')),
      (fake) => {
        fake.files.appendText(reports.log, line('three'));
        summary(fake, DONE);
      },
    ]);
    journal(machine);
    expect(follow(machine, RUN)).toBe(0);
    expect(machine.screen).toEqual(['one', 'two', 'three', 'Windows 11 runs.']);
  });

  it('goes on when the log cannot be read for a moment', () => {
    const { files } = new FakeMachine();
    let fails = true;
    const machine = changing([
      (fake) => {
        fake.files.writeText(reports.log, line('one'));
        fails = false;
      },
      (fake) => summary(fake, DONE),
    ]);
    const { readText, stat } = machine.files;
    Object.assign(machine.files, {
      stat: (path: string) => (path === reports.log ? { folder: false, size: 1, modified: '' } : stat(path)),
      readText: (path: string) => {
        if (path === reports.log && fails) throw new Error('Permission denied');
        return readText(path);
      },
    });
    journal(machine);
    expect([follow(machine, RUN), machine.screen, typeof files]).toEqual([0, ['one', 'Windows 11 runs.'], 'object']);
  });

  it('says what to do when the run has failed', () => {
    const machine = changing([]);
    summary(machine, '{"outcome":"failed","message":"Step 1 failed","advice":"Try again"}');
    expect(follow(machine, RUN)).toBe(1);
    expect(machine.screen).toEqual(['Step 1 failed.', 'What to do: Try again.']);
  });

  it.each([
    ['is damaged', '{"outcome":'],
    ['is not there', undefined],
  ])('says so when the result %s', (_, json) => {
    const machine = changing([]);
    if (json === undefined) journal(machine, { phase: 'ended' });
    else summary(machine, json);
    expect(follow(machine, RUN)).toBe(1);
    expect(machine.screen.at(-1)).toMatch(/^The upgrade has ended, and its result cannot be read: /);
  });

  it('does not follow another run, or none', () => {
    const machine = changing([]);
    expect(follow(machine, RUN)).toBe(1);
    journal(machine, { start: { run: 'run-2' } } as unknown as RunState);
    machine.files.writeText(reports.summary, DONE);
    expect(follow(machine, RUN)).toBe(0);
  });
});
