/**
 * JSON in ASCII for an engine that has no JSON object, read without eval (design/task-sequence.md, Text; RFC 8259).
 * Keys are written in sorted order, so that the same value is the same text under every script engine.
 */
import { hasOwn, sortedKeys } from './text.js';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Levels of arrays and objects; no file of the engine comes near it, and a hostile one ends in an error. */
const DEEPEST = 200;

/** A value as JSON in which every character is ASCII; what is undefined is left out. */
export function writeJson(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      // Infinity and NaN are not JSON.
      return value - value === 0 ? String(value) : 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    default:
      return isArray(value) ? writeArray(value) : writeObject(value as Readonly<Record<string, unknown>>);
  }
}

/** JScript has no Array.isArray. */
function isArray(value: unknown): value is readonly unknown[] {
  return Object.prototype.toString.call(value) === '[object Array]';
}

function writeArray(list: readonly unknown[]): string {
  const parts: string[] = [];
  for (const one of list) parts.push(writeJson(one));
  return `[${parts.join(',')}]`;
}

function writeObject(object: Readonly<Record<string, unknown>>): string {
  const parts: string[] = [];
  for (const key of sortedKeys(object)) {
    if (object[key] !== undefined) parts.push(`${quoted(key)}:${writeJson(object[key])}`);
  }
  return `{${parts.join(',')}}`;
}

function quoted(text: string): string {
  if (!/["\\]|[^ -~]/.test(text)) return `"${text}"`;
  return `"${text.replace(/["\\]|[^ -~]/g, escaped)}"`;
}

function escaped(unit: string): string {
  if (unit === '"' || unit === '\\') return `\\${unit}`;
  let code = unit.charCodeAt(0).toString(16);
  while (code.length < 4) code = `0${code}`;
  return `\\u${code}`;
}

/** Reads JSON. Throws an Error that says where, for everything that is not exactly one value. */
export function parseJson(text: string): Json {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(depth: number): Json {
    if (depth > DEEPEST) this.fail('it is nested too deeply');
    this.skip();
    const character = this.text.charAt(this.at);
    if (character === '{') return this.object(depth);
    if (character === '[') return this.array(depth);
    if (character === '"') return this.string();
    if (character === 't' && this.word('true')) return true;
    if (character === 'f' && this.word('false')) return false;
    if (character === 'n' && this.word('null')) return null;
    return this.number();
  }

  end(): void {
    this.skip();
    if (this.at < this.text.length) this.fail('something follows the value');
  }

  private object(depth: number): Json {
    const object: Record<string, Json> = {};
    this.at++;
    for (let first = true; !this.closes('}'); first = false) {
      if (!first) this.expect(',');
      this.skip();
      if (this.text.charAt(this.at) !== '"') this.fail('a key is expected');
      const key = this.string();
      // The one key that would not become a property of its own.
      if (key === '__proto__') this.fail('the key "__proto__" is not allowed');
      this.expect(':');
      object[key] = this.value(depth + 1);
    }
    return object;
  }

  private array(depth: number): Json {
    const list: Json[] = [];
    this.at++;
    for (let first = true; !this.closes(']'); first = false) {
      if (!first) this.expect(',');
      list.push(this.value(depth + 1));
    }
    return list;
  }

  private string(): string {
    this.at++;
    const end = this.text.indexOf('"', this.at);
    const whole = end < 0 ? '' : this.text.substring(this.at, end);
    // Nearly every text is without escapes: then it ends at the next quotation mark.
    if (end < 0 || whole.indexOf('\\') >= 0) return this.escapedString();
    if (hasControls(whole)) this.fail('a control character stands in a text');
    this.at = end + 1;
    return whole;
  }

  private escapedString(): string {
    const plain = /[^"\\]*/g;
    let result = '';
    for (;;) {
      plain.lastIndex = this.at;
      const run = plain.exec(this.text)?.[0] ?? '';
      if (hasControls(run)) this.fail('a control character stands in a text');
      result += run;
      this.at += run.length;
      const character = this.text.charAt(this.at);
      if (character === '') this.fail('a text does not end');
      this.at++;
      if (character === '"') return result;
      result += this.escape();
    }
  }

  private escape(): string {
    const character = this.text.charAt(this.at);
    this.at++;
    if (character === 'u') {
      const digits = this.text.substring(this.at, this.at + 4);
      if (!/^[0-9A-Fa-f]{4}$/.test(digits)) this.fail('\\u needs four digits');
      this.at += 4;
      return String.fromCharCode(parseInt(digits, 16));
    }
    if (character === '' || !hasOwn(ESCAPES, character)) this.fail('an escape is wrong');
    return ESCAPES[character] ?? '';
  }

  private number(): number {
    const match = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/.exec(this.text.substring(this.at, this.at + 64));
    if (!match) return this.fail('a value is expected');
    this.at += match[0].length;
    return Number(match[0]);
  }

  private word(word: string): boolean {
    if (this.text.substring(this.at, this.at + word.length) !== word) return false;
    this.at += word.length;
    return true;
  }

  private closes(character: string): boolean {
    this.skip();
    if (this.text.charAt(this.at) !== character) return false;
    this.at++;
    return true;
  }

  private expect(character: string): void {
    if (!this.closes(character)) this.fail(`"${character}" is expected`);
  }

  private skip(): void {
    // By number: most of an indented text is white space, and a pattern for each character takes longer than the rest.
    let code = this.text.charCodeAt(this.at);
    while (code === 32 || code === 10 || code === 13 || code === 9) {
      this.at++;
      code = this.text.charCodeAt(this.at);
    }
  }

  private fail(why: string): never {
    throw new Error(`This is not JSON: ${why}, at character ${this.at + 1}`);
  }
}

function hasControls(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) < 32) return true;
  return false;
}
