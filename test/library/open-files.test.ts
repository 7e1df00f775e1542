/** A check leaves no input open, whatever it had to look into; /proc tells, and so would Node's garbage collector. */
import { copyFileSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/library/check.js';
import { installWim } from '../support/install-image.js';
import { makeProject, type Project } from '../support/project.js';
import { temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const splitLimits = { wholeBytes: 400_000, partBytes: 370_000 };

/** Files below the test's folder that this process has open. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((number) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${number}`);
      return path.startsWith(folder) ? [path.slice(folder.length + 1)] : [];
    } catch {
      return []; // that of the folder itself is gone by now
    }
  });
}

function project(name: string, yaml: string, sizes = [160_000, 160_000, 160_000]): Project {
  const demo = { extraFiles: { 'sources/install.wim': installWim(sizes) } };
  const made = makeProject(join(folder, name), { demo });
  writeFileSync(made.definition, `name: Open files\n${yaml}`);
  mkdirSync(join(made.folder, 'other/sources'), { recursive: true });
  copyFileSync(join(made.windows, 'sources/install.wim'), join(made.folder, 'other/sources/install.wim'));
  copyFileSync(join(made.windows, 'sources/boot.wim'), join(made.folder, 'own.wim'));
  return made;
}

const PLAIN = 'upgradePackage: { source: windows }\n';

describe.skipIf(process.platform !== 'linux')('check closes', () => {
  it.each([
    ['one', PLAIN],
    ['edition', 'upgradePackage: { source: windows, edition: Enterprise }\n'],
    // the parts of both are compared, for they may share their place
    ['twice', `${PLAIN}packages: [{ id: OTHER, kind: files, source: other }]\n`],
    ['own', `${PLAIN}bootImage: own.wim\n`],
  ])('all inputs: %s', async (name, yaml) => {
    const { definition } = project(name, yaml);
    for (const format of ['usb', 'hybrid', 'iso'] as const) {
      await check(definition, { format, splitLimits });
      expect(openFiles(), format).toEqual([]);
    }
  });

  it.each([
    ['huge', PLAIN, [380_000, 100_000]],
    ['trust', `${PLAIN}bootManager: 2011\n`, [1000]],
    ['trust-2023', `${PLAIN}bootImage: own.wim\nbootManager: 2023\n`, [1000]],
    ['missing', `${PLAIN}packages: [{ id: OTHER, kind: files, source: missing }]\n`, [160_000, 160_000, 160_000]],
    // known only when the image is laid out
    ['small', `${PLAIN}bootImage: own.wim\noutput: { format: usb, size: 90 MiB }\n`, [160_000, 160_000, 160_000]],
  ])('all inputs of what is refused: %s', async (name, yaml, sizes) => {
    const { definition } = project(name, yaml, sizes);
    await expect(check(definition, { format: 'usb', splitLimits })).rejects.toThrow();
    expect(openFiles()).toEqual([]);
  });
});
