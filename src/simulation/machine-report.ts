/** Everything that `simulate` tells of one machine. */
import type { CompiledSequence } from '../target/contract.js';
import type { WindowsModel } from '../target/simulated/model.js';
import { differences } from './expectations.js';
import type { MachineFile } from './load-machine.js';
import { BEGAN, windowsOf } from './machine-model.js';
import type { CutsReport, MachineReport } from './report.js';
import type { SimulatedRun } from './run-machine.js';
import { timeline } from './timeline.js';

export interface ReportInput {
  readonly machine: MachineFile;
  readonly sequence: CompiledSequence;
  readonly run: SimulatedRun;
  /** words for the Windows before */
  readonly from: string;
  /** words for Windows media that are assumed */
  readonly assumedMedia?: string | undefined;
  readonly cuts?: CutsReport | undefined;
}

/** Without an expectation a machine should be upgraded. */
export function machineReport({ machine, sequence, run, from, assumedMedia, cuts }: ReportInput): MachineReport {
  const { expect } = machine.yaml;
  const different = expect ? differences(expect, run) : undefined;
  const { summary } = run;
  return {
    name: machine.name,
    file: machine.file,
    outcome: run.outcome,
    passed: different ? different.length === 0 : run.outcome === 'success' && run.end.upgraded,
    ...(different ? { differences: different } : {}),
    ending: run.ending,
    ...(summary?.failedAt ? { failedAt: summary.failedAt } : {}),
    seconds: run.seconds,
    restarts: summary?.restarts ?? 0,
    ...(assumedMedia === undefined ? {} : { assumedMedia }),
    timeline: timeline({
      machine: machine.name,
      from,
      to: becomes(sequence, run, windowsOf(machine.yaml)),
      sequence,
      began: BEGAN,
      seconds: run.seconds,
      records: run.records,
      events: run.events.filter(({ seconds }) => seconds <= run.seconds + 1),
      refusals: run.outcome === 'refused' ? run.refusals : [],
      ...(summary ? { summary } : {}),
      ending: run.ending,
    }),
    log: run.log,
    records: run.records,
    ...(summary ? { summary } : {}),
    ...(cuts ? { cuts } : {}),
  };
}

/** What it became, or what the media would have brought. */
function becomes({ upgradePackages }: CompiledSequence, { outcome, windows }: SimulatedRun, own: WindowsModel): string {
  if (outcome === 'success') return `${windows.productName} (${windows.build})`;
  const images = upgradePackages.flatMap((item) => item.images);
  const same = images.find(
    ({ edition, installationType }) => edition === own.edition && installationType === own.installationType,
  );
  const image = same ?? (images.length === 1 ? images[0] : undefined);
  return image ? `${image.name} (${image.build})` : `one of the ${images.length} Windows on the media`;
}
