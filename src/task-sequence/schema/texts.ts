/** Texts, names and values that several steps and conditions share. */
import { z } from 'zod';

/** ConfigMgr: 100 characters in the class (facts/configmgr.md, B.4). */
export const name = z
  .string()
  .regex(/^[^\p{Cc}]{1,100}$/u, 'expected 1 to 100 characters in one line')
  .describe('What people see while the step runs.');

/** ConfigMgr: 255 characters (facts/configmgr.md, B.4). */
export const description = z
  .string()
  .max(255, 'expected at most 255 characters')
  .describe('A note for those who read this.');

/** A text of one line in which `%Name%` expands: a command, a path, a message. */
export function line(longest: number): z.ZodString {
  return z
    .string()
    .regex(new RegExp(`^[^\\p{Cc}]{1,${longest}}$`, 'u'), `expected 1 to ${longest} characters in one line`);
}

/** A Windows path, or a part of one; Windows' own limit is 32,767. */
export const path = line(1000);

/** Longest command line that CreateProcess takes. */
export const command = line(32_000);

/** The id of a package in media.yaml. */
export const packageId = z.string().min(1, 'expected the id of a package').describe('Id of a package in media.yaml.');

/** A variable that is read: letters, digits, _ and -, at most 256 (facts/configmgr.md, C). */
export const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,255}$/, 'expected the name of a variable: letters, digits, _ and -');

/** A variable that a step sets: those that begin with _ belong to the engine (facts/configmgr.md, C). */
export const ownVariableName = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_-]{0,255}$/,
    'expected a letter, then letters, digits, _ and -; names that begin with _ are read-only',
  );

/** Longest value of a variable (facts/configmgr.md, C). */
export const LONGEST_VALUE = 4000;

/** A value as people write it: YAML's own numbers and truth values are taken as the text that they were written as. */
export const value = z.union([
  z.string().max(LONGEST_VALUE, `expected at most ${LONGEST_VALUE} characters`),
  z.number(),
  z.boolean(),
]);

/** A value as it is written in YAML. */
export type ValueYaml = z.infer<typeof value>;

/** More than there are rules. */
export const MOST_ACKNOWLEDGED = 200;

/** Rules whose advice a person has read; the lint knows which there are. */
export const acknowledge = z
  .array(z.string().regex(/^[a-z0-9-]{1,64}$/, 'expected the id of a rule, as the warning shows it in brackets'))
  .max(MOST_ACKNOWLEDGED, `expected at most ${MOST_ACKNOWLEDGED} ids`)
  .describe('Ids of rules whose advice you have read and accept; of a group, for everything in it.');
