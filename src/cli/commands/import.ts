import type { Argv, CommandModule } from 'yargs';
import { importSequence } from '../../index.js';
import { importPage } from '../import-page.js';
import { once } from '../once.js';
import { type CommonArguments, Session } from '../session.js';

interface ImportArguments extends CommonArguments {
  sequence: string;
  output: string | undefined;
  overwrite: boolean;
}

export const importCommand: CommandModule<CommonArguments, ImportArguments> = {
  command: 'import <sequence>',
  describe: 'Make YAML of a ConfigMgr or MDT task sequence: an XML file or an exported zip',
  builder: (yargs) =>
    (yargs as Argv<CommonArguments>)
      .positional('sequence', { type: 'string', demandOption: true, describe: 'The XML file or zip' })
      .option('output', {
        alias: 'o',
        type: 'string',
        nargs: 1,
        coerce: once('output'),
        describe: 'YAML file to write; left out, it is beside the input',
      })
      .option('overwrite', { type: 'boolean', default: false, describe: 'Replace the files of an earlier import' }),
  handler: async (args) => {
    const session = new Session(args, { stopsCleanly: true });
    await session.run(async () => {
      const { signal } = session.work;
      const result = await importSequence(args.sequence, {
        overwrite: args.overwrite,
        ...(signal ? { signal } : {}),
        ...(args.output === undefined ? {} : { output: args.output }),
        onWarning: (finding) => session.warnings([finding]),
      });
      session.page(importPage(result));
      session.result({ ok: true, ...result });
    });
  },
};
