/** WMI through its scripting objects. */
import { describe, expect, it } from 'vitest';
import { WshWmi } from '../../../src/target/wsh/wmi.js';
import { fakeWindows, SafeArray } from './support/fake-com.js';
import { addWmi, type FakeRow } from './support/fake-wmi.js';

const CIMV2 = 'root\\cimv2';

function withRows(rows: readonly FakeRow[], nothing: null | undefined = null): WshWmi {
  addWmi(fakeWindows(), { [`${CIMV2}|Win32_Thing`]: rows }, nothing);
  return new WshWmi();
}

describe('a query', () => {
  it('gives every property of every row, plain', () => {
    const wmi = withRows([
      { properties: { Text: 'a', Number: 5, Flag: true, Nothing: null, Empty: undefined, Capacity: '17179869184' } },
      { properties: { List: new SafeArray(['KB1', 2]) } },
    ]);
    expect(wmi.query(CIMV2, 'SELECT * FROM Win32_Thing')).toEqual([
      { Text: 'a', Number: 5, Flag: true, Nothing: undefined, Empty: undefined, Capacity: '17179869184' },
      { List: 'KB1\n2' },
    ]);
  });

  it('gives text of what is no plain value', () => {
    const odd = { toString: () => 'an object' };
    expect(withRows([{ properties: { Odd: odd } }]).query(CIMV2, 'SELECT * FROM Win32_Thing')).toEqual([
      { Odd: 'an object' },
    ]);
  });

  it('of a namespace or class that is not there is an error with words', () => {
    const wmi = withRows([]);
    expect(() => wmi.query('root\\none', 'SELECT * FROM Win32_Thing')).toThrow(
      'WMI cannot answer "SELECT * FROM Win32_Thing" in root\\none: error 0x8004100E',
    );
    expect(() => wmi.query(CIMV2, 'SELECT * FROM Win32_None')).toThrow('error 0x80041010');
  });

  it('that a script host cannot walk is an error', () => {
    const windows = fakeWindows({ hasEnumerator: false });
    addWmi(windows, { [`${CIMV2}|Win32_Thing`]: [{ properties: {} }] });
    expect(() => new WshWmi().query(CIMV2, 'SELECT * FROM Win32_Thing')).toThrow('WMI cannot answer');
  });
});

describe('a method', () => {
  const asked = 'SELECT * FROM Win32_Thing';

  it('is called on every row with its parameters, and its code comes back', () => {
    const seen: unknown[] = [];
    const DisableKeyProtectors = (given: object) => {
      seen.push({ ...given });
      return 0;
    };
    const row: FakeRow = { properties: {}, methods: { DisableKeyProtectors }, parameters: ['DisableCount', 'Other'] };
    expect(withRows([row, row]).invoke(CIMV2, asked, 'DisableKeyProtectors', { DisableCount: 3 })).toBe(0);
    expect(seen).toEqual([
      { DisableCount: 3, Other: null },
      { DisableCount: 3, Other: null },
    ]);
  });

  it.each([
    ['null', null],
    ['undefined', undefined],
  ])('without parameters is called where Windows gives %s for them', (_, nothing) => {
    const row: FakeRow = { properties: {}, methods: { EnableKeyProtectors: () => 0x80310000 | 0 } };
    expect(withRows([row], nothing).invoke(CIMV2, asked, 'EnableKeyProtectors', {}) >>> 0).toBe(0x80310000);
  });

  it('that fails on one row is not called on the next', () => {
    let calls = 0;
    const row: FakeRow = { properties: {}, methods: { Do: () => (calls++ === 0 ? 5 : 0) } };
    expect(withRows([row, row]).invoke(CIMV2, asked, 'Do', {})).toBe(5);
    expect(calls).toBe(1);
  });

  it('of no row is 0', () => {
    expect(withRows([]).invoke(CIMV2, asked, 'Do', {})).toBe(0);
  });
});
