/** `inplace import` as people and CI meet it. */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { inplace, inplaceOk } from '../support/project.js';
import { temporaryFolder } from '../support/tools.js';

const FIXTURES = fileURLToPath(new URL('../task-sequence/import/', import.meta.url));
const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
copyFileSync(join(FIXTURES, 'fixtures/configmgr-upgrade.xml'), at('up.xml'));

describe('inplace import', () => {
  it('writes YAML and says what is left to do', async () => {
    const page = await inplaceOk(['import', at('up.xml')]);
    expect(page).toContain('16 understood, 4 translated with a change, 2 left for review');
    expect(page).toContain('For media.yaml:\n  packages:\n');
    expect(page).toContain('Next: replace 2 "review" steps in the YAML');
    const golden = readFileSync(join(FIXTURES, 'golden/configmgr-upgrade.yaml'), 'utf8');
    const written = readFileSync(at('up.yaml'), 'utf8');
    expect(written.split('\n').slice(8)).toEqual(golden.replaceAll('configmgr-upgrade-', 'up-').split('\n').slice(8));
  });

  it('refuses with 4 to overwrite, unless it is told to', async () => {
    const { exitCode, stderr } = await inplace(['import', at('up.xml')]);
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('say --overwrite')]);
    expect((await inplace(['import', at('up.xml'), '--overwrite', '--quiet'])).exitCode).toBe(0);
  });

  it('is one JSON document with --json', async () => {
    const result = JSON.parse(await inplaceOk(['import', at('up.xml'), '-o', at('j.yaml'), '--json'])) as Record<
      string,
      unknown
    >;
    expect(result).toMatchObject({
      ok: true,
      output: at('j.yaml'),
      sequences: [{ file: 'j.yaml', counts: { understood: 16, changed: 4, review: 2 } }],
      variables: [{ name: 'ProductKey', env: 'PRODUCT_KEY' }],
      upgradePackages: ['CON00123'],
    });
  });

  it('ends with 2 for XML that is wrong, with its place, and with 1 for what is no sequence', async () => {
    writeFileSync(at('bad.xml'), '<sequence>\n  <group></sequence>');
    const bad = await inplace(['import', at('bad.xml')]);
    expect([bad.exitCode, bad.stdout]).toEqual([2, '']);
    expect(bad.stderr).toMatch(/bad\.xml:2:\d+: The XML cannot be read: /);
    writeFileSync(at('other.xml'), '<html/>');
    expect((await inplace(['import', at('other.xml')])).exitCode).toBe(1);
    expect((await inplace(['import', at('none.xml')])).exitCode).toBe(1);
    expect(existsSync(at('bad.yaml'))).toBe(false);
  });
});
