import { expect, it } from 'vitest';
import { conditionWords } from '../../src/simulation/condition-words.js';
import type { Condition } from '../../src/target/contract.js';

const equals = { operator: 'equals', value: '1' } as const;
const one: Condition = { type: 'variable', variable: 'A', exists: true };
const two: Condition = { type: 'variable', variable: 'B', test: equals };

it.each<[Condition, string]>([
  [one, 'A exists'],
  [two, 'B = "1"'],
  [{ type: 'all', of: [one, two] }, '(A exists and B = "1")'],
  [{ type: 'any', of: [one, two] }, '(A exists or B = "1")'],
  [{ type: 'none', of: [one, two] }, 'none of (A exists, B = "1")'],
  [
    { type: 'operatingSystem', operatingSystem: { type: 'client', architecture: 'x64', minimum: '10.0.19041' } },
    'Windows is client, x64, 10.0.19041 or later',
  ],
  [{ type: 'file', path: 'C:\\a', exists: false }, 'file C:\\a does not exist'],
  [
    { type: 'file', path: 'C:\\a', exists: true, version: { operator: 'greaterEqual', value: '2.0' } },
    'file C:\\a version ≥ "2.0"',
  ],
  [{ type: 'folder', path: 'C:\\a', exists: true }, 'folder C:\\a exists'],
  [{ type: 'registry', key: 'HKLM\\A', exists: true }, 'HKLM\\A exists'],
  [{ type: 'registry', key: 'HKLM\\A', value: '', test: equals }, 'HKLM\\A\\(default) = "1"'],
  [{ type: 'wmi', namespace: 'root\\cimv2', query: 'SELECT * FROM A' }, 'a row for "SELECT * FROM A"'],
  [{ type: 'software', upgradeCode: '{1}', version: equals }, 'software {1} version = "1"'],
])('%j in words', (condition, words) => {
  expect(conditionWords([condition])).toBe(words);
  expect(conditionWords([condition, one])).toBe(`${words} and A exists`);
});
