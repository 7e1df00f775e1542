import type { Argv, CommandModule } from 'yargs';
import { verify } from '../../index.js';
import { EXIT_CODES } from '../exit-codes.js';
import { type CommonArguments, Session } from '../session.js';
import { count, formatBytes } from '../units.js';

interface VerifyArguments extends CommonArguments {
  path: string;
}

export const verifyCommand: CommandModule<CommonArguments, VerifyArguments> = {
  command: 'verify <path>',
  describe: 'Check an image, folder, zip or drive against its manifest and the standards',
  builder: (yargs) =>
    (yargs as Argv<CommonArguments>).positional('path', {
      type: 'string',
      demandOption: true,
      describe: 'What to check',
    }),
  handler: async (args) => {
    const session = new Session(args);
    await session.run(async () => {
      const result = await verify(args.path, session.work);
      for (const path of result.expected) session.detail(`expected change: ${path}`);
      if (result.findings.length > 0) {
        session.problems(result.findings, EXIT_CODES.verify, { ...result });
        session.page(`${args.path} does not hold: ${count(result.findings.length, 'problem')}`);
        return;
      }
      const changes =
        result.expected.length === 0 ? '' : `; ${count(result.expected.length, 'expected change')} by use`;
      session.page(
        [
          `${args.path} holds: ${count(result.files, 'file')}, ${formatBytes(result.bytes)} read${changes}`,
          `  media id    ${result.mediaId}`,
          `  content id  ${result.contentId}`,
        ].join('\n'),
      );
      session.result({ ok: true, ...result });
    });
  },
};
