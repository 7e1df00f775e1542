/** Programs that outlive the engine that started them (design/task-sequence.md, 8; StepContext.run). */
import { describe, expect, it } from 'vitest';
import type { Machine } from '../../src/target/machine.js';
import { resume } from '../../src/target/resume.js';
import type { SimulatedPc } from '../../src/target/simulated/pc.js';
import { command, commandsOf, MODEL, RESTART, runSequence, setVariable, UPGRADE } from './support/engine-run.js';

/** Somebody ends the engine, not the computer. */
class EngineEnded extends Error {
  readonly machineGone = true;
}

/** Ends the first engine at its nth sleep; the next ones work as usual. */
function endedAtSleep(sleeps: number): (machine: Machine, pc: SimulatedPc) => ReturnType<typeof resume> {
  let left = sleeps;
  return (machine) => {
    const clock = {
      ...machine.clock,
      sleep: (milliseconds: number) => {
        left -= 1;
        machine.clock.sleep(milliseconds);
        if (left === 0) throw new EngineEnded('the engine was ended');
      },
    };
    try {
      return resume({ ...machine, clock });
    } catch (error) {
      if (!(error instanceof EngineEnded)) throw error;
      return 'busy';
    }
  };
}

const starts = (log: string, words: string) => log.split(words).length - 1;

describe('another engine takes over', () => {
  it('a program that still runs: it is not started again', () => {
    let runs = 0;
    const end = runSequence({
      steps: [command('long', { repeatable: false })],
      model: { commands: commandsOf({ long: { exitCodes: [3], seconds: 1000 } }) },
      resume: (() => {
        const ended = endedAtSleep(3);
        return (machine: Machine, pc: SimulatedPc) => {
          const start = (line: Parameters<Machine['processes']['start']>[0]) => {
            runs += 1;
            return machine.processes.start(line);
          };
          return ended({ ...machine, processes: { ...machine.processes, start } }, pc);
        };
      })(),
    });
    expect(runs).toBe(1);
    expect(end.log).toContain('The program still runs: this engine waits for its end');
    expect(end.records).toMatchObject([{ outcome: 'failed', exitCode: 3, attempt: 2 }]);
  });

  it('no program whose result is there but not in the journal, which a power cut took back: it has a number of its own', () => {
    const end = runSequence({
      steps: [command('a')],
      model: { commands: commandsOf({ a: { exitCodes: [5], seconds: 10 } }) },
      resume: (machine) => {
        machine.files.createFolder('C:\\Inplace\\work');
        machine.files.writeText('C:\\Inplace\\work\\1.exit', '0\r\n');
        return resume(machine);
      },
    });
    expect(end.records).toMatchObject([{ outcome: 'failed', exitCode: 5 }]);
  });

  it('a program that has ended meanwhile: its exit code is taken, also for a step that may not run twice', () => {
    const end = runSequence({
      steps: [command('short', { repeatable: false }), command('a')],
      model: { commands: commandsOf({ short: { exitCodes: [0], seconds: 20, output: 'done' } }) },
      resume: endedAtSleep(2),
    });
    expect(end.outcomes).toEqual(['1 success', '2 success']);
    expect(end.records[0]).toMatchObject({ output: 'done', attempt: 2 });
    expect(end.boots).toBe(1);
  });

  it('a program that is gone without a word: a step that may not run twice fails', () => {
    const end = runSequence({
      steps: [command('lost', { repeatable: false })],
      model: { commands: commandsOf({ lost: { exitCodes: [0], seconds: 20, vanishes: true } }) },
      resume: endedAtSleep(2),
    });
    expect(end.records).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('may not run twice') }]);
  });

  it('Windows Setup that still runs: there is only ever one', () => {
    const end = runSequence({ steps: [UPGRADE], resume: endedAtSleep(4) });
    expect(end.summary?.outcome).toBe('success');
    expect(end.log).toContain('The program still runs');
    expect(starts(end.log, 'Windows Setup ended with 0')).toBe(1);
  });
});

it('an engine that ends between Setup and the restart makes no rollback of it', () => {
  // Setup takes the first sleeps; the program after it is cut off.
  const setup = { ...MODEL.setup, upgrade: { exitCodes: [0], seconds: 3, hostSeconds: 0 } };
  const end = runSequence({
    steps: [UPGRADE, command('long'), RESTART, command('a')],
    model: { setup, commands: commandsOf({ long: { exitCodes: [0], seconds: 600 } }) },
    resume: endedAtSleep(8),
  });
  expect(end.log).toContain('The program still runs');
  expect(end.outcomes).toEqual(['1 success', '2 success', '3 restarted', '4 success']);
  expect(end.summary).toMatchObject({ outcome: 'success', after: { build: 26100 } });
});

