/**
 * Measures what is done with WIMs against wimlib, in interleaved rounds on one disk; needs `npm run build` and wimlib-imagex:
 *   node scripts/bench/wim-bench.mjs split [GiB] [rounds]       parts straight into an ISO; the WIM whole; wimlib split and copy
 *   node scripts/bench/wim-bench.mjs decompress [MiB] [rounds]  LZX and XPRESS: all files read and hashed; wimlib-imagex verify, one thread
 *   node scripts/bench/wim-bench.mjs extract [GiB] [rounds]     one file out of a large WIM
 * Prints seconds and ratios. Work files are kept in /tmp/inplace-bench for the next run; remove them yourself.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openFile } from '../../dist/content/file.js';
import { emitImage } from '../../dist/emit/emit-image.js';
import { splitWim } from '../../dist/formats/wim/split.js';
import { openWim } from '../../dist/formats/wim/wim.js';
import { layoutIso } from '../../dist/image/iso-image.js';

const WORK = '/tmp/inplace-bench';
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const [mode = 'split', amount, rounds = '3'] = process.argv.slice(2);
mkdirSync(WORK, { recursive: true });

/** @param {string} command @param {string[]} args */
function run(command, args) {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** @param {number} gib */
function noiseWim(gib) {
  const [tree, wim] = [join(WORK, `wim-tree-${gib}`), join(WORK, `noise-${gib}.wim`)];
  if (existsSync(wim)) return wim;
  mkdirSync(tree, { recursive: true });
  const files = gib * 8;
  for (let i = 0; i < files; i++) {
    const script = `openssl enc -aes-128-ctr -K ${i.toString(16).padStart(4, '0')} -iv 00 -in /dev/zero 2>/dev/null | head -c ${2 ** 27} >"$0"`;
    execFileSync('sh', ['-c', script, join(tree, `file-${i}.bin`)], { stdio: 'ignore' });
  }
  run('wimlib-imagex', ['capture', tree, wim, 'x', '--compress=none', '--no-acls']);
  rmSync(tree, { recursive: true });
  return wim;
}

/** @param {{ name: string, run: () => void | Promise<void> }[]} contenders */
async function compare(contenders) {
  /** @type {Map<string, number[]>} */
  const times = new Map(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < Number(rounds); round++) {
    for (const contender of contenders) {
      execFileSync('sync');
      const start = performance.now();
      await contender.run();
      times.get(contender.name)?.push((performance.now() - start) / 1000);
    }
  }
  const median = (/** @type {number[]} */ list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
  const base = times.get(contenders[0]?.name ?? '') ?? [];
  for (const [name, list] of times) {
    // round by round, for the machine may have other work
    const ratio = median(list.map((seconds, round) => seconds / (base[round] ?? Number.NaN)));
    const rounds = list.map((seconds) => seconds.toFixed(2)).join(' ');
    console.log(`${name.padEnd(44)} ${median(list).toFixed(2)} s  ${ratio.toFixed(2)} ×  (${rounds})`);
  }
  console.log(`peak memory of this process ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
}

/** @param {string} path @param {boolean} split */
async function intoIso(path, split) {
  const file = await openFile(path);
  const modified = new Date(0);
  const wim = await openWim([{ file: path, content: file }]);
  const contents = split ? await splitWim(wim, 1000 * 2 ** 20) : [file];
  const files = contents.map((content, i) => ({ path: `sources/install${i}.swm`, content, modified }));
  const options = { label: 'X', mediaId: 'ab'.repeat(32), recorded: modified, application: 'BENCH' };
  const output = join(WORK, 'out.iso');
  await emitImage(layoutIso(files, ['sources'], options).image, { file: output });
  await file.close();
  rmSync(output);
}

async function benchSplit() {
  const wim = noiseWim(Number(amount ?? 2));
  const parts = join(WORK, 'parts');
  await compare([
    { name: 'the WIM whole into an ISO', run: () => intoIso(wim, false) },
    { name: 'its parts into an ISO', run: () => intoIso(wim, true) },
    {
      name: 'wimlib-imagex split, cp, sync',
      run: () => {
        rmSync(parts, { recursive: true, force: true });
        mkdirSync(parts);
        run('wimlib-imagex', ['split', wim, join(parts, 'install.swm'), '1000']);
        run('sh', ['-c', 'cat "$0"/*.swm >"$0/out" && sync "$0/out"', parts]);
        rmSync(parts, { recursive: true });
      },
    },
  ]);
}

async function benchDecompress() {
  const source = '/usr/lib/x86_64-linux-gnu';
  const most = Number(amount ?? 200);
  for (const compression of ['XPRESS', 'LZX']) {
    const [tree, wim] = [join(WORK, `libraries-${most}`), join(WORK, `libraries-${most}-${compression}.wim`)];
    if (!existsSync(wim)) {
      const script = `mkdir -p "$1" && find "$0" -type f -size +64k -size -8M | LC_ALL=C sort | head -n ${most} | xargs -I{} cp {} "$1"`;
      execFileSync('sh', ['-c', script, source, tree]);
      run('wimlib-imagex', ['capture', tree, wim, 'x', `--compress=${compression}`, '--no-acls', '--threads=1']);
    }
    console.log(compression);
    await compare([
      { name: 'wimlib-imagex verify', run: () => run('wimlib-imagex', ['verify', wim]) },
      { name: 'inplace wim verify', run: () => run(process.execPath, [MAIN, 'wim', 'verify', wim]) },
    ]);
  }
}

async function benchExtract() {
  const wim = noiseWim(Number(amount ?? 2));
  const output = join(WORK, 'one');
  await compare([
    {
      name: 'wimlib-imagex extract',
      run: () => run('wimlib-imagex', ['extract', wim, '1', '/file-9.bin', `--dest-dir=${output}`]),
    },
    {
      name: 'inplace wim extract',
      run: () => run(process.execPath, [MAIN, 'wim', 'extract', wim, 'file-9.bin', '-o', join(WORK, 'one.bin')]),
    },
  ]);
}

if (mode === 'split') await benchSplit();
else if (mode === 'decompress') await benchDecompress();
else await benchExtract();
