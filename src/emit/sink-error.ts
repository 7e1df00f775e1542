/** What can go wrong with an output: errors of the operating system as they cross threads, and what they mean to a person. */
import { stat, statfs } from 'node:fs/promises';
import { sizeText } from '../bytes/size-text.js';
import { describeSystemError } from '../content/file.js';
import { InplaceError } from '../errors.js';
import type { SystemError } from './messages.js';

/** Thrown where the output fails; crosses threads as its plain `error`. */
export class SinkFailure extends Error {
  override readonly name = 'SinkFailure';
  constructor(readonly error: SystemError) {
    super(error.message);
  }
}

/** Calls `work` and makes a SinkFailure of what the operating system says. Programming mistakes stay what they are. */
export function onSink<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asSinkFailure(error);
  }
}

function asSinkFailure(error: unknown): unknown {
  const { code, syscall, message, errno } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  return new SinkFailure({ code, message, ...(errno === undefined ? {} : { errno }) });
}

/** What is known of an output when it fails. */
export interface SinkFacts {
  /** the name the person gave; a descriptor has none */
  readonly path?: string;
  /** a folder on the same volume, to ask how much is free */
  readonly folder?: string;
  /** the file or folder that was made beside the output and is being filled */
  readonly temporary?: string;
  /** bytes in all */
  readonly needed: number;
  /** bytes written so far, which will be free again */
  readonly written: number;
}

/** The error that a person sees: SINK_FULL or SINK_FAILED. */
export async function sinkError(error: SystemError, sink: SinkFacts): Promise<InplaceError> {
  const cause = Object.assign(new Error(error.message), { code: error.code });
  if (isFull(error)) return sinkFull(sink, await freeSpace(sink.folder), cause);
  const where = sink.path === undefined ? {} : { where: { file: sink.path } };
  const { reason, hint } = (await explain(error.code, sink)) ?? { reason: describeSystemError(cause), hint: undefined };
  const message = `Cannot write: ${reason}`;
  return new InplaceError(
    { code: 'SINK_FAILED', message, ...where, ...(hint === undefined ? {} : { hint }) },
    { cause },
  );
}

/** The same on the main thread, where the error can be explained at once. @throws InplaceError SINK_FULL, SINK_FAILED */
export async function explainSinkErrors<T>(sink: SinkFacts, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const failure = asSinkFailure(error);
    throw failure instanceof SinkFailure ? await sinkError(failure.error, sink) : failure;
  }
}

/** EDQUOT on Linux and macOS. Node has no name for it and calls it UNKNOWN. */
const QUOTA_EXCEEDED = [-122, -69];

function isFull({ code, errno }: SystemError): boolean {
  return code === 'ENOSPC' || (code === 'UNKNOWN' && errno !== undefined && QUOTA_EXCEEDED.includes(errno));
}

/** What was being written is not there any more, or something else has its name. */
export function lostTemporary({ path }: SinkFacts): InplaceError {
  const where = path === undefined ? {} : { where: { file: path } };
  const { reason, hint } = LOST;
  return new InplaceError({ code: 'SINK_FAILED', message: `Cannot write: ${reason}`, ...where, hint });
}

const LOST = {
  reason: 'what was written so far was removed or replaced by something else',
  hint: 'Find out what else uses or cleans the folder of the output, then run again',
};

interface Explanation {
  readonly reason: string;
  readonly hint: string;
}

/** ENOENT has several causes; undefined when none of them is seen. */
async function explainMissing({ folder, temporary }: SinkFacts): Promise<Explanation | undefined> {
  if (folder === undefined) return undefined;
  if (await isMissing(folder)) {
    return { reason: 'the folder of the output does not exist', hint: 'Make the folder first' };
  }
  if (temporary !== undefined) return (await isMissing(temporary)) ? LOST : undefined;
  return { reason: `nothing can be made in "${folder}" (ENOENT)`, hint: 'Choose another place for the output' };
}

async function isMissing(path: string): Promise<boolean> {
  const code = await stat(path).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code,
  );
  return code === 'ENOENT' || code === 'ENOTDIR';
}

async function explain(code: string, sink: SinkFacts): Promise<Explanation | undefined> {
  switch (code) {
    case 'EPIPE':
    // Windows
    case 'EOF':
      return { reason: 'closed pipe', hint: 'The program that reads the output ended before it had all of it' };
    case 'EFBIG':
      return {
        reason: `a file of ${sizeText(sink.needed)} is too large there`,
        hint: 'FAT32 holds files up to 4 GiB; a limit of the shell or the account may apply too. Choose another place',
      };
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return { reason: `not allowed (${code})`, hint: 'Choose a place you may write to' };
    case 'ENOENT':
      return await explainMissing(sink);
    default:
      return undefined;
  }
}

function sinkFull(sink: SinkFacts, free: number | undefined, cause?: unknown): InplaceError {
  const room = free === undefined ? '' : `, ${sizeText(free + sink.written)} are free`;
  const finding = {
    code: 'SINK_FULL' as const,
    message: `No room for the output: ${sizeText(sink.needed)} are needed${room}`,
    ...(sink.path === undefined ? {} : { where: { file: sink.path } }),
    hint: 'Make room, or choose another place for the output',
  };
  return new InplaceError(finding, cause === undefined ? {} : { cause });
}

/** Throws SINK_FULL when the volume says that it has less room than needed. A volume that does not say is believed. */
export async function checkFreeSpace(sink: SinkFacts): Promise<void> {
  const free = await freeSpace(sink.folder);
  if (free !== undefined && free < sink.needed) throw sinkFull(sink, free);
}

/** Bytes that this user may still write on the volume of the folder. */
async function freeSpace(folder: string | undefined): Promise<number | undefined> {
  if (folder === undefined) return undefined;
  try {
    const { blocks, bavail, bsize } = await statfs(folder);
    // network and FUSE volumes that do not know their size report no blocks at all
    return blocks === 0 ? undefined : bavail * bsize;
  } catch {
    return undefined;
  }
}
