/**
 * `npm run bench -- write`: sticks, as ratios to other programs on the same work in the same run. The sticks are loop devices over files in
 * memory (/dev/shm), so that the programs are measured and no disk. Needs root, losetup, dd, 7z, wimlib-imagex, mtools, dosfstools, gcc.
 * Ratios are made round by round, one contender behind the other, for the machine may have other work.
 */
// @ts-check
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installImages } from '../fixtures/demo-images.mjs';
import { writeDemoPackage } from '../fixtures/demo-package.mjs';
import { pseudoRandom } from '../fixtures/pseudo-random.mjs';
import { writeWim } from '../fixtures/wim.mjs';
import { makeWindowsIso } from '../fixtures/windows-iso.mjs';
import { FIXED_TIME } from '../fixtures/write-tree.mjs';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const FILL = fileURLToPath(new URL('fill-bench.mjs', import.meta.url));
const FAULT = fileURLToPath(new URL('../../test/emit/support/fault.c', import.meta.url));
const MIB = 1024 * 1024;
const RECEIPTS = '/dev/shm/inplace-bench-receipts';
/** room for what FAT32 and /Reports take beside the files */
const SPARE = 112 * MIB;
const PARTITION = '@@1M';

/**
 * @param {{ work: string, rounds: number, quick: boolean }} options quick: 1 GiB of media instead of 5, eight sticks of 256 MiB
 */