describe('time', () => {
  it('a program that takes longer than the time limit is ended, and the step fails', () => {
    const end = runSequence({
      steps: [command('hang', { timeout: 120, continueOnError: true }), command('a')],
      model: { commands: commandsOf({ hang: { exitCodes: [0], hangs: true, output: 'x' } }) },
    });
    expect(end.outcomes).toEqual(['1 ignored', '2 success']);
    expect(end.records[0]).toMatchObject({ exitCode: 1460, reason: 'The program did not end in 2 min and was ended' });
    expect(end.pc.processes.count).toBe(0);
    const { start, end: ended } = end.records[0]!;
    const took = (Date.parse(ended) - Date.parse(start)) / 1000;
    expect(took).toBeGreaterThanOrEqual(120);
    expect(took).toBeLessThan(125);
  });

  it('a clock that jumps ends nothing too early', () => {
    const end = runSequence({
      steps: [command('slow', { timeout: 600 })],
      model: {
        commands: commandsOf({ slow: { exitCodes: [0], seconds: 500 } }),
        clock: { ...MODEL.clock, jumps: [{ after: 100, by: 86400 }] },
      },
    });
    expect(end.outcomes).toEqual(['1 success']);
  });

  it('Windows Setup is never ended: the log warns once, and the engine waits', () => {
    const upgrade = { ...(UPGRADE as object), expect: 600, timeout: 60 } as never;
    const setup = { ...MODEL.setup, upgrade: { exitCodes: [0], seconds: 7200, hostSeconds: 0 } };
    const end = runSequence({ steps: [upgrade], model: { setup } });
    expect(end.summary?.outcome).toBe('success');
    expect(starts(end.log, 'It takes longer than 10 min; it is not ended')).toBe(1);
  });
});

describe('results', () => {
  it('an exit code without its line end is not whole: of 3010 a power cut may leave 3', () => {
    const end = runSequence({
      steps: [command('torn', { repeatable: false })],
      model: { commands: commandsOf({ torn: { exitCodes: [3010], seconds: 20 } }) },
      resume: (() => {
        const ended = endedAtSleep(3);
        return (machine: Machine, pc: SimulatedPc) => {
          const readText = (path: string) => machine.files.readText(path).replace(/^3010\r\n$/, '3');
          return ended({ ...machine, files: { ...machine.files, readText } }, pc);
        };
      })(),
    });
    expect(end.records).toMatchObject([{ outcome: 'failed' }]);
    expect(end.records[0]?.exitCode).not.toBe(3);
  });

  it('the output goes into the variable and the record, at most 1000 characters', () => {
    const end = runSequence({
      steps: [command('talk', { outputVariable: 'Said' })],
      model: { commands: commandsOf({ talk: { exitCodes: [0], output: `${'x'.repeat(3000)}end` } }) },
    });
    expect(end.records[0]?.output).toHaveLength(1000);
    expect(end.records[0]?.variables?.['Said']).toMatch(/^x{997}end$/);
  });

  it('a program that ends without an exit code is a failure, and it is not said that it took too long', () => {
    const end = runSequence({
      steps: [command('lost')],
      model: { commands: commandsOf({ lost: { exitCodes: [0], vanishes: true } }) },
    });
    expect(end.outcomes).toEqual(['1 failed']);
    expect(end.records[0]?.reason).toMatch(/was ended before it said how it went$/);
  });

  it('a program that cannot be started is a failure of the step, with the words of Windows', () => {
    const end = runSequence({
      steps: [{ type: 'runCommand', command: 'C:\\no\\such.exe', successCodes: [0] } as never],
    });
    expect(end.records).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('could not be started') }]);
  });

  it('two programs of a run never share a result file', () => {
    const end = runSequence({
      steps: [command('same', { retry: { count: 3, delay: 1 } }), setVariable('A', '1')],
      model: { commands: commandsOf({ same: [1, 1, 0] }) },
    });
    expect(end.records[0]).toMatchObject({ outcome: 'success', attempt: 3 });
  });
});
