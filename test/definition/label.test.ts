import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkLabel, labelFromName } from '../../src/definition/label.js';

describe('the label made from a name', () => {
  it.each([
    ['Windows 11 24H2 field upgrade', 'WINDOWS_11_24H2_FIELD_UPGRADE'],
    ['Größe & Maß – Zürich', 'GROSSE_MASS_ZURICH'],
    ['a name that is much longer than a volume label can be', 'A_NAME_THAT_IS_MUCH_LONGER_THA'],
    ['exactly thirty characters, no 1', 'EXACTLY_THIRTY_CHARACTERS_NO_1'],
    ['cut where the next word would.  begin', 'CUT_WHERE_THE_NEXT_WORD_WOULD'],
    ['漢字', 'INPLACE'],
    ['con', 'CON_'],
    ['Nul', 'NUL_'],
  ])('%j is %j', (name, label) => {
    expect(labelFromName(name)).toBe(label);
  });

  it('is always a label that may be given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) => {
        expect(checkLabel(labelFromName(name))).toBeUndefined();
      }),
    );
  });
});

describe('a given label', () => {
  it.each(['W11_FIELD', '2024', 'A', 'A'.repeat(30), '_'])('%j may be used', (label) => {
    expect(checkLabel(label)).toBeUndefined();
  });

  it.each(['', 'w11', 'W11-FIELD', 'W11 FIELD', 'GRÖSSE', 'A'.repeat(31), 'CON', 'COM1', 'A/B', 'A\n'])(
    '%j is refused',
    (label) => {
      expect(checkLabel(label)).toBeDefined();
    },
  );
});
