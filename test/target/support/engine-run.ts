/** Runs sequences on the simulated machine from the moment /start has moved in: what the engine itself does. */
import type {
  CompiledNode,
  CompiledSequence,
  CompiledStep,
  RunSummary,
  StatusRecord,
} from '../../../src/target/contract.js';
import { parseJson, writeJson } from '../../../src/target/json.js';
import { localFolder, reportFolder } from '../../../src/target/local-folder.js';
import type { Machine } from '../../../src/target/machine.js';
import { type ResumeEnd, resume } from '../../../src/target/resume.js';
import { beginRun } from '../../../src/target/run-start.js';
import type { MachineModel } from '../../../src/target/simulated/model.js';
import type { SimulatedPc } from '../../../src/target/simulated/pc.js';
import { World, type WorldEnd, type WorldOptions } from '../../../src/target/simulated/world.js';
import { parseStatus } from '../../../src/target/status.js';
import { windowsIdentity } from '../../../src/target/steps/windows-build.js';
import type { StoredVariable } from '../../../src/target/variables.js';
import { BEGAN, MODEL, TASK_XML } from '../simulated/models.js';

export const RUN = 'run-1';
export const MEDIA_ID = 'media-1';

type Without<T> = T extends unknown ? Omit<T, 'path' | 'steps'> : never;
/** A node without its path; a step is repeatable and has a name of its type when nothing else is said. */
export type Draft = Without<Partial<Pick<CompiledStep, 'repeatable' | 'name'>> & Omit<Loose, 'repeatable' | 'name'>> & {
  readonly steps?: readonly Draft[];
};
type Loose = Readonly<Record<string, unknown>> & { readonly type: CompiledNode['type'] };

/** Gives every node its path. */
export function numbered(drafts: readonly Draft[], above = ''): CompiledNode[] {
  return drafts.map((draft, index) => {
    const path = `${above}${index + 1}`;
    const steps = draft.steps === undefined ? {} : { steps: numbered(draft.steps, `${path}.`) };
    const common = draft['type'] === 'group' ? {} : { repeatable: true };
    return { name: `${draft['type']} ${path}`, ...common, ...draft, path, ...steps } as unknown as CompiledNode;
  });
}

/** `runCommand` of a program that ends with this code; `what` is found in its line. */
export function command(what: string, more: Readonly<Record<string, unknown>> = {}): Draft {
  return { type: 'runCommand', command: `tool.exe ${what}`, name: what, successCodes: [0, 3010], ...more } as Draft;
}

export function setVariable(variable: string, value: string, more: Readonly<Record<string, unknown>> = {}): Draft {
  return { type: 'setVariable', variable, value, name: `set ${variable}`, ...more } as Draft;
}

export function group(name: string, steps: readonly Draft[], more: Readonly<Record<string, unknown>> = {}): Draft {
  return { type: 'group', name, steps, ...more } as Draft;
}

export const UPGRADE = {
  type: 'upgrade',
  name: 'Upgrade',
  scanOnly: false,
  reflectsDrivers: false,
  expect: 14400,
} as unknown as Draft;
export const RESTART = { type: 'restart', name: 'Restart', delay: 60 } as unknown as Draft;

export interface EngineCase {
  readonly steps: readonly Draft[];
  readonly variables?: readonly StoredVariable[];
  /** changes of the machine; `commands` by what is found in the line */
  readonly model?: Partial<MachineModel>;
  readonly options?: WorldOptions;
  /** instead of `resume`: to end an engine at a place that the test chooses */
  readonly resume?: (machine: Machine, pc: SimulatedPc) => ResumeEnd;
  /** after the run was begun, before the task runs */
  readonly prepared?: (machine: Machine, pc: SimulatedPc) => void;
}

export interface EngineEnd extends WorldEnd {
  readonly records: readonly StatusRecord[];
  /** `1.2 failed` for each record */
  readonly outcomes: readonly string[];
  readonly summary: RunSummary | undefined;
  readonly log: string;
  /** what each process of the engine came to */
  readonly ends: readonly ResumeEnd[];
  readonly pc: SimulatedPc;
  /** looks at the machine without being counted */
  readonly machine: Machine;
}

