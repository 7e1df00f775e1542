import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type YAMLMap, type YAMLSeq } from 'yaml';
import { quote } from '../bytes/quote.js';
import { quoteName } from './key-names.js';

/** Values a document may hold once its aliases are followed, so that a few lines cannot unfold to billions. */
export const MAX_VALUES = 100_000;

/** Where a value and its key begin: offsets into the text. */
export interface Position {
  readonly key?: number;
  readonly value: number;
  /** a number, truth value or nothing as it was written: `0012`, `1.10`, `True` */
  readonly source?: string;
  readonly children?: ReadonlyMap<string | number, Position>;
}

export interface ConvertedYaml {
  /** plain data: mappings without prototype, lists, strings, numbers, booleans and null */
  readonly value: unknown;
  readonly position: Position;
  readonly problems: readonly { readonly offset: number; readonly message: string; readonly hint?: string }[];
}

interface Converted {
  readonly value: unknown;
  readonly position: Position;
  /** values in it, aliases followed */
  readonly values: number;
}

/** Turns nodes into plain data and remembers where everything stood. */
export function convertYaml(contents: Document.Parsed['contents'], lines: LineCounter): ConvertedYaml {
  const converter = new Converter(lines);
  const { value, position } = converter.convert(contents, undefined, 0);
  return { value, position, problems: converter.problems };
}

class Converter {
  readonly problems: { offset: number; message: string; hint?: string }[] = [];
  /** what an anchor names; `open` while its value is being read, so that it cannot contain itself */
  readonly #anchors = new Map<string, Converted | 'open'>();
  #values = 0;
  #full = false;

  constructor(readonly lines: LineCounter) {}

  /** @param fallback offset for a value that is not there */
  convert(node: unknown, key: number | undefined, fallback: number): Converted {
    const at = offsetOf(node) ?? fallback;
    const before = this.#values;
    if (!this.#count(1, at)) return leaf(undefined, key, at);
    if (isAlias(node)) return this.#follow(node.source, key, at);
    const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    const { value, position } = this.#convertNode(node, key, at);
    const converted = { value, position, values: this.#values - before };
    if (anchor !== undefined) this.#anchors.set(anchor, converted);
    return converted;
  }

  #convertNode(node: unknown, key: number | undefined, at: number): Omit<Converted, 'values'> {
    if (isMap(node)) return this.#mapping(node, key, at);
    if (isSeq(node)) return this.#list(node, key, at);
    if (!isScalar(node)) return leaf(null, key, at);
    const { value } = node;
    if (value !== null && !['string', 'number', 'boolean'].includes(typeof value)) {
      this.problems.push({ offset: at, message: 'A value is neither text, a number, true, false nor empty' });
      return leaf(undefined, key, at);
    }
    const { position } = leaf(value, key, at);
    return { value, position: typeof value === 'string' ? position : { ...position, source: node.source ?? '' } };
  }

  #mapping(node: YAMLMap, key: number | undefined, at: number): Omit<Converted, 'values'> {
    const value: Record<string, unknown> = Object.create(null);
    const children = new Map<string | number, Position>();
    for (const pair of node.items) {
      if (this.#full) break;
      const keyOffset = offsetOf(pair.key) ?? at;
      const name = isScalar(pair.key) ? String(pair.key.value ?? '') : '';
      const first = children.get(name)?.key;
      if (name === '__proto__') {
        this.problems.push({ offset: keyOffset, message: 'The key "__proto__" cannot be used' });
      } else if (first !== undefined) {
        const { line } = this.lines.linePos(first);
        this.problems.push({
          offset: keyOffset,
          message: `${quoteName(name) === undefined ? 'A key' : `The key ${quoteName(name)}`} is there twice, first on line ${line}`,
          hint: 'Keep one of the two',
        });
      } else {
        const child = this.convert(pair.value, keyOffset, keyOffset);
        value[name] = child.value;
        children.set(name, child.position);
      }
    }
    return { value, position: { ...withKey(key), value: at, children } };
  }

  #list(node: YAMLSeq, key: number | undefined, at: number): Omit<Converted, 'values'> {
    const value: unknown[] = [];
    const children = new Map<string | number, Position>();
    for (const item of node.items) {
      if (this.#full) break;
      const child = this.convert(item, undefined, at);
      children.set(value.length, child.position);
      value.push(child.value);
    }
    return { value, position: { ...withKey(key), value: at, children } };
  }

  #follow(name: string, key: number | undefined, at: number): Converted {
    const target = this.#anchors.get(name);
    if (target === undefined || target === 'open') {
      const message =
        target === 'open'
          ? `The alias ${quote(`*${name}`)} stands inside the value it names`
          : // not repeated: a password may begin with *
            'An alias (*name) has no anchor (&name) before it';
      this.problems.push({ offset: at, message, hint: 'Put a value that begins with * into quotes' });
      return { ...leaf(undefined, key, at), values: 1 };
    }
    if (!this.#count(target.values, at)) return leaf(undefined, key, at);
    return { value: target.value, position: { ...target.position, ...withKey(key) }, values: target.values };
  }

  /** Whether there is room for more values; says so once when there is none. */
  #count(values: number, at: number): boolean {
    this.#values += values;
    if (this.#values <= MAX_VALUES) return true;
    if (!this.#full) this.problems.push({ offset: at, message: `The document holds more than ${MAX_VALUES} values` });
    this.#full = true;
    return false;
  }
}

function leaf(value: unknown, key: number | undefined, at: number): Converted {
  return { value, position: { ...withKey(key), value: at }, values: 1 };
}

function withKey(key: number | undefined): { readonly key?: number } {
  return key === undefined ? {} : { key };
}

function offsetOf(node: unknown): number | undefined {
  const range = (node as { range?: readonly number[] | null } | null | undefined)?.range;
  return range?.[0];
}
