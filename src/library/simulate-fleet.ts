/** Runs a sequence on every machine, with power cuts when they are asked for. */
import { interrupted } from '../errors.js';
import { CutJudge } from '../simulation/cut-every.js';
import { loadMachines, type MachineFile } from '../simulation/load-machine.js';
import { machineModel, windowsOf } from '../simulation/machine-model.js';
import { machineReport } from '../simulation/machine-report.js';
import { mediaContent } from '../simulation/media-content.js';
import type { CutsReport, MachineReport } from '../simulation/report.js';
import { runMachine } from '../simulation/run-machine.js';
import type { SimulationOptions } from './simulation-options.js';
import type { SimulationSource } from './simulation-source.js';

/** Counts the runs of all machines: the first ones say how many there will be. */
class Fleet {
  #done = 0;
  #total: number;

  constructor(
    readonly options: SimulationOptions,
    machines: number,
  ) {
    this.#total = machines;
  }

  expect(runs: number): void {
    this.#total += runs;
  }

  /** A run has ended: tells it, and lets others have their turn: a run takes far longer than that. */
  async ran(): Promise<void> {
    this.#done += 1;
    this.options.onProgress?.({ phase: 'simulate', done: this.#done, total: this.#total });
    await new Promise((resolve) => setImmediate(resolve));
    if (this.options.signal?.aborted) throw interrupted(this.options.signal.reason);
  }
}

/**
 * @param files host paths of machine files
 * @throws InplaceError with everything that is wrong with the machine files; INTERRUPTED
 */
export async function simulateFleet(
  source: SimulationSource,
  files: readonly string[],
  options: SimulationOptions,
): Promise<readonly MachineReport[]> {
  const machines = await loadMachines(files);
  const fleet = new Fleet(options, machines.length);
  const reports: MachineReport[] = [];
  for (const machine of machines) reports.push(await simulateOne(source, machine, fleet));
  return reports;
}

async function simulateOne(source: SimulationSource, machine: MachineFile, fleet: Fleet): Promise<MachineReport> {
  const { yaml } = machine;
  const windows = windowsOf(yaml);
  const { sequence, words } = source.compile({
    installationType: windows.installationType,
    language: yaml.media?.language ?? windows.language,
    architecture: windows.architecture,
    ...(yaml.media?.windows === undefined ? {} : { release: yaml.media.windows }),
  });
  const model = machineModel(yaml, mediaContent({ ...source, sequence }));
  const { cut, seed = 0 } = fleet.options;
  const run = runMachine(model, { seed, ...(typeof cut === 'number' ? { cutAt: cut } : {}) });
  await fleet.ran();
  const cuts = cut === 'every' ? await cutEvery(new CutJudge(model, sequence, run), seed, fleet) : undefined;
  const from = `${windows.productName} (${windows.build}), ${windows.language}, ${windows.architecture}`;
  return machineReport({ machine, sequence, run, from, assumedMedia: words, cuts });
}

async function cutEvery(judge: CutJudge, seed: number, fleet: Fleet): Promise<CutsReport> {
  const { calls } = judge.uncut;
  const counts = { asUncut: 0, failedAtStep: 0, outside: 0 };
  const outside: CutsReport['outside'][number][] = [];
  fleet.expect(calls);
  for (let call = 1; call <= calls; call += 1) {
    const result = judge.run(call, seed);
    counts[result.class] += 1;
    if (result.class === 'outside') outside.push({ call, words: result.words });
    await fleet.ran();
  }
  return { tried: calls, asUncut: counts.asUncut, failedAtStep: counts.failedAtStep, outside };
}
