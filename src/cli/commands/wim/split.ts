import type { Argv, CommandModule } from 'yargs';
import { InplaceError, parseSize, SIZE_FORM, splitWimFile } from '../../../index.js';
import { once } from '../../once.js';
import { type CommonArguments, Session } from '../../session.js';
import { count, formatBytes } from '../../units.js';
import { wimPositional } from './options.js';

interface SplitArguments extends CommonArguments {
  wim: string;
  size: string;
  output: string;
}

export const wimSplitCommand: CommandModule<CommonArguments, SplitArguments> = {
  command: 'split <wim>',
  describe: 'Write the parts of a WIM into a folder: install.swm, install2.swm and so on',
  builder: (yargs) =>
    (yargs as Argv<CommonArguments>)
      .positional('wim', wimPositional)
      .option('size', {
        type: 'string',
        nargs: 1,
        demandOption: 'Add --size SIZE, which no part exceeds',
        coerce: once('size'),
        describe: 'Size that no part exceeds, such as 3800 MiB',
      })
      .option('output', {
        alias: 'o',
        type: 'string',
        nargs: 1,
        demandOption: 'Name the folder with -o',
        coerce: once('output'),
        describe: 'Folder to write, absent or empty',
      }),
  handler: async (args) => {
    const session = new Session(args, { stopsCleanly: true });
    await session.run(async () => {
      const result = await splitWimFile(args.wim, {
        ...session.work,
        size: sizeOf(args.size),
        output: args.output,
      });
      session.page(
        [
          `Wrote ${result.output}: ${count(result.parts.length, 'part')}`,
          ...result.parts.map(({ path, bytes }) => `  ${path}  ${formatBytes(bytes)}`),
        ].join('\n'),
      );
      session.result({ ok: true, ...result });
    });
  },
};

function sizeOf(text: string): number {
  const size = parseSize(text);
  if (size !== undefined && size > 0) return size;
  throw new InplaceError({ code: 'USAGE', message: `The size is "${text}", expected ${SIZE_FORM}` });
}
