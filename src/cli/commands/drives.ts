import type { CommandModule } from 'yargs';
import { type DriveReport, drives } from '../../index.js';
import { type CommonArguments, Session } from '../session.js';
import { formatBytes } from '../units.js';

export const drivesCommand: CommandModule<CommonArguments, CommonArguments> = {
  command: 'drives',
  describe: 'Show every drive, and why some may not be written',
  handler: async (args) => {
    const session = new Session(args);
    await session.run(async () => {
      const found = await drives();
      session.page(found.length === 0 ? 'No drives were found' : found.map(driveText).join('\n'));
      session.result({ ok: true, drives: found });
    });
  },
};

function driveText(drive: DriveReport): string {
  const { path, model, sizeBytes, bus, confirm, volumes, reasons, mounts } = drive;
  return [
    `${path}  ${model}  ${formatBytes(sizeBytes)}${bus === '' ? '' : `  ${bus}`}`,
    `  confirm with  ${confirm}`,
    ...volumes.map(({ name, fileSystem, label }) => `  ${[name, fileSystem, label].filter(Boolean).join('  ')}`),
    ...(mounts.length === 0 ? [] : [`  mounted at    ${mounts.join(', ')}`]),
    ...(reasons.length === 0 ? ['  may be written'] : reasons.map((reason) => `  refused: ${reason}`)),
  ].join('\n');
}
