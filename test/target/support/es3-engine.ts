/**
 * The engine lowered to ES3, in a realm that has no more than JScript 5.8: what a later ECMAScript brought is taken out
 * of the realm first. It is given a machine, as under Windows Script Host.
 */
import { createContext, runInContext } from 'node:vm';
import { parse } from 'acorn';
import { lowerToEs3 } from '../../../scripts/engine/lower.mjs';
import type { Machine } from '../../../src/target/machine.js';
import type { ResumeEnd } from '../../../src/target/resume.js';
import type { StartEnd } from '../../../src/target/start.js';

export interface Es3Engine {
  start(machine: Machine): StartEnd;
  resume(machine: Machine): ResumeEnd;
  check(machine: Machine): StartEnd;
  collect(machine: Machine): number;
  follow(machine: Machine, run: string): number;
}

/** What ECMA-262, 3rd edition, has: everything else of these objects is removed. */
const KEPT: Readonly<Record<string, string>> = {
  Object: 'prototype',
  'Object.prototype': 'constructor toString toLocaleString valueOf hasOwnProperty isPrototypeOf propertyIsEnumerable',
  'Function.prototype': 'constructor toString apply call length name',
  Array: 'prototype',
  'Array.prototype':
    'constructor toString toLocaleString concat join pop push reverse shift slice sort splice unshift length',
  String: 'prototype fromCharCode',
  'String.prototype':
    'constructor toString valueOf charAt charCodeAt concat indexOf lastIndexOf localeCompare match replace search slice split substring substr toLowerCase toLocaleLowerCase toUpperCase toLocaleUpperCase length',
  Number: 'prototype MAX_VALUE MIN_VALUE NaN NEGATIVE_INFINITY POSITIVE_INFINITY',
  'Number.prototype': 'constructor toString toLocaleString valueOf toFixed toExponential toPrecision',
  Date: 'prototype parse UTC',
  'Date.prototype':
    'constructor toString toDateString toTimeString toLocaleString toLocaleDateString toLocaleTimeString valueOf getTime getFullYear getUTCFullYear getMonth getUTCMonth getDate getUTCDate getDay getUTCDay getHours getUTCHours getMinutes getUTCMinutes getSeconds getUTCSeconds getMilliseconds getUTCMilliseconds getTimezoneOffset setTime setMilliseconds setSeconds setMinutes setHours setDate setMonth setFullYear toUTCString',
  'RegExp.prototype': 'constructor exec test toString source global ignoreCase multiline flags',
  Math: 'E LN10 LN2 LOG2E LOG10E PI SQRT1_2 SQRT2 abs acos asin atan atan2 ceil cos exp floor log max min pow random round sin sqrt tan',
};

const KEPT_GLOBALS =
  'Object Function Array String Boolean Number Date RegExp Math Error EvalError RangeError ReferenceError SyntaxError TypeError URIError NaN Infinity undefined parseInt parseFloat isNaN isFinite encodeURI encodeURIComponent decodeURI decodeURIComponent out reversed';

/** Node itself needs the symbols and `flags` of a RegExp when it matches; the engine cannot reach a symbol. */
const STRIP = `(function () {
  var keep = ${JSON.stringify(KEPT)}, namesOf = Object.getOwnPropertyNames, global = this;
  function strip(object, kept) {
    var names = namesOf(object);
    for (var index = 0; index < names.length; index++) {
      var name = names[index];
      if ((' ' + kept + ' ').indexOf(' ' + name + ' ') < 0 && !/^(length|name|arguments|caller|__proto__)$/.test(name)) delete object[name];
    }
  }
  for (var path in keep) {
    var parts = path.split('.'), object = global;
    for (var index = 0; index < parts.length; index++) object = object[parts[index]];
    strip(object, keep[path]);
  }
  strip(global, '${KEPT_GLOBALS}');
}).call(this);`;

/** Walks the properties of an object the other way round: no engine promises an order. */
const REVERSED = `function reversed(object) {
  var names = [], other = {};
  for (var name in object) names.unshift(name);
  for (var index = 0; index < names.length; index++) other[names[index]] = 1;
  return other;
}`;

const ENTRY = new URL('es3-entry.ts', import.meta.url).pathname;

let lowered: Promise<string> | undefined;

/** @param order how for-in walks */
export async function es3Engine(order: 'usual' | 'reversed'): Promise<Es3Engine> {
  lowered ??= lowerToEs3(ENTRY);
  const program = await lowered;
  const engine: Partial<Es3Engine> = {};
  const context = createContext({ out: engine });
  runInContext(REVERSED, context);
  runInContext(STRIP, context);
  runInContext(order === 'usual' ? program : withReversedLoops(program), context);
  return engine as Es3Engine;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly right?: Node;
}

/** `for (var a in b)` becomes `for (var a in reversed(b))`. */
export function withReversedLoops(program: string): string {
  const places: { readonly at: number; readonly text: string }[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) visit(one);
    if (typeof value !== 'object' || value === null || !('type' in value)) return;
    const node = value as Node;
    if (node.type === 'ForInStatement') {
      places.push({ at: node.right!.start, text: 'reversed(' }, { at: node.right!.end, text: ')' });
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(parse(program, { ecmaVersion: 3, allowReserved: 'never' }));
  let text = program;
  for (const { at, text: more } of places.sort((a, b) => b.at - a.at)) text = text.slice(0, at) + more + text.slice(at);
  return text;
}
