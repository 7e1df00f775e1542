import { expect, it } from 'vitest';
import { minimumBuild, windowsOfBuild } from '../../src/staging/minimum-build.js';

it.each([
  ['Windows 10', 10240, false, 7601],
  ['Windows 10 22H2', 19045, false, 7601],
  ['Windows 11', 22000, false, 19041],
  ['Windows 11 24H2', 26100, false, 19041],
  ['Server 2016', 14393, true, 9200],
  ['Server 2019', 17763, true, 9600],
  ['Server 2022', 20348, true, 14393],
  ['Server 2025', 26100, true, 9600],
])('%s upgrades what Microsoft lists', (_, build, server, expected) => {
  expect(minimumBuild({ build, server })).toBe(expected);
});

it.each([
  ['10240.0', 10240],
  ['10240', 10240],
  ['7233.0', 7601],
  ['', 7601],
  ['not a build', 7601],
  ['99999999999999999999', 7601],
])('cversion.ini that says %j raises the limit, never lowers it', (declared, expected) => {
  expect(minimumBuild({ build: 19045, server: false, declared })).toBe(expected);
});

it('names the Windows of a build where it has a name', () => {
  expect(windowsOfBuild(7601, false)).toBe('Windows 7 with Service Pack 1 (build 7601)');
  expect(windowsOfBuild(9600, true)).toBe('Windows Server 2012 R2 (build 9600)');
  expect(windowsOfBuild(12345, false)).toBe('build 12345');
});
