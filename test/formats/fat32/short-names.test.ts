import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isShortName, shortNames } from '../../../src/formats/fat32/short-names.js';
import { long } from '../../support/tools.js';

const text = (names: readonly string[]) => shortNames(names).map((bytes) => Buffer.from(bytes).toString('latin1'));

it('keeps names that are short by themselves, in upper case', () => {
  expect(text(['bootmgr', 'SETUP.EXE', 'a', '~$x.y_z', 'boot.wim'])).toEqual([
    'BOOTMGR    ',
    'SETUP   EXE',
    'A          ',
    '~$X     Y_Z',
    'BOOT    WIM',
  ]);
  expect(['SETUP.EXE', 'setup.exe', 'Setup.EXE', 'A.B.C', 'NINELETTR'].map(isShortName)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

it('numbers the others, and never takes a name that another has by itself', () => {
  expect(text(['Long file name.txt', 'Long file other.txt', 'LONGFI~2.TXT'])).toEqual([
    'LONGFI~1TXT',
    'LONGFI~3TXT',
    'LONGFI~2TXT',
  ]);
  expect(text(['.profile', 'a.b.c', 'x+y', '日本', 'ß.ß', 'no extension here', 'x.html'])).toEqual([
    'PROFILE~1  '.slice(0, 6).concat('~1   '),
    'AB~1    C  ',
    'X_Y~1      ',
    '__~1       ',
    '_~1     _  ',
    'NOEXTE~1   ',
    'X~1     HTM',
  ]);
});

it('numbers a whole folder of names that begin alike, each differently', () => {
  const names = Array.from({ length: 12_000 }, (_, i) => `The same beginning ${i}.driver`);
  const short = text(names);
  expect(new Set(short).size).toBe(names.length);
  expect([short[8], short[9], short[98], short[99], short.at(-1)]).toEqual([
    'THESAM~9DRI',
    'THESA~10DRI',
    'THESA~99DRI',
    'THES~100DRI',
    'TH~12000DRI',
  ]);
});

it('gives every set of names distinct, legal short names', () => {
  const name = fc.string({ unit: fc.constantFrom(...'abAB1~. _+ßé日'), minLength: 1, maxLength: 14 });
  fc.assert(
    fc.property(fc.uniqueArray(name, { selector: (each) => each.toUpperCase(), maxLength: 40 }), (names) => {
      const usable = names.filter((each) => !/[. ]$/.test(each));
      const short = text(usable);
      expect(new Set(short).size).toBe(usable.length);
      for (const each of short) expect(each).toMatch(/^[A-Z0-9~_]{1,8} *.{3}$/);
    }),
    { numRuns: long ? 5000 : 300 },
  );
});
