/**
 * The memory that the threads share: a ring of bytes, counters that say how far each thread is, and the sums.
 * All counters are positions in the stream of all bytes; a position modulo `RING` is a place in the ring.
 */

/** One slot: what is filled before hasher and writer hear of it. Larger buffers gave no systematic gain (facts/libraries.md D.3). */
export const SLOT = 1 << 20;
/** The whole ring. Rings of 32 MiB were pathologically slow on ext4 (facts/libraries.md D.3). */
export const RING = 8 * SLOT;
/** Bytes of a SHA-256. */
export const SUM = 32;

const FILLED = 0;
const HASHED = 1;
/** two counters for each writer: taken out of the ring, and given to the output */
const TAKEN = 2;
const WRITTEN = 3;
const PER_WRITER = 2;
const CANCELLED = 0;
const SUPPLIED = 1;
/** one flag for each writer */
const STATE = 2;
const FOLLOWS = 0;
const LEFT = 1;

/** A wait looks at the cancel flag at least this often (ms): a wake-up that comes between check and wait is not lost. */
const PATIENCE = 50;

/**
 * How long one writer alone may hold up others that share its ring: so many ms, and this share of the time that has
 * passed. Equal sticks take turns in being the last; a slow one always is.
 */
const HELD_UP = 2000;
const HELD_UP_SHARE = 0.05;

/** The shared memory, as it crosses to the workers. */
export interface SharedMemory {
  readonly ring: SharedArrayBuffer;
  readonly counters: SharedArrayBuffer;
  readonly flags: SharedArrayBuffer;
  readonly sums: SharedArrayBuffer;
}

export interface RingOptions {
  /** sums of the program */
  readonly sums: number;
  /** default 1 */
  readonly writers?: number;
  /** position in the stream where all begins; default 0 */
  readonly from?: number;
  /** nobody hashes: everything counts as hashed */
  readonly unhashed?: boolean;
}

/** Memory for one transfer. */
export function allocate({ sums, writers = 1, from = 0, unhashed = false }: RingOptions): SharedMemory {
  // V8 gives growable shared memory whole pages of its own, which is what direct writes need; plain buffers may begin
  // anywhere. Output that finds it otherwise falls back to buffered writes.
  const Growable = SharedArrayBuffer as unknown as new (
    length: number,
    options: { maxByteLength: number },
  ) => SharedArrayBuffer;
  const counters = new SharedArrayBuffer((TAKEN + PER_WRITER * writers) * BigInt64Array.BYTES_PER_ELEMENT);
  new BigInt64Array(counters).fill(BigInt(from));
  if (unhashed) new BigInt64Array(counters)[HASHED] = BigInt(Number.MAX_SAFE_INTEGER);
  return {
    ring: new Growable(RING, { maxByteLength: RING }),
    counters,
    flags: new SharedArrayBuffer((STATE + writers) * Int32Array.BYTES_PER_ELEMENT),
    sums: new SharedArrayBuffer(sums * SUM),
  };
}

/** Thrown inside a worker that was told to stop; never leaves it. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** One thread's view of the shared memory. */
export class Ring {
  /** all bytes of the ring */
  readonly bytes: Uint8Array;
  /** 32 bytes per sum */
  readonly sums: Uint8Array;
  readonly #counters: BigInt64Array;
  readonly #flags: Int32Array;
  readonly #writers: number;
  /** ms that each writer has held up the others */
  readonly #heldUp: number[];
  readonly #started = performance.now();

  /** @param writer whose own counters these are */
  constructor(
    memory: SharedMemory,
    readonly writer = 0,
  ) {
    this.bytes = new Uint8Array(memory.ring);
    this.sums = new Uint8Array(memory.sums);
    this.#counters = new BigInt64Array(memory.counters);
    this.#flags = new Int32Array(memory.flags);
    this.#writers = this.#flags.length - STATE;
    this.#heldUp = new Array<number>(this.#writers).fill(0);
  }

