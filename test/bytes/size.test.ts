import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSize } from '../../src/bytes/size.js';

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

describe('parseSize', () => {
  it.each([
    ['0', 0],
    ['1048576', MIB],
    ['1K', KIB],
    ['1 K', KIB],
    ['1KB', KIB],
    ['1KiB', KIB],
    ['3800M', 3800 * MIB],
    ['3800 MB', 3800 * MIB],
    ['3800 MiB', 3800 * MIB],
    ['4 GB', 4 * GIB],
    ['14 GiB', 14 * GIB],
    ['14gib', 14 * GIB],
    [' 14G ', 14 * GIB],
    ['1.5 GiB', 1.5 * GIB],
    ['0.5K', 512],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['8388607G', 8388607 * GIB],
  ])('%j is %d bytes: every unit is a power of 1024', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', 'G', '-1', '+1', '1 T', '1 TB', '1  G', '1e3', '0x10', '1.', '.5G', '1,5 GB', '1 GBit', '1 B', '١'])(
    '%j is no size',
    (text) => {
      expect(parseSize(text)).toBeUndefined();
    },
  );

  it('refuses a fraction of a byte and what a number cannot hold exactly', () => {
    expect(parseSize('0.1K')).toBeUndefined();
    expect(parseSize('1.5')).toBeUndefined();
    expect(parseSize('9007199254740992')).toBeUndefined();
    expect(parseSize('8388608G')).toBeUndefined();
    expect(parseSize(`${'9'.repeat(16)}G`)).toBeUndefined();
  });

  it('reads back every number of units', () => {
    const units = fc.constantFrom(['K', KIB], ['MB', MIB], ['GiB', GIB] as const) as fc.Arbitrary<[string, number]>;
    fc.assert(
      fc.property(fc.nat(8_000_000), units, (count, [unit, factor]) => {
        expect(parseSize(`${count} ${unit}`)).toBe(count * factor);
      }),
    );
  });

  it('gives a whole number of bytes or nothing, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.kKmMgGiIbB -') }), (text) => {
        const size = parseSize(text);
        expect(size === undefined || (Number.isSafeInteger(size) && size >= 0)).toBe(true);
      }),
    );
  });
});
