import { expect, it } from 'vitest';
import { barLine, ProgressBar } from '../../src/cli/progress.js';
import { count, formatBytes, formatSeconds } from '../../src/cli/units.js';

const GIB = 1024 ** 3;

it('shows share, bytes, rate and time left within 80 columns', () => {
  const line = barLine({ phase: 'write', done: 2 * GIB, total: 5 * GIB }, 2);
  expect(line).toBe('Writing [########------------]  40 %  2.0 GiB of 5.0 GiB  1.0 GiB/s  0:03 left');
  expect(barLine({ phase: 'checksum', done: 1023 * GIB, total: 1024 * GIB }, 36_000).length).toBeLessThan(90);
});

it('does not guess a rate in the first moments', () => {
  expect(barLine({ phase: 'verify', done: 1, total: 10 }, 0.1)).not.toContain('left');
});

it('rewrites one line, and removes it when other text comes', () => {
  let text = '';
  let now = 0;
  const bar = new ProgressBar({ write: (more: string) => (text += more), columns: 60 }, () => now);
  bar.update({ phase: 'compare', done: 0, total: 0 });
  expect(text).toBe('');
  bar.update({ phase: 'write', done: 1, total: 2 });
  now = 1000;
  bar.update({ phase: 'write', done: 2, total: 2 });
  const lines = text.split('\r\x1b[2K').slice(1);
  expect(lines).toHaveLength(2);
  expect(lines.every((line) => line.length < 60)).toBe(true);
  bar.clear();
  expect(text.endsWith('\r\x1b[2K')).toBe(true);
  bar.clear();
  expect(text.endsWith('\r\x1b[2K\r\x1b[2K')).toBe(false);
});

it('counts runs of a simulation', () => {
  expect(barLine({ phase: 'simulate', done: 1, total: 4 }, 10)).toBe(
    'Simulating [#####---------------]  25 %  1 of 4 runs  0:30 left',
  );
});

it('writes numbers as people read them', () => {
  expect([0, 1023, 1024, 1536, 20 * 1024 ** 2, 5.3 * GIB].map(formatBytes)).toEqual([
    '0 bytes',
    '1023 bytes',
    '1.0 KiB',
    '1.5 KiB',
    '20 MiB',
    '5.3 GiB',
  ]);
  expect([0, 7, 760, 3723].map(formatSeconds)).toEqual(['0:00', '0:07', '12:40', '1:02:03']);
  expect([count(1, 'file'), count(1000, 'file')]).toEqual(['1 file', '1,000 files']);
});
