/** The power plan is exchanged for one without sleep while a run is under way, and comes back whatever happens. */
import { describe, expect, it } from 'vitest';
import { CutJudge } from '../../src/simulation/cut-every.js';
import { runMachine } from '../../src/simulation/run-machine.js';
import { Journal } from '../../src/target/journal.js';
import { localFolder } from '../../src/target/local-folder.js';
import type { Machine } from '../../src/target/machine.js';
import { AWAKE_PLAN, BALANCED_PLAN } from '../../src/target/power-plan.js';
import { resume } from '../../src/target/resume.js';
import { safetyNetXml } from '../../src/target/safety-net.js';
import { builtIn, machineYaml } from '../support/simulated.js';
import { long } from '../support/tools.js';
import { MODEL, onMachine, TASK_XML } from './simulated/models.js';
import { command, commandsOf, type EngineEnd, RESTART, runSequence, UPGRADE } from './support/engine-run.js';

const NET = 'Inplace restore power plan';
const OWN = '11111111-2222-3333-4444-555555555555';
const STEPS = [command('a'), UPGRADE, RESTART, command('b')];

/** The active plan, and whether a copy is left. */
const plans = ({ pc }: EngineEnd) => ({
  active: pc.powerPlans.active,
  copy: pc.powerPlans.all.includes(AWAKE_PLAN),
  net: pc.tasks.exists(NET),
});
const BACK = { active: BALANCED_PLAN, copy: false, net: false };

/** The machine with other power calls. */
const withPower = (machine: Machine, power: Partial<Machine['power']>): Machine => ({
  ...machine,
  power: { ...machine.power, ...power },
});

