/** A sequence file alone, without a media definition: what it names is taken to be on the media. */
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { readYamlDocument } from '../yaml/yaml-document.js';
import { packageNames } from './check-media.js';
import { rawSteps } from './check-steps.js';
import type { SequenceMedia } from './model.js';

/** A key of the right form that belongs to nobody. */
const NO_KEY = 'BBBBB-BBBBB-BBBBB-BBBBB-BBBBB';

/**
 * Media with every package that a sequence file and those that it runs name, each with an "install" command, and with a
 * variable for every product key. The kinds of the packages are left out. Files that cannot be read name nothing here:
 * loading the sequence reports them.
 */
export async function assumedMedia(file: string): Promise<SequenceMedia> {
  const packages = new Set<string>();
  const keys = new Set<string>();
  const seen = new Set<string>();
  const read = async (path: string): Promise<void> => {
    seen.add(path);
    const document = await readYamlDocument(path, 'SEQUENCE_INVALID');
    for (const step of rawSteps(document)) {
      for (const name of packageNames(document, step)) addText(packages, document.textAt(name.path));
      addText(keys, document.textAt([...step.path, 'upgrade', 'key']));
      const child = document.textAt([...step.path, 'runTaskSequence']);
      if (child !== undefined && !child.includes('\0')) await follow(resolve(dirname(path), child));
    }
  };
  const follow = async (path: string): Promise<void> => {
    if (!seen.has(path) && (await stat(path).catch(() => undefined))?.isFile()) await read(path);
  };
  await read(resolve(file));
  return {
    packages: [...packages].map((id) => ({ id, install: 'install.cmd' })),
    variables: [...keys].map((name) => ({ name, value: NO_KEY, secret: true })),
  };
}

function addText(set: Set<string>, text: string | undefined): void {
  if (text !== undefined && text !== '') set.add(text);
}
