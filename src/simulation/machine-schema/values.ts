/** Values that several parts of a machine file have. */
import { z } from 'zod';
import { size } from '../../task-sequence/schema/durations.js';

/** Text of one line. */
export const line = z.string().min(1, 'expected some text').max(256, 'expected at most 256 characters');

/** A full path on the machine. */
export const windowsPath = z
  .string()
  .regex(/^[A-Za-z]:\\[^/]+$/, 'expected a full path such as C:\\Tools\\a.exe')
  .meta({ expected: 'a full path such as C:\\Tools\\a.exe' });

/** A duration that may be negative. */
export const signedDuration = z
  .string()
  .regex(/^-?\d{1,6} ?(?:s|min|h)$/, 'expected a duration such as 90 s or -2 h')
  .meta({ expected: 'a duration such as 90 s or -2 h' });

const TIME_FORM = 'a time in UTC such as 2026-01-31T12:00:00Z';

export const time = z
  .string()
  .regex(
    /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/,
    `expected ${TIME_FORM}`,
  )
  .meta({ expected: TIME_FORM });

export const fileSchema = z.strictObject({
  path: windowsPath.describe('Full path.'),
  text: z.string().optional().describe('What it holds. Left out: nothing.'),
  size: size.optional().describe('Its size, when that is not the size of the text.'),
  version: line.optional().describe('File version: 10.0.19041.1.'),
  modified: time.optional().describe('When it was changed, in UTC: 2026-01-31T12:00:00Z.'),
  folder: z.boolean().optional().describe('It is a folder.'),
  foreign: z.boolean().optional().describe('It belongs to somebody else, or is a link.'),
});

export const registrySchema = z.strictObject({
  key: z
    .string()
    .regex(/^(?:HKLM|HKCU|HKCR|HKU|HKEY_[A-Z_]+)\\[^/].*$/, 'expected a key such as HKLM\\SOFTWARE\\Contoso')
    .describe('Key: HKLM\\SOFTWARE\\Contoso.'),
  value: z.string().optional().describe('Name of the value; empty for the default one. Left out: the key alone.'),
  data: z.union([z.string(), z.number()]).optional().describe('Text, or a number for a DWORD.'),
});

/** 32 bits, signed or not. */
export const exitCode = z
  .int()
  .min(-(2 ** 31))
  .max(2 ** 32 - 1)
  .meta({ expected: 'an exit code such as 0 or 0xC1900208' });

export const exitCodes = z.union([exitCode, z.array(exitCode).min(1, 'expected at least one exit code')]);
