/** Programs that outlive the engine that started them (design/task-sequence.md, 8; StepContext.run). */
import { describe, expect, it } from 'vitest';
import type { Command, Machine, Processes } from '../../src/target/machine.js';
import { resume } from '../../src/target/resume.js';
import { counted } from '../../src/target/simulated/counted.js';
import type { SimulatedPc } from '../../src/target/simulated/pc.js';
import { command, commandsOf, MODEL, RESTART, RUN, runSequence, setVariable, UPGRADE } from './support/engine-run.js';

/** Somebody ends the engine, not the computer. */
class EngineEnded extends Error {
  readonly machineGone = true;
  constructor() {
    super('the engine was ended');
  }
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
        if (left === 0) throw new EngineEnded();
      },
    };
    return resumeUntilEnded({ ...machine, clock });
  };
}

function resumeUntilEnded(machine: Machine): ReturnType<typeof resume> {
  try {
    return resume(machine);
  } catch (error) {
    if (!(error instanceof EngineEnded)) throw error;
    return 'busy';
  }
}

/** The programs of a machine, with some calls of the test's own. */
function withCalls({ processes }: Machine, calls: Partial<Processes>): Processes {
  return {
    start: (command) => processes.start(command),
    adopt: (file) => processes.adopt(file),
    isRunning: (process) => processes.isRunning(process),
    isImageRunning: (image) => processes.isImageRunning(image),
    end: (process) => processes.end(process),
    ...calls,
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

describe('an engine that ends while it starts a program', () => {
  const PROGRAMS = commandsOf({ long: { exitCodes: [3], seconds: 1000 }, short: { exitCodes: [0], seconds: 20 } });

  /** Ends the first engine in the middle of its first start of a program. */
  function endedInStart(when: 'before' | 'after'): (machine: Machine) => ReturnType<typeof resume> {
    let isFirst = true;
    return (machine) => {
      const start = (line: Command) => {
        const isLast = isFirst;
        isFirst = false;
        if (isLast && when === 'before') throw new EngineEnded();
        const process = machine.processes.start(line);
        if (isLast) throw new EngineEnded();
        return process;
      };
      return resumeUntilEnded({ ...machine, processes: withCalls(machine, { start }) });
    };
  }

  it('is followed by one that waits for the program, also when it takes long and may not run twice', () => {
    const end = runSequence({
      steps: [command('long', { repeatable: false })],
      model: { commands: PROGRAMS },
      resume: endedInStart('after'),
    });
    expect(end.log).toContain('The program still runs: this engine waits for its end');
    expect(end.records).toMatchObject([{ outcome: 'failed', exitCode: 3, attempt: 2 }]);
  });

  it('is followed by one that finds what the program has left meanwhile', () => {
    const end = runSequence({
      steps: [command('short', { repeatable: false })],
      model: { commands: PROGRAMS },
      resume: endedInStart('after'),
    });
    expect(end.records).toMatchObject([{ outcome: 'success', exitCode: 0, attempt: 2 }]);
  });

  it('is followed by one that starts the program, when it has never begun', () => {
    const end = runSequence({
      steps: [command('short', { repeatable: false })],
      model: { commands: PROGRAMS },
      resume: endedInStart('before'),
    });
    expect(end.records).toMatchObject([{ outcome: 'success', exitCode: 0, attempt: 2 }]);
  });
});

describe('an engine that ends at any call to the machine', () => {
  const STEPS = [command('long', { repeatable: false, successCodes: [3] }), UPGRADE, RESTART, command('short')];
  const setup = { ...MODEL.setup, upgrade: { exitCodes: [0], seconds: 3000, hostSeconds: 0 } };
  const commands = commandsOf({ long: { exitCodes: [3], seconds: 1000 }, short: { exitCodes: [0], seconds: 20 } });

  /** Ends the first engine at the nth of all calls. @returns how the run ended, what was started, and whether there was such a call */
  function endedAtCall(n: number): { outcomes: readonly string[]; started: string[]; reached: boolean } {
    let calls = 0;
    const started: string[] = [];
    const end = runSequence({
      steps: STEPS,
      model: { setup, commands },
      resume: (machine) => {
        const last = <R>(_: string, effect: () => R): R => {
          calls += 1;
          const result = effect();
          if (calls === n) throw new EngineEnded();
          return result;
        };
        const start = (line: Command) => {
          started.push(/setup|long|short/.exec(line.line)?.[0] ?? line.line);
          return machine.processes.start(line);
        };
        return resumeUntilEnded({
          ...machine,
          files: counted('files', machine.files, last),
          processes: counted('processes', withCalls(machine, { start }), last),
          clock: counted('clock', machine.clock, last),
        });
      },
    });
    return { outcomes: end.outcomes, started, reached: calls >= n };
  }

  it('is followed by one that starts no program a second time and loses none', { timeout: 600_000 }, () => {
    let n = 1;
    let begunOnly = 0;
    for (let reached = true; reached; n += process.env['INPLACE_LONG'] ? 1 : 17) {
      const run = endedAtCall(n);
      reached = run.reached;
      // it had written that the step was about to run, and nothing yet of its program: such a step may not begin again (design, 8)
      if (run.outcomes.length === 1) {
        begunOnly += 1;
        expect([n, run.outcomes, run.started]).toEqual([n, ['1 failed'], []]);
        continue;
      }
      expect([n, run.outcomes, run.started]).toEqual([
        n,
        ['1 success', '2 success', '3 restarted', '4 success'],
        ['long', 'setup', 'short'],
      ]);
    }
    expect(n).toBeGreaterThan(300);
    expect(begunOnly).toBeLessThan(n / 20);
  });
});

describe('time', () => {
  it('a program that takes longer than the time limit is ended, and the step fails', () => {
    const end = runSequence({
      steps: [command('hang', { timeout: 120, continueOnError: true }), command('a')],
      model: { commands: commandsOf({ hang: { exitCodes: [0], hangs: true, output: 'x' } }) },
    });
    expect(end.outcomes).toEqual(['1 ignored', '2 success']);
    expect(end.records[0]).toMatchObject({
      exitCode: 1460,
      exceeded: 120,
      reason: 'The program did not end in 2 min and was ended',
    });
    expect(end.pc.processes.count).toBe(0);
    const { start, end: ended } = end.records[0]!;
    const took = (Date.parse(ended) - Date.parse(start)) / 1000;
    expect(took).toBeGreaterThanOrEqual(120);
    expect(took).toBeLessThan(125);
  });

  /** WMI answers from the nth attempt to end a program on. */
  function silentUntil(n: number): { resume: (machine: Machine) => ReturnType<typeof resume>; attempts: () => number } {
    let attempts = 0;
    const end = (machine: Machine) => (process: string) => {
      attempts += 1;
      if (attempts < n) throw new Error('WMI does not name its processes');
      machine.processes.end(process);
    };
    return {
      resume: (machine) => resume({ ...machine, processes: withCalls(machine, { end: end(machine) }) }),
      attempts: () => attempts,
    };
  }

  it('a program that cannot be ended while WMI is gone for a while is ended later', () => {
    const { resume: own, attempts } = silentUntil(5);
    const end = runSequence({
      steps: [command('hang', { timeout: 120 })],
      model: { commands: commandsOf({ hang: { exitCodes: [0], hangs: true } }) },
      resume: own,
    });
    expect(end.records).toMatchObject([{ exitCode: 1460, reason: 'The program did not end in 2 min and was ended' }]);
    expect(starts(end.log, 'Its time is over, and it cannot be ended yet')).toBe(1);
    expect([attempts(), end.pc.processes.count]).toEqual([5, 0]);
  });

  it('a program that ends by itself while it cannot be ended has its own exit code', () => {
    const end = runSequence({
      steps: [command('slow', { timeout: 120 })],
      model: { commands: commandsOf({ slow: { exitCodes: [0], seconds: 300 } }) },
      resume: silentUntil(100).resume,
    });
    expect(end.records).toMatchObject([{ outcome: 'success', exitCode: 0 }]);
  });

  it('a program that cannot be ended at all: the step says that it still runs, and no retry starts a second one', () => {
    const { resume: own, attempts } = silentUntil(100);
    const end = runSequence({
      steps: [command('hang', { timeout: 120, retry: { count: 3, delay: 1 } })],
      model: { commands: commandsOf({ hang: { exitCodes: [0], hangs: true } }) },
      resume: own,
    });
    const reason =
      'The program did not end in 2 min and still runs, for it could not be ended: WMI does not name its processes';
    expect(end.records).toMatchObject([{ outcome: 'failed', exitCode: 1460, reason, attempt: 1 }]);
    expect([attempts(), end.pc.processes.count]).toEqual([20, 1]);
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
    expect(end.records).toMatchObject([{ outcome: 'success', overdue: true, exceeded: 600 }]);
    expect(end.machine.files.readText(`C:\\Inplace\\Reports\\${RUN}\\result.txt`)).toMatch(
      /^Test on .+: done\r\n\r\nThe sequence has ended well; .+\.\r\n\r\nFrom \d.+ \(UTC\)\. Each step is in status\.jsonl/,
    );
  });

  it('SetupHost that goes on for longer than was expected is waited for, and the record says so', () => {
    const upgrade = { ...(UPGRADE as object), expect: 600 } as never;
    const setup = { ...MODEL.setup, upgrade: { exitCodes: [0], seconds: 100, hostSeconds: 1000 } };
    const end = runSequence({ steps: [upgrade], model: { setup } });
    expect(starts(end.log, 'SetupHost.exe takes longer than expected')).toBe(1);
    expect(end.records).toMatchObject([{ outcome: 'success', overdue: true, exceeded: 600 }]);
  });

  it('of programs that took less than was expected nothing is said', () => {
    const setup = { ...MODEL.setup, upgrade: { exitCodes: [0], seconds: 7200, hostSeconds: 0 } };
    const end = runSequence({ steps: [UPGRADE, command('a')], model: { setup } });
    expect(end.records.filter(({ overdue }) => overdue !== undefined)).toEqual([]);
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
