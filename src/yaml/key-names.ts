/** How messages call the keys of a document: what stands as a key may be a value whose colon lacks its space. */
import { quote } from '../bytes/quote.js';
import { isShowableName } from './field-name.js';
import { nearestName } from './nearest-name.js';

/** A key in quotes when it is like a known one or a plain word, else undefined: then it may be anything, a secret too. */
export function quoteKey(key: string, known: readonly string[] = []): string | undefined {
  if (/^[A-Za-z_]{1,32}$/.test(key)) return quote(key);
  return isShowableName(key) && nearestName(key, known) !== undefined ? quote(key) : undefined;
}

/** A name that people chose, in quotes; undefined when it cannot be shown (see `isShowableName`). */
export function quoteName(name: string): string | undefined {
  return isShowableName(name) ? quote(name) : undefined;
}

/** The advice for a key such as `sha256:4d2f`, which has lost the space behind its colon; else undefined. */
export function missingSpace(key: string, known: readonly string[] = []): string | undefined {
  const name = /^([A-Za-z_][A-Za-z0-9_]{0,31}):/.exec(key)?.[1];
  if (name === undefined) return undefined;
  return /^[A-Za-z_]+$/.test(name) || known.includes(name)
    ? `Write "${name}: " with a space after the colon`
    : 'Put a space after the colon';
}