export function benchWrite({ work, rounds, quick }) {
  const memory = mkdtempSync('/dev/shm/inplace-bench-');
  /** @type {string[]} */
  const loops = [];
  const plugIn = (/** @type {string} */ name, /** @type {number} */ size) => {
    const file = join(memory, name);
    writeFileSync(file, '');
    truncateSync(file, size);
    const path = run('losetup', ['-f', '--show', file]).trim();
    loops.push(path);
    return { file, path, size };
  };
  try {
    const media = makeMedia(join(work, 'write'), quick ? 1 : 5);
    one(media, plugIn('stick', media.bytes + SPARE), join(work, 'write'), rounds);
    eight(join(work, 'eight'), memory, plugIn);
  } finally {
    for (const loop of loops) spawnSync('losetup', ['-d', loop]);
    for (const folder of [memory, RECEIPTS]) rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * An ISO of Windows media whose install.wim is nearly all of it.
 * @param {string} folder @param {number} gib
 */
function makeMedia(folder, gib) {
  const tree = join(folder, 'windows');
  const blobs = Array.from({ length: 16 }, (_, i) => {
    const path = `Windows/WinSxS/big-${i}.bin`;
    return /** @type {const} */ ([path, pseudoRandom(path, (gib * 1024 * MIB) / 16)]);
  });
  const named = { build: 26100, serviceBuild: 1, branch: 'ge_release', editions: ['Professional'], bigFile: 0 };
  const described = /** @type {const} */ ({ ...named, architecture: 'x64', server: false, languages: ['en-US'] });
  const images = installImages(described).map((image) => ({
    ...image,
    files: { ...image.files, ...Object.fromEntries(blobs) },
  }));
  const wim = { images, modified: FIXED_TIME, guid: new Uint8Array(16).fill(7) };
  writeDemoPackage(tree, {
    editions: ['Professional'],
    extraFiles: { 'sources/install.wim': { writeTo: (/** @type {string} */ path) => writeWim(path, wim) } },
  });
  const iso = join(folder, 'windows.iso');
  makeWindowsIso(tree, iso);
  rmSync(tree, { recursive: true });
  const definition = join(folder, 'media.yaml');
  writeFileSync(definition, 'name: Bench\nupgradePackage: { source: windows.iso }\noutput: { format: usb }\n');
  run('cat', [iso], 'ignore'); // into the page cache, for all alike
  return { iso, definition, bytes: Math.ceil(statSync(iso).size / MIB) * MIB };
}

/** @typedef {{ file: string, path: string, size: number }} Stick */

/**
 * One stick.
 * @param {{ iso: string, definition: string, bytes: number }} media @param {Stick} stick @param {string} folder @param {number} rounds
 */
function one({ iso, definition, bytes }, stick, folder, rounds) {
  const image = join(folder, 'stick.img');
  const build = () => inplace(['build', definition, '--format', 'usb', '-o', image]);
  const dd = () => run('dd', [`if=${image}`, `of=${stick.path}`, 'bs=4M', 'oflag=direct', 'status=none']);
  writeFileSync(
    definition,
    `${readFileSync(definition, 'utf8')
      .trimEnd()
      .replace('usb }', `usb, size: ${stick.size / MIB} MiB }`)}\n`,
  );
  build();
  /** @type {Record<string, number[]>} */
  const ratios = { image: [], 'image, CRC-32': [], 'build + dd': [], others: [], 'others, read back': [] };
  console.log(`\nA stick with ${(bytes / MIB).toFixed(0)} MiB of media, a loop device in memory (${rounds} rounds)`);
  for (let round = 0; round < rounds; round++) {
    run('cat', [image], 'ignore'); // what was written past the cache comes into it, for both
    const copying = seconds(dd);
    // hashing and reading back are not counted
    const filling = Number(run(process.execPath, [FILL, image, stick.path]));
    ratios['image']?.push(copying / filling);
    ratios['image, CRC-32']?.push(copying / Number(run(process.execPath, [FILL, image, stick.path, 'sums'])));
    let readBack = 0;
    run('cat', [iso], 'ignore');
    const direct = seconds(() => {
      const { seconds: all, writeSeconds } = write(definition, [stick]);
      readBack = all - writeSeconds;
    });
    const built = seconds(build) + seconds(dd);
    ratios['build + dd']?.push(built / direct);
    const others = seconds(() => withOthers(iso, stick, folder));
    ratios['others']?.push(others / (direct - readBack));
    ratios['others, read back']?.push(others / direct);
    const times = `dd ${copying.toFixed(1)} s; image ${filling.toFixed(1)} s; definition ${direct.toFixed(1)} s, of which probe, reading back and so on ${readBack.toFixed(1)} s`;
    console.log(`  ${times}; build + dd ${built.toFixed(1)} s; 7z x + split + mcopy ${others.toFixed(1)} s`);
  }
  report(
    'image to stick, without hashing and reading back: times as fast as dd bs=4M oflag=direct',
    ratios['image'],
    0.9,
  );
  report('the same with the CRC-32 for reading back', ratios['image, CRC-32'], 'no figure');
  report('definition to stick, read back too: times as fast as build + dd', ratios['build + dd'], 1);
  // these programs hash nothing and read nothing back
  const programs = '7z x + wimlib-imagex split + mcopy';
  report(`definition to stick, without reading back: times as fast as ${programs}`, ratios['others'], 4);
  report(`definition to stick, read back too: times as fast as ${programs}`, ratios['others, read back'], 'no figure');
}

/** @param {string} iso @param {Stick} stick @param {string} folder */
function withOthers(iso, { file, path, size }, folder) {
  const tree = join(folder, 'extracted');
  run('7z', ['x', '-y', '-bd', `-o${tree}`, iso], 'ignore');
  const wim = join(tree, 'sources', 'install.wim');
  run('wimlib-imagex', ['split', wim, join(tree, 'sources', 'install.swm'), '3800'], 'ignore');
  rmSync(wim);
  run('sh', ['-c', 'echo 2048,,0c,* | sfdisk -q --wipe always "$0"', file]);
  run('mkfs.fat', ['-F', '32', '--offset', '2048', file, String((size - MIB) / 1024)], 'ignore');
  const top = readdirSync(tree).map((name) => join(tree, name));
  run('mcopy', ['-s', '-i', file + PARTITION, ...top, '::']);
  run('sync', [file]);
  run('blockdev', ['--flushbufs', path]);
  rmSync(tree, { recursive: true });
}

/**
 * Eight sticks at once, from a file on disk: how many bytes of it are asked for.
 * @param {string} folder @param {string} memory @param {(name: string, size: number) => Stick} plugIn
 */
function eight(folder, memory, plugIn) {
  mkdirSync(folder);
  const size = 256 * MIB;
  const image = join(folder, 'source.img');
  writeFileSync(image, Buffer.concat([...pseudoRandom('eight', size - 8 * MIB).chunks()]));
  const sticks = Array.from({ length: 8 }, (_, i) => plugIn(`stick-${i}`, size));
  const [library, calls] = [join(memory, 'fault.so'), join(memory, 'calls')];
  run('gcc', ['-shared', '-fPIC', '-O1', '-o', library, FAULT, '-ldl']);
  write(image, sticks, { LD_PRELOAD: library, FAULT: 'read|source.img|1000000000|kill', FAULT_CALLS: calls });
  const read = Number(readFileSync(calls, 'utf8').split(' ')[1]);
  console.log(
    `\nEight sticks of equal speed at once\n  the source is read ${(read / statSync(image).size).toFixed(2)} times (wanted: less than 2)`,
  );
}

/** @param {string} title @param {number[] | undefined} ratios @param {number | string} wanted */
function report(title, ratios = [], wanted) {
  const sorted = [...ratios].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const all = ratios.map((ratio) => ratio.toFixed(2)).join(' ');
  console.log(`  ${title}: ${median.toFixed(2)} × (${all}; wanted: ${wanted})`);
}

/**
 * @param {string} source @param {readonly Stick[]} sticks @param {Record<string, string>} [env]
 * @returns {{ seconds: number, writeSeconds: number }} of the first receipt: in all, and until all was written
 */
function write(source, sticks, env = {}) {
  const to = sticks.flatMap(({ path, size }) => ['--to', path, '--confirm', String(size)]);
  const flags = ['--allow-fixed', '--no-refresh', '--discard-reports', '--json'];
  const args = ['write', source, ...to, ...flags, '--receipts', RECEIPTS];
  const { started, finished, writeSeconds } = JSON.parse(inplace(args, env)).receipts[0];
  return { seconds: (Date.parse(finished) - Date.parse(started)) / 1000, writeSeconds };
}

/** @param {readonly string[]} args @param {Record<string, string>} [env] */
function inplace(args, env = {}) {
  return run(process.execPath, [MAIN, ...args], 'pipe', env);
}

/** @param {() => void} work */
function seconds(work) {
  spawnSync('sync');
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

/**
 * @param {string} command @param {readonly string[]} args @param {'pipe' | 'ignore'} [stdout] @param {Record<string, string>} [env]
 * @returns {string}
 */
function run(command, args, stdout = 'pipe', env = {}) {
  const options = { encoding: /** @type {const} */ ('utf8'), maxBuffer: 1 << 26, env: { ...process.env, ...env } };
  const result = spawnSync(command, args, { ...options, stdio: ['ignore', stdout, 'pipe'] });
  if (result.status !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${result.status}: ${result.stderr ?? result.error}`);
  return result.stdout ?? '';
}