describe('the power plan of the machine', () => {
  it('is exchanged before the first step, stays so over the restart, and comes back', () => {
    const seen: string[] = [];
    const end = runSequence({
      steps: STEPS,
      resume: (machine, pc) => {
        const start: Machine['processes']['start'] = (wanted) => {
          seen.push(pc.powerPlans.active);
          return machine.processes.start(wanted);
        };
        return resume({ ...machine, processes: { ...machine.processes, start } });
      },
    });
    expect(end.summary?.outcome).toBe('success');
    expect(seen).toEqual([AWAKE_PLAN, AWAKE_PLAN, AWAKE_PLAN]);
    expect(plans(end)).toEqual(BACK);
  });

  it.each([
    ['a failure', { commands: commandsOf({ a: 5 }) }, 'failed'],
    ['a rollback', { setup: { ...MODEL.setup, rollback: 0x30018 } }, 'rolledBack'],
    ['an upgrade that brings new plans', { setup: { ...MODEL.setup, losesPlans: true } }, 'success'],
    ['an upgrade that loses tasks', { setup: { ...MODEL.setup, losesTasks: true } }, 'success'],
    ['a run on Windows 7, which cannot flush', { canFlush: false }, 'success'],
  ] as const)('comes back after %s', (_, model, outcome) => {
    // Setup's hook registers the task again, from the file that /start leaves
    const prepared = ({ files }: Machine) => files.writeText('C:\\Inplace\\task.xml', TASK_XML);
    const end = runSequence({ steps: STEPS, model, prepared });
    expect(end.summary?.outcome).toBe(outcome);
    expect(plans(end)).toEqual(BACK);
  });

  it('comes back when the sequence cannot be read any more', () => {
    const end = runSequence({
      steps: STEPS,
      resume: (machine, pc) => {
        if (pc.boots > 1) machine.files.writeText('C:\\Inplace\\sequence.json', '{');
        return resume(machine);
      },
    });
    expect(end.summary?.outcome).toBe('failed');
    expect(plans(end)).toEqual(BACK);
  });

  it('is in the journal, and its net is there, before it is exchanged', () => {
    const seen: unknown[] = [];
    runSequence({
      steps: [command('a')],
      resume: (machine, pc) => {
        const stayAwake = (plan: string) => {
          const state = new Journal(pc.observer(), localFolder(machine.environment)).read();
          seen.push(plan, state?.suspended, machine.tasks.exists(NET));
          machine.power.stayAwake(plan);
        };
        return resume(withPower(machine, { stayAwake }));
      },
    });
    expect(seen).toEqual([BALANCED_PLAN, [{ type: 'powerPlan', plan: BALANCED_PLAN }], true]);
  });

  it('that a person chooses meanwhile is the one that comes back', () => {
    const end = runSequence({
      steps: STEPS,
      prepared: (_, pc) => {
        pc.powerPlans.copy(BALANCED_PLAN, OWN);
        pc.after(60, () => pc.powerPlans.activate(OWN));
      },
    });
    expect(end.records.length).toBe(4);
    expect(plans(end)).toEqual({ ...BACK, active: OWN });
  });

  it('is Balanced when an earlier run was never given back and nobody knows the plan any more', () => {
    const end = runSequence({
      steps: [command('a')],
      prepared: (_, pc) => pc.powerPlans.stayAwake(BALANCED_PLAN),
    });
    expect(plans(end)).toEqual(BACK);
  });

  it('is given back by its own task when the engine never returns', () => {
    let first = true;
    const end = runSequence({
      steps: [command('a'), RESTART, command('b')],
      resume: (machine) => {
        if (!first) return 'busy';
        first = false;
        return resume(machine);
      },
      options: { mostSeconds: 4 * 86400 },
    });
    expect(plans(end)).toEqual({ active: BALANCED_PLAN, copy: false, net: true });
    expect(end.pc.events.filter(({ words }) => words.includes('powercfg.exe')).length).toBe(2);
  });

  it('that may not be exchanged is a warning, and the upgrade goes on', () => {
    const stayAwake = () => {
      throw new Error('a policy forbids it');
    };
    const end = runSequence({ steps: STEPS, resume: (machine) => resume(withPower(machine, { stayAwake })) });
    expect(end.summary?.outcome).toBe('success');
    expect(end.log).toContain('The computer may fall asleep while the upgrade is under way: a policy forbids it');
    expect(plans(end)).toEqual(BACK);
  });

  it('that does not come back is said in the summary, and its net stays and gives it back', () => {
    const letSleep = () => {
      throw new Error('powercfg has not exchanged it');
    };
    const end = runSequence({
      steps: [command('a')],
      resume: (machine) => resume(withPower(machine, { letSleep })),
      options: { mostSeconds: 4 * 86400 },
    });
    expect(end.summary?.advice).toContain('The power plan could not be given back (powercfg has not exchanged it)');
    expect(plans(end)).toEqual({ ...BACK, net: true });
  });

  it('is not touched where Windows has none: WinPE', () => {
    const stayAwake = () => {
      throw new Error('nobody may call this');
    };
    const end = runSequence({
      steps: [command('a')],
      resume: (machine) => resume(withPower(machine, { plan: () => undefined, stayAwake })),
    });
    expect(end.log).not.toContain('asleep');
    expect(plans(end)).toEqual(BACK);
  });

  it('has a task that sets the old plan and then removes the copy', () => {
    const xml = onMachine((machine) => safetyNetXml(machine, { type: 'powerPlan', plan: OWN }));
    const programs = [...xml.matchAll(/<Exec><Command>(.*?)<\/Command><Arguments>(.*?)<\/Arguments><\/Exec>/g)];
    const powercfg = 'C:\\Windows\\System32\\powercfg.exe';
    expect(programs.map(([, ...words]) => words)).toEqual([
      [powercfg, `/setactive ${OWN}`],
      [powercfg, `/delete ${AWAKE_PLAN}`],
    ]);
  });
});

/** Calls of the default sequences on one machine, each cut once; the judge compares the power plan as well. */
describe('a power cut at every call of a default sequence gives the plan back', () => {
  const LAPTOP =
    'windows: { version: 10.0.19045.3803, edition: Professional }\nbitLocker: on\ncomputer: { power: mains }\n';
  const SERVER = 'windows: { version: 10.0.17763.3650, edition: ServerStandard }\ncomputer: { memory: 16 GB }\n';
  it.each([
    ['client', LAPTOP],
    ['client', `${LAPTOP}canFlush: false\n`],
    ['server', SERVER],
    ['server', `${SERVER}canFlush: false\n`],
  ] as const)('%s', { timeout: 1_800_000 }, async (kind, text) => {
    const { sequence, model } = await builtIn(kind, machineYaml(text));
    const uncut = runMachine(model);
    expect(uncut.end.powerPlans).toEqual({ active: BALANCED_PLAN, all: [BALANCED_PLAN] });
    const judge = new CutJudge(model, sequence, uncut);
    const bad: string[] = [];
    for (let call = 1; call <= uncut.calls; call += long ? 1 : 13) {
      const { class: how, words } = judge.run(call, call);
      if (how !== 'asUncut') bad.push(`${call}: ${words}`);
    }
    expect(bad).toEqual([]);
  });
});
