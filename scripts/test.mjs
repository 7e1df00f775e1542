#!/usr/bin/env node
// `npm test`: installs what the tests need, builds, checks the code, runs every test, and ends with one line
// `N passed, N failed, N skipped`. `npm run test:long` runs the long cases too.
// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const long = process.argv.includes('--long');
const only = process.argv.slice(2).filter((argument) => argument !== '--long');

/** @param {string} title @param {string} command @param {string[]} args @param {NodeJS.ProcessEnv} [env] */
function step(title, command, args, env = {}) {
  console.log(`\n== ${title}`);
  // npm and npx are .cmd files on Windows, which only a shell starts
  const shell = process.platform === 'win32';
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell, env: { ...process.env, ...env } });
  return result.status ?? 1;
}

/** @param {string} title @param {string} command @param {string[]} args */
function must(title, command, args) {
  if (step(title, command, args) !== 0) {
    console.log(`\n${title}: failed\n0 passed, 1 failed`);
    process.exit(1);
  }
}

/** Whether node_modules is there and not older than the lock file. */
function installed() {
  const stamp = join(root, 'node_modules/.package-lock.json');
  return existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

if (!installed()) must('Installing packages', 'npm', ['ci', '--no-audit', '--no-fund']);
must('Programs the tests use', 'node', ['scripts/install-test-tools.mjs']);
must('Building', 'npm', ['run', '--silent', 'build']);
must('Checking format, types and rooms', 'npm', ['run', '--silent', 'check']);

/**
 * The end-to-end runs once more, under another script host: as root, with debootstrap.
 * @param {string} name of scripts/lab/other-wine.sh @param {string} words @param {Record<string, string>} more of the environment @param {string[]} tests
 */
function withOtherWine(name, words, more, ...tests) {
  const lab = join(tmpdir(), 'inplace-lab');
  if (step(words, 'scripts/lab/other-wine.sh', [lab, name]) !== 0) {
    console.log(`skipped: the engine under ${words}, which needs root and debootstrap`);
    return;
  }
  const env = { INPLACE_WINE: join(lab, name), ...more };
  if (step(`The engine under ${words}`, 'npx', ['vitest', 'run', ...tests], env) !== 0) status ||= 1;
}

const report = join(tmpdir(), `inplace-vitest-${process.pid}.json`);
const args = ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...only];
let status = step(long ? 'Tests, long cases too' : 'Tests', 'npx', args, long ? { INPLACE_LONG: '1' } : {});
if (!existsSync(report)) {
  console.log('\n0 passed, 1 failed');
  process.exit(1);
}
// more than one Wine has judged the engine then; the others are in nothing that CI needs
if (long && only.length === 0) {
  const runs = 'test/acceptance/engine.test.ts';
  withOtherWine('wine10', 'Wine 10', { INPLACE_LONG: '1' }, runs);
  withOtherWine('wine32', 'Wine with 32 bits', {}, runs, 'test/target/behaviours.test.ts');
}
const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
rmSync(report);
for (const file of testResults) {
  for (const test of file.assertionResults) {
    if (test.status === 'pending' || test.status === 'skipped') console.log(`skipped: ${test.fullName}`);
  }
}
// a test file that does not even load has no test in the count
const failed = status === 0 ? numFailedTests : Math.max(1, numFailedTests);
console.log(`\n${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped`);
process.exit(status);
