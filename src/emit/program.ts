/**
 * The flat program that reader, hasher and writer carry out together: one step after the other, each a run of bytes
 * from one place. Offsets count in the stream of all bytes that pass through the ring.
 */
import type { Content, LocalRange } from '../content/content.js';
import { ZeroContent } from '../content/views.js';
import { type FileTable, FileTableBuilder, type TableFile } from './file-table.js';

/** Where the bytes of a step come from. */
export const StepKind = {
  /** a run of a local file; `source` and `position` say which */
  local: 0,
  /** a content that only the main thread can read; `source` is its number there */
  supplied: 1,
  zero: 2,
  /** like `supplied`, but asked for only when every byte before it is hashed */
  late: 3,
  /** no bytes: the ring moves on to the next page, so that an output can begin at its start */
  align: 4,
  /** no bytes: what follows goes to output number `source` */
  output: 5,
  /** no bytes of the stream: the output goes on `position` bytes further, and what is skipped reads as zero */
  hole: 6,
} as const;

/** Step belongs to no sum: late contents and what follows them. */
export const NO_SUM = -1;
/** The sum over everything that is not file content and comes before the first late content. */
export const STRUCTURES_SUM = 0;

/** Direct input and output wants memory, offset and length at multiples of this: the page size, and never less than a sector. */
export const PAGE = 4096;

/** Zeros that no sum holds are skipped where they are so many: free space of a disk image, which may be most of it. */
const MIN_HOLE = 1024 * 1024;

const FIELDS = 5;

/** The steps, in shared memory: all that the hasher needs to know. */
export interface Steps {
  /** `FIELDS` numbers per step: kind, length, source, position, sum */
  readonly steps: Float64Array;
}

/** Plain data that crosses to the workers. */
export interface Program extends Steps {
  /** files that local steps read */
  readonly sources: FileTable;
  /** files that output steps make */
  readonly outputs: FileTable;
  /** how many sums there are, the one over structures included */
  readonly sums: number;
}

export const stepCount = (program: Steps): number => program.steps.length / FIELDS;
export const stepKind = (program: Steps, step: number): number => program.steps[step * FIELDS]!;
/** bytes of the stream that the step takes */
export const stepLength = (program: Steps, step: number): number => program.steps[step * FIELDS + 1]!;
/** bytes of the stream before step number `end`; of all of it when left out */
export function streamLength(program: Steps, end = stepCount(program)): number {
  let length = 0;
  for (let step = 0; step < end; step++) length += stepLength(program, step);
  return length;
}
/** number of the source file, the supplied content or the output */
export const stepSource = (program: Steps, step: number): number => program.steps[step * FIELDS + 2]!;
/** where in its source the step begins; for a hole, how many bytes it has */
export const stepPosition = (program: Steps, step: number): number => program.steps[step * FIELDS + 3]!;
export const stepSum = (program: Steps, step: number): number => program.steps[step * FIELDS + 4]!;

/** Compiles contents into a program. */
export class ProgramBuilder {
  /** bytes of the stream so far */
  end = 0;
  readonly #steps: number[] = [];
  readonly #sources = new FileTableBuilder();
  /** the newest number of each path */
  readonly #sourceNumbers = new Map<string, { number: number; size: number; modifiedMs: number }>();
  readonly #outputs = new FileTableBuilder();
  readonly #sumEnds: number[] = [0];
  /** contents that the main thread supplies, by number */
  readonly supplied: Content[] = [];

  /** Opens a sum of its own for the next content and returns its number. */
  newSum(): number {
    return this.#sumEnds.push(this.end) - 1;
  }

  /** Offset in the stream behind the last byte of each sum. */
  get sumEnds(): readonly number[] {
    return this.#sumEnds;
  }

  /** Appends all bytes of a content: as ranges of local files as far as it is made of them. */
  content(content: Content, sum: number): void {
    if (content.size === 0) return;
    if (content.local) this.#push(StepKind.local, content.size, this.#source(content.local), content.local.offset, sum);
    else if (content instanceof ZeroContent) this.zero(content.size, sum);
    else if (content.parts) for (const part of content.parts) this.content(part, sum);
    else this.#push(StepKind.supplied, content.size, this.supplied.push(content) - 1, 0, sum);
  }

  /** Appends a content that is known only when everything before it is hashed; returns the number of its step. */
  late(content: Content): number {
    return this.#push(StepKind.late, content.size, this.supplied.push(content) - 1, 0, NO_SUM);
  }

  zero(length: number, sum: number): void {
    if (length > 0) this.#push(StepKind.zero, length, 0, 0, sum);
  }

  /**
   * Zeros up to the next page, then a hole of whole pages, then the rest as zeros: a page of the stream stays a page of
   * the output.
   */
  zeroOrHole(length: number): void {
    const before = Math.min(length, (PAGE - (this.end % PAGE)) % PAGE);
    const hole = Math.floor((length - before) / PAGE) * PAGE;
    if (hole < MIN_HOLE) {
      this.zero(length, NO_SUM);
      return;
    }
    this.zero(before, NO_SUM);
    this.#push(StepKind.hole, 0, 0, hole, NO_SUM);
    this.zero(length - before - hole, NO_SUM);
  }

  /** What follows goes to this file, whose first byte lies at the start of a page of the ring. */
  output(file: TableFile): void {
    const skip = (PAGE - (this.end % PAGE)) % PAGE;
    if (skip > 0) this.#push(StepKind.align, skip, 0, 0, NO_SUM);
    this.#push(StepKind.output, 0, this.#outputs.add(file), 0, NO_SUM);
  }

  build(): Program {
    const steps = new Float64Array(new SharedArrayBuffer(this.#steps.length * Float64Array.BYTES_PER_ELEMENT));
    steps.set(this.#steps);
    return { steps, sources: this.#sources.build(), outputs: this.#outputs.build(), sums: this.#sumEnds.length };
  }

  #push(kind: number, length: number, source: number, position: number, sum: number): number {
    this.#steps.push(kind, length, source, position, sum);
    this.end += length;
    if (sum !== NO_SUM) this.#sumEnds[sum] = this.end;
    return this.#steps.length / FIELDS - 1;
  }

  /** The number of a file; ranges of the same file, seen in the same state, share one. */
  #source({ path, seen }: LocalRange): number {
    let known = this.#sourceNumbers.get(path);
    if (known === undefined || known.size !== seen.size || known.modifiedMs !== seen.modifiedMs) {
      const { size, modifiedMs } = seen;
      known = { number: this.#sources.add({ path, size, modifiedMs }), size, modifiedMs };
      this.#sourceNumbers.set(path, known);
    }
    return known.number;
  }
}
