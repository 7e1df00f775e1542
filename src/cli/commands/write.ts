import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import type { Argv, CommandModule } from 'yargs';
import { type Receipt, writeMedia } from '../../index.js';
import { exitCodeOf } from '../exit-codes.js';
import { type CommonArguments, Session } from '../session.js';
import { count, formatBytes } from '../units.js';

interface WriteArguments extends CommonArguments {
  source: string;
  to: string[];
  confirm: string[];
  yes: boolean;
  allowFixed: boolean;
}

type Shown = { path: string; model: string; serial?: string; sizeBytes: number };

export const writeCommand: CommandModule<CommonArguments, WriteArguments> = {
  command: 'write <source>',
  describe: 'Write an image, or what a definition describes, to sticks',
  builder: (yargs) =>
    (yargs as Argv<CommonArguments>)
      .positional('source', { type: 'string', demandOption: true, describe: 'Image file or media.yaml' })
      .option('to', { type: 'string', array: true, demandOption: true, nargs: 1, describe: 'Drive; may be repeated' })
      .option('yes', {
        type: 'boolean',
        default: false,
        describe: 'Do not ask; without a terminal, --confirm is needed',
      })
      .option('confirm', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: 'Serial of a drive',
      })
      .option('allowFixed', {
        alias: 'allow-fixed',
        type: 'boolean',
        default: false,
        describe: 'Take drives that are not removable too',
      }),
  handler: async (args) => {
    const session = new Session(args, { stopsCleanly: true });
    await session.run(async () => {
      const terminal = process.stdin.isTTY === true && process.stderr.isTTY === true;
      const ask = args.yes ? async () => true : askPerson;
      const result = await writeMedia(args.source, {
        ...session.surroundings,
        ...session.work,
        to: args.to,
        confirm: args.confirm,
        allowFixed: args.allowFixed,
        now: () => new Date(),
        nonce: randomUUID(),
        onWarnings: (warnings) => session.warnings(warnings),
        ...(terminal ? { ask } : {}),
      });
      session.page(result.receipts.map(receiptText).join('\n'));
      if (result.findings.length > 0) session.problems(result.findings, exitCodeOf(result.findings), { ...result });
      else session.result({ ok: true, ...result });
    });
  },
};

async function askPerson(drives: readonly Shown[]): Promise<boolean> {
  const lines = drives.map(({ path, model, serial, sizeBytes }) => {
    return `  ${path}  ${model}  ${serial ?? ''}  ${formatBytes(sizeBytes)}\n`;
  });
  process.stderr.write(`Everything on ${count(drives.length, 'drive')} will be lost:\n${lines.join('')}`);
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  return (await reader.question('Type "yes" to go on: ').finally(() => reader.close())).trim().toLowerCase() === 'yes';
}

function receiptText({ drive, model, imageBytes, bytesPerSecond, contentId, imageSha256 }: Receipt): string {
  return [
    `Wrote ${drive} (${model}): ${formatBytes(imageBytes)}, read back and compared, ${formatBytes(bytesPerSecond)}/s in all`,
    contentId === undefined ? `  image SHA-256  ${imageSha256}` : `  content id  ${contentId}`,
  ].join('\n');
}
