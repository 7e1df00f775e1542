import type { Argv, CommandModule } from 'yargs';
import { extractFromWim } from '../../../index.js';
import { once } from '../../once.js';
import { type CommonArguments, Session } from '../../session.js';
import { count, formatBytes } from '../../units.js';
import { imageNumber, imageOption, outputOrStdout, wimPositional } from './options.js';

interface ExtractArguments extends CommonArguments {
  wim: string;
  path: string;
  image: string | undefined;
  output: string | undefined;
}

export const wimExtractCommand: CommandModule<CommonArguments, ExtractArguments> = {
  command: 'extract <wim> <path>',
  describe: 'Write a file or folder of an image, or a stream of a file',
  builder: (yargs) =>
    (yargs as Argv<CommonArguments>)
      .positional('wim', wimPositional)
      .positional('path', { type: 'string', demandOption: true, describe: 'Path in the image, or path:stream' })
      .option('image', imageOption)
      .option('output', {
        alias: 'o',
        type: 'string',
        nargs: 1,
        coerce: once('output'),
        describe: 'File or folder to write; "-" for standard output',
      }),
  handler: async (args) => {
    const session = new Session(args, { stdoutIsData: args.output === '-', stopsCleanly: true });
    await session.run(async () => {
      const image = imageNumber(args.image);
      const result = await extractFromWim(args.wim, args.path, {
        ...session.work,
        ...(image === undefined ? {} : { image }),
        ...(args.output === undefined ? {} : { output: outputOrStdout(args.output) }),
      });
      session.warnings(result.warnings);
      session.page(
        `Wrote ${result.output ?? 'standard output'}: ${count(result.files, 'file')}, ${formatBytes(result.bytes)}`,
      );
      session.result({ ok: true, ...result });
    });
  },
};
