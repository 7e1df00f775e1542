import { quote } from '../../../bytes/quote.js';
import { BLOCK_SIZE } from '../structures/constants.js';
import type { CheckContext } from './check-context.js';

/** Who a run belongs to: words, or a file or directory of the tree, of which a message is made only when it is needed. */
export type ClaimOwner = string | { readonly path: string };

interface Claim {
  readonly start: number;
  readonly end: number;
  readonly owner: ClaimOwner;
  /** what of the owner lies there, in front of its path */
  readonly part: string;
}

/** Runs of sectors and who they belong to; no sector may belong to two (UDF 1.02 2.3.6, ECMA-167 4/8.7). */
export class Claims {
  readonly #claims: Claim[] = [];

  /**
   * @param start sector
   * @param sectors how many; none is no claim
   * @param part what of a file or directory it is, when it is not its data: `the File Entry of `
   */
  add(start: number, sectors: number, owner: ClaimOwner, part = ''): void {
    if (sectors > 0) this.#claims.push({ start, end: start + sectors, owner, part });
  }

  /** One finding for each run that begins within another. */
  check(context: CheckContext): void {
    this.#claims.sort((a, b) => a.start - b.start || a.end - b.end);
    let furthest: Claim = { start: 0, end: 0, owner: '', part: '' };
    for (const claim of this.#claims) {
      if (claim.start < furthest.end) {
        const message = `Sector ${claim.start} belongs to ${describe(claim)} and to ${describe(furthest)}`;
        context.add('UDF_EXTENT', message, { offset: claim.start * BLOCK_SIZE });
      }
      if (claim.end > furthest.end) furthest = claim;
    }
  }
}

function describe({ owner, part }: Claim): string {
  return typeof owner === 'string' ? owner : `${part}${quote(owner.path)}`;
}
