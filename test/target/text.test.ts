import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crc32 } from '../../src/target/checksum.js';
import { isoTime, padded, parseIsoTime, sortedKeys, tailOf, trim } from '../../src/target/text.js';

it('a time is written as the host writes it, and read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253402300799999 }), (time) => {
      expect(isoTime(time)).toBe(new Date(time).toISOString());
      expect(parseIsoTime(isoTime(time))).toBe(time);
    }),
  );
});

it.each(['2026-01-31', '2026-01-31T12:30Z', '2026-01-31T12:30:05+02:00', '2026-01-31T12:30:05.25-0530'])(
  '%s is the time that the host reads',
  (text) => {
    expect(parseIsoTime(text)).toBe(Date.parse(text.replace('-0530', '-05:30')));
  },
);

it.each(['', 'today', '2026-13-01', '2026-01-31T25:00Z', '31.01.2026'])('%j is no time', (text) => {
  expect(parseIsoTime(text)).toBeUndefined();
});

it('CRC-32 has the check value of the standard', () => {
  expect(crc32('123456789')).toBe('cbf43926');
  expect(crc32('')).toBe('00000000');
});

it('small helpers do what their names say', () => {
  expect(trim(' \r\n a b\t')).toBe('a b');
  expect(tailOf('abc', 2)).toBe('bc');
  expect(tailOf('abc', 9)).toBe('abc');
  expect(padded(7, 3)).toBe('007');
  expect(sortedKeys({ b: 1, B: 2, a: 3 })).toEqual(['B', 'a', 'b']);
});
