/** What the task finds, and what it comes to (design/task-sequence.md, 4, 5, 8 and 9). */
import { describe, expect, it } from 'vitest';
import { Journal } from '../../src/target/journal.js';
import { localFolder } from '../../src/target/local-folder.js';
import type { Machine } from '../../src/target/machine.js';
import { resume, resumeWith } from '../../src/target/resume.js';
import { beginRun, earlierRun, forgetEndedRun } from '../../src/target/run-start.js';
import { safetyNetXml } from '../../src/target/safety-net.js';
import { STEP_FUNCTIONS } from '../../src/target/steps/table.js';
import { onMachine, TASK_XML } from './simulated/models.js';
import type { Draft } from './support/engine-run.js';
import { command, commandsOf, MODEL, modelOf, moveIn, RESTART, runSequence, UPGRADE } from './support/engine-run.js';

const SUSPEND = { type: 'disableBitLocker', name: 'Suspend', restarts: 0 } as unknown as Draft;
const SETUP = 'HKEY_LOCAL_MACHINE\\SYSTEM\\Setup';

describe('resume', () => {
  it('finds nothing where no run was begun, and takes no lock', () => {
    onMachine((machine) => {
      expect(resume(machine)).toBe('nothing');
      expect(machine.files.stat('C:\\Inplace')).toBeUndefined();
    });
  });

  it('removes its task where /start was cut short before the run began, and nobody has started again', () => {
    onMachine((machine) => {
      const local = localFolder(machine.environment);
      machine.files.createFolder(local.folder);
      machine.files.writeText(local.task, TASK_XML);
      machine.tasks.register('Inplace', TASK_XML);
      machine.files.writeText(local.journals[0], '\0\0');
      machine.clock.sleep(600_000);
      expect(resume(machine)).toBe('nothing');
      expect(machine.tasks.exists('Inplace')).toBe(true);
      machine.clock.sleep(3_600_000);
      expect(resume(machine)).toBe('nothing');
      expect(machine.tasks.exists('Inplace')).toBe(false);
    });
  });

  it('makes the folder of reports again where a power cut took it and left the journal', () => {
    const { summary, outcomes } = runSequence({
      steps: [command('a')],
      prepared: ({ files }) => files.remove('C:\\Inplace\\Reports'),
    });
    expect([summary?.outcome, outcomes]).toEqual(['success', ['1 success']]);
  });

  it('one engine at a time: the others leave quietly', () => {
    onMachine((machine) => {
      moveIn(machine, [command('a')]);
      const lock = () => false;
      expect(resume({ ...machine, files: { ...machine.files, lock } })).toBe('busy');
      expect(resume(machine)).toBe('ended');
    }, modelOf());
  });

  it.each(['SystemSetupInProgress', 'OOBEInProgress'])('waits while %s, and runs no step', (value) => {
    onMachine((machine) => {
      moveIn(machine, [command('a')]);
      machine.registry.write(SETUP, value, 1);
      expect(resume(machine)).toBe('waiting');
      machine.registry.write(SETUP, value, 0);
      expect(resume(machine)).toBe('ended');
    }, modelOf());
  });

  it('waits through OOBE after an upgrade', () => {
    const setup = { ...MODEL.setup, oobeSeconds: 900, ignoresHooks: true };
    const { ends } = runSequence({ steps: [UPGRADE, RESTART], model: { setup } });
    expect(ends[0]).toBe('restarting');
    expect(ends.filter((end) => end === 'waiting').length).toBeGreaterThan(1);
    expect(ends.at(-1)).toBe('ended');
  });

  it('after the end finds nothing, and removes what a cut may have brought back', () => {
    onMachine((machine) => {
      moveIn(machine, [command('a')]);
      expect(resume(machine)).toBe('ended');
      machine.tasks.register('Inplace', '<Task><Exec></Exec></Task>');
      expect(resume(machine)).toBe('nothing');
      expect(machine.tasks.exists('Inplace')).toBe(false);
    }, modelOf());
  });

  it('a restart that has not happened is asked for again, until it does', () => {
    const end = runSequence({ steps: [RESTART, command('a')], model: { restartsIgnored: 3 } });
    expect(end.outcomes).toEqual(['1 restarted', '2 success']);
    expect(end.log).toContain('The restart has not happened: asking again (4)');
    expect(end.summary?.restarts).toBe(1);
  });

  it('a restart that is still to come is not asked for again', () => {
    const { log, ends } = runSequence({ steps: [{ ...(RESTART as object), delay: 900 } as never] });
    expect(ends.filter((end) => end === 'restarting').length).toBeGreaterThan(2);
    expect(log).not.toContain('asking again');
  });

  it('a clock that was set back does not keep a restart from being asked for again', () => {
    const clock = { ...MODEL.clock, jumps: [{ after: 20, by: -30 * 86400 }] };
    const end = runSequence({ steps: [RESTART, command('a')], model: { restartsIgnored: 1, clock } });
    expect(end.outcomes).toEqual(['1 restarted', '2 success']);
    expect(end.seconds).toBeLessThan(3600);
  });

  it('a step that always wants another restart does not restart the computer for ever', () => {
    const restart = () => ({ outcome: 'success' as const, restart: { delay: 1, message: 'again', again: true } });
    const end = runSequence({
      steps: [RESTART],
      resume: (machine) => resumeWith(machine, { ...STEP_FUNCTIONS, restart }),
    });
    expect(end.boots).toBe(51);
    expect(end.records).toMatchObject([
      { outcome: 'failed', reason: expect.stringContaining('asked for 51 restarts') },
    ]);
  });

  it('a sequence that cannot be read ends the run, and what was switched off is given back', () => {
    const end = runSequence({
      steps: [SUSPEND, RESTART, command('a')],
      resume: (machine, pc) => {
        if (pc.boots === 2) machine.files.writeText('C:\\Inplace\\sequence.json', '{"format":2,');
        return resume(machine);
      },
    });
    expect(end.summary).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('sequence.json cannot be read'),
    });
    expect(end.pc.bitLocker.status()).toEqual([{ drive: 'C:', status: 1 }]);
    expect(end.pc.tasks.names()).toEqual([]);
  });

  it('the journal says what is about to run before any of it runs', () => {
    const seen: unknown[] = [];
    runSequence({
      steps: [command('a'), { type: 'stop', name: 'Stop', message: '' } as never],
      resume: (machine) => {
        const stop = () => {
          const state = new Journal(machine, localFolder(machine.environment)).read();
          seen.push(state?.underWay?.index, state?.underWay?.attempt, state?.next);
          return { outcome: 'success' as const };
        };
        return resumeWith(machine, { ...STEP_FUNCTIONS, stop });
      },
    });
    expect(seen).toEqual([1, 1, 1]);
  });

  it('a step that throws fails, and the run goes its orderly way', () => {
    const stop = () => {
      throw new Error('The device is not ready');
    };
    const end = runSequence({
      steps: [{ type: 'stop', name: 'Stop', message: '', continueOnError: true } as never, command('a')],
      resume: (machine) => resumeWith(machine, { ...STEP_FUNCTIONS, stop }),
    });
    expect(end.outcomes).toEqual(['1 ignored', '2 success']);
    expect(end.records[0]?.reason).toBe('The step failed: The device is not ready');
  });

  it('a journal that cannot be written ends the engine, and nothing of the next step has begun', () => {
    let full = true;
    const end = runSequence({
      steps: [command('a')],
      resume: (machine) => {
        const writeText: Machine['files']['writeText'] = (path, text) => {
          if (full && /journal/.test(path)) throw new Error('There is not enough space on the disk');
          machine.files.writeText(path, text);
        };
        try {
          return resume({ ...machine, files: { ...machine.files, writeText } });
        } catch (error) {
          expect(String(error)).toContain('not enough space');
          full = false;
          return 'busy';
        }
      },
    });
    expect(end.records).toMatchObject([{ outcome: 'success', attempt: 1 }]);
  });
});

