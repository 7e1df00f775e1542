/** How programs, Windows Setup and the media of a simulated machine behave. */
import { z } from 'zod';
import { delay, duration } from '../../task-sequence/schema/durations.js';
import { exitCode, exitCodes, fileSchema, line, registrySchema, windowsPath } from './values.js';

export const commandSchema = z.strictObject({
  command: z.string().min(1).max(1000).describe('Found anywhere in the command line; * and ? are wildcards.'),
  exitCode: exitCodes.optional().describe('Exit code; a list has one for each run, the last one stays. Left out: 0.'),
  takes: delay.optional().describe('How long it runs. Left out: 10 s.'),
  output: z.string().max(10_000).optional().describe('What it prints.'),
  hangs: z.boolean().optional().describe('It never ends.'),
  vanishes: z.boolean().optional().describe('It ends without an exit code.'),
  restarts: z.boolean().optional().describe('It restarts the machine by itself.'),
  files: z.array(fileSchema).optional().describe('Files that it leaves.'),
  registry: z.array(registrySchema).optional().describe('Registry values that it leaves.'),
  sets: z
    .record(line, z.string())
    .optional()
    .describe('Variables that it leaves for the task sequence, when it is the prestart command.'),
  removes: z.array(windowsPath).optional().describe('Files and folders that it removes.'),
});

const runSchema = z.strictObject({
  exitCode: exitCodes.optional().describe('Exit code; a list has one for each run.'),
  takes: duration.optional().describe('How long setup.exe runs.'),
  hostTakes: duration.optional().describe('How long SetupHost.exe goes on after it.'),
  hangs: z.boolean().optional().describe('It never ends.'),
  vanishes: z.boolean().optional().describe('It ends without an exit code.'),
  extendCode: exitCode.optional().describe('Extend code in the logs it leaves: 0x30018.'),
});

export const setupSchema = z.strictObject({
  scan: runSchema.optional().describe('A compatibility scan. Left out: 0xC1900210 after 5 min.'),
  upgrade: runSchema.optional().describe('The upgrade until its restart. Left out: 0 after 40 min.'),
  rollback: exitCode
    .optional()
    .describe('Extend code of a rollback after the restart: 0x30018. Left out: it upgrades.'),
  offline: duration.optional().describe('Time between the restart and the new Windows. Left out: 20 min.'),
  oobe: duration.optional().describe('Time that OOBE takes. Left out: 3 min.'),
  ignoresHooks: z.boolean().optional().describe('It runs neither /postoobe nor /postrollback.'),
  losesTasks: z.boolean().optional().describe('It carries no scheduled task over.'),
});

/** Names of assumed-windows.ts; a test compares the two lists. */
export const MEDIA_RELEASES = [
  'windows-10-22h2',
  'windows-11-23h2',
  'windows-11-24h2',
  'windows-11-25h2',
  'windows-server-2016',
  'windows-server-2019',
  'windows-server-2022',
  'windows-server-2025',
] as const;

export const mediaSchema = z.strictObject({
  windows: z
    .enum(MEDIA_RELEASES)
    .optional()
    .describe('Windows that is brought, where a sequence file alone is simulated. Left out: the newest.'),
  language: line.optional().describe('Its language. Left out: that of the machine.'),
  kind: z
    .enum(['stick', 'dvd', 'iso', 'share'])
    .optional()
    .describe('A mounted iso and a share are gone after a restart. Left out: stick.'),
  drive: z
    .string()
    .regex(/^[D-Z]:$/, 'expected a letter such as E:')
    .optional()
    .describe('Left out: E:.'),
  laterDrive: z
    .string()
    .regex(/^[D-Z]:$/, 'expected a letter such as G:')
    .optional()
    .describe('Letter after a restart, and when it is put back.'),
  readOnly: z.boolean().optional().describe('The stick is write protected.'),
  pulled: z
    .strictObject({
      after: duration.describe('Time since the technician started the upgrade.'),
      back: duration.optional().describe('When it is put back, since then. Left out: never.'),
    })
    .optional()
    .describe('Somebody pulls it out.'),
});