/** The sequence as a machine has it. */
export function compiled(steps: readonly Draft[]): CompiledSequence {
  const image = MODEL.media.images[0]!.images[0]!;
  const nodes = numbered(steps);
  const setup: Record<string, { text: string }[]> = {};
  const walk = (list: readonly CompiledNode[]): void => {
    for (const node of list) {
      if (node.type === 'upgrade') {
        const hooks = [
          { text: '/postoobe' },
          { hook: 'postoobe' },
          { text: '/postrollback' },
          { hook: 'postrollback' },
        ];
        const scan = node.scanOnly ? [{ text: '/compat' }, { text: 'scanonly' }] : hooks;
        const words = [{ text: '/auto' }, { text: 'upgrade' }, { text: '/imageindex' }, { imageIndex: true }, ...scan];
        setup[node.path] = words as { text: string }[];
      }
      if (node.type === 'group' || node.type === 'runTaskSequence') walk(node.steps);
    }
  };
  walk(nodes);
  const floor = { memory: 0, disk: 0, cores: 0, processorSpeed: 0, uefi: false, secureBootCapable: false, tpm: 0 };
  const images = [{ ...image, architecture: 'x64' as const, language: 'en-US', from: [], floor }];
  return {
    format: 2,
    name: 'Test',
    steps: nodes,
    packages: [{ id: 'TOOLS', kind: 'files', path: 'deploy/packages/TOOLS', bytes: 10 }],
    upgradePackages: [{ id: 'windows', path: '', images, bytes: 1000, setup, scan: [] }],
  };
}

/** Moves in and begins the run, as /start does at its end. */
export function moveIn(machine: Machine, steps: readonly Draft[], variables: readonly StoredVariable[] = []): void {
  const local = localFolder(machine.environment);
  const { files } = machine;
  files.createFolder(local.folder);
  files.writeText(local.sequence, writeJson(compiled(steps)));
  files.writeText(local.variables, writeJson({ variables }));
  files.createFolder(`${local.packages}\\TOOLS`);
  files.writeText(`${local.packages}\\TOOLS\\tool.exe`, 'MZ');
  machine.tasks.register('Inplace', TASK_XML);
  beginRun(machine, local, {
    run: RUN,
    mediaId: MEDIA_ID,
    began: machine.clock.now(),
    chosen: { packageId: 'windows', imageIndex: 1 },
    before: windowsIdentity(machine),
    setupFrom: 'media',
    mediaFolder: 'E:',
  });
}

/** A model of the machine with the media's own id on it. */
export function modelOf(change: Partial<MachineModel> = {}): MachineModel {
  const media = change.media ?? MODEL.media;
  const id = { path: 'deploy\\media.json', text: writeJson({ mediaId: MEDIA_ID }) };
  return { ...MODEL, ...change, media: { ...media, files: [...media.files, id] } };
}

/** Programs of a machine by what follows `tool.exe` in their line, or by anything that holds a name with `.exe`. */
export function commandsOf(
  codes: Readonly<Record<string, number | readonly number[] | Partial<MachineModel['commands'][number]>>>,
): MachineModel['commands'] {
  return Object.entries(codes).map(([match, given]) => {
    const model =
      typeof given === 'number' ? { exitCodes: [given] } : Array.isArray(given) ? { exitCodes: given } : given;
    return {
      match: match.includes('.exe') ? match : `tool.exe ${match}`,
      exitCodes: [0],
      seconds: 10,
      output: '',
      ...(model as object),
    };
  });
}

/** Runs it until nothing goes on any more. */
export function runSequence({ steps, variables, model, options, resume: own, prepared }: EngineCase): EngineEnd {
  const ends: ResumeEnd[] = [];
  const world: World = new World(
    modelOf(model),
    {
      start: (machine) => {
        moveIn(machine, steps, variables);
        prepared?.(machine, world.pc);
        machine.tasks.run('Inplace');
      },
      resume: (machine) => void ends.push((own ?? resume)(machine, world.pc)),
    },
    options,
  );
  const end = world.run();
  const machine = world.pc.observer();
  const reports = reportFolder(localFolder(machine.environment), RUN);
  const text = (path: string) => (machine.files.stat(path) ? machine.files.readText(path) : '');
  const records = parseStatus(text(reports.status));
  const summary = text(reports.summary);
  return {
    ...end,
    records,
    outcomes: records.map(({ path, outcome }) => `${path} ${outcome}`),
    summary: summary === '' ? undefined : (parseJson(summary) as unknown as RunSummary),
    log: text(reports.log),
    ends,
    pc: world.pc,
    machine,
  };
}

export { BEGAN, MODEL };
