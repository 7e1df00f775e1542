/** The tables of facts/configmgr.md F.1 and F.2, cell by cell: `+` keeps everything, `D` only personal data. */
import { describe, expect, it } from 'vitest';
import { CLIENT_ROWS } from '../../src/upgrade-package/client-paths.js';
import { upgradePaths } from '../../src/upgrade-package/upgrade-paths.js';

const COLUMNS = ['Core', 'Professional', 'ProfessionalEducation', 'Education', 'Enterprise'];

/** F.1 as it is printed; the rows stand for the EditionIDs and builds behind them. */
const F1: readonly [string, number[], string[], string[]][] = [
  ['7 Starter, Home Basic, Home Premium', [7601], ['Starter', 'HomeBasic', 'HomePremium'], ['+', '+', '+', '+', '']],
  ['7 Professional, Ultimate', [7601], ['Professional', 'Ultimate'], ['D', '+', '+', '+', '+']],
  ['7 Enterprise', [7601], ['Enterprise'], ['', '', '', '+', '+']],
  ['8/8.1 (core), 8.1 Connected', [9200, 9600], ['Core', 'CoreConnected'], ['+', '+', '+', '+', '']],
  [
    '8/8.1 Pro, Pro WMC, Pro Student',
    [9200, 9600],
    ['Professional', 'ProfessionalWMC', 'ProfessionalStudent'],
    ['D', '+', '+', '+', '+'],
  ],
  ['8/8.1 Enterprise', [9200, 9600], ['Enterprise'], ['', '', '', '+', '+']],
  ['8/8.1 Embedded Industry', [9200, 9600], ['EmbeddedIndustry'], ['', '', '', '', '+']],
  ['Windows RT', [9200, 9600], ['CoreARM'], ['', '', '', '', '']],
  ['10 Home', [10240, 19041], ['Core'], ['+', '+', '+', '+', '']],
  ['10 Pro', [10240, 19041], ['Professional'], ['D', '+', '+', '+', '+']],
  ['10 Education', [10240, 19041], ['Education'], ['', '', '', '+', 'D']],
  ['10 Enterprise', [10240, 19041], ['Enterprise'], ['', '', '', '+', '+']],
];

/** F.2: Home to Pro, Pro Education, Education; Pro to Pro Education, Education, Enterprise; Education to Enterprise D. */
const F2: typeof F1 = [
  ['11 Home', [22000, 26100], ['Core'], ['+', '+', '+', '+', '']],
  ['11 Pro', [22000, 26100], ['Professional'], ['D', '+', '+', '+', '+']],
  ['11 Education', [22000, 26100], ['Education'], ['', '', '', '+', 'D']],
  ['11 Enterprise', [22000, 26100], ['Enterprise'], ['', '', '', '+', '+']],
];

function pathsTo(edition: string, build: number, architecture: 'x86' | 'x64' | 'arm64' = 'x64') {
  return upgradePaths({ edition, build, architecture, installationType: 'Client' });
}

/** `own`, `keeps`, or nothing: what an image takes of an installed Windows. */
function allowed(image: { edition: string; build: number }, installed: { edition: string; build: number }): string {
  const fits = pathsTo(image.edition, image.build).filter(
    (path) =>
      path.editions.includes(installed.edition) &&
      path.minimumBuild <= installed.build &&
      installed.build <= path.maximumBuild,
  );
  expect(fits.length, 'one row of the table, or none').toBeLessThan(2);
  return fits[0] === undefined ? '' : fits[0].changesEdition ? 'keeps' : 'own';
}

const cells = (table: typeof F1) =>
  table.flatMap(([row, builds, editions, line]) =>
    builds.flatMap((build) =>
      editions.flatMap((edition) => COLUMNS.map((column, i) => ({ row, build, edition, column, cell: line[i]! }))),
    ),
  );

describe('F.1, to Windows 10 22H2', () => {
  it.each(cells(F1))('$row: $edition $build to $column is "$cell"', ({ build, edition, column, cell }) => {
    const found = allowed({ edition: column, build: 19045 }, { edition, build });
    expect(found !== '').toBe(cell === '+');
    // the same for N editions among themselves, and never between the two
    expect(allowed({ edition: `${column}N`, build: 19045 }, { edition: `${edition}N`, build }) !== '').toBe(
      cell === '+',
    );
    expect(allowed({ edition: `${column}N`, build: 19045 }, { edition, build })).toBe('');
    expect(allowed({ edition: column, build: 19045 }, { edition: `${edition}N`, build })).toBe('');
  });

  it.each(cells(F1).filter(({ cell }) => cell === 'D'))('$row to $column is in the data as data only', (one) => {
    const row = CLIENT_ROWS.find((row) => row.editions.includes(one.edition) && row.oldest <= one.build);
    expect(row?.to[one.column]).toBe('data');
  });
});

