import type { Argv, CommandModule } from 'yargs';
import { initProject } from '../../index.js';
import { type CommonArguments, Session } from '../session.js';

interface InitArguments extends CommonArguments {
  folder: string;
}

export const initCommand: CommandModule<CommonArguments, InitArguments> = {
  command: 'init [folder]',
  describe: 'Start a project: a commented media.yaml, a task sequence, an example package',
  builder: (yargs) =>
    (yargs as Argv<CommonArguments>).positional('folder', {
      type: 'string',
      default: '.',
      describe: 'Where to write it',
    }),
  handler: async (args) => {
    const session = new Session(args);
    await session.run(async () => {
      const { written } = await initProject(args.folder);
      session.page(
        [
          ...written.map((path) => `wrote ${path}`),
          'Next: put a Windows ISO where media.yaml says, then run "inplace check media.yaml" in that folder',
        ].join('\n'),
      );
      session.result({ ok: true, written });
    });
  },
};
