/** Writes a disk image: every byte once, in order, hashed on the way. */

import { dirname } from 'node:path';
import type { DiskImage, Extent } from '../image/disk-image.js';
import type { DeviceSink } from './messages.js';
import { NO_SUM, ProgramBuilder, STRUCTURES_SUM, streamLength } from './program.js';
import { replaceFile } from './replace-file.js';
import { runTransfer, type Transfer, type TransferOptions, throwIfAborted } from './transfer.js';

/** What is known of the image when a late extent is about to be written. */
export interface Digests {
  /** SHA-256, in lower-case hexadecimal, of the content of an extent of kind `file` */
  file(extent: Extent): string;
  /** SHA-256 of every byte before the first late extent that is not file content: structures and zero fill, in order */
  structures(): string;
}

export interface EmitOptions extends TransferOptions {
  /** called once for each late extent, when all before it is read and hashed; must resolve its LateContent */
  beforeLate?(extent: Extent, digests: Digests): void;
  /** owner of the temporary name; default: this process */
  pid?: number;
}

/** A file is written under a temporary name beside it, flushed and renamed; a descriptor may be a pipe and stays open. */
export type ImageSink = { readonly file: string } | { readonly descriptor: number };

/** All but the ends of a drive, which are left in `edges` for whoever opened it. */
export type DriveSink = { readonly device: DeviceSink };

/**
 * Writes the whole image. When it throws, no file has the output's name that did not have it before, an earlier
 * output is untouched, and the temporary file is gone.
 * @throws InplaceError SOURCE_CHANGED, SOURCE_MISSING, SOURCE_UNREADABLE, SINK_FULL, SINK_FAILED, OUTPUT_REFUSED,
 * INTERRUPTED, and what contents throw that are read here
 */
export async function emitImage(
  image: DiskImage,
  sink: ImageSink | DriveSink,
  options: EmitOptions = {},
): Promise<void> {
  const transfer = compile(image, options);
  if ('device' in sink) {
    const to = { to: 'device', device: sink.device } as const;
    return await runTransfer({ ...transfer, sink: to, facts: { needed: streamLength(transfer.program) } }, options);
  }
  if ('descriptor' in sink) {
    const to = { to: 'descriptor', descriptor: sink.descriptor } as const;
    return await runTransfer({ ...transfer, sink: to, facts: { needed: image.size } }, options);
  }
  throwIfAborted(options.signal);
  // holes take no room
  const needed = streamLength(transfer.program);
  await replaceFile(sink.file, {
    pid: options.pid ?? process.pid,
    needed,
    write: async (partial) => {
      const facts = { path: sink.file, folder: dirname(partial), temporary: partial, needed };
      await runTransfer({ ...transfer, sink: { to: 'file', path: partial }, facts }, options);
    },
    check: () => throwIfAborted(options.signal),
    warn: (finding) => options.onWarning?.(finding),
  });
}

/** The image as a program: its extents, and zero bytes between them; many of them that no sum holds are a hole. */
function compile(image: DiskImage, options: EmitOptions): Omit<Transfer, 'sink' | 'facts'> {
  const builder = new ProgramBuilder();
  const sums = new Map<Extent, number>();
  const lateExtents = new Map<number, Extent>();
  const structures = () => (lateExtents.size === 0 ? STRUCTURES_SUM : NO_SUM);
  let end = 0;
  const fillTo = (offset: number): void => {
    for (const free of image.free) {
      if (free.offset < end || free.offset >= offset) continue;
      builder.zero(free.offset - end, structures());
      builder.zeroOrHole(free.size);
      end = free.offset + free.size;
    }
    if (lateExtents.size === 0) builder.zero(offset - end, structures());
    else builder.zeroOrHole(offset - end);
  };
  for (const extent of image.extents) {
    fillTo(extent.offset);
    end = extent.offset + extent.content.size;
    if (extent.kind === 'late') lateExtents.set(builder.late(extent.content), extent);
    else if (extent.kind === 'file') {
      sums.set(extent, builder.newSum());
      builder.content(extent.content, sums.get(extent)!);
    } else builder.content(extent.content, extent.kind === 'structure' ? structures() : NO_SUM);
  }
  fillTo(image.size);
  return {
    program: builder.build(),
    supplied: builder.supplied,
    sumEnds: builder.sumEnds,
    beforeLate: (step, digestOf) =>
      options.beforeLate?.(lateExtents.get(step)!, {
        file: (extent) => digestOf(knownSum(sums, extent)),
        structures: () => digestOf(STRUCTURES_SUM),
      }),
  };
}

function knownSum(sums: ReadonlyMap<Extent, number>, extent: Extent): number {
  const sum = sums.get(extent);
  if (sum === undefined) throw new Error(`${extent.role} is not a file of this image`);
  return sum;
}
