/** A map whose newest changes are not on the disk yet: files, registry values and task registrations of a machine. */
import type { Random } from './random.js';

interface Version<V> {
  /** milliseconds of the machine's uptime when it was written */
  readonly at: number;
  /** undefined: not there */
  readonly value: V | undefined;
}

/** Milliseconds after which Windows has written a change by itself; longer than its lazy writers take. */
export const LAZY_WRITE = 30_000;

/** Versions of one entry that are remembered; more would only slow down a log that grows. */
const MOST_VERSIONS = 4;

/** Keys are compared as they are given; whoever asks makes them lower case. */
export class DurableMap<V> {
  readonly #values: Map<string, V>;
  /** what was changed since the last flush: the version on the disk first, the newest last */
  readonly #dirty = new Map<string, Version<V>[]>();

  constructor(values: Iterable<readonly [string, V]> = []) {
    this.#values = new Map(values);
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  entries(): IterableIterator<[string, V]> {
    return this.#values.entries();
  }

  keys(): IterableIterator<string> {
    return this.#values.keys();
  }

  /** @param value undefined removes the entry */
  set(key: string, value: V | undefined, at: number): void {
    const versions = this.#dirty.get(key);
    if (versions === undefined) {
      this.#dirty.set(key, [
        { at: Number.NEGATIVE_INFINITY, value: this.#values.get(key) },
        { at, value },
      ]);
    } else {
      versions.push({ at, value });
      // What is older than the lazy writer is on the disk: the version before it can no longer come back.
      while (versions.length > 2 && versions[1]!.at < at - LAZY_WRITE) versions.shift();
      if (versions.length > MOST_VERSIONS) versions.splice(1, 1);
    }
    this.#put(key, value);
  }

  /** Changes something for good, as Windows Setup does offline. */
  setDurable(key: string, value: V | undefined): void {
    this.#dirty.delete(key);
    this.#put(key, value);
  }

  /** Everything written so far is on the disk. */
  flush(): void {
    this.#dirty.clear();
  }

  /**
   * The power goes: of every change that was not on the disk something is left, or nothing, or damage.
   * @param at uptime now
   * @param damage what a half-written value looks like; `settled` is the version that was on the disk
   */
  cut(random: Random, at: number, damage: (value: V, random: Random, settled: V | undefined) => V): void {
    for (const [key, versions] of this.#dirty) {
      const settled = versions.findLastIndex((version) => version.at < at - LAZY_WRITE);
      const possible = versions.slice(Math.max(0, settled));
      const newest = possible[possible.length - 1]!.value;
      const isWritten = possible.length === 1;
      const choice = isWritten ? 0 : random.below(possible.length + (newest === undefined ? 0 : 1));
      const left = possible[choice];
      this.#put(key, left === undefined ? damage(newest!, random, possible[0]!.value) : left.value);
    }
    this.#dirty.clear();
  }

  #put(key: string, value: V | undefined): void {
    if (value === undefined) this.#values.delete(key);
    else this.#values.set(key, value);
  }
}
