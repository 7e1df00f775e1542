/** ConfigMgr's "run time exceeded": what took longer than somebody wants to wait, as far as records say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { InplaceError, report } from '../../src/index.js';
import { temporaryFolder } from '../support/tools.js';
import { record, summary, writeRun } from './field.js';

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
});

async function page(longerThan?: string): Promise<string> {
  const output = join(folder, 'report.html');
  await report([folder], { outputs: [output], ...(longerThan === undefined ? {} : { longerThan }) });
  const text = readFileSync(output, 'utf8');
  return text.slice(text.indexOf('<h2>Run time exceeded'), text.indexOf('<h2>Times of the steps'));
}

/** Of 90 minutes, of five hours, one without a result, and one with a clock that went back. */
function writeRuns(): void {
  const run = (name: string) => ({ run: name });
  writeRun(folder, 'A-1', 'a', [record(1, run('a'))], summary({ ...run('a'), computer: 'A' }));
  const upgrade = { path: '2.1', name: 'Upgrade', type: 'upgrade', exceeded: 14400 } as const;
  writeRun(
    folder,
    'B-1',
    'b',
    [record(1, run('b')), record(2, { ...run('b'), ...upgrade, end: '2026-11-20T14:59:00Z' })],
    summary({ ...run('b'), computer: 'B', end: '2026-11-20T15:00:00Z' }),
  );
  const ended = { outcome: 'failed', exitCode: 1460, exceeded: 120 } as const;
  writeRun(folder, 'C-1', 'c', [record(1, { ...run('c'), ...ended, end: '2026-11-20T12:00:00Z' })]);
  writeRun(folder, 'D-1', 'd', [], summary({ ...run('d'), computer: 'D', end: '2020-01-01T00:00:00Z' }));
}

describe('run time exceeded', () => {
  it('lists runs of more than four hours, and steps that took longer than their own time, the longest first', async () => {
    writeRuns();
    const { statistics, runs } = await report([folder]);
    expect(statistics.longerThan).toBe(14400);
    expect(statistics.longRuns.map(({ run, ...long }) => [runs[run]!.computer, long])).toEqual([
      [
        'B',
        {
          seconds: 18000,
          tooLong: true,
          unfinished: false,
          steps: [{ path: '2.1', name: 'Upgrade', type: 'upgrade', exceeded: 14400 }],
        },
      ],
      [
        'C',
        {
          seconds: 7200,
          tooLong: false,
          unfinished: true,
          steps: [{ path: '1.1', name: 'Step 1', type: 'runCommand', exceeded: 120 }],
        },
      ],
    ]);
  });

  it('stands on the page with links to the runs, in words', async () => {
    writeRuns();
    const text = await page();
    expect(text.match(/<tbody>/g)).toHaveLength(1);
    expect(text).toContain('<a href="#run-2">B</a>');
    expect(text).toContain('The run: more than 4 h');
    expect(text).toContain('2.1 Upgrade: Windows Setup took longer than the 4 h that were expected');
    expect(text).toContain('at least 2 h');
    expect(text).toContain('1.1 Step 1: ended because its 2 min were over');
    expect(text).not.toContain('#run-1"');
  });

  it('takes the time that somebody says', async () => {
    writeRuns();
    expect(await page('1 h')).toContain('<a href="#run-1">A</a>');
    expect(await page('6 h')).not.toContain('The run: more than');
  });

  it('says so when nothing took too long', async () => {
    writeRun(folder, 'A-1', 'a', [record(1)], summary());
    expect(await page()).toContain('There are none.');
  });

  it.each(['', '4', '4 days', '-1 h', '0 h', '1e9 h'])(
    'refuses the time %j, together with what else is wrong',
    async (text) => {
      writeRuns();
      const failed = await report([folder], { longerThan: text, outputs: ['x.pdf'] }).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(InplaceError);
      expect((failed as InplaceError).findings.map(({ code }) => code)).toEqual(['USAGE', 'USAGE']);
    },
  );

  it('reads no record with a time that is none', async () => {
    writeRun(folder, 'A-1', 'a', [record(1, { exceeded: -5 })], summary());
    expect((await report([folder])).warnings).toHaveLength(1);
  });
});

describe('what SetupDiag found', () => {
  const setupDiag = { rule: 'FindRollbackFailure', failure: 'Err = 5, C:\\Users\\anna <b>', advice: 'Remove it' };
  const failed = summary({ outcome: 'rolledBack', setupCode: 0xc1900101, extendCode: '0x30018', setupDiag });

  it('is part of the cause, and stands with the run and in the table', async () => {
    writeRun(folder, 'PC-07-A', 'run-1', [record(1)], failed);
    const outputs = [join(folder, 'r.html'), join(folder, 'r.csv')];
    const { statistics } = await report([folder], { outputs });
    expect(statistics.causes).toEqual([
      { name: 'Windows Setup: 0xC1900101 - 0x30018 (SetupDiag: FindRollbackFailure)', runs: 1 },
    ]);
    const [html, csv] = outputs.map((path) => readFileSync(path, 'utf8'));
    expect(html).toContain('FindRollbackFailure: Err = 5, C:\\Users\\anna &lt;b&gt;');
    expect(csv).toMatch(/,SetupDiag,.*\r\n.*,FindRollbackFailure,/);
  });

  it('keeps its rule with --redact, and nothing that names somebody', async () => {
    writeRun(folder, 'PC-07-A', 'run-1', [record(1)], failed);
    const { runs } = await report([folder], { redact: true });
    expect(runs[0]?.summary?.setupDiag).toEqual({ rule: 'FindRollbackFailure', advice: 'Remove it' });
  });

  it('that is no such thing makes no summary', async () => {
    writeRun(folder, 'PC-07-A', 'run-1', [record(1)], summary({ setupDiag: { rule: 5 } as never }));
    expect((await report([folder])).runs[0]?.outcome).toBe('unfinished');
  });
});
