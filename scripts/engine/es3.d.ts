// What JScript 5.8 knows of the language, and nothing more: the engine is checked against it (`npm run check`), so that a method of a later
// ECMAScript is an error where it is written. The first part is the library of ECMA-262, 3rd edition; the second is what TypeScript itself needs.

interface Object {
  constructor: Function;
  toString(): string;
  valueOf(): Object;
  hasOwnProperty(name: string): boolean;
}
declare const Object: { prototype: Object };

interface Function {
  apply(this: Function, self: unknown, args?: unknown): unknown;
  call(this: Function, self: unknown, ...args: unknown[]): unknown;
  readonly length: number;
  prototype: unknown;
}
declare const Function: { prototype: Function };

interface Array<T> {
  length: number;
  [index: number]: T;
  concat(...items: (T | readonly T[])[]): T[];
  join(separator?: string): string;
  pop(): T | undefined;
  push(...items: T[]): number;
  reverse(): T[];
  shift(): T | undefined;
  slice(start?: number, end?: number): T[];
  sort(compare?: (a: T, b: T) => number): this;
  /** JScript removes nothing when the second argument is left out, so it is not optional here */
  splice(start: number, count: number, ...items: T[]): T[];
}
declare const Array: { new <T>(...items: T[]): T[]; prototype: unknown[] };

interface ReadonlyArray<T> {
  readonly length: number;
  readonly [index: number]: T;
  concat(...items: (T | readonly T[])[]): T[];
  join(separator?: string): string;
  slice(start?: number, end?: number): T[];
}

interface String {
  readonly length: number;
  charAt(index: number): string;
  charCodeAt(index: number): number;
  concat(...texts: string[]): string;
  indexOf(text: string, from?: number): number;
  lastIndexOf(text: string, from?: number): number;
  localeCompare(other: string): number;
  match(pattern: RegExp): RegExpMatchArray | null;
  replace(pattern: string | RegExp, by: string | ((match: string, ...groups: string[]) => string)): string;
  search(pattern: RegExp): number;
  slice(start?: number, end?: number): string;
  split(separator: string, limit?: number): string[];
  substring(start: number, end?: number): string;
  toLowerCase(): string;
  toUpperCase(): string;
}
declare const String: { (value?: unknown): string; fromCharCode(...codes: number[]): string };

interface Number {
  toString(radix?: number): string;
  toFixed(digits?: number): string;
}
declare const Number: { (value?: unknown): number; readonly MAX_VALUE: number; readonly MIN_VALUE: number };

interface Boolean {
  valueOf(): boolean;
}
declare const Boolean: (value?: unknown) => boolean;

interface Date {
  getTime(): number;
  getTimezoneOffset(): number;
  getUTCDate(): number;
  getUTCDay(): number;
  getUTCFullYear(): number;
  getUTCHours(): number;
  getUTCMilliseconds(): number;
  getUTCMinutes(): number;
  getUTCMonth(): number;
  getUTCSeconds(): number;
  getFullYear(): number;
  getMonth(): number;
  getDate(): number;
  getHours(): number;
  getMinutes(): number;
  getSeconds(): number;
  getMilliseconds(): number;
}
/** `new Date(text)` does not read ISO 8601 in JScript */
declare const Date: {
  new (milliseconds?: number): Date;
  UTC(
    year: number,
    month: number,
    day?: number,
    hours?: number,
    minutes?: number,
    seconds?: number,
    ms?: number,
  ): number;
};

interface RegExpMatchArray extends Array<string> {
  index: number;
  input: string;
  0: string;
}
interface RegExpExecArray extends Array<string> {
  index: number;
  input: string;
  0: string;
}
interface RegExp {
  exec(text: string): RegExpExecArray | null;
  test(text: string): boolean;
  lastIndex: number;
  readonly source: string;
  readonly global: boolean;
}
declare const RegExp: { new (pattern: string, flags?: string): RegExp };

interface Error {
  name: string;
  message: string;
}
declare const Error: { new (message?: string): Error; (message?: string): Error; prototype: Error };

declare const Math: {
  abs(x: number): number;
  ceil(x: number): number;
  floor(x: number): number;
  max(...x: number[]): number;
  min(...x: number[]): number;
  pow(x: number, y: number): number;
  random(): number;
  round(x: number): number;
};

declare function parseInt(text: string, radix: number): number;
declare function parseFloat(text: string): number;
declare function isNaN(value: number): boolean;
declare function isFinite(value: number): boolean;
declare const NaN: number;
declare const Infinity: number;

// What TypeScript needs

interface CallableFunction extends Function {}
interface NewableFunction extends Function {}
interface IArguments {
  readonly length: number;
  [index: number]: unknown;
}
interface TemplateStringsArray extends ReadonlyArray<string> {
  readonly raw: readonly string[];
}
interface ThisType<T> {}
type Partial<T> = { [P in keyof T]?: T[P] };
type Required<T> = { [P in keyof T]-?: T[P] };
type Readonly<T> = { readonly [P in keyof T]: T[P] };
type Pick<T, K extends keyof T> = { [P in K]: T[P] };
type Record<K extends string | number | symbol, T> = { [P in K]: T };
type Exclude<T, U> = T extends U ? never : T;
type Extract<T, U> = T extends U ? T : never;
type Omit<T, K extends string | number | symbol> = Pick<T, Exclude<keyof T, K>>;
type NonNullable<T> = T & {};
type Parameters<T extends (...args: never) => unknown> = T extends (...args: infer P) => unknown ? P : never;
type ReturnType<T extends (...args: never) => unknown> = T extends (...args: never) => infer R ? R : never;
