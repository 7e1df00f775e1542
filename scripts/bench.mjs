#!/usr/bin/env node
// `npm run bench`: how fast and how flat, as ratios to other programs on the same work in the same run.
//   node scripts/bench.mjs [--quick] [--rounds N] [case …]      cases: large, small, write
// --quick takes 1 GiB and 20,000 files instead of 5 GiB and 100,000. Needs Linux, genisoimage and 7z.
// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchWrite } from './bench/write-bench.mjs';
import { writeDemoPackage } from './fixtures/demo-package.mjs';
import { writeBigFiles, writeSmallFiles } from './fixtures/tree.mjs';
import { makeWindowsIso } from './fixtures/windows-iso.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string', default: '3' } },
});
const rounds = Number(values.rounds);
const largeBytes = (values.quick ? 1 : 5) * 1024 ** 3;
const smallFiles = values.quick ? 20_000 : 100_000;
const main = new URL('../dist/cli/main.js', import.meta.url).pathname;
const work = mkdtempSync(join(process.env['BENCH_DIR'] ?? tmpdir(), 'inplace-bench-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

for (const name of ['genisoimage', '7z', 'cp', 'sync']) {
  if (spawnSync('which', [name]).status !== 0) {
    console.error(`npm run bench compares with ${name}, which is not installed`);
    process.exit(1);
  }
}

/** @typedef {{ name: string, run: () => Promise<number | void> }} Contender a run may return its peak memory in MiB */

/**
 * Runs the contenders in turn, round after round, and prints medians and ratios to the first.
 * @param {string} title @param {Contender[]} contenders
 */
async function compare(title, contenders) {
  /** @type {Map<string, { seconds: number[], memory: number[] }>} */
  const results = new Map(contenders.map(({ name }) => [name, { seconds: [], memory: [] }]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of contenders) {
      spawnSync('sync');
      const start = process.hrtime.bigint();
      const memory = await run();
      const result = /** @type {{ seconds: number[], memory: number[] }} */ (results.get(name));
      result.seconds.push(Number(process.hrtime.bigint() - start) / 1e9);
      if (typeof memory === 'number') result.memory.push(memory);
    }
  }
  console.log(`\n${title} (median of ${rounds} rounds)`);
  const base = median(/** @type {{ seconds: number[] }} */ (results.get(contenders[0]?.name ?? '')).seconds);
  for (const [name, { seconds, memory }] of results) {
    const time = median(seconds);
    const peak = memory.length > 0 ? `  peak ${Math.max(...memory).toFixed(0)} MiB` : '';
    const spread = `${Math.min(...seconds).toFixed(1)}–${Math.max(...seconds).toFixed(1)}`;
    console.log(
      `  ${name.padEnd(38)} ${time.toFixed(2).padStart(7)} s  ${(time / base).toFixed(2)} ×  (${spread})${peak}`,
    );
  }
}

/** @param {number[]} numbers */
function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return /** @type {number} */ (sorted[Math.floor(sorted.length / 2)]);
}

/** @param {string} command @param {string[]} args */
function runOk(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${result.stderr}`);
}

/**
 * Runs the command line and gives its peak memory in MiB, as the kernel counted it.
 * @param {string[]} args @returns {Promise<number>}
 */
async function inplace(args) {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  let peak = 0;
  const timer = setInterval(() => {
    if (!existsSync(`/proc/${child.pid}/status`)) return;
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
    if (line) peak = Math.max(peak, Number(line[1]) / 1024);
  }, 20);
  const code = await new Promise((resolve) => child.on('exit', resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`inplace ${args.join(' ')} ended with ${code}`);
  return peak;
}

/** @param {string} folder @param {string} source */
function writeDefinition(folder, source) {
  const path = join(folder, 'media.yaml');
  writeFileSync(path, `name: Bench\nupgradePackage: { source: ${source} }\n`);
  return path;
}

/** @param {string} from @param {string} to */
function copyAndSync(from, to) {
  runOk('cp', [from, to]);
  runOk('sync', [to]);
}

/** @param {string} iso @param {string} folder */
function genisoimage(iso, folder) {
  makeWindowsIso(folder, iso);
  runOk('sync', [iso]);
}

async function large() {
  const tree = join(work, 'windows');
  writeDemoPackage(tree);
  writeBigFiles(join(tree, 'sources', 'big'), [largeBytes]);
  writeSmallFiles(join(tree, 'sources', 'small'), { count: 1000 });
  const input = join(work, 'windows.iso');
  makeWindowsIso(tree, input);
  const definition = writeDefinition(work, 'windows.iso');
  const [copy, iso, other, extracted] = ['copy.iso', 'out.iso', 'other.iso', 'extracted'].map((name) =>
    join(work, name),
  );
  const built = /** @type {string} */ (iso);
  await inplace(['build', definition, '-o', built]);
  await compare(`One file of ${largeBytes / 1024 ** 3} GiB and 1,000 small ones, from an ISO, flushed`, [
    { name: 'cp + sync', run: async () => copyAndSync(built, String(copy)) },
    { name: 'inplace build', run: async () => inplace(['build', definition, '-o', join(work, 'again.iso')]) },
    { name: 'genisoimage -udf of the extracted tree', run: async () => genisoimage(String(other), tree) },
    {
      name: '7z x, then genisoimage -udf',
      run: async () => {
        runOk('7z', ['x', '-y', `-o${extracted}`, input]);
        genisoimage(String(other), String(extracted));
        rmSync(String(extracted), { recursive: true });
      },
    },
  ]);
  await compare(`inspect of an ISO of ${largeBytes / 1024 ** 3} GiB`, [
    { name: 'node -e 0', run: async () => runOk(process.execPath, ['-e', '0']) },
    { name: 'inplace inspect', run: async () => inplace(['inspect', built]) },
  ]);
}

async function small() {
  const tree = join(work, 'many');
  writeDemoPackage(tree);
  writeSmallFiles(join(tree, 'many'), { count: smallFiles });
  mkdirSync(join(work, 'small'));
  const definition = writeDefinition(join(work, 'small'), '../many');
  await compare(`${smallFiles} small files, from a folder, flushed`, [
    { name: 'genisoimage -udf', run: async () => genisoimage(join(work, 'many-other.iso'), tree) },
    { name: 'inplace build', run: async () => inplace(['build', definition, '-o', join(work, 'many.iso')]) },
  ]);
}

/** @type {Record<string, () => Promise<void>>} */
const cases = { large, small, write: async () => benchWrite({ work, rounds, quick: values.quick }) };
for (const name of positionals.length > 0 ? positionals : Object.keys(cases)) {
  const run = cases[name];
  if (!run) throw new Error(`No case "${name}"; there are ${Object.keys(cases).join(', ')}`);
  await run();
}