  get filled(): number {
    return Number(Atomics.load(this.#counters, FILLED));
  }
  set filled(position: number) {
    this.#publish(FILLED, position);
  }
  get hashed(): number {
    return Number(Atomics.load(this.#counters, HASHED));
  }
  set hashed(position: number) {
    this.#publish(HASHED, position);
  }
  /** What the output of this writer has. */
  get written(): number {
    return Number(Atomics.load(this.#counters, WRITTEN + PER_WRITER * this.writer));
  }
  set written(position: number) {
    this.#publish(WRITTEN + PER_WRITER * this.writer, position);
  }
  /** What this writer needs no more. */
  set taken(position: number) {
    this.#publish(TAKEN + PER_WRITER * this.writer, position);
  }

  /** Whether the others go on without this writer: what it has taken since may be something else already. */
  get isLeft(): boolean {
    return Atomics.load(this.#flags, STATE + this.writer) !== FOLLOWS;
  }
  /** The others go on without this writer. */
  leave(): void {
    Atomics.store(this.#flags, STATE + this.writer, LEFT);
  }

  get cancelled(): boolean {
    return Atomics.load(this.#flags, CANCELLED) !== 0;
  }

  /** Tells the workers to stop, and wakes them. */
  cancel(): void {
    Atomics.store(this.#flags, CANCELLED, 1);
    for (let counter = 0; counter < this.#counters.length; counter++) Atomics.notify(this.#counters, counter);
    Atomics.notify(this.#flags, SUPPLIED);
  }

  /** @throws Cancelled */
  throwIfCancelled(): void {
    if (this.cancelled) throw new Cancelled();
  }

  /** Sleeps until the hasher and every writer that follows are at least at `position`. @throws Cancelled */
  awaitTaken(position: number): void {
    this.#await(HASHED, position);
    for (;;) {
      const late = this.#followers().filter((writer) => this.#takenBy(writer) < position);
      if (late.length === 0) return;
      this.throwIfCancelled();
      const [first] = late;
      const before = performance.now();
      const starving = this.#followers().some((writer) => this.#takenBy(writer) >= this.filled);
      const counter = TAKEN + PER_WRITER * first!;
      const now = Atomics.load(this.#counters, counter);
      if (Number(now) < position) Atomics.wait(this.#counters, counter, now, PATIENCE);
      if (starving) this.#blame(late, performance.now() - before);
    }
  }

  /** A writer that has held up the others for too long is left behind, and gets the rest from a reader of its own. */
  #blame(late: readonly number[], waited: number): void {
    const limit = HELD_UP + HELD_UP_SHARE * (performance.now() - this.#started);
    for (const writer of late) {
      this.#heldUp[writer]! += waited;
      if (this.#heldUp[writer]! > limit) Atomics.store(this.#flags, STATE + writer, LEFT);
    }
  }

  #followers(): number[] {
    const writers = Array.from({ length: this.#writers }, (_, writer) => writer);
    return writers.filter((writer) => Atomics.load(this.#flags, STATE + writer) === FOLLOWS);
  }

  #takenBy(writer: number): number {
    return Number(Atomics.load(this.#counters, TAKEN + PER_WRITER * writer));
  }

  /** Sleeps until the reader has filled at least up to `position`; returns how far. @throws Cancelled */
  awaitFilled(position: number): number {
    return this.#await(FILLED, position);
  }

  /** Main thread: the bytes that were asked for stand in the ring. */
  supplied(): void {
    Atomics.add(this.#flags, SUPPLIED, 1);
    Atomics.notify(this.#flags, SUPPLIED);
  }

  /** Reader: how many requests were answered; to be read before one is sent. */
  get supplies(): number {
    return Atomics.load(this.#flags, SUPPLIED);
  }

  /** Reader: sleeps until one more request than `before` is answered. @throws Cancelled */
  awaitSupply(before: number): void {
    while (this.supplies === before) {
      this.throwIfCancelled();
      Atomics.wait(this.#flags, SUPPLIED, before, PATIENCE);
    }
  }

  #await(counter: number, position: number): number {
    for (;;) {
      this.throwIfCancelled();
      const now = Atomics.load(this.#counters, counter);
      if (Number(now) >= position) return Number(now);
      Atomics.wait(this.#counters, counter, now, PATIENCE);
    }
  }

  #publish(counter: number, position: number): void {
    Atomics.store(this.#counters, counter, BigInt(position));
    Atomics.notify(this.#counters, counter);
  }
}
