/** `inplace simulate` as people and CI meet it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtInFile } from '../../src/task-sequence/load.js';
import { inplace, makeProject } from '../support/project.js';
import { temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const CLIENT = builtInFile('client');
const simulate = (...args: string[]) => inplace(['simulate', CLIENT, ...args], { cwd: folder });

const WINDOWS = 'windows: { version: 10.0.19045.3803, edition: Professional }\n';
writeFileSync(join(folder, 'plain.yaml'), WINDOWS);
writeFileSync(join(folder, 'fails.yaml'), `${WINDOWS}setup: { upgrade: { exitCode: 7 } }\n`);
writeFileSync(join(folder, 'wrong.yaml'), `${WINDOWS}expect: { outcome: rolledBack, restarts: 3 }\n`);

describe('one machine', () => {
  it('is a timeline that says what ran and why, and ends with 0 when the machine was upgraded', async () => {
    const { exitCode, stdout, stderr } = await simulate('--machine', 'plain.yaml');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^assumed: Windows 11 24H2 media, every edition, en-US, x64$/m);
    expect(stdout).toMatch(
      /this PC {5}Windows 10 Pro \(19045\), en-US, x64\n {2}becomes {5}Windows 11 24H2 Professional \(26100\)/,
    );
    expect(stdout).toMatch(/1\.5\.1 +Compatibility scan +ok, exit code 0xC1900210/);
    expect(stdout).toMatch(/─── restart ─/);
    expect(stdout).toMatch(/group Rollback +skipped\n +_SMSTSSetupRollback is "false", expected exactly "true"/);
    expect(stdout).toMatch(/^Upgraded: Windows 11 24H2 Professional runs, build 26100 \(\d:\d\d:\d\d, 1 restart\)$/m);
  });

  it('ends with 3 when it was not upgraded, and with --verbose shows the log', async () => {
    const { exitCode, stdout, stderr } = await simulate('--machine', 'fails.yaml', '--verbose');
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/fails\.yaml: Failed at 2\.1 Upgrade the operating system: /);
    expect(stdout).toMatch(/<!\[LOG\[.*Windows Setup ended with 7/);
  });

  it('ends with 3 and every difference when its file expects something else', async () => {
    const { exitCode, stderr } = await simulate('--machine', 'wrong.yaml');
    expect(exitCode).toBe(3);
    expect(stderr.match(/^error: .*wrong\.yaml: The .* is .*, expected .*$/gm)).toHaveLength(2);
  });
});

describe('several machines', () => {
  it('have a line each and a summary; files, folders and built-in names can be mixed', async () => {
    const { exitCode, stdout } = await simulate('--machine', folder, '--machine', 'windows-10-rollback');
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^NOT OK {2}fails +failed +\d:\d\d:\d\d {2}0 restarts {2}failed at 2\.1 /m);
    expect(stdout).toMatch(/^ok {6}plain +success/m);
    expect(stdout).toMatch(/^ok {6}windows-10-rollback +rolledBack .*as expected/m);
    expect(stdout).toMatch(/4 machines: 2 upgraded, 2 not; 2 not as they should be$/m);
  });

  it('are one JSON document, and a JUnit report', async () => {
    const args = ['--machine', 'plain.yaml', '--machine', 'fails.yaml', '--json', '--junit', 'report.xml'];
    const { exitCode, stdout } = await simulate(...args);
    const result = JSON.parse(stdout);
    expect([exitCode, result.ok, result.exitCode]).toEqual([3, false, 3]);
    expect(result.findings.map(({ code }: { code: string }) => code)).toEqual(['SIMULATION_FAILED']);
    expect(result.machines[0]).toMatchObject({ name: 'plain', outcome: 'success', passed: true, restarts: 1 });
    expect(result.machines[0].records.length).toBeGreaterThan(8);
    const xml = readFileSync(join(folder, 'report.xml'), 'utf8');
    expect(xml).toContain('tests="2" failures="1"');
    expect(xml).toContain('<testcase name="plain" classname="In-place upgrade of Windows"');
  });
});

describe('power cuts', () => {
  it('at one call are shown in the timeline, the same every time', async () => {
    const run = () => simulate('--machine', 'plain.yaml', '--cut', '500', '--seed', '7');
    const [first, second] = [await run(), await run()];
    expect(first.exitCode).toBe(0);
    expect(first.stdout).toMatch(/═══ power cut at call 500 ═/);
    expect(first.stdout).toBe(second.stdout);
  });

  it('at every call are counted by their end, with progress for programs', async () => {
    const refused = `${WINDOWS}pendingRestart: servicing\nexpect: { outcome: refused }\n`;
    writeFileSync(join(folder, 'short.yml'), refused);
    const { exitCode, stdout, stderr } = await simulate('--machine', 'short.yml', '--cut', 'every', '--events');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/The power was cut at every call to the machine: \d+ runs/);
    expect(stdout).toMatch(/ended otherwise +0$/m);
    const last = JSON.parse(stderr.trim().split('\n').at(-1)!);
    expect(last).toMatchObject({ event: 'progress', phase: 'simulate', done: last.total });
  });
});

describe('what is wrong ends with 2', () => {
  it.each([
    [[], 'Add --machine with a file, a folder, or one that comes with inplace: oem-laptop'],
    [['--machine', 'nobody'], 'There is no machine "nobody"'],
    [['--machine', 'plain.yaml', '--cut', 'often'], '--cut is "often", expected "every" or a whole number from 1'],
    [['--machine', 'plain.yaml', '--seed', '-1'], '--seed is "-1", expected a whole number from 0'],
  ])('%j', async (args, words) => {
    const { exitCode, stderr } = await simulate(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(words);
  });

  it('a machine file, with every mistake and its place', async () => {
    writeFileSync(join(folder, 'bad.txt'), 'windows: { version: 10.0.19045, edtion: Professional }\ncomputr: {}\n');
    const { exitCode, stderr } = await simulate('--machine', 'bad.txt', '--json').then(
      ({ exitCode: code, stdout }) => ({
        exitCode: code,
        stderr: stdout,
      }),
    );
    expect(exitCode).toBe(2);
    const codes = JSON.parse(stderr).findings.map(({ code, where }: never) => [code, (where as { line: number }).line]);
    expect(codes).toEqual(
      expect.arrayContaining([
        ['MACHINE_INVALID', 1],
        ['MACHINE_INVALID', 2],
      ]),
    );
  });
});

it('a media definition brings its own Windows, packages and variables', async () => {
  const project = makeProject(join(folder, 'project'), {
    yaml: 'packages: [{ id: TOOL, kind: application, source: tool, install: install.cmd }]\nvariables: { Site: Oslo }\ntaskSequence: upgrade.yaml\n',
    files: {
      'tool/install.cmd': '@echo off\r\n',
      'upgrade.yaml':
        'steps:\n  - { installApplication: TOOL, repeatable: true, when: { variable: Site, equals: Oslo } }\n  - upgrade:\n  - restart:\n',
    },
  });
  const { stdout, exitCode, stderr } = await inplace([
    'simulate',
    project.definition,
    '--machine',
    'windows-10-22h2-pro',
    '--json',
  ]);
  const { machines, assumed } = JSON.parse(stdout);
  expect([stderr, assumed, exitCode]).toEqual(['', [], expect.any(Number)]);
  expect(machines[0].timeline).toContain('windows-10-22h2-pro');
});

it('SIMULATION_CUT and its kin are codes that scripts can rely on', async () => {
  const { ERROR_CODES } = await import('../../src/errors.js');
  expect([ERROR_CODES.SIMULATION_CUT[0], ERROR_CODES.SIMULATION_FAILED[0], ERROR_CODES.MACHINE_INVALID[0]]).toEqual([
    'verify',
    'verify',
    'definition',
  ]);
});
