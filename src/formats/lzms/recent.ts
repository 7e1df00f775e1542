/**
 * The three most recently used offsets of LZ matches, or pairs of delta matches. A match joins the queue one item late: right after a match
 * of the same kind, that one is not yet among the three (a repeat of it would only have made it longer).
 */
export class RecentQueue {
  /** the newest first; the fourth is for the one that is not yet among the three */
  readonly #values = new Float64Array(4);

  reset(): void {
    for (let i = 0; i < 4; i++) this.#values[i] = i + 1;
  }

  push(value: number): void {
    this.#values.copyWithin(1, 0, 3);
    this.#values[0] = value;
  }

  /**
   * Takes one to the front.
   * @param index 0 to 2
   * @param justUsed whether the item before was a match of this kind
   */
  repeat(index: number, justUsed: boolean): number {
    const place = index + (justUsed ? 1 : 0);
    const value = this.#values[place]!;
    for (let i = place; i > 0; i--) this.#values[i] = this.#values[i - 1]!;
    this.#values[0] = value;
    return value;
  }
}
