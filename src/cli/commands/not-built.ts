import type { CommandModule } from 'yargs';
import { InplaceError } from '../../index.js';
import { type CommonArguments, Session } from '../session.js';

/** Commands of the design whose work is not done yet: known, hidden from the help, refused in plain words. */
const COMMANDS: Record<string, string> = {
  simulate: 'Task sequences are not simulated yet',
  import: 'Task sequences are not imported yet: write the steps into a YAML file',
  wim: 'WIM files are not changed yet: "inplace inspect" shows what is in one',
};

export const notBuiltCommands: CommandModule<CommonArguments, CommonArguments>[] = Object.entries(COMMANDS).map(
  ([name, message]) => ({
    command: `${name} [arguments..]`,
    describe: false,
    builder: (yargs) => yargs.strict(false),
    handler: async (args) => {
      await new Session(args).run(async () => {
        throw new InplaceError({ code: 'USAGE', message, hint: '"inplace --help" shows what this version does' });
      });
    },
  }),
);
