/** The table of facts/configmgr.md F.3, cell by cell, and its edition rules. */
import { describe, expect, it } from 'vitest';
import { hardwareFloor } from '../../src/upgrade-package/hardware-floors.js';
import { serverBuild } from '../../src/upgrade-package/server-paths.js';
import { upgradePaths } from '../../src/upgrade-package/upgrade-paths.js';
import type { ServerRelease } from '../../src/upgrade-package/windows-builds.js';

/** Media older than Windows 10 are refused by the design, so the column 2012 R2 of the facts is not ours. */
const COLUMNS: readonly ServerRelease[] = ['2016', '2019', '2022', '2025'];

const F3: readonly [ServerRelease, string[]][] = [
  ['2012', ['yes', '', '', '']],
  ['2012 R2', ['yes', 'yes', 'no', 'yes']],
  ['2016', ['repair', 'yes', 'yes', 'yes']],
  ['2019', ['', 'repair', 'yes', 'yes']],
  ['2022', ['', '', 'repair', 'yes']],
  ['2025', ['', '', '', 'repair']],
];

function pathsTo(edition: string, build: number, installationType = 'Server') {
  return upgradePaths({ edition, build, installationType, architecture: 'x64' });
}

function allowed(image: [string, ServerRelease], installed: [string, ServerRelease]) {
  const build = serverBuild(installed[1]);
  const fits = pathsTo(image[0], serverBuild(image[1])).filter(
    (path) => path.editions.includes(installed[0]) && path.minimumBuild <= build && build <= path.maximumBuild,
  );
  expect(fits.length).toBeLessThan(2);
  return fits[0];
}

describe('F.3, versions', () => {
  const cells = F3.flatMap(([from, line]) => COLUMNS.map((to, i) => ({ from, to, cell: line[i]! })));
  it.each(cells)('$from to $to: "$cell"', ({ from, to, cell }) => {
    for (const edition of ['ServerStandard', 'ServerDatacenter']) {
      const path = allowed([edition, to], [edition, from]);
      expect(path !== undefined).toBe(cell === 'yes' || cell === 'repair');
      expect(path?.words.includes('repair') ?? false).toBe(cell === 'repair');
    }
  });

  it('2012 R2 media are older than Windows 10', () => {
    expect(pathsTo('ServerStandard', 9600)).toEqual([]);
  });

  it('2008 R2 becomes nothing', () => {
    for (const to of COLUMNS) {
      expect(pathsTo('ServerStandard', serverBuild(to)).some((path) => path.minimumBuild <= 7601)).toBe(false);
    }
  });

  it.each([16299, 19042, 25398, 29000])('build %i is no release of the table', (build) => {
    expect(pathsTo('ServerStandard', build)).toEqual([]);
  });
});

describe('F.3, editions', () => {
  it.each([
    ['ServerStandard', 'ServerStandard', 'own'],
    ['ServerStandard', 'ServerDatacenter', 'keeps'],
    ['ServerDatacenter', 'ServerDatacenter', 'own'],
    ['ServerDatacenter', 'ServerStandard', ''],
    ['ServerStandard', 'ServerTurbine', 'keeps'],
    ['ServerDatacenter', 'ServerTurbine', 'keeps'],
    ['ServerTurbine', 'ServerDatacenter', ''],
    ['ServerStandardEval', 'ServerStandard', ''],
    ['ServerStandard', 'ServerStandardEval', ''],
    ['ServerStandardEval', 'ServerStandardEval', ''],
    ['ServerHyperCore', 'ServerHyperCore', ''],
  ])('%s to %s: "%s"', (from, to, expected) => {
    const path = allowed([to, '2022'], [from, '2019']);
    expect(path === undefined ? '' : path.changesEdition ? 'keeps' : 'own').toBe(expected);
  });

  it.each([
    ['ServerSolution', '2012 R2', '2016', true],
    ['ServerSolution', '2016', '2019', false],
    ['ServerSolution', '2012', '2016', false],
    ['ServerStorageStandard', '2012', '2016', true],
    ['ServerStorageWorkgroup', '2012', '2016', true],
    ['ServerStorageStandard', '2016', '2019', false],
  ] as const)('%s %s to %s: %s', (edition, from, to, expected) => {
    expect(allowed([edition, to], [edition, from]) !== undefined).toBe(expected);
  });
});

describe('hardware floors', () => {
  const floor = (build: number, installationType: string, architecture: 'x86' | 'x64' = 'x64') =>
    hardwareFloor({ build, installationType, architecture });

  it('Windows 11 as F.2 has it', () => {
    expect(floor(22000, 'Client')).toEqual({
      memory: 4 * 1024 ** 3,
      disk: 64e9,
      cores: 2,
      processorSpeed: 1000,
      uefi: true,
      secureBootCapable: true,
      tpm: 2,
    });
  });

  it('Windows 10 asks for none of the firmware, and less of x86', () => {
    expect(floor(19045, 'Client')).toMatchObject({ memory: 2 * 1024 ** 3, disk: 20e9, uefi: false, tpm: 0 });
    expect(floor(19045, 'Client', 'x86')).toMatchObject({ memory: 1024 ** 3, disk: 16e9 });
  });

  it('servers as F.3 has it: less memory without the desktop', () => {
    const common = { processorSpeed: 1400, disk: 32e9, uefi: false, secureBootCapable: false, tpm: 0 };
    expect(floor(26100, 'Server')).toMatchObject({ ...common, memory: 2 * 1024 ** 3 });
    expect(floor(26100, 'Server Core')).toMatchObject({ ...common, memory: 512 * 1024 ** 2 });
  });
});
