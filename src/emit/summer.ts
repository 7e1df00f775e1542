import { createHash, type Hash } from 'node:crypto';
import { NO_SUM, STRUCTURES_SUM, StepKind, type Steps, stepCount, stepKind, stepLength, stepSum } from './program.js';
import { SUM } from './ring.js';

/** Follows the stream of all bytes and computes the sums of the program: one SHA-256 per file, one over all structures. */
export class Summer {
  #step = -1;
  /** bytes of the current step still to come */
  #left = 0;
  #sum = NO_SUM;
  #file: Hash | undefined;
  #structures: Hash | undefined = createHash('sha256');

  /**
   * @param sums where finished sums are put, 32 bytes each
   * @param onLate called with the number of a late step when every byte before it is summed
   */
  constructor(
    readonly program: Steps,
    readonly sums: Uint8Array,
    readonly onLate: (step: number) => void,
  ) {
    this.#next();
  }

  /** Takes the next bytes of the stream. */
  update(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.byteLength; ) {
      const length = Math.min(this.#left, bytes.byteLength - done);
      if (this.#sum !== NO_SUM) {
        const hash = this.#sum === STRUCTURES_SUM ? this.#structures : this.#file;
        hash?.update(bytes.subarray(done, done + length));
      }
      done += length;
      this.#left -= length;
      if (this.#left === 0) this.#next();
    }
  }

  /** Goes on to the next step that has bytes. */
  #next(): void {
    while (this.#left === 0 && this.#step + 1 < stepCount(this.program)) {
      this.#step += 1;
      const sum = stepSum(this.program, this.#step);
      if (sum !== this.#sum) this.#change(sum);
      this.#left = stepLength(this.program, this.#step);
      if (stepKind(this.program, this.#step) === StepKind.late) this.#late();
    }
    if (this.#left === 0) this.#change(NO_SUM);
  }

  #change(sum: number): void {
    if (this.#file) this.#store(this.#sum, this.#file);
    this.#file = sum === NO_SUM || sum === STRUCTURES_SUM ? undefined : createHash('sha256');
    this.#sum = sum;
  }

  #late(): void {
    if (this.#structures) this.#store(STRUCTURES_SUM, this.#structures);
    this.#structures = undefined;
    this.onLate(this.#step);
  }

  #store(sum: number, hash: Hash): void {
    this.sums.set(hash.digest(), sum * SUM);
  }
}
