/** The entry of the simulator: one run of the real engine on a simulated machine, and what is there afterwards. */
import type { RunSummary, StatusRecord, WindowsIdentity } from '../contract.js';
import { localFolder, reportFolder } from '../local-folder.js';
import type { Machine } from '../machine.js';
import { resume } from '../resume.js';
import { type StartEnd, start } from '../start.js';
import { parseStatus } from '../status.js';
import type { Refusal } from '../step.js';
import { readJournal } from './journal-look.js';
import type { MachineModel } from './model.js';
import type { PcEvent } from './pc.js';
import { World, type WorldEnd, type WorldOptions } from './world.js';

export type RunOptions = WorldOptions;

export interface ProgramStart {
  readonly line: string;
  /** path of the step that was under way, as the journal told it; empty when none was */
  readonly step: string;
}

export interface SimulatedEnd extends WorldEnd {
  readonly windows: WindowsIdentity & { readonly productName: string };
  /** of the last run; undefined when none has ended */
  readonly summary: RunSummary | undefined;
  readonly records: readonly StatusRecord[];
  readonly log: string;
  /** why nothing was begun */
  readonly refusals: readonly Refusal[];
  /** how /start ended the last time; undefined: it was cut short */
  readonly started: StartEnd['end'] | undefined;
  readonly events: readonly PcEvent[];
  readonly console: readonly string[];
  /** the programs that were started */
  readonly programs: readonly ProgramStart[];
  /** BitLocker of every drive: 0 off, 1 on, 2 locked */
  readonly protection: readonly { readonly drive: string; readonly status: number }[];
  /** GUIDs of the power plans: the active one, and all */
  readonly powerPlans: { readonly active: string; readonly all: readonly string[] };
  /** whether the task that resumes is still there */
  readonly running: boolean;
}

/** Starts the upgrade on the machine as a technician does, and waits for its end. */
export function simulateRun(model: MachineModel, options: RunOptions = {}): SimulatedEnd {
  let refusals: readonly Refusal[] = [];
  let started: StartEnd['end'] | undefined;
  const world = new World(
    model,
    {
      start: (machine) => {
        const ended = start(machine);
        started = ended.end;
        refusals = 'problems' in ended ? ended.problems : [];
      },
      resume: (machine) => void resume(machine),
    },
    options,
  );
  const end = world.run();
  const { pc } = world;
  return {
    ...end,
    ...readReports(pc.observer()),
    refusals,
    started,
    events: pc.events,
    console: pc.console,
    programs: pc.started.map((line, index) => ({ line, step: pc.startedBy[index] ?? '' })),
    windows: pc.windows,
    protection: pc.bitLocker.status(),
    powerPlans: { active: pc.powerPlans.active, all: pc.powerPlans.all },
    running: pc.tasks.names().some((name) => name === 'Inplace'),
  };
}

/** What the run of the journal has left; damaged files count as missing. */
function readReports(machine: Machine): Pick<SimulatedEnd, 'summary' | 'records' | 'log'> {
  const local = localFolder(machine.environment);
  const { run } = readJournal(machine);
  if (run === undefined) return { summary: undefined, records: [], log: '' };
  const paths = reportFolder(local, run);
  const text = (path: string): string => (machine.files.stat(path) ? machine.files.readText(path) : '');
  return { summary: parseSummary(text(paths.summary)), records: parseStatus(text(paths.status)), log: text(paths.log) };
}

function parseSummary(text: string): RunSummary | undefined {
  try {
    return text === '' ? undefined : (JSON.parse(text) as RunSummary);
  } catch {
    return undefined;
  }
}
