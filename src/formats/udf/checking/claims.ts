import { BLOCK_SIZE } from '../structures/constants.js';
import type { CheckContext } from './check-context.js';

/** Runs of sectors and who they belong to; no sector may belong to two (UDF 1.02 2.3.6, ECMA-167 4/8.7). */
export class Claims {
  readonly #claims: { readonly start: number; readonly end: number; readonly owner: string }[] = [];

  /** @param start sector @param sectors how many; none is no claim */
  add(start: number, sectors: number, owner: string): void {
    if (sectors > 0) this.#claims.push({ start, end: start + sectors, owner });
  }

  /** One finding for each run that begins within another. */
  check(context: CheckContext): void {
    this.#claims.sort((a, b) => a.start - b.start || a.end - b.end);
    let furthest = { end: 0, owner: '' };
    for (const claim of this.#claims) {
      if (claim.start < furthest.end) {
        const message = `Sector ${claim.start} belongs to ${claim.owner} and to ${furthest.owner}`;
        context.add('UDF_EXTENT', message, { offset: claim.start * BLOCK_SIZE });
      }
      if (claim.end > furthest.end) furthest = claim;
    }
  }
}
