/**
 * Temporary names: what is being made is called `.<output>.<machine>.<pid>.<token>.partial` beside the output, and gets
 * its name when it is whole.
 */
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InplaceError } from '../errors.js';
import { newOwner, type Owner, UNKNOWN_MACHINE } from './owner.js';

/** `partial`: being made; `previous`: an earlier folder, moved aside while the new one takes its name. */
export type TemporaryKind = 'partial' | 'previous';

/**
 * Most bytes of the output's own name in a temporary name. With all that is added the name has 143 bytes at most:
 * what eCryptfs takes; the other file systems take 255.
 */
const LABEL = 96;

/** Outputs that this process makes now, and the tokens of what it makes. */
const outputs = new Set<string>();
const tokens = new Set<string>();

export function temporaryName(output: string, { machine, pid, token }: Owner, kind: TemporaryKind): string {
  return join(dirname(output), `.${label(output)}.${machine}.${pid}.${token}.${kind}`);
}

/** Who gave this output such a temporary name; undefined for any other name. */
export function ownerInName(name: string, output: string, kind: TemporaryKind): Owner | undefined {
  const [start, end] = [`.${label(output)}.`, `.${kind}`];
  if (!name.startsWith(start) || !name.endsWith(end)) return undefined;
  const parts = /^([0-9a-f]{12}|0)\.([1-9][0-9]{0,9})\.([0-9a-f]{12})$/.exec(name.slice(start.length, -end.length));
  return parts ? { machine: parts[1] ?? UNKNOWN_MACHINE, pid: Number(parts[2]), token: parts[3]! } : undefined;
}

/** The output's name, cut when it is long; two long names with the same start stay different. */
function label(output: string): string {
  const name = basename(output);
  if (Buffer.byteLength(name) <= LABEL) return name;
  const tail = `~${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
  let cut = '';
  for (const character of name) {
    if (Buffer.byteLength(cut + character) > LABEL - tail.length) break;
    cut += character;
  }
  return cut + tail;
}

/** Whether this process makes what has that token. */
export function isOurs({ token }: Owner): boolean {
  return tokens.has(token);
}

/**
 * The file or folder that a symbolic link stands for, so that the link stays; any other path as it is.
 * @throws what the system says when the name is too long to be given at the end
 */
export async function resolveOutput(output: string): Promise<string> {
  return await realpath(output).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENAMETOOLONG') throw error;
    return output;
  });
}

/**
 * Keeps an output for `work`, which gets the owner for its temporary names.
 * @throws InplaceError SINK_FAILED when this process makes that output already
 */
export async function claim<T>(output: string, pid: number, work: (self: Owner) => Promise<T>): Promise<T> {
  if (outputs.has(output)) {
    const message = 'Cannot write: the output is being written already';
    throw new InplaceError({ code: 'SINK_FAILED', message, where: { file: output } });
  }
  outputs.add(output);
  try {
    const self = await newOwner(pid);
    tokens.add(self.token);
    try {
      return await work(self);
    } finally {
      tokens.delete(self.token);
    }
  } finally {
    outputs.delete(output);
  }
}
