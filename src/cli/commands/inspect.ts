import type { Argv, CommandModule } from 'yargs';
import { inspect } from '../../index.js';
import { inspectionPage } from '../inspection-page.js';
import { type CommonArguments, Session } from '../session.js';

interface InspectArguments extends CommonArguments {
  path: string;
}

export const inspectCommand: CommandModule<CommonArguments, InspectArguments> = {
  command: 'inspect <path>',
  describe: 'Show what is in a Windows ISO, WIM, folder, built image, zip or drive, or who signed a boot file',
  builder: (yargs) =>
    (yargs as Argv<CommonArguments>).positional('path', {
      type: 'string',
      demandOption: true,
      describe: 'What to look into',
    }),
  handler: async (args) => {
    const session = new Session(args);
    await session.run(async () => {
      const inspection = await inspect(args.path);
      session.page(inspectionPage(inspection));
      session.listing(inspection.listing ?? []);
      session.result({ ok: true, ...inspection });
    });
  },
};
