/** A command loads what it needs and no more: the schemas, drives and certificates of the others take half a second. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { MAIN } from '../support/project.js';

/** Packages that a compiled module imports, itself or through others, before it does anything. */
function packagesOf(module: string, seen = new Set<string>()): Set<string> {
  const packages = new Set<string>();
  if (seen.has(module)) return packages;
  seen.add(module);
  for (const [, from = ''] of readFileSync(module, 'utf8').matchAll(
    /^(?:import|export|\}) ?(?:[^'"();]* from )?'([^']+)';/gm,
  )) {
    if (from.startsWith('.')) for (const name of packagesOf(join(dirname(module), from), seen)) packages.add(name);
    else if (!from.startsWith('node:')) packages.add(from.split('/')[0]!);
  }
  return packages;
}

const library = (name: string): string => join(dirname(MAIN), '../library', name);

it('the command line starts with yargs alone', () => {
  expect([...packagesOf(MAIN)]).toEqual(['yargs']);
});

it('a file comes out of a WIM with the reader of its XML alone', () => {
  expect([...packagesOf(library('wim/extract.js'))]).toEqual(['saxes']);
  // what it would bring: the reader of imports sees it
  expect([...packagesOf(library('write.js'))]).toContain('execa');
});
