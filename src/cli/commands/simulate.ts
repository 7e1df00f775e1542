import type { Argv, CommandModule } from 'yargs';
import { InplaceError, machineNames, type SimulationOptions, simulate } from '../../index.js';
import { EXIT_CODES } from '../exit-codes.js';
import { once } from '../once.js';
import { type CommonArguments, Session } from '../session.js';
import { simulationDetails, simulationPage } from '../simulation-page.js';

interface SimulateArguments extends CommonArguments {
  definition: string;
  machine: readonly string[] | undefined;
  cut: string | undefined;
  seed: string | undefined;
  junit: string | undefined;
}

export const simulateCommand: CommandModule<CommonArguments, SimulateArguments> = {
  command: 'simulate <definition>',
  describe: 'Run a task sequence on simulated machines',
  builder: (yargs) =>
    (yargs as Argv<CommonArguments>)
      .positional('definition', {
        type: 'string',
        demandOption: true,
        describe: 'media.yaml, or a task sequence alone',
      })
      .option('machine', {
        type: 'string',
        array: true,
        describe: 'Machine file, folder of them, or the name of one that comes with inplace; several may be given',
      })
      .option('cut', {
        type: 'string',
        nargs: 1,
        coerce: once('cut'),
        describe: 'Cut the power at this call of the engine to the machine, or in turn at "every" call',
      })
      .option('seed', {
        type: 'string',
        nargs: 1,
        coerce: once('seed'),
        describe: 'Decides what a power cut leaves of unfinished writes; a number',
      })
      .option('junit', { type: 'string', nargs: 1, coerce: once('junit'), describe: 'Write a JUnit report' }),
  handler: async (args) => {
    const session = new Session(args, { stopsCleanly: true });
    await session.run(async () => {
      const options: SimulationOptions = {
        ...session.surroundings,
        ...session.work,
        machines: await machines(args.machine),
        ...(args.cut === undefined ? {} : { cut: args.cut === 'every' ? 'every' : wholeNumber('cut', args.cut, 1) }),
        ...(args.seed === undefined ? {} : { seed: wholeNumber('seed', args.seed, 0) }),
        ...(args.junit === undefined ? {} : { junit: args.junit }),
      };
      const report = await simulate(args.definition, options);
      session.warnings(report.warnings);
      session.page(simulationPage(report));
      session.detail(simulationDetails(report));
      const { findings, ...result } = report;
      if (findings.length > 0) session.problems(findings, EXIT_CODES.verify, { ...result });
      else session.result({ ok: true, ...result });
    });
  },
};

/** Nothing to choose from is as helpful as a list of what there is. */
async function machines(named: readonly string[] | undefined): Promise<readonly string[]> {
  if (named && named.length > 0) return named;
  const list = (await machineNames()).join(', ');
  throw new InplaceError({
    code: 'USAGE',
    message: 'No machine was named',
    hint: `Add --machine with a file, a folder, or one that comes with inplace: ${list}`,
  });
}

function wholeNumber(name: string, text: string, least: number): number {
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number >= least) return number;
  throw new InplaceError({
    code: 'USAGE',
    message: `--${name} is "${text}", expected ${name === 'cut' ? '"every" or ' : ''}a whole number from ${least}`,
  });
}
