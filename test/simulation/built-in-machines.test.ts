/** The machines that come with the program do what their files say, with the built-in sequence of their kind. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RELEASES } from '../../src/library/assumed-windows.js';
import { simulate } from '../../src/library/simulate.js';
import { builtInMachines } from '../../src/simulation/machine-files.js';
import { MEDIA_RELEASES } from '../../src/simulation/machine-schema/behaviour.js';
import { builtInFile } from '../../src/task-sequence/load.js';

const names = await builtInMachines();

describe('machines that come with the program', () => {
  it('are a dozen and more, the one of the quick start among them', () => {
    expect(names.length).toBeGreaterThanOrEqual(12);
    expect(names).toContain('windows-10-22h2-pro');
  });

  it.each(names)('%s ends as its file expects', async (name) => {
    const kind = name.startsWith('server') ? 'server' : 'client';
    const { machines, findings } = await simulate(builtInFile(kind), { machines: [name] });
    expect(findings).toEqual([]);
    expect(machines[0]).toMatchObject({ name, passed: true, differences: [] });
  });

  it.each(names)('%s says in a comment what it is', (name) => {
    const text = readFileSync(fileURLToPath(new URL(`../../templates/machines/${name}.yaml`, import.meta.url)), 'utf8');
    expect(text).toMatch(/^# yaml-language-server: .*\n#\n# \S.*\n(?:# .*\n)*description: /);
    expect(text).toMatch(/^expect:/m);
  });
});

it('the schema knows every release that can be assumed', () => {
  expect([...MEDIA_RELEASES].sort()).toEqual(Object.keys(RELEASES).sort());
});
