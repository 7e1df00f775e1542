/** `simulate` from code: it can be stopped and followed, and its plain data is whole. */
import { describe, expect, it } from 'vitest';
import { machineNames, type Progress, simulate } from '../../src/index.js';
import { builtInFile } from '../../src/task-sequence/load.js';

const CLIENT = builtInFile('client');

describe('simulate()', () => {
  it('tells how many runs there are, as soon as they are known', async () => {
    const seen: Progress[] = [];
    const options = { machines: ['windows-10-pending-restart'], cut: 'every' as const };
    const { machines } = await simulate(CLIENT, { ...options, onProgress: (progress) => seen.push(progress) });
    const tried = machines[0]!.cuts!.tried;
    expect(seen.at(-1)).toEqual({ phase: 'simulate', done: tried + 1, total: tried + 1 });
  });

  it('stops when it is told to', async () => {
    const abort = new AbortController();
    const running = simulate(CLIENT, {
      machines: ['windows-10-22h2-pro'],
      cut: 'every',
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('is the same for the same input', async () => {
    const options = { machines: ['windows-10-rollback'], cut: 700, seed: 3 };
    expect(JSON.stringify(await simulate(CLIENT, options))).toBe(JSON.stringify(await simulate(CLIENT, options)));
  });

  it('knows the machines that come with the program', async () => {
    expect(await machineNames()).toContain('server-2012-r2-standard');
  });
});
