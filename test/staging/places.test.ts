/** What only staging can find out is reported at the line that asks for it. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { formatPlace, InplaceError } from '../../src/errors.js';
import { planMedia } from '../../src/library/plan.js';
import { makeProject, type ProjectOptions } from '../support/project.js';
import { temporaryFolder } from '../support/tools.js';

const base = temporaryFolder();
let projects = 0;

/** `file:line:column, field` of every finding, and their text. */
async function refusal(options: ProjectOptions, removed = ''): Promise<{ places: string[]; text: string }> {
  projects += 1;
  const project = makeProject(join(base, `p${projects}`), options);
  if (removed !== '') rmSync(join(project.windows, removed));
  const error: unknown = await planMedia(project.definition, {}).then(
    (plan) => plan.close(),
    (reason: unknown) => reason,
  );
  if (!(error instanceof InplaceError)) throw error;
  const places = error.findings.map(({ where }) => formatPlace(where).replace(`${project.folder}/`, ''));
  return { places, text: error.message };
}

it('the edition Home, which no image has', async () => {
  const files = { 's.yaml': `name: S\nsteps:\n  - upgrade:\n      edition: Home\n  - restart:\n` };
  const demo = { editions: ['Professional', 'Professional'] };
  const { places } = await refusal({ yaml: 'taskSequence: s.yaml\n', files, demo });
  expect(places).toEqual(['s.yaml:4:16, steps[0].upgrade.edition']);
});

it('a boot prompt that cannot be left out', async () => {
  const yaml = 'output:\n  bootPrompt: false\n';
  const { places } = await refusal({ yaml }, 'efi/microsoft/boot/efisys_noprompt.bin');
  expect(places).toEqual(['media.yaml:4:15, output.bootPrompt']);
});
