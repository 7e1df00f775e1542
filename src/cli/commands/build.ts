import type { Argv, CommandModule } from 'yargs';
import { type BuildResult, build, InplaceError, type MediaFormat, outputName } from '../../index.js';
import { formatOption } from '../format-option.js';
import { once } from '../once.js';
import { type CommonArguments, Session } from '../session.js';
import { count, formatBytes, formatSeconds } from '../units.js';

interface BuildArguments extends CommonArguments {
  definition: string;
  output: string | undefined;
  format: MediaFormat | undefined;
}

export const buildCommand: CommandModule<CommonArguments, BuildArguments> = {
  command: 'build <definition>',
  describe: 'Build the media that a definition describes',
  builder: (yargs) =>
    (yargs as Argv<CommonArguments>)
      .positional('definition', { type: 'string', demandOption: true, describe: 'media.yaml' })
      .option('output', {
        alias: 'o',
        type: 'string',
        nargs: 1,
        coerce: once('output'),
        describe: 'File or folder to write; "-" for standard output',
      })
      .option('format', formatOption),
  handler: async (args) => {
    const toStdout = args.output === '-';
    // a build removes what it has half made, so it is asked to stop and not just ended
    const session = new Session(args, { stdoutIsData: toStdout, stopsCleanly: true });
    await session.run(async () => {
      if (toStdout && process.stdout.isTTY) throw terminalRefused();
      const started = performance.now();
      const result = await build(args.definition, {
        ...session.surroundings,
        ...session.work,
        onWarnings: (warnings) => session.warnings(warnings),
        ...(args.format === undefined ? {} : { format: args.format }),
        ...(toStdout ? { output: { descriptor: 1 } } : args.output === undefined ? {} : { output: args.output }),
      });
      session.page(resultPage(result));
      const seconds = (performance.now() - started) / 1000;
      session.detail(`  took        ${formatSeconds(seconds)}, ${formatBytes(result.bytes / seconds)}/s`);
      session.result({ ok: true, ...result });
    });
  },
};

function resultPage(result: BuildResult): string {
  return [
    `Built ${outputName(result)}: ${count(result.files, 'file')}, ${formatBytes(result.bytes)}`,
    `  label       ${result.label}`,
    `  media id    ${result.mediaId}`,
    `  content id  ${result.contentId}`,
    ...(result.output === undefined ? [] : [`Next: inplace verify "${result.output}"`]),
  ].join('\n');
}

function terminalRefused(): InplaceError {
  return new InplaceError({
    code: 'USAGE',
    message: 'The image would go to the terminal',
    hint: 'Send it to a file or a program: inplace build media.yaml -o - | ...',
  });
}
