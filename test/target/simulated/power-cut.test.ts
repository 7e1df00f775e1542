/** What a power cut leaves. */
import { describe, expect, it } from 'vitest';
import type { Machine } from '../../../src/target/machine.js';
import type { WorldOptions } from '../../../src/target/simulated/world.js';
import { MODEL, TASK_XML, worldOf } from './models.js';

/** Runs `start` with the power cut at a call; what `look` sees when the machine is on again, for many seeds. */
function leftBy<T>(start: (m: Machine) => void, cutAt: number, look: (m: Machine) => T, canFlush = true): Set<T> {
  const seen = new Set<T>();
  for (let seed = 0; seed < 60; seed += 1) {
    let starts = 0;
    const options: WorldOptions = { cutAt, seed, afterCut: (machine) => void seen.add(look(machine)) };
    const engine = { start: (machine: Machine) => (starts++ === 0 ? start(machine) : undefined) };
    worldOf(engine, { ...MODEL, canFlush }, options).run();
  }
  return seen;
}

const textOf =
  (path: string) =>
  (machine: Machine): string =>
    machine.files.stat(path) ? machine.files.readText(path) : 'none';
const kinds = (texts: Set<string>, whole: string): string[] =>
  [...new Set([...texts].map((text) => (text === whole || text === 'none' ? text : 'damage')))].sort();

describe('a power cut', () => {
  it('leaves an unflushed file whole, damaged, or not at all', () => {
    const write = ({ files, console }: Machine): void => {
      files.writeText('C:\\new.txt', 'some text');
      console.write('');
    };
    expect(kinds(leftBy(write, 2, textOf('C:\\new.txt')), 'some text')).toEqual(['damage', 'none', 'some text']);
  });

  it('leaves what was flushed, where Windows can flush', () => {
    const write = ({ files, console }: Machine): void => {
      files.writeText('C:\\new.txt', 'some text');
      files.flush('C:');
      console.write('');
    };
    expect(kinds(leftBy(write, 3, textOf('C:\\new.txt')), 'some text')).toEqual(['some text']);
    expect(kinds(leftBy(write, 3, textOf('C:\\new.txt'), false), 'some text')).toEqual(['damage', 'none', 'some text']);
  });

  it('inside a flush may come before it or behind it', () => {
    const write = ({ files }: Machine): void => {
      files.writeText('C:\\new.txt', 'some text');
      files.flush('C:');
    };
    expect(kinds(leftBy(write, 2, textOf('C:\\new.txt')), 'some text')).toEqual(['damage', 'none', 'some text']);
  });

  it('leaves what Windows has written by itself half a minute later', () => {
    const write = ({ files, clock, console }: Machine): void => {
      files.writeText('C:\\new.txt', 'some text');
      clock.sleep(31_000);
      console.write('');
    };
    expect(kinds(leftBy(write, 3, textOf('C:\\new.txt'), false), 'some text')).toEqual(['some text']);
  });

  it('loses or zeroes registry values and task registrations that were not flushed', () => {
    const write = ({ registry, tasks, console }: Machine): void => {
      registry.write('HKLM\\SOFTWARE\\X', 'v', 'text');
      tasks.register('Inplace', TASK_XML);
      console.write('');
    };
    const value = leftBy(write, 3, ({ registry }) => registry.read('HKLM\\SOFTWARE\\X', 'v') ?? 'none');
    expect([...value].sort()).toEqual(['', 'none', 'text']);
    expect(leftBy(write, 3, ({ tasks }) => tasks.exists('Inplace'))).toEqual(new Set([true, false]));
  });

  it('ends programs, and restarts the machine: another boot id', () => {
    const seen: unknown[] = [];
    let process = '';
    const world = worldOf(
      {
        start: ({ processes, power, clock }) => {
          if (process !== '') return;
          seen.push(power.bootId());
          const files = { resultFile: 'C:\\r', outputFile: 'C:\\o', workingDirectory: 'C:\\', environment: {} };
          process = processes.start({ line: 'x.exe', ...files });
          clock.sleep(1000);
        },
      },
      MODEL,
      { cutAt: 3, afterCut: ({ processes, power }) => seen.push(power.bootId(), processes.isRunning(process)) },
    );
    world.run();
    expect(seen).toEqual(['boot-1', 'boot-2', false]);
  });

  it('is the restart, when Setup has prepared the upgrade', () => {
    const world = worldOf(
      {
        start: ({ processes, clock, console }) => {
          const files = { resultFile: 'C:\\r', outputFile: 'C:\\o', workingDirectory: 'C:\\', environment: {} };
          processes.start({ line: '"E:\\setup.exe" /auto upgrade /imageindex 1', ...files });
          clock.sleep(2_000_000);
          console.write('');
        },
      },
      MODEL,
      { cutAt: 3 },
    );
    world.run();
    expect(world.pc.windows.build).toBe(26100);
  });

  it('leaves the same for the same seed and call', () => {
    const write = ({ files }: Machine): void => {
      for (let index = 0; index < 20; index += 1) files.writeText(`C:\\${index}`, 'text');
    };
    const look = ({ files }: Machine): string => files.list('C:').join();
    const leftovers = (): string[] => [...leftBy(write, 15, look)];
    expect(leftovers()).toEqual(leftovers());
    expect(leftovers().length).toBeGreaterThan(10);
  });

  it('ends every call that comes after it, whatever the engine catches', () => {
    let reached = false;
    const world = worldOf(
      {
        start: ({ console }) => {
          try {
            console.write('');
          } catch {
            // an engine that should not
          }
          if (world.pc.boots > 1) return;
          console.write('');
          reached = true;
        },
      },
      MODEL,
      { cutAt: 1 },
    );
    world.run();
    expect([world.pc.boots, reached]).toEqual([2, false]);
  });

  it('before the task runs brings the technician back, who starts again', () => {
    let starts = 0;
    const start = ({ console }: Machine): void => {
      starts += 1;
      console.write('');
    };
    worldOf({ start }, MODEL, { cutAt: 1 }).run();
    expect(starts).toBe(2);
  });
});
