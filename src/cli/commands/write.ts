import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Argv, CommandModule } from 'yargs';
import { type Drive, type Finding, InplaceError, type Receipt, writeMedia } from '../../index.js';
import { exitCodeOf } from '../exit-codes.js';
import { type CommonArguments, Session } from '../session.js';
import { stateFolder } from '../state-folder.js';
import { count, formatBytes } from '../units.js';

interface WriteArguments extends CommonArguments {
  source: string;
  to: string[];
  confirm: string[];
  yes: boolean;
  allowFixed: boolean;
  refresh: boolean | undefined;
  reports: string | undefined;
  discardReports: boolean;
  receipts: string | undefined;
}

type Shown = Pick<Drive, 'path' | 'model' | 'serial' | 'sizeBytes' | 'volumes'>;

export const writeCommand: CommandModule<CommonArguments, WriteArguments> = {
  command: 'write <source>',
  describe: 'Write an image, or what a definition describes, to sticks',
  builder: (yargs) =>
    (yargs as Argv<CommonArguments>)
      .positional('source', { type: 'string', demandOption: true, describe: 'Image file or media.yaml' })
      .option('to', {
        type: 'string',
        array: true,
        default: [] as string[],
        nargs: 1,
        describe: 'Drive; may be repeated',
      })
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
        describe: 'Serial of a drive, as "inplace drives" shows it; for each --to one',
      })
      .option('allowFixed', {
        alias: 'allow-fixed',
        type: 'boolean',
        default: false,
        describe: 'Take drives that are not removable too',
      })
      .option('refresh', {
        type: 'boolean',
        describe: 'Read and compare, write only what differs; default: when a drive holds most of it already',
      })
      .option('reports', { type: 'string', describe: 'Folder that keeps what drives have in /Reports' })
      .option('discardReports', {
        alias: 'discard-reports',
        type: 'boolean',
        default: false,
        describe: 'Give up what drives have in /Reports',
      })
      .option('receipts', { type: 'string', describe: 'Folder for a receipt of each drive' }),
  handler: async (args) => {
    const session = new Session(args, { stopsCleanly: true });
    await session.run(async () => {
      if (args.to.length === 0) throw noDrive();
      const terminal = process.stdin.isTTY === true && process.stderr.isTTY === true;
      const ask = args.yes ? async () => true : askPerson;
      const warnings: Finding[] = [];
      const result = await writeMedia(args.source, {
        ...session.surroundings,
        ...session.work,
        to: args.to,
        confirm: args.confirm,
        allowFixed: args.allowFixed,
        ...(args.refresh === undefined ? {} : { refresh: args.refresh }),
        // on a receipt it has to mean the same tomorrow
        reports: args.reports === undefined ? stateFolder('reports') : resolve(args.reports),
        receipts: args.receipts === undefined ? stateFolder('receipts') : resolve(args.receipts),
        discardReports: args.discardReports,
        now: () => new Date(),
        nonce: randomUUID(),
        onWarnings: (found) => {
          warnings.push(...found);
          session.warnings(found);
        },
        onReportsKept: ({ drive, folder, files }) =>
          session.notice('reports', { drive: drive.path, folder, files }, keptText(drive.path, folder, files)),
        onRefresh: ({ drive, changedBytes, comparedBytes }) =>
          session.notice(
            'refresh',
            { drive: drive.path, changedBytes, comparedBytes },
            refreshText(drive.path, changedBytes, comparedBytes),
          ),
        ...(terminal ? { ask } : {}),
      });
      session.page(result.receipts.map(receiptText).join('\n'));
      const all = { ...result, warnings };
      if (result.findings.length > 0) session.problems(result.findings, exitCodeOf(result.findings), all);
      else session.result({ ok: true, ...all });
    });
  },
};

function noDrive(): InplaceError {
  return new InplaceError({
    code: 'USAGE',
    message: 'No drive is named',
    hint: 'Name one with --to; "inplace drives" shows every drive',
  });
}

async function askPerson(drives: readonly Shown[]): Promise<boolean> {
  const lines = drives.map(({ path, model, serial, sizeBytes, volumes }) => {
    const facts = [path, model, serial, formatBytes(sizeBytes)].filter((fact) => fact !== undefined);
    const there = volumes.map(({ name, fileSystem, label, mounts }) => {
      return `    ${[name, fileSystem, label, ...mounts].filter((fact) => fact !== undefined).join('  ')}\n`;
    });
    return `  ${facts.join('  ')}\n${there.join('')}`;
  });
  process.stderr.write(`Everything on ${count(drives.length, 'drive')} will be lost:\n${lines.join('')}`);
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  return (await reader.question('Type "yes" to go on: ').finally(() => reader.close())).trim().toLowerCase() === 'yes';
}

function keptText(drive: string, folder: string, files: number): string {
  return `The reports of ${drive} (${count(files, 'file')}) are kept in ${folder}`;
}

function refreshText(drive: string, changed: number, compared: number): string {
  if (changed === 0) return `${drive} holds exactly this already: nothing is written`;
  return `${drive}: ${formatBytes(changed)} of ${formatBytes(compared)} differ and are written`;
}

function receiptText(receipt: Receipt): string {
  const { drive, model, writtenBytes, bytesPerSecond, contentId, imageSha256, mode, reports, file } = receipt;
  const speed = writtenBytes === 0 ? '' : `${formatBytes(writtenBytes)} at ${formatBytes(bytesPerSecond)}/s, `;
  return [
    `${mode === 'whole' ? 'Wrote' : 'Refreshed'} ${drive} (${model}): ${speed}read back and compared`,
    contentId === undefined ? `  image SHA-256  ${imageSha256}` : `  content id  ${contentId}`,
    ...(reports ? [`  reports       ${reports.putBack ? 'put back; a copy is in' : 'in'} ${reports.folder}`] : []),
    ...(file === undefined ? [] : [`  receipt       ${file}`]),
  ].join('\n');
}
