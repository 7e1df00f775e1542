import fc from 'fast-check';
import { expect, it } from 'vitest';
import { asciiJson } from '../../src/bytes/ascii-json.js';

it('writes every character outside ASCII as \\uXXXX, surrogate pairs as two', () => {
  expect(asciiJson({ ort: 'Łódź 💾\u007f' })).toBe('{"ort":"\\u0141\\u00f3d\\u017a \\ud83d\\udcbe\\u007f"}');
});

it('is JSON that means the same, in bytes below 0x7f, for any value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = asciiJson(value);
      expect(text).toMatch(/^[\n\x20-\x7e]*$/);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