describe('what was switched off', () => {
  const status = (end: ReturnType<typeof runSequence>) => end.pc.bitLocker.status()[0]?.status;

  it.each<[string, Draft[]]>([
    ['when all went well', [SUSPEND, command('a')]],
    ['when the run failed', [SUSPEND, command('bad')]],
  ])('is given back at the end %s', (_, steps) => {
    const end = runSequence({ steps, model: { commands: commandsOf({ bad: 5 }) } });
    expect(status(end)).toBe(1);
    expect(end.log).toContain('BitLocker of C: protects again');
    expect(end.pc.tasks.names()).toEqual([]);
  });

  it('is given back by its own task when the engine never returns', () => {
    let first = true;
    const end = runSequence({
      steps: [SUSPEND, RESTART, command('a')],
      resume: (machine) => {
        if (!first) return 'busy';
        first = false;
        return resume(machine);
      },
      options: { mostSeconds: 4 * 86400 },
    });
    expect(status(end)).toBe(1);
    expect(end.pc.events.some(({ words }) => words.includes('manage-bde.exe'))).toBe(true);
  });

  it('has a safety net before it is switched off', () => {
    const seen: boolean[] = [];
    runSequence({
      steps: [SUSPEND],
      resume: (machine) => {
        const invoke: Machine['wmi']['invoke'] = (namespace, wql, method, parameters) => {
          seen.push(machine.tasks.exists('Inplace resume BitLocker C'));
          return machine.wmi.invoke(namespace, wql, method, parameters);
        };
        return resume({ ...machine, wmi: { ...machine.wmi, invoke } });
      },
    });
    expect(seen[0]).toBe(true);
  });

  it('that cannot be given back is said in the summary, and its net stays', () => {
    const end = runSequence({
      steps: [SUSPEND],
      resume: (machine) => {
        const invoke: Machine['wmi']['invoke'] = (namespace, wql, method, parameters) =>
          method === 'EnableKeyProtectors' ? 0x80070005 : machine.wmi.invoke(namespace, wql, method, parameters);
        return resume({ ...machine, wmi: { ...machine.wmi, invoke } });
      },
      prepared: (_, pc) => pc.after(600, () => pc.tasks.remove('Inplace resume BitLocker C')),
    });
    expect(end.summary?.advice).toContain('BitLocker of C: could not be resumed (0x80070005)');
  });

  it('the task of the net runs as Local System, once, also when its time has passed', () => {
    const xml = onMachine((machine) => safetyNetXml(machine, { type: 'bitLocker', drive: 'C:' }));
    expect(xml).toMatch(/^[\r\n -~]*$/);
    expect(xml).toContain('<UserId>S-1-5-18</UserId>');
    expect(xml).toContain('<StartWhenAvailable>true</StartWhenAvailable>');
    expect(xml).toContain('<StartBoundary>2026-11-26T08:00:00Z</StartBoundary>');
    expect(xml).toContain('<Arguments>-protectors -enable C:</Arguments>');
  });
});

describe('the beginning of a run', () => {
  it('an earlier run stands in the way while it is under way, not when it has ended', () => {
    onMachine((machine) => {
      const local = localFolder(machine.environment);
      expect(earlierRun(machine, local)).toBe('none');
      moveIn(machine, [command('a')]);
      expect(earlierRun(machine, local)).toBe('underWay');
      expect(resume(machine)).toBe('ended');
      expect(earlierRun(machine, local)).toBe('ended');
      forgetEndedRun(machine, local);
      expect(earlierRun(machine, local)).toBe('none');
      expect(resume(machine)).toBe('nothing');
    }, modelOf());
  });

  it('variables.json that cannot be read begins nothing', () => {
    onMachine((machine) => {
      const local = localFolder(machine.environment);
      machine.files.createFolder(local.folder);
      machine.files.writeText(local.variables, '{"variables":');
      const start = {
        run: 'r',
        mediaId: 'm',
        began: 0,
        chosen: { packageId: 'windows', imageIndex: 1 },
        before: { build: 1, edition: '', installationType: '' },
        setupFrom: 'local' as const,
      };
      expect(() => beginRun(machine, local, start)).toThrow('This is not JSON');
      expect(earlierRun(machine, local)).toBe('none');
    });
  });
});
