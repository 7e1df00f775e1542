import type { Argv, CommandModule } from 'yargs';
import { type ImageChoice, InplaceError, trimWimFile } from '../../../index.js';
import { once } from '../../once.js';
import { type CommonArguments, Session } from '../../session.js';
import { count, formatBytes } from '../../units.js';
import { imageNumber, outputOrStdout, wimPositional } from './options.js';

interface TrimArguments extends CommonArguments {
  wim: string;
  edition: string[] | undefined;
  image: string[] | undefined;
  output: string;
}

export const wimTrimCommand: CommandModule<CommonArguments, TrimArguments> = {
  command: 'trim <wim>',
  describe: 'Write a WIM with some of the images only',
  builder: (yargs) =>
    (yargs as Argv<CommonArguments>)
      .positional('wim', wimPositional)
      .option('edition', { type: 'string', array: true, nargs: 1, describe: 'Edition id that stays; may be repeated' })
      .option('image', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'Number of an image that stays; may be repeated',
      })
      .option('output', {
        alias: 'o',
        type: 'string',
        nargs: 1,
        demandOption: 'Name the file with -o',
        coerce: once('output'),
        describe: 'File to write; "-" for standard output',
      }),
  handler: async (args) => {
    const session = new Session(args, { stdoutIsData: args.output === '-', stopsCleanly: true });
    await session.run(async () => {
      const result = await trimWimFile(args.wim, {
        ...session.work,
        keep: choices(args),
        output: outputOrStdout(args.output),
      });
      session.page(
        `Wrote ${result.output ?? 'standard output'}: ${count(result.images.length, 'image')}, ` +
          `${formatBytes(result.bytes)}; ${formatBytes(result.savedBytes)} saved`,
      );
      session.result({ ok: true, ...result });
    });
  },
};

function choices({ edition = [], image = [] }: TrimArguments): ImageChoice[] {
  const keep = [...edition.map((id) => ({ edition: id })), ...image.map((text) => ({ image: imageNumber(text)! }))];
  if (keep.length > 0) return keep;
  throw new InplaceError({
    code: 'USAGE',
    message: 'Nothing says which images stay',
    hint: 'Add --edition ID or --image N; "inplace wim list" shows both',
  });
}
