/**
 * Files with identical bytes share one place on the image (design/media.md, UDF). Only files of equal size can be
 * identical, and most of those already differ in their first bytes: those are read first, and whole files only
 * where the first bytes agree.
 */
import { createHash, hash as hashBytes } from 'node:crypto';
import type { Content } from '../content/content.js';
import { LocalReader } from '../content/local-reader.js';
import { interrupted } from '../errors.js';

/** bytes that are compared first */
const HEAD = 4096;
/** bytes read at once when whole files are compared */
const CHUNK = 1024 * 1024;
/** contents compared between two looks at the clock of the event loop: progress and interrupts stay alive */
const BATCH = 256;

export interface CompareOptions {
  /** bytes compared so far, and bytes known to need comparing (grows when heads agree) */
  onProgress?(done: number, total: number): void;
  signal?: AbortSignal;
}

/**
 * For each content the one that stands for it: itself, or an earlier one in the list with the same bytes.
 * The result depends on bytes and order alone; knowing that two contents are the same bytes of the same file
 * only saves the reading.
 * @throws InplaceError when a content cannot be read, or INTERRUPTED
 */
export async function findDuplicates(
  contents: readonly Content[],
  options: CompareOptions = {},
): Promise<Map<Content, Content>> {
  const groups = [...groupBy(contents, identity).values()];
  const distinct = groups.map((group) => group[0]!);
  const reader = new Comparer(options);
  try {
    const sameSize = select(groupBy(distinct, (content) => String(content.size)));
    const byHead = [...(await reader.groupByBytes(sameSize, HEAD)).values()];
    const small = byHead.filter((group) => group[0]!.size <= HEAD);
    const large = byHead.filter((group) => group[0]!.size > HEAD && group.length > 1).flat();
    const same = [...small, ...(await reader.groupByBytes(large, Number.POSITIVE_INFINITY)).values()];
    const rank = new Map(contents.map((content, index) => [content, index]));
    const first = new Map<Content, Content>();
    for (const group of same) {
      const leader = group.reduce((a, b) => (rank.get(a)! <= rank.get(b)! ? a : b));
      for (const content of group) first.set(content, leader);
    }
    return new Map(groups.flatMap((group) => group.map((content) => [content, first.get(group[0]!) ?? group[0]!])));
  } finally {
    reader.close();
    reader.report();
  }
}

/** Two contents with the same key are the same bytes without reading them. */
function identity(content: Content, index: number): string {
  if (content.size === 0) return 'empty';
  if (content.local) return `${content.local.path}\0${content.local.offset}\0${content.size}`;
  return `#${index}`;
}

function groupBy(
  contents: readonly Content[],
  key: (content: Content, index: number) => string,
): Map<string, Content[]> {
  const groups = new Map<string, Content[]>();
  contents.forEach((content, index) => {
    const name = key(content, index);
    const group = groups.get(name);
    if (group) group.push(content);
    else groups.set(name, [content]);
  });
  return groups;
}

/** The members of groups that have more than one. */
function select(groups: Map<string, Content[]>): Content[] {
  return [...groups.values()].filter((group) => group.length > 1).flat();
}

class Comparer {
  readonly #local = new LocalReader();
  readonly #options: CompareOptions;
  readonly #chunk = new Uint8Array(CHUNK);
  #done = 0;
  #total = 0;

  constructor(options: CompareOptions) {
    this.#options = options;
  }

  /** Groups contents by size and the SHA-256 of their first `limit` bytes, reading each file's ranges in file order. */
  async groupByBytes(contents: readonly Content[], limit: number): Promise<Map<string, Content[]>> {
    const inFileOrder = [...contents].sort(byPlace);
    for (const { size } of contents) this.#total += Math.min(size, limit);
    const groups = new Map<string, Content[]>();
    for (const [index, content] of inFileOrder.entries()) {
      if (index % BATCH === 0) await this.#breathe();
      const key = `${content.size} ${await this.#hash(content, Math.min(content.size, limit))}`;
      const group = groups.get(key);
      if (group) group.push(content);
      else groups.set(key, [content]);
    }
    return groups;
  }

  async #hash(content: Content, length: number): Promise<string> {
    const first = await this.#read(content, 0, Math.min(CHUNK, length));
    // most contents are small, and one call is half as long as three
    if (length <= CHUNK) return hashBytes('sha256', first, 'base64');
    const hash = createHash('sha256').update(first);
    for (let position = CHUNK; position < length; position += CHUNK) {
      await this.#breathe();
      hash.update(await this.#read(content, position, Math.min(CHUNK, length - position)));
    }
    return hash.digest('base64');
  }

  async #read(content: Content, position: number, length: number): Promise<Uint8Array> {
    const bytes = this.#chunk.subarray(0, length);
    if (content.local) this.#local.read(content.local, position, bytes);
    else await content.read(position, bytes);
    this.#done += length;
    return bytes;
  }

  async #breathe(): Promise<void> {
    await new Promise(setImmediate);
    if (this.#options.signal?.aborted) throw interrupted();
    this.report();
  }

  /** Tells how far it is. */
  report(): void {
    this.#options.onProgress?.(this.#done, this.#total);
  }

  close(): void {
    this.#local.close();
  }
}

function byPlace(a: Content, b: Content): number {
  const pathA = a.local?.path ?? '';
  const pathB = b.local?.path ?? '';
  if (pathA !== pathB) return pathA < pathB ? -1 : 1;
  return (a.local?.offset ?? 0) - (b.local?.offset ?? 0);
}
