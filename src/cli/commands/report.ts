import type { Argv, CommandModule } from 'yargs';
import { report } from '../../index.js';
import { reportSummary } from '../report-summary.js';
import { type CommonArguments, Session } from '../session.js';

interface ReportArguments extends CommonArguments {
  path: readonly string[];
  output: readonly string[] | undefined;
  redact: boolean;
  'longer-than': string | undefined;
}

export const reportCommand: CommandModule<CommonArguments, ReportArguments> = {
  command: 'report <path..>',
  describe: 'Show what came back from the field',
  builder: (yargs) =>
    (yargs as Argv<CommonArguments>)
      .positional('path', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'A stick, its Reports folder, a folder of many, or a zip',
      })
      .option('output', {
        alias: 'o',
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'Write a page (.html), a table (.csv) or everything (.json); may be given several times',
      })
      .option('redact', {
        type: 'boolean',
        default: false,
        describe: 'Take out names of computers, serial numbers, user names in paths and outputs',
      })
      .option('longer-than', {
        type: 'string',
        requiresArg: true,
        describe: 'Runs that took longer are listed as such (90 min, 6 h); 4 h when left out',
      }),
  handler: async (args) => {
    const session = new Session(args, { stopsCleanly: true });
    await session.run(async () => {
      const { redact } = args;
      const longerThan = args['longer-than'];
      const found = await report(args.path, {
        ...session.work,
        redact,
        outputs: args.output ?? [],
        ...(longerThan === undefined ? {} : { longerThan }),
      });
      session.warnings(found.warnings);
      session.page(reportSummary(found));
      session.result({ ok: true, ...found });
    });
  },
};
