/** How a run on a machine must end: what makes `simulate` a test runner. */
import { z } from 'zod';
import { exitCode, line } from './values.js';

export const OUTCOMES = ['success', 'failed', 'refused', 'rolledBack', 'unfinished'] as const;

export const expectSchema = z.strictObject({
  outcome: z.enum(OUTCOMES).optional().describe('How the run ends. Left out: success.'),
  failedAt: line.optional().describe('Name or path (2.1) of the step at which it fails.'),
  message: line.optional().describe('Found anywhere in its message or reasons; * and ? are wildcards.'),
  restarts: z.int().min(0).max(100).optional().describe('How often the machine restarts.'),
  windows: z
    .strictObject({
      build: z.int().optional().describe('Build that runs in the end.'),
      edition: line.optional().describe('Edition that runs in the end.'),
    })
    .optional()
    .describe('The Windows that runs in the end.'),
  setupCode: exitCode.optional().describe('Exit code of Windows Setup.'),
  extendCode: exitCode.optional().describe('Extend code of Windows Setup.'),
  steps: z
    .record(line, z.enum(['success', 'failed', 'ignored', 'skipped', 'restarted', 'rolledBack', 'notReached']))
    .optional()
    .describe('How steps end, by their name or path.'),
  variables: z.record(line, z.string()).optional().describe('Values of variables in the end; empty: it has none.'),
});
