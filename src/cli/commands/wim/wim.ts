import type { Argv, CommandModule } from 'yargs';
import type { CommonArguments } from '../../session.js';
import { wimExtractCommand } from './extract.js';
import { wimListCommand } from './list.js';
import { wimSplitCommand } from './split.js';
import { wimTrimCommand } from './trim.js';
import { wimVerifyCommand } from './verify.js';

export const wimCommand: CommandModule<CommonArguments, CommonArguments> = {
  command: 'wim',
  describe: 'Look into a WIM, check, split or trim it',
  builder: (yargs) =>
    (yargs as Argv<CommonArguments>)
      .command(wimListCommand)
      .command(wimExtractCommand)
      .command(wimVerifyCommand)
      .command(wimSplitCommand)
      .command(wimTrimCommand)
      .demandCommand(1, 'A command is missing behind "wim": list, extract, verify, split or trim')
      .strictCommands(),
  // one of the commands above runs instead
  handler: () => undefined,
};
