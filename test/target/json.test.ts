import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson, writeJson } from '../../src/target/json.js';

const failure = (text: string): string => {
  try {
    return `read ${JSON.stringify(parseJson(text))}`;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('JSON of the engine, with JSON of the host as the witness', () => {
  it('every value is written so that the host reads the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = writeJson(value);
        expect(text).toMatch(/^[ -~]*$/);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('what the host writes is read', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2, '\t'), (value, indent) => {
        // the one key that is refused, which has a test of its own
        fc.pre(!JSON.stringify(value).includes('"__proto__":'));
        expect(parseJson(JSON.stringify(value, null, indent))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('any text is read as the host reads it, or refused as the host refuses it', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '\\',
      '\\u00e9',
      '1',
      '-',
      '0',
      '.5',
      'e3',
      'true',
      'null',
      ' ',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        let witness: unknown;
        try {
          witness = JSON.parse(text);
        } catch {
          expect(() => parseJson(text)).toThrow('This is not JSON');
          return;
        }
        expect(parseJson(text)).toEqual(witness);
      }),
      { numRuns: 2000 },
    );
  });

  it('keys are sorted, and what is undefined is left out: the same value is the same text', () => {
    expect(writeJson({ b: 1, a: undefined, A: [undefined, Number.NaN] })).toBe('{"A":[null,null],"b":1}');
  });

  it.each([
    ['', 'a value is expected, at character 1'],
    ['{"a":1}x', 'something follows the value, at character 8'],
    ['["a]', 'a text does not end'],
    ['{"__proto__":{"x":1}}', 'the key "__proto__" is not allowed'],
    ['"\u0001"', 'a control character'],
    ['"\\x"', 'an escape is wrong'],
    ['"\\u12"', '\\u needs four digits'],
    ['[1,]', 'a value is expected'],
    ['{a:1}', 'a key is expected'],
    ['01', 'something follows'],
    ['['.repeat(1000), 'nested too deeply'],
    ['\0\0\0\0', 'a value is expected'],
  ])('%j is refused: %s', (text, words) => {
    expect(failure(text)).toContain(words);
  });

  it('a key that objects have anyway is one like others', () => {
    expect(parseJson('{"constructor":1,"hasOwnProperty":2}')).toEqual({ constructor: 1, hasOwnProperty: 2 });
  });
});
