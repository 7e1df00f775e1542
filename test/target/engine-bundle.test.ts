/** What the engine's bundle may hold: scripts/engine/es3-rules.mjs finds every construct that JScript 5.8 does not take. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { es3Problems } from '../../scripts/engine/es3-rules.mjs';
import { lowerToEs3 } from '../../scripts/engine/lower.mjs';
import { wrapped } from '../../scripts/engine/wrap.mjs';

describe('the rules for JScript 5.8 refuse', () => {
  it.each([
    ['a block variable', 'let a = 1;', /not ECMAScript 3/],
    ['a comma at the end of an object', 'var a = { b: 1, };', /not ECMAScript 3/],
    ['a reserved word as a property', 'a.default;', /not ECMAScript 3.*default/],
    ['a reserved word as a key', 'var a = { default: 1 };', /not ECMAScript 3/],
    ['a getter', 'var a = { get b() { return 1; } };', /not ECMAScript 3|getter/],
    ['a named function expression', 'var a = function b() {};', /named function expression "b"/],
    ['a hole in an array', 'var a = [1, , 2];', /hole in an array/],
    ['a comma at the end of an array, which JScript counts', 'var a = [1, 2, ,];', /hole in an array/],
    ['a sticky regular expression', 'var a = /b/y;', /not ECMAScript 3|flags/],
    ['a lookbehind', 'var a = /(?<!b)c/;', /not ECMAScript 3|regular expression/],
    ['a global that the host lacks', 'var a = JSON.parse("1");', /global "JSON"/],
    ['eval', 'eval("1");', /global "eval"/],
    ['an assignment to a call', 'a("b") = 1;', /not ECMAScript 3|assignment to a call/],
    ['text that is not ASCII', 'var a = "ä";', /not ASCII/],
  ])('%s', (_, source, problem) => {
    expect(es3Problems(source).join('\n')).toMatch(problem);
  });

  it('nothing in a program of ES3', () => {
    const source =
      'var a = { "default": 1 }; for (var b in a) if (a.hasOwnProperty(b)) a[b] = function () { return /x/gi; };';
    expect(es3Problems(source)).toEqual([]);
  });

  it('no global that the program declares itself', () => {
    expect(es3Problems('(function () { var Map = 1; return Map; })();')).toEqual([]);
  });
});

describe('lines of the bundle', () => {
  it('are broken behind commas and operators where they are too long, and mean the same', () => {
    const rows = Array.from({ length: 30 }, (_, index) => `[ ${index}, "a, b; c && d ? ${index}" ]`).join(', ');
    const source = `  var rows = [ ${rows} ];\n  var short = 1;\n  out(rows.join("|"), short && ${Array(60).fill('short').join(' && ')});\n`;
    const lines = wrapped(source).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(140);
    expect(lines.filter((line) => /^\s|\s$/.test(line) && !/^ {2}(?:var|out)| {6}\S.*\S$/.test(line))).toEqual([]);
    const said = (program: string): string[] => {
      const all: string[] = [];
      runInNewContext(program, { out: (...words: unknown[]) => all.push(words.join()) });
      return all;
    };
    expect(said(lines.join('\n'))).toEqual(said(source));
  });

  it('are left as they are where they fit, and where one text is longer', () => {
    const source = `var a = ${JSON.stringify('word, '.repeat(40))};\nvar b = [ 1, 2 ];\n`;
    expect(wrapped(source)).toBe(source);
  });
});

describe('lowering', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'inplace-es3-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('makes ES3 of what the engine is written in, and it means the same', async () => {
    const entry = join(folder, 'entry.ts');
    writeFileSync(
      entry,
      `class Count { private n = 0; readonly step: number; constructor(step: number) { this.step = step; } add(): this { this.n += this.step; return this; } value(): number { return this.n; } }
       function sum(...parts: readonly number[]): number { let all = 0; for (const part of parts) all += part; return all; }
       const [a, b = 5] = [1] as readonly number[]; const { x, y: { z } } = { x: 2, y: { z: 3 } };
       const calls: (() => number)[] = []; for (let i = 0; i < 3; i++) calls.push(() => i);
       const merged = { ...{ x, z }, x: 7 }; const list = [...[1, 2], 3];
       declare const out: (text: string) => void;
       out(\`\${new Count(2).add().add().value()} \${sum(a ?? 0, b, x, z)} \${calls[0]!()}\${calls[2]!()} \${merged.x}\${merged.z} \${list.join('')} \u00e9 \${(undefined as { q?: number } | undefined)?.q ?? 'none'}\`);`,
    );
    const program = await lowerToEs3(entry);
    expect(es3Problems(program)).toEqual([]);
    const lines: string[] = [];
    runInNewContext(program, { out: (text: string) => lines.push(text) });
    expect(lines).toEqual(['4 11 02 73 123 é none']);
  });

  it('gives the same bytes for the same sources', async () => {
    const entry = join(folder, 'same.ts');
    writeFileSync(entry, 'declare const out: (text: string) => void; out(VERSION); declare const VERSION: string;');
    expect(await lowerToEs3(entry, { VERSION: '"1.2"' })).toBe(await lowerToEs3(entry, { VERSION: '"1.2"' }));
  });
});
