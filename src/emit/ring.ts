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
const WRITTEN = 2;
const CANCELLED = 0;
const SUPPLIED = 1;

/** A wait looks at the cancel flag at least this often (ms): a wake-up that comes between check and wait is not lost. */
const PATIENCE = 50;

/** The shared memory, as it crosses to the workers. */
export interface SharedMemory {
  readonly ring: SharedArrayBuffer;
  readonly counters: SharedArrayBuffer;
  readonly flags: SharedArrayBuffer;
  readonly sums: SharedArrayBuffer;
}

/** Memory for a program with that many sums. */
export function allocate(sums: number): SharedMemory {
  // V8 gives growable shared memory whole pages of its own, which is what direct writes need; plain buffers may begin
  // anywhere. Output that finds it otherwise falls back to buffered writes.
  const Growable = SharedArrayBuffer as unknown as new (
    length: number,
    options: { maxByteLength: number },
  ) => SharedArrayBuffer;
  return {
    ring: new Growable(RING, { maxByteLength: RING }),
    counters: new SharedArrayBuffer(3 * BigInt64Array.BYTES_PER_ELEMENT),
    flags: new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT),
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

  constructor(memory: SharedMemory) {
    this.bytes = new Uint8Array(memory.ring);
    this.sums = new Uint8Array(memory.sums);
    this.#counters = new BigInt64Array(memory.counters);
    this.#flags = new Int32Array(memory.flags);
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
  get written(): number {
    return Number(Atomics.load(this.#counters, WRITTEN));
  }
  set written(position: number) {
    this.#publish(WRITTEN, position);
  }

  get cancelled(): boolean {
    return Atomics.load(this.#flags, CANCELLED) !== 0;
  }

  /** Tells the workers to stop, and wakes them. */
  cancel(): void {
    Atomics.store(this.#flags, CANCELLED, 1);
    for (const counter of [FILLED, HASHED, WRITTEN]) Atomics.notify(this.#counters, counter);
    Atomics.notify(this.#flags, SUPPLIED);
  }

  /** @throws Cancelled */
  throwIfCancelled(): void {
    if (this.cancelled) throw new Cancelled();
  }

  /** Sleeps until hasher and writer are at least at `position`. @throws Cancelled */
  awaitTaken(position: number): void {
    this.#await(HASHED, position);
    this.#await(WRITTEN, position);
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
