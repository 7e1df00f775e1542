/** MSFT_Volume.Flush. What a machine has is asked once, so every test begins with a fresh module. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeWindows } from './support/fake-com.js';
import { addWmi, type FakeRow } from './support/fake-wmi.js';

const VOLUMES = 'root\\Microsoft\\Windows\\Storage|MSFT_Volume';
beforeEach(() => vi.resetModules());

async function flusher(): Promise<(drive: string) => boolean> {
  return (await import('../../../src/target/wsh/flush.js')).flushDrive;
}

function volume(letter: unknown, flushed: unknown[], result = 0): FakeRow {
  const Flush = () => {
    flushed.push(letter);
    return result;
  };
  return { properties: { DriveLetter: letter }, methods: { Flush } };
}

describe('flushing a drive', () => {
  it.each([
    ['a number', 67],
    ['text', 'C'],
    ['small text', 'c'],
  ])('flushes the volume of its letter, where Windows gives %s', async (_, letter) => {
    const flushed: unknown[] = [];
    // a volume without a letter gives nothing, or a NUL
    const rows = [volume(null, flushed), volume(0, flushed), volume('D', flushed), volume(letter, flushed)];
    addWmi(fakeWindows(), { [VOLUMES]: rows });
    expect((await flusher())('C:')).toBe(true);
    expect(flushed).toEqual([letter]);
  });

  it('is false where the volume says that it did not', async () => {
    addWmi(fakeWindows(), { [VOLUMES]: [volume('C', [], 40001)] });
    expect((await flusher())('C:')).toBe(false);
  });

  it('is false for a drive that is none of them', async () => {
    addWmi(fakeWindows(), { [VOLUMES]: [volume('C', [])] });
    expect((await flusher())('X:')).toBe(false);
  });

  it('is false before Windows 8.1, which is asked once', async () => {
    const { connected } = addWmi(fakeWindows(), {});
    const flushDrive = await flusher();
    expect([flushDrive('C:'), flushDrive('C:'), connected.length]).toEqual([false, false, 1]);
  });

  it('goes on trying where the namespace is there and a flush has failed', async () => {
    const flushed: unknown[] = [];
    let fails = true;
    const Flush = () => {
      if (fails) throw new Error('busy');
      flushed.push('C');
      return 0;
    };
    addWmi(fakeWindows(), { [VOLUMES]: [{ properties: { DriveLetter: 'C' }, methods: { Flush } }] });
    const flushDrive = await flusher();
    expect(flushDrive('C:')).toBe(false);
    fails = false;
    expect([flushDrive('C:'), flushed]).toEqual([true, ['C']]);
  });
});