describe('F.2, to Windows 11 24H2', () => {
  it.each(cells(F2))('$row: $edition $build to $column is "$cell"', ({ build, edition, column, cell }) => {
    expect(allowed({ edition: column, build: 26100 }, { edition, build }) !== '').toBe(cell === '+');
  });

  it.each(cells(F1))(
    '$row: $edition $build to $column only from version 2004 on',
    ({ build, edition, column, cell }) => {
      const found = allowed({ edition: column, build: 26100 }, { edition, build });
      expect(found !== '').toBe(cell === '+' && build >= 19041);
    },
  );
});

describe('the machine keeps its edition unless the sequence names another', () => {
  it.each([
    ['Professional', 'Professional', 19041, 'own'],
    ['Core', 'Core', 10240, 'own'],
    ['Core', 'HomePremium', 7601, 'own'],
    ['Professional', 'Ultimate', 7601, 'own'],
    ['Professional', 'ProfessionalWMC', 9600, 'own'],
    ['Core', 'CoreConnected', 9600, 'own'],
    ['Enterprise', 'Professional', 19041, 'keeps'],
    ['Education', 'Enterprise', 19041, 'keeps'],
    ['Enterprise', 'EmbeddedIndustry', 9600, 'keeps'],
    ['ProfessionalEducation', 'Professional', 19041, 'keeps'],
    ['ProfessionalEducation', 'ProfessionalEducation', 19041, 'own'],
    ['CoreSingleLanguage', 'CoreSingleLanguage', 9600, 'own'],
    ['CoreSingleLanguage', 'Core', 19041, ''],
    ['ProfessionalWorkstation', 'ProfessionalWorkstation', 17134, 'own'],
    ['IoTEnterprise', 'IoTEnterprise', 17134, 'own'],
  ])('%s from %s %i: %s', (image, edition, build, expected) => {
    expect(allowed({ edition: image, build: 19045 }, { edition, build })).toBe(expected);
  });
});

describe('LTSC and LTSB', () => {
  it.each([
    ['a general release never becomes an LTSC', 'EnterpriseS', 19044, 'Enterprise', 17763, ''],
    ['7 never does', 'EnterpriseS', 19044, 'Enterprise', 7601, ''],
    ['8.1 never does', 'EnterpriseS', 19044, 'EnterpriseS', 9600, ''],
    ['an LTSC becomes a newer LTSC', 'EnterpriseS', 19044, 'EnterpriseS', 17763, 'own'],
    ['an LTSC becomes Enterprise of a newer build with a key', 'Enterprise', 19045, 'EnterpriseS', 17763, 'keeps'],
    ['an LTSC becomes Enterprise of the same build with a key', 'Enterprise', 17763, 'EnterpriseS', 17763, 'keeps'],
    ['never of an older build', 'Enterprise', 17763, 'EnterpriseS', 19044, ''],
    ['an LTSC does not become Pro', 'Professional', 19045, 'EnterpriseS', 17763, ''],
    ['LTSC 2021 becomes Windows 11 Enterprise', 'Enterprise', 26100, 'EnterpriseS', 19044, 'keeps'],
    ['LTSC 2019 is too old for Windows 11', 'Enterprise', 26100, 'EnterpriseS', 17763, ''],
  ])('%s', (_, image, media, edition, build, expected) => {
    expect(allowed({ edition: image, build: media }, { edition, build })).toBe(expected);
  });
});

describe('builds', () => {
  it('the same build is a repair, a newer one is refused', () => {
    expect(allowed({ edition: 'Professional', build: 19041 }, { edition: 'Professional', build: 19041 })).toBe('own');
    expect(allowed({ edition: 'Professional', build: 19041 }, { edition: 'Professional', build: 19045 })).toBe('');
  });

  it('Windows 7 needs its Service Pack', () => {
    expect(allowed({ edition: 'Professional', build: 19045 }, { edition: 'Professional', build: 7600 })).toBe('');
  });

  it('media older than Windows 10 upgrade nothing', () => {
    expect(pathsTo('Professional', 9600)).toEqual([]);
  });

  it('cversion.ini raises the oldest build and removes rows below it', () => {
    const target = { edition: 'Professional', build: 26100, architecture: 'x64', installationType: 'Client' } as const;
    const raised = upgradePaths({ ...target, declared: 20000 });
    expect(raised.map((path) => path.minimumBuild)).toEqual([20000, 22000, 20000, 22000]);
    expect(upgradePaths({ ...target, declared: 22000 }).every((path) => path.minimumBuild >= 22000)).toBe(true);
  });

  it('arm64 has no Windows older than 10', () => {
    expect(Math.min(...pathsTo('Core', 19045, 'arm64').map((path) => path.minimumBuild))).toBe(10240);
  });
});

describe('evaluation editions', () => {
  it.each(['EnterpriseEval', 'EnterpriseNEval', 'EnterpriseSEval'])('nothing is upgraded to %s', (edition) => {
    expect(pathsTo(edition, 26100)).toEqual([]);
  });

  it('an evaluation is upgraded to nothing', () => {
    for (const edition of [...COLUMNS, 'EnterpriseS']) {
      expect(allowed({ edition, build: 26100 }, { edition: 'EnterpriseEval', build: 19045 })).toBe('');
    }
  });
});
