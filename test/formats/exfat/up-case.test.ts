import { expect, it } from 'vitest';
import { foldCase } from '../../../src/content/windows-names.js';
import { checksum32, nameHash } from '../../../src/formats/exfat/structures/checksums.js';
import { ourUpCaseTable, readUpCaseTable, upperCase } from '../../../src/formats/exfat/up-case/up-case-table.js';

const { upCase, bytes, checksum } = ourUpCaseTable();

it('is the recommended table: its size and checksum are those of the specification (7.2.5.1)', () => {
  expect(bytes.length).toBe(5836);
  expect(checksum).toBe(0xe619d30d);
});

it('is read back as the same mapping', () => {
  expect(readUpCaseTable(bytes)).toEqual(upCase);
});

it('maps each letter as this engine does wherever both map it, and ASCII as the specification says', () => {
  const differs: string[] = [];
  for (let unit = 0; unit < 0x1_0000; unit++) {
    const upper = String.fromCharCode(unit).toUpperCase();
    if (upCase[unit] !== unit && upper.length === 1 && upper !== String.fromCharCode(unit)) {
      if (upper.charCodeAt(0) !== upCase[unit]) differs.push(unit.toString(16));
    }
  }
  expect(differs).toEqual([]);
  expect(upperCase('Setup.exe ~{}', upCase)).toBe('SETUP.EXE ~{}');
});

it('takes two names for one only where Windows does', () => {
  const names = ['straße', 'ΣΊΣΥΦΟΣ', 'blåbær', 'ĳssel', 'ǆ', 'İ', 'ı', 'ſ', 'µ'];
  for (const a of names) {
    for (const b of names) {
      expect(upperCase(a, upCase) === upperCase(b, upCase), `${a} ${b}`).toBe(foldCase(a) === foldCase(b));
    }
  }
});

it('reads a table that leaves nothing out, and one that ends early', () => {
  const whole = new Uint8Array(0x2_0000);
  const view = new DataView(whole.buffer);
  upCase.forEach((upper, unit) => {
    view.setUint16(unit * 2, upper, true);
  });
  expect(readUpCaseTable(whole)).toEqual(upCase);
  const short = readUpCaseTable(whole.slice(0, 256)) as Uint16Array;
  expect(short[0x61]).toBe(0x41);
  expect(short[0xe0]).toBe(0xe0);
});

it.each([
  ['nothing', [], /has 0 bytes/],
  ['half a character', [0, 0, 1], /has 3 bytes/],
  ['more than all characters', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0], /says more/],
  ['A that is no a', [0xff, 0xff, 0x61, 0, 0x62, 0], /changes ASCII otherwise/],
  ['a that stays small', [0xff, 0xff, 0xff, 0x7f], /changes ASCII otherwise/],
])('refuses a table with %s', (_, table, reason) => {
  expect(readUpCaseTable(Uint8Array.from(table))).toMatch(reason);
});

it('adds up as the specification does', () => {
  // by hand: 0x01, then (0x01 turned right by one bit) + 0x02
  expect(checksum32(Uint8Array.of(1, 2))).toBe(0x8000_0002);
  // 41 00: 0x41, then turned right by one bit: 0x8020
  expect(nameHash('A')).toBe(0x8020);
});
