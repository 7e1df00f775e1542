/** One test for each rule of facts/configmgr.md B.5, and the table of comparisons. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareValues, evaluate } from '../../src/target/conditions.js';
import type { Comparison, Condition } from '../../src/target/contract.js';
import { packed } from '../../src/target/installed-software.js';
import { VariableStore } from '../../src/target/variables.js';
import type { PcChange } from './support/machines.js';
import { pc, server } from './support/machines.js';

const PRODUCT = '{11111111-2222-3333-4444-555555555555}';
const UPGRADE = '{AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE}';
const UNINSTALL = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall';

const MACHINE: PcChange = {
  files: { 'C:\\Tools\\a.exe': 'MZ' },
  registry: {
    'HKEY_LOCAL_MACHINE\\SOFTWARE\\Contoso|Ring': 2,
    'HKEY_LOCAL_MACHINE\\SOFTWARE\\Contoso|': 'default',
    [`${UNINSTALL}\\${PRODUCT}|DisplayVersion`]: '2.10.0',
    [`HKEY_LOCAL_MACHINE\\SOFTWARE\\Classes\\Installer\\UpgradeCodes\\${packed(UPGRADE)}|${packed(PRODUCT)}`]: '',
  },
  wmi: { 'SELECT * FROM Win32_Service': [{ Name: 'a' }], 'SELECT * FROM Win32_Fan': [] },
};

function variables() {
  const store = new VariableStore({ variables: [], formerSecrets: [] }, () => '');
  store.set('Ring', '2');
  store.set('Folder', 'C:\\Tools');
  store.set('Key', 'AAAA-BBBB', true);
  return store;
}

const ask = (...conditions: Condition[]) => evaluate(conditions, pc(MACHINE), variables());
const holds = (...conditions: Condition[]) => ask(...conditions).holds;
const isRing = (operator: Comparison, value: string): Condition => ({
  type: 'variable',
  variable: 'ring',
  test: { operator, value },
});
const YES = isRing('equals', '2');
const NO = isRing('equals', '3');

describe('comparisons', () => {
  it.each<[string, Comparison, string, boolean]>([
    // numbers as numbers
    ['9', 'less', '10', true],
    ['10', 'equals', '010', true],
    ['-5', 'less', '3', true],
    ['-5', 'less', '-3', true],
    ['-0', 'equals', '0', true],
    ['3247440400', 'equals', '3247440400', true],
    ['123456789012345678901', 'greater', '123456789012345678900', true],
    // versions part by part, a missing part is 0
    ['10.0.9600', 'less', '10.0.19041', true],
    ['10.10', 'greater', '10.9', true],
    ['10.0', 'equals', '10.0.0.0', true],
    ['10.0.19045.1', 'greaterEqual', '10.0.19045', true],
    // text without case
    ['Abc', 'equals', 'aBC', true],
    ['abc', 'notEquals', 'ABC', false],
    ['abc', 'less', 'abd', true],
    // one of them no number: as text
    ['9', 'less', '1a', false],
    // empty
    ['', 'equals', '', true],
    ['', 'less', '5', true],
    ['', 'greater', '5', false],
    ['', 'notEquals', '5', true],
    // wildcards
    ['Contoso Ltd', 'like', 'contoso*', true],
    ['Contoso', 'like', 'c?nt*so', true],
    ['Contoso', 'like', 'Cont', false],
    ['a', 'like', '?', true],
    ['', 'like', '*', true],
    ['', 'like', '?', false],
    ['a.b', 'like', 'a?b', true],
    ['axb', 'like', 'a.b', false],
    ['abc', 'notLike', '*b*', false],
  ])('"%s" %s "%s" is %s', (value, operator, wanted, expected) => {
    expect(compareValues(value, { operator, value: wanted })).toBe(expected);
  });

  it('wildcards find what a regular expression finds', () => {
    const letter = fc.constantFrom('a', 'b', '*', '?');
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 10 });
    fc.assert(
      fc.property(text, fc.array(letter, { maxLength: 8 }), (value, pattern) => {
        const witness = new RegExp(`^${pattern.join('').replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(compareValues(value.join(''), { operator: 'like', value: pattern.join('') })).toBe(
          witness.test(value.join('')),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('a pattern of many stars takes no time', () => {
    expect(compareValues('a'.repeat(5000), { operator: 'like', value: `${'*a'.repeat(200)}*b` })).toBe(false);
  });
});

describe('facts B.5: conditions', () => {
  it('a list is an implicit and', () => {
    expect(holds()).toBe(true);
    expect(holds(YES, YES)).toBe(true);
    expect(holds(YES, NO)).toBe(false);
  });

  it.each<[Condition['type'], Condition[], boolean]>([
    ['all', [YES, YES], true],
    ['all', [YES, NO], false],
    ['all', [], true],
    ['any', [NO, YES], true],
    ['any', [NO, NO], false],
    ['any', [], false],
    ['none', [NO, NO], true],
    ['none', [NO, YES], false],
    ['none', [], true],
  ])('%s of %j', (type, of, expected) => {
    expect(holds({ type, of } as Condition)).toBe(expected);
  });

  it('variable: exists, does not exist, compares', () => {
    const exists = (variable: string, wanted: boolean) => holds({ type: 'variable', variable, exists: wanted });
    expect([exists('RING', true), exists('Ring', false), exists('No', true), exists('No', false)]).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(holds(isRing('greaterEqual', '2'), isRing('like', '?'))).toBe(true);
  });

  it('a missing variable compares as the empty string', () => {
    const missing = (operator: Comparison, value: string) =>
      holds({ type: 'variable', variable: 'No', test: { operator, value } });
    expect([missing('equals', ''), missing('notEquals', 'true'), missing('equals', 'true')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('the value of a test is expanded', () => {
    expect(holds(isRing('equals', '%RING%'))).toBe(true);
  });

  it('operating system: type, architecture, version, base language', () => {
    const os = (operatingSystem: object) => holds({ type: 'operatingSystem', operatingSystem });
    expect(os({ type: 'client', architecture: 'x64', language: 'EN-us' })).toBe(true);
    expect(os({ type: 'server' })).toBe(false);
    expect(os({ architecture: 'arm64' })).toBe(false);
    expect(os({ minimum: '10.0.19045', maximum: '10.0.19045' })).toBe(true);
    expect(os({ minimum: '10.0.22000' })).toBe(false);
    expect(os({ maximum: '6.3' })).toBe(false);
    expect(os({ language: 'de-DE' })).toBe(false);
    expect(
      evaluate([{ type: 'operatingSystem', operatingSystem: { type: 'server' } }], server(), variables()).holds,
    ).toBe(true);
  });

  it('file: exists, is no folder, version, time', () => {
    const file = (more: object) => holds({ type: 'file', path: '%Folder%\\a.exe', exists: true, ...more } as Condition);
    expect(file({})).toBe(true);
    expect(file({ exists: false })).toBe(false);
    expect(holds({ type: 'file', path: 'C:\\Tools', exists: true })).toBe(false);
    expect(holds({ type: 'file', path: 'C:\\none', exists: false })).toBe(true);
    expect(file({ modified: { operator: 'greater', value: '2026-01-01' } })).toBe(true);
    expect(file({ modified: { operator: 'less', value: '2026-01-01' } })).toBe(false);
    expect(file({ version: { operator: 'less', value: '1.0' } })).toBe(true);
  });

  it('folder: exists, is no file', () => {
    const folder = (path: string, exists: boolean) => holds({ type: 'folder', path, exists });
    expect([folder('C:\\Tools', true), folder('C:\\Tools\\a.exe', true), folder('C:\\No', false)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('registry: the key, a value, its data; short names of roots are known', () => {
    const key = 'HKLM\\Software\\Contoso';
    expect(holds({ type: 'registry', key, exists: true })).toBe(true);
    expect(holds({ type: 'registry', key: `${key}\\No`, exists: true })).toBe(false);
    expect(holds({ type: 'registry', key, value: 'Ring', test: { operator: 'greater', value: '1' } })).toBe(true);
    expect(holds({ type: 'registry', key, value: '', test: { operator: 'equals', value: 'DEFAULT' } })).toBe(true);
    expect(holds({ type: 'registry', key, value: 'No', exists: false })).toBe(true);
  });

  it('a registry value that is missing passes no test but notEquals and notLike', () => {
    const missing = (operator: Comparison) =>
      holds({ type: 'registry', key: 'HKLM\\Software\\Contoso', value: 'No', test: { operator, value: '5' } });
    expect([missing('less'), missing('equals'), missing('notEquals'), missing('notLike')]).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it('wmi: true when rows come back, false when none do or the query cannot be asked', () => {
    const wmi = (query: string) => ask({ type: 'wmi', namespace: 'root\\cimv2', query });
    expect(wmi('SELECT * FROM Win32_Service').holds).toBe(true);
    expect(wmi('SELECT * FROM Win32_Fan').holds).toBe(false);
    expect(wmi('SELECT * FROM No_Such_Class')).toMatchObject({
      holds: false,
      reason: expect.stringContaining('cannot be asked'),
    });
  });

  it('software: by product code, by upgrade code, with a version', () => {
    expect(holds({ type: 'software', productCode: PRODUCT.toLowerCase() })).toBe(true);
    expect(holds({ type: 'software', productCode: UPGRADE })).toBe(false);
    expect(holds({ type: 'software', upgradeCode: UPGRADE })).toBe(true);
    expect(holds({ type: 'software', upgradeCode: PRODUCT })).toBe(false);
    expect(holds({ type: 'software', productCode: PRODUCT, version: { operator: 'less', value: '2.9' } })).toBe(false);
    expect(holds({ type: 'software', productCode: PRODUCT, version: { operator: 'greater', value: '2.9' } })).toBe(
      true,
    );
  });

  it('a GUID is packed as Windows Installer names its keys', () => {
    // Product code of the Microsoft example: {90850409-6000-11D3-8CFE-0150048383C9} is 9040580900063D11C8EF10054038389C.
    expect(packed('{90850409-6000-11D3-8CFE-0150048383C9}')).toBe('9040580900063D11C8EF10054038389C');
    expect(packed('VLC media player')).toBe('');
  });
});

describe('the reason', () => {
  it('says what was found instead', () => {
    expect(ask(NO).reason).toBe('ring is "2", expected exactly "3"');
    expect(ask({ type: 'any', of: [NO, isRing('less', '2')] }).reason).toBe(
      'ring is "2", expected exactly "3"; ring is "2", expected less than "2"',
    );
  });

  it('shows no secret', () => {
    const test = { operator: 'equals', value: '%Key%x' } as const;
    expect(ask({ type: 'variable', variable: 'Key', test }).reason).toBe('Key is ***, expected exactly "***x"');
  });
});
