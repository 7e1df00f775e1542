/** `inplace report` on what machines leave behind. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { InplaceError, report } from '../../src/index.js';
import { runOk, temporaryFolder } from '../support/tools.js';
import { record, summary, writeRun } from './field.js';

let folder = '';
let stick = '';
beforeEach(() => {
  folder = temporaryFolder();
  stick = join(folder, 'stick');
});

const rolledBack = summary({
  run: 'run-2',
  computer: 'LAPTOP-9',
  outcome: 'rolledBack',
  message: 'Windows Setup went back to the old Windows on LAPTOP-9',
  advice: 'Update the storage driver',
  failedAt: { path: '2.1', name: 'Upgrade the operating system' },
  setupCode: 0xc1900101,
  extendCode: '0x30018',
});

function writeStick(): void {
  writeRun(stick, 'PC-07-5CG1', 'run-1', [record(1), record(2, { end: '2026-11-20T10:04:00Z' })], summary(), {
    'Setup/Panther/setupact.log': 'log',
  });
  const failed = record(2, { run: 'run-2', outcome: 'failed', exitCode: 0xc1900101, output: 'C:\\Users\\anna\\x <b>' });
  writeRun(stick, 'LAPTOP-9-ABC', 'run-2', [record(1, { run: 'run-2' }), failed], rolledBack);
  writeRun(stick, 'PC-08-XYZ', 'run-3', [record(1, { run: 'run-3' })]);
}

async function findings(work: () => Promise<unknown>): Promise<readonly string[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (error instanceof InplaceError) return error.findings.map(({ code, message }) => `${code} ${message}`);
    throw error;
  }
}

describe('report', () => {
  it('reads every run of a stick, with computer, serial number, outcome and cause', async () => {
    writeStick();
    const { runs } = await report([stick]);
    expect(runs.map(({ computer, serial, run, outcome, cause }) => [computer, serial, run, outcome, cause])).toEqual([
      ['LAPTOP-9', 'ABC', 'run-2', 'rolledBack', 'Windows Setup: 0xC1900101 - 0x30018'],
      ['PC-07', '5CG1', 'run-1', 'success', ''],
      ['PC-08', 'XYZ', 'run-3', 'unfinished', 'No result came back'],
    ]);
    expect(runs[1]!.files).toEqual(['Setup/Panther/setupact.log', 'status.jsonl', 'summary.json']);
  });

  it.runIf(existsSync('/proc/self/fd'))('leaves no file open', async () => {
    writeStick();
    const before = readdirSync('/proc/self/fd').length;
    await report([stick]);
    expect(readdirSync('/proc/self/fd').length).toBe(before);
  });

  it('knows the serial number of a computer whose folder has another name than it', async () => {
    writeRun(stick, 'PC-_-5CG1', 'run-1', [record(1)], summary({ computer: 'PC-日本語' }));
    const { runs } = await report([stick]);
    expect(runs.map(({ computer, serial }) => [computer, serial])).toEqual([['PC-日本語', '5CG1']]);
  });

  it('counts outcomes, causes, failed steps, times of steps and upgrades', async () => {
    writeStick();
    const { statistics } = await report([stick]);
    expect(statistics).toMatchObject({
      runs: 3,
      machines: 3,
      outcomes: { success: 1, failed: 0, refused: 0, rolledBack: 1, unfinished: 1 },
      causes: [
        { name: 'No result came back', runs: 1 },
        { name: 'Windows Setup: 0xC1900101 - 0x30018', runs: 1 },
      ],
      failedSteps: [{ name: '2.1 Upgrade the operating system', runs: 1 }],
      phases: [{ name: 'Prepare for upgrade', runs: 1 }],
      upgrades: [{ name: '19045 Professional → 26100 Professional', runs: 1 }],
    });
    expect(statistics.stepTimes).toEqual([
      { path: '1.1', name: 'Step 1', runs: 3, failed: 0, mean: 120, longest: 120 },
      { path: '1.2', name: 'Step 2', runs: 2, failed: 1, mean: 180, longest: 240 },
    ]);
  });

  it('says how far runs came: which groups they reached, failed in, were last seen in', async () => {
    writeStick();
    const done = { run: 'run-4', path: '2.1', group: ['Upgrade', 'Deeper'] };
    writeRun(stick, 'PC-10-A', 'run-4', [record(1, { run: 'run-4' }), record(2, done)], summary({ run: 'run-4' }));
    const failed = summary({ run: 'run-5', outcome: 'failed', failedAt: { path: '2.1', name: 'Step 2' } });
    writeRun(stick, 'PC-11-A', 'run-5', [record(2, { ...done, run: 'run-5', outcome: 'failed' })], failed);
    const skipped = record(3, {
      run: 'run-6',
      path: '3',
      group: [],
      type: 'group',
      name: 'Rollback',
      outcome: 'skipped',
    });
    writeRun(stick, 'PC-12-A', 'run-6', [record(1, { run: 'run-6' }), skipped]);
    const { statistics } = await report([stick]);
    expect(statistics.groups).toEqual([
      // LAPTOP-9 failed at a step of which this stick has no record
      { name: 'Prepare for upgrade', reached: 5, failed: 0, unfinished: 1 },
      { name: 'Upgrade', reached: 2, failed: 1, unfinished: 0 },
    ]);
  });

  it('a clock that jumped gives no negative time', async () => {
    writeRun(stick, 'A-1', 'r', [record(1, { end: '2020-01-01T00:00:00Z' })]);
    const { statistics } = await report([stick]);
    expect(statistics.stepTimes[0]).toMatchObject({ mean: 0, longest: 0 });
  });

  it('takes a Reports folder, one run, a folder of sticks, and a zip', async () => {
    writeStick();
    const many = join(folder, 'many');
    cpSync(stick, join(many, 'a'), { recursive: true });
    const zip = join(folder, 'all.zip');
    await runOk('python3', [
      '-c',
      'import shutil,sys; shutil.make_archive(sys.argv[1][:-4],"zip",sys.argv[2])',
      zip,
      stick,
    ]);
    await expect(report([join(stick, 'Reports')])).resolves.toMatchObject({ statistics: { runs: 3 } });
    await expect(report([join(stick, 'Reports/PC-07-5CG1/run-1')])).resolves.toMatchObject({ statistics: { runs: 1 } });
    await expect(report([many])).resolves.toMatchObject({ statistics: { runs: 3 } });
    await expect(report([zip])).resolves.toMatchObject({ statistics: { runs: 3 } });
    writeFileSync(zip, damaged(readFileSync(zip)));
    expect((await findings(() => report([zip])))[0]).toMatch(/^SOURCE_CORRUPT The zip is damaged/);
  });

  it('counts a run once that is found twice, and takes the one with the result', async () => {
    writeStick();
    const copy = join(folder, 'copy');
    writeRun(copy, 'PC-08-XYZ', 'run-3', [record(1, { run: 'run-3' })], summary({ run: 'run-3', computer: 'PC-08' }));
    const { runs, statistics } = await report([stick, copy]);
    expect(statistics.runs).toBe(3);
    expect(runs.find(({ run }) => run === 'run-3')?.outcome).toBe('success');
  });

  it('knows its files by names in capital letters, as old programs write them on a stick', async () => {
    const run = join(stick, 'REPORTS/PC-07-5CG1/RUN-1');
    mkdirSync(run, { recursive: true });
    writeFileSync(join(run, 'STATUS.JSONL'), `${JSON.stringify(record(1))}\n`);
    writeFileSync(join(run, 'SUMMARY.JSON'), JSON.stringify(summary()));
    const { runs } = await report([stick]);
    expect(runs.map(({ outcome, records }) => [outcome, records.length])).toEqual([['success', 1]]);
  });

  it.each([
    '../../escaped/status.jsonl',
    '/escaped/status.jsonl',
    'C:/escaped/status.jsonl',
    '..\\escaped\\status.jsonl',
  ])('refuses a zip with the name %s, and writes nothing', async (name) => {
    const zip = join(folder, 'in', 'slip.zip');
    mkdirSync(join(folder, 'in'));
    const script = 'import zipfile,sys; z=zipfile.ZipFile(sys.argv[1],"w"); z.writestr(sys.argv[2],"{}"); z.close()';
    await runOk('python3', ['-c', script, zip, name]);
    expect((await findings(() => report([zip])))[0]).toMatch(/^SOURCE_CORRUPT The zip is damaged/);
    expect([readdirSync(folder), readdirSync(join(folder, 'in'))]).toEqual([['in'], ['slip.zip']]);
  });

  it('does not read files that claim more than any run leaves, in a folder and in a zip', async () => {
    writeStick();
    const run = join(stick, 'Reports/PC-07-5CG1/run-1');
    writeFileSync(join(run, 'status.jsonl'), '');
    truncateSync(join(run, 'status.jsonl'), 65 * 2 ** 20);
    const zip = join(folder, 'bomb.zip');
    await runOk('python3', [
      '-c',
      'import zipfile,sys; z=zipfile.ZipFile(sys.argv[1],"w",8); z.writestr("A-1/r/status.jsonl",bytes(65<<20)); z.close()',
      zip,
    ]);
    const { warnings, runs } = await report([stick, zip]);
    expect(warnings.map(({ message }) => message).sort()).toEqual([
      'status.jsonl has 68157440 bytes and was not read',
      'status.jsonl has 68157440 bytes and was not read',
    ]);
    expect(runs.find(({ computer }) => computer === 'PC-07')?.outcome).toBe('success');
  });

  it('says what could not be read, and reads the rest', async () => {
    writeStick();
    writeFileSync(join(stick, 'Reports/PC-07-5CG1/run-1/summary.json'), '{"half":');
    const { runs, warnings } = await report([stick]);
    expect(warnings.map(({ message }) => message)).toEqual(['summary.json could not be read']);
    expect(runs.find(({ run }) => run === 'run-1')?.outcome).toBe('unfinished');
  });

  it('refuses paths without runs, paths that are not there and outputs it cannot write, all at once', async () => {
    mkdirSync(stick, { recursive: true });
    expect(await findings(() => report([stick]))).toEqual([`SOURCE_MISSING No run was found in "${stick}"`]);
    const missing = [join(stick, 'a'), join(stick, 'b')];
    expect(await findings(() => report(missing))).toHaveLength(2);
    expect(await findings(() => report([stick], { outputs: ['x.pdf', 'y'] }))).toEqual([
      'USAGE The output is "x.pdf", expected a name that ends with .html, .csv, .json',
      'USAGE The output is "y", expected a name that ends with .html, .csv, .json',
    ]);
  });
});

describe('the page', () => {
  async function page(redact = false): Promise<string> {
    writeStick();
    const output = join(folder, 'report.html');
    await report([stick], { outputs: [output], redact });
    return readFileSync(output, 'utf8');
  }

  it('needs nothing else: no script, no address, no file', async () => {
    const text = await page();
    expect(text).not.toMatch(/<script|https?:|src=|url\(|@import/i);
    expect(text).toContain("default-src 'none'");
  });

  it('shows what came from the field as text, never as markup', async () => {
    const text = await page();
    expect(text).toContain('C:\\Users\\anna\\x &lt;b&gt;');
    expect(text).not.toContain('x <b>');
  });

  it('shows the end of an output that is longer than any the engine keeps', async () => {
    const output = `${'x'.repeat(100_000)} the end`;
    writeRun(stick, 'A-1', 'r', [record(1, { output, outcome: 'failed' })], summary({ outcome: 'failed' }));
    const page = join(folder, 'report.html');
    await report([stick], { outputs: [page] });
    const text = readFileSync(page, 'utf8');
    expect(text.length).toBeLessThan(30_000);
    expect(text).toContain('the end</pre>');
  });

  it('has every name from the field as text, wherever it stands', async () => {
    const evil = '<img src=x onerror=alert(1)>&quot;"\'';
    const bad = { path: evil, name: evil };
    const one = record(1, {
      ...bad,
      run: evil,
      group: [evil],
      reason: evil,
      variables: { [evil]: evil },
      outcome: 'failed',
    });
    const media = {
      media: 1,
      name: evil,
      mediaId: 'ab'.repeat(32),
      packages: [{ id: evil }],
      inplace: evil,
      time: evil,
    };
    const said = {
      run: evil,
      sequence: evil,
      computer: evil,
      message: evil,
      advice: evil,
      failedAt: bad,
      extendCode: evil,
    };
    const ended = { build: 1, edition: evil, installationType: evil };
    const all = summary({
      ...said,
      outcome: 'failed',
      setupCode: 5,
      before: ended,
      after: ended,
      upgradePackage: evil,
    });
    writeRun(stick, 'A-1', 'r', [one], all, { 'media.json': JSON.stringify(media), '<b>.log': '' });
    const page = join(folder, 'report.html');
    await report([stick], { outputs: [page] });
    const text = readFileSync(page, 'utf8');
    expect(text).not.toMatch(/<img|<b>\.log/);
    expect(text.split('&lt;img src=x onerror=alert(1)&gt;&amp;quot;&quot;&#39;').length).toBeGreaterThan(15);
  });

  it('says that it holds names of computers', async () => {
    expect(await page()).toContain('holds names and serial numbers of computers');
  });

  it('with --redact holds no computer name, serial number, user name or output', async () => {
    const text = await page(true);
    for (const name of ['PC-07', '5CG1', 'LAPTOP-9', 'ABC', 'PC-08', 'XYZ', 'anna', stick])
      expect(text).not.toContain(name);
    expect(text).toContain('Windows Setup went back to the old Windows on PC 1');
    expect(text).toContain('were taken out');
  });

  it('with --redact nothing that the command says names a computer either', async () => {
    writeStick();
    writeFileSync(join(stick, 'Reports/PC-07-5CG1/run-1/summary.json'), '{');
    symlinkSync('nowhere', join(stick, 'Reports/PC-07-5CG1/link-of-anna'));
    const step = record(1, { run: 'r', name: 'Rename PC-20 to PC-21', group: ['Of PC-20'], outcome: 'failed' });
    const at = { path: '1.1', name: 'Rename PC-20 to PC-21' };
    const ended = summary({ run: 'r', computer: 'PC-20', outcome: 'failed', failedAt: at });
    writeRun(stick, 'PC-20-S20', 'r', [step], ended);
    const result = await report([stick], { redact: true });
    expect(result.warnings.length).toBe(2);
    for (const name of ['PC-07', '5CG1', 'PC-20', 'S20', 'anna', stick])
      expect(JSON.stringify(result)).not.toContain(name);
  });
});

it('the table is safe to open in a spreadsheet, and whole', async () => {
  writeRun(stick, 'A-1', 'r', [], summary({ run: 'r', computer: 'A', message: '=cmd|"x"!A1, and "more"\nlines' }));
  const output = join(folder, 'report.csv');
  await report([stick], { outputs: [output] });
  const text = await runOk('python3', [
    '-c',
    'import csv,sys,json; print(json.dumps(list(csv.reader(open(sys.argv[1],newline="")))))',
    output,
  ]);
  const [heads, row] = JSON.parse(text) as string[][];
  expect(row![heads!.indexOf('Message')]).toBe(`'=cmd|"x"!A1, and "more"\nlines`);
  expect(row![heads!.indexOf('Minutes')]).toBe('90.0');
});

/** Everything between the first entry and the directory is lost. */
function damaged(zip: Buffer): Buffer {
  const directory = zip.indexOf('PK\x01\x02', 0, 'latin1');
  return zip.fill(0xff, 64, directory);
}
