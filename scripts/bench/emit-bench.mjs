/**
 * Measures the byte path alone, against programs that do the same or less, in interleaved rounds on one disk:
 *   node scripts/bench/emit-bench.mjs large [GiB] [rounds]    an ISO with one large and 1,000 small files; `cp` + `sync`
 *   node scripts/bench/emit-bench.mjs small [files] [rounds]  small files of a folder; `genisoimage -udf` + `sync`
 * Prints seconds, the ratio of each round, the median of the ratios, and the peak resident memory of our process.
 * Work files are kept in /tmp/inplace-bench for the next run; remove them yourself.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WORK = '/tmp/inplace-bench';
const SELF = fileURLToPath(import.meta.url);
const [mode = 'large', amount, rounds = '3'] = process.argv.slice(2);

if (mode === 'large-child' || mode === 'small-child') await emit(mode, String(amount), String(rounds));
else if (mode === 'large') large(Number(amount ?? 2));
else small(Number(amount ?? 100_000));

/** @param {number} size GiB */
function large(size) {
  mkdirSync(WORK, { recursive: true });
  const source = join(WORK, `source-${size}g`);
  if (!existsSync(source)) execFileSync('sh', ['-c', 'head -c "$1" /dev/urandom >"$0"', source, `${size * 2 ** 30}`]);
  const output = join(WORK, 'out');
  // into the page cache, for both alike
  execFileSync('sh', ['-c', 'cat "$0" >/dev/null', source]);
  compare(output, `large-child ${source}`, ['sh', '-c', 'cp "$0" "$1" && sync "$1"', source, output]);
}

/** @param {number} files */
function small(files) {
  const tree = join(WORK, `tree-${files}`);
  if (!existsSync(tree)) makeTree(tree, files);
  const output = join(WORK, 'out');
  const script = 'genisoimage -quiet -udf -iso-level 3 -o "$1" "$0" 2>/dev/null && sync "$1"';
  execFileSync('sh', ['-c', 'tar c "$0" 2>/dev/null | cat >/dev/null', tree]);
  compare(output, `small-child ${tree}`, ['sh', '-c', script, tree, output]);
}

/** @param {string} tree @param {number} files */
function makeTree(tree, files) {
  for (let i = 0; i < files; i++) {
    const folder = join(tree, `d${i % 300}`);
    if (i < 300) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file-${i}.bin`), Buffer.alloc(1024 + ((i * 7919) % 15360), i));
  }
}

/** @param {string} output @param {string} ours @param {readonly string[]} theirs */
function compare(output, ours, theirs) {
  const ratios = [];
  for (let round = 0; round < Number(rounds); round++) {
    const [child, source] = /** @type {[string, string]} */ (ours.split(' '));
    const mine = timed(output, [process.execPath, SELF, child, source, output]);
    const other = timed(output, theirs);
    ratios.push(mine.seconds / other.seconds);
    console.log(
      `ours ${mine.seconds.toFixed(2)} s, theirs ${other.seconds.toFixed(2)} s, ratio ${ratios.at(-1)?.toFixed(2)} ${mine.text}`,
    );
  }
  ratios.sort((a, b) => a - b);
  console.log(`median ratio ${ratios[Math.floor(ratios.length / 2)]?.toFixed(2)}`);
}

/** @param {string} output @param {readonly string[]} command */
function timed(output, [command = '', ...args]) {
  rmSync(output, { force: true });
  execFileSync('sync');
  const start = performance.now();
  const { stdout, status } = spawnSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
  return { seconds: (performance.now() - start) / 1000, text: stdout.trim() };
}

/** @param {string} kind @param {string} source @param {string} output */
async function emit(kind, source, output) {
  const { emitImage } = await import('../../dist/emit/emit-image.js');
  const { DiskImage } = await import('../../dist/image/disk-image.js');
  const { FileContent } = await import('../../dist/content/file.js');
  const { LateContent, RenderedContent, rangeContent } = await import('../../dist/content/views.js');
  /** @param {string} path */
  const open = (path) => {
    const { size, mtimeMs } = statSync(path);
    return new FileContent(path, { size, modifiedMs: mtimeMs });
  };
  const contents = [];
  if (kind === 'large-child') {
    const iso = open(source);
    const tail = 1000 * 20_000;
    contents.push(rangeContent(iso, 0, iso.size - tail));
    for (let i = 0; i < 1000; i++) contents.push(rangeContent(iso, iso.size - tail + i * 20_000, 20_000));
  } else {
    for (const folder of readdirSync(source)) {
      for (const name of readdirSync(join(source, folder))) contents.push(open(join(source, folder, name)));
    }
  }
  const metadata = new RenderedContent(2048 * contents.length, (_, into) => into.fill(7));
  const manifest = new LateContent(150 * contents.length);
  /** @type {import('../../dist/image/disk-image.js').Extent[]} */
  const extents = [{ offset: 0, content: metadata, kind: 'structure', role: 'metadata' }];
  let offset = metadata.size;
  for (const content of [...contents, manifest]) {
    extents.push({ offset, content, kind: content === manifest ? 'late' : 'file', role: 'file' });
    offset = Math.ceil((offset + content.size) / 2048) * 2048;
  }
  await emitImage(
    new DiskImage(offset, extents),
    { file: output },
    {
      beforeLate: (_, digests) => {
        const text = extents
          .filter(({ kind }) => kind === 'file')
          .map((extent) => digests.file(extent))
          .join('');
        manifest.resolve(new TextEncoder().encode(text.padEnd(manifest.size)));
      },
    },
  );
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const seconds = (/** @type {number} */ us) => (us / 1e6).toFixed(2);
  console.log(`(${Math.round(maxRSS / 1024)} MiB, user ${seconds(userCPUTime)} s, system ${seconds(systemCPUTime)} s)`);
}
