/** The part of WQL that sequences and the engine use: SELECT … FROM … WHERE with comparisons, AND, OR, NOT, LIKE, IS NULL. */
import type { WmiRow } from '../machine.js';

type Test = (row: WmiRow) => boolean;

export interface WqlQuery {
  readonly class: string;
  /** undefined: all */
  readonly properties: readonly string[] | undefined;
  readonly matches: Test;
}

/** @throws an Error in the words of WMI when it is not WQL */
export function parseWql(text: string): WqlQuery {
  const head = /^\s*select\s+(.+?)\s+from\s+([\w.]+)\s*(?:where\s+([\s\S]+))?$/i.exec(text);
  if (!head) throw new Error('Invalid query');
  const [, list = '', name = '', where] = head;
  const properties = list.trim() === '*' ? undefined : list.split(',').map((property) => property.trim());
  if (properties?.some((property) => !/^\w+$/.test(property))) throw new Error('Invalid query');
  return { class: name, properties, matches: where === undefined ? () => true : new Where(where).parse() };
}

/** The value of a property, whose name has no case. */
export function propertyOf(row: WmiRow, name: string): WmiRow[string] {
  if (Object.hasOwn(row, name)) return row[name];
  const key = Object.keys(row).find((known) => known.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : row[key];
}

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(<>|!=|<=|>=|[=<>()])|([\w.-]+))/y;

class Where {
  readonly #tokens: string[] = [];
  #next = 0;

  constructor(text: string) {
    TOKEN.lastIndex = 0;
    const trimmed = text.trimEnd();
    while (TOKEN.lastIndex < trimmed.length) {
      const match = TOKEN.exec(trimmed);
      if (!match) throw new Error('Invalid query');
      this.#tokens.push(match[0].trim());
    }
  }

  parse(): Test {
    const test = this.#or();
    if (this.#next < this.#tokens.length) throw new Error('Invalid query');
    return test;
  }

  #or(): Test {
    const tests = [this.#and()];
    while (this.#takes('or')) tests.push(this.#and());
    return (row) => tests.some((test) => test(row));
  }

  #and(): Test {
    const tests = [this.#not()];
    while (this.#takes('and')) tests.push(this.#not());
    return (row) => tests.every((test) => test(row));
  }

  #not(): Test {
    if (this.#takes('not')) {
      const test = this.#not();
      return (row) => !test(row);
    }
    if (!this.#takes('(')) return this.#comparison();
    const test = this.#or();
    this.#expect(')');
    return test;
  }

  #comparison(): Test {
    const name = this.#take();
    const operator = this.#take().toLowerCase();
    if (operator === 'is') {
      const not = this.#takes('not');
      this.#expect('null');
      return (row) => (propertyOf(row, name) === undefined) !== not;
    }
    const wanted = literal(this.#take());
    const compare = COMPARISONS[operator];
    if (!compare) throw new Error('Invalid query');
    return (row) => {
      const found = propertyOf(row, name);
      return found !== undefined && compare(found, wanted);
    };
  }

  #takes(word: string): boolean {
    if (this.#tokens[this.#next]?.toLowerCase() !== word) return false;
    this.#next += 1;
    return true;
  }

  #expect(word: string): void {
    if (!this.#takes(word)) throw new Error('Invalid query');
  }

  #take(): string {
    const token = this.#tokens[this.#next++];
    if (token === undefined) throw new Error('Invalid query');
    return token;
  }
}

type Value = string | number | boolean;

function literal(token: string): Value {
  if (/^["']/.test(token)) return token.slice(1, -1).replace(/\\(.)/g, '$1');
  if (/^(true|false)$/i.test(token)) return token.toLowerCase() === 'true';
  const number = Number(token);
  if (Number.isNaN(number)) throw new Error('Invalid query');
  return number;
}

/** -1, 0 or 1; numbers as numbers where the property is one, text without case. */
function order(found: Value, wanted: Value): number {
  if (typeof found === 'boolean')
    return Number(found) - Number(String(wanted).toLowerCase() === 'true' || wanted === 1);
  if (typeof found === 'number') return Math.sign(found - Number(wanted));
  const [a, b] = [found.toLowerCase(), String(wanted).toLowerCase()];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const COMPARISONS: Readonly<Record<string, (found: Value, wanted: Value) => boolean>> = {
  '=': (found, wanted) => order(found, wanted) === 0,
  '!=': (found, wanted) => order(found, wanted) !== 0,
  '<>': (found, wanted) => order(found, wanted) !== 0,
  '<': (found, wanted) => order(found, wanted) < 0,
  '<=': (found, wanted) => order(found, wanted) <= 0,
  '>': (found, wanted) => order(found, wanted) > 0,
  '>=': (found, wanted) => order(found, wanted) >= 0,
  like: (found, wanted) => likePattern(String(wanted)).test(String(found)),
};

/** `%` any text, `_` one character, `[a-f]` one of these. */
function likePattern(text: string): RegExp {
  const source = text.replace(/[%_]|\[[^\]]*\]|[^\w\s]/g, (part) => {
    if (part === '%') return '.*';
    if (part === '_') return '.';
    return part.length > 1 ? part : `\\${part}`;
  });
  return new RegExp(`^${source}$`, 'is');
}
