import type { Argv, CommandModule } from 'yargs';
import { verifyWimFile } from '../../../index.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { type CommonArguments, Session } from '../../session.js';
import { count, formatBytes } from '../../units.js';
import { wimPositional } from './options.js';

interface VerifyArguments extends CommonArguments {
  wim: string;
}

export const wimVerifyCommand: CommandModule<CommonArguments, VerifyArguments> = {
  command: 'verify <wim>',
  describe: 'Check the SHA-1 of every file in a WIM, and its integrity table',
  builder: (yargs) => (yargs as Argv<CommonArguments>).positional('wim', wimPositional),
  handler: async (args) => {
    const session = new Session(args);
    await session.run(async () => {
      const result = await verifyWimFile(args.wim, session.work);
      if (result.findings.length > 0) {
        session.problems(result.findings, EXIT_CODES.verify, { ...result });
        session.page(`${args.wim} does not hold: ${count(result.findings.length, 'problem')}`);
        return;
      }
      const table =
        result.integrityChunks === 0
          ? 'no integrity table'
          : `integrity table of ${count(result.integrityChunks, 'chunk')}`;
      session.page(`${args.wim} holds: ${count(result.blobs, 'blob')}, ${formatBytes(result.bytes)}; ${table}`);
      session.result({ ok: true, ...result });
    });
  },
};
