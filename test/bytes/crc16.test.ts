import { expect, it } from 'vitest';
import { crc16 } from '../../src/bytes/crc16.js';

it("gives the sum of ECMA-167's own example (1/7.2.6): 70 6A 77 is 3299", () => {
  expect(crc16(Uint8Array.of(0x70, 0x6a, 0x77))).toBe(0x3299);
});

it('gives zero for no bytes', () => {
  expect(crc16(new Uint8Array(0))).toBe(0);
});
