import { holdsProductKey } from './product-keys.js';

/** A path into a document: keys of mappings and indexes of lists, from the root. */
export type YamlPath = readonly (string | number)[];

/**
 * `packages[1].source`: a path as people write it. Names that are no plain words stand in quotes; what is no name at
 * all may be a key and its secret value without a space between them, and is not shown.
 */
export function formatField(path: YamlPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    if (!isShowableName(part)) return `${text}[…]`;
    if (!/^[\w$-]+$/.test(part)) return `${text}["${part}"]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

/** Whether a key can be shown in a message: letters, digits and few signs, and nothing like a product key. */
export function isShowableName(name: string): boolean {
  return /^[\p{L}\p{N}$_. -]{1,64}$/u.test(name) && !holdsProductKey(name);
}

/** The value at a path, or undefined where the path leads nowhere. Only own keys count. */
export function valueAt(root: unknown, path: YamlPath): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

/** Whether a value is a mapping: an object that is no list. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
