import type { Finding } from '../errors.js';
import type { MachineReport } from '../simulation/report.js';
import type { SimulationOptions } from './simulation-options.js';

/** What became of every machine. */
export interface SimulationReport {
  /** name of the task sequence */
  readonly sequence: string;
  /** what nobody said and was taken to be so, a sentence each */
  readonly assumed: readonly string[];
  readonly machines: readonly MachineReport[];
  /** machines that did not end as they should, and cuts that broke what the engine promises; empty: all is well */
  readonly findings: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** Names of the machines that come with the program. */
export async function machineNames(): Promise<readonly string[]> {
  const { builtInMachines } = await import('../simulation/machine-files.js');
  return await builtInMachines();
}

/**
 * Runs a task sequence on simulated machines: the engine is the one that runs on real ones.
 * How the machines ended is the result, never an exception.
 * @param path a media definition, or a task sequence file alone: then its media are assumed, and the report says how
 * @throws InplaceError for what is wrong with the definition, the sequence or a machine file, all at once;
 *   SINK_FAILED and others when the JUnit report cannot be written; INTERRUPTED
 */
export async function simulate(path: string, options: SimulationOptions): Promise<SimulationReport> {
  const { findMachines } = await import('../simulation/machine-files.js');
  const { openSimulationSource } = await import('./simulation-source.js');
  const { simulateFleet } = await import('./simulate-fleet.js');
  const files = await findMachines(options.machines);
  const source = await openSimulationSource(path, options);
  const machines = await simulateFleet(source, files, options);
  const report: SimulationReport = {
    sequence: source.name,
    assumed: [...source.assumed, ...assumedMedia(machines)],
    machines,
    findings: machines.flatMap((machine) => findingsOf(machine, path)),
    warnings: source.warnings.filter(({ severity }) => severity === 'warning'),
  };
  if (options.junit !== undefined) await writeJunit(options.junit, report, options);
  return report;
}

function assumedMedia(machines: readonly MachineReport[]): string[] {
  const words = machines.flatMap(({ assumedMedia: media }) => (media === undefined ? [] : [media]));
  return [...new Set(words)];
}

function findingsOf(machine: MachineReport, path: string): Finding[] {
  const { name, file, passed, differences, ending, cuts } = machine;
  const where = { file };
  const wrong = (message: string): Finding => ({ code: 'SIMULATION_FAILED', message, where });
  const end = passed ? [] : (differences ?? [ending]).map((words) => wrong(words));
  const outside = (cuts?.outside ?? []).map(
    ({ call, words }): Finding => ({
      code: 'SIMULATION_CUT',
      message: `With the power cut at call ${call}: ${words}`,
      where,
      hint: `inplace simulate ${path} --machine ${name} --cut ${call} shows that run`,
    }),
  );
  return [...end, ...outside];
}

async function writeJunit(file: string, report: SimulationReport, options: SimulationOptions): Promise<void> {
  const { junitXml } = await import('../simulation/junit.js');
  const { writeReport } = await import('./write-report.js');
  const cases = report.machines.map((machine) => {
    const findings = report.findings.filter(({ where }) => where?.file === machine.file);
    const [first] = findings;
    return {
      name: machine.name,
      className: report.sequence,
      seconds: machine.seconds,
      output: machine.timeline,
      ...(first
        ? {
            failure: {
              message: first.message,
              type: first.code,
              text: findings.map(({ message }) => message).join('\n'),
            },
          }
        : {}),
    };
  });
  const signal = options.signal ? { signal: options.signal } : {};
  await writeReport(file, junitXml(report.sequence, cases), signal);
}
