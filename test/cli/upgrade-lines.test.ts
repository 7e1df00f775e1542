import { expect, it } from 'vitest';
import { upgradeLines } from '../../src/cli/upgrade-lines.js';

const IMAGE = {
  image: 1,
  name: 'Windows 11 Pro',
  edition: 'Professional',
  architecture: 'x64',
  language: 'en-US',
  build: 26100,
};

it('says what becomes each image, and for what a key is needed', () => {
  const upgrades = [
    { ...IMAGE, from: ['Windows 10 Pro', 'Windows 11 Pro'], fromWithKey: ['Windows 10 Home'] },
    { ...IMAGE, name: 'Evaluation', from: [], fromWithKey: [] },
  ];
  expect(upgradeLines(upgrades)).toEqual([
    'Windows 11 Pro (x64, en-US, build 26100) from',
    '  Windows 10 Pro',
    '  Windows 11 Pro',
    '  Windows 10 Home: when the sequence names the edition and gives a key',
    'Evaluation (x64, en-US, build 26100) from',
    '  nothing: no upgrade path that keeps everything ends here',
  ]);
});
