/** A sequence file alone: what it names is taken to be on the media. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { assumedMedia } from '../../src/task-sequence/assumed-media.js';
import { loadTaskSequence } from '../../src/task-sequence/load.js';
import { temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();

function sequence(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

it('is enough for every step that names a package or a key, in children too', async () => {
  sequence('child.yaml', 'steps:\n  - copyFiles: { package: FILES, to: "C:\\\\Contoso" }\n');
  const file = sequence(
    'parent.yaml',
    `steps:
  - group: Prepare
    steps:
      - runCommand: setup.exe
        package: TOOL
      - installApplication: { packages: [APP-1, APP-2] }
      - installDrivers: DRIVERS-1
      - installUpdates: KB
      - installPackage: { package: TOOL, program: x.exe }
      - runTaskSequence: child.yaml
  - upgrade: { drivers: DRIVERS-2, reflectDrivers: DRIVERS-3, key: ProductKey }
  - restart:
`,
  );
  const media = await assumedMedia(file);
  expect(media.packages.map(({ id }) => id).sort()).toEqual(
    ['APP-1', 'APP-2', 'DRIVERS-1', 'DRIVERS-2', 'DRIVERS-3', 'FILES', 'KB', 'TOOL'].sort(),
  );
  expect(media.variables).toMatchObject([{ name: 'ProductKey', secret: true }]);
  const { findings } = await loadTaskSequence(file, media, {});
  expect(findings.filter(({ severity }) => severity !== 'warning')).toEqual([]);
});

it('does not follow a sequence in a circle, nor to a file that is not there', async () => {
  const file = sequence('self.yaml', 'steps:\n  - runTaskSequence: self.yaml\n  - runTaskSequence: nowhere.yaml\n');
  expect(await assumedMedia(file)).toEqual({ packages: [], variables: [] });
});
