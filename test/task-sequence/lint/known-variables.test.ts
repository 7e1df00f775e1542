import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ENGINE_VARIABLES, isKnownVariable } from '../../../src/task-sequence/lint/known-variables.js';

it('every read-only variable that the engine names is known', () => {
  const target = fileURLToPath(new URL('../../../src/target/', import.meta.url));
  const files = readdirSync(target, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const text = files.map((name) => readFileSync(`${target}${name}`, 'utf8')).join('\n');
  const named = [...text.matchAll(/'(_[A-Z][A-Za-z_]+)'/g)].map(([, name]) => name!);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !isKnownVariable(name))).toEqual([]);
});

it.each(['_smstslogpath', 'SystemRoot', 'WINDIR', 'temp'])('%s is known in any letter case', (name) => {
  expect(isKnownVariable(name)).toBe(true);
});

it.each(['_SMSTSSiteCode', '_SMSTSAdvertID', 'Ring', ''])('%s is not', (name) => {
  expect(isKnownVariable(name)).toBe(false);
  expect(ENGINE_VARIABLES).not.toContain(name);
});
