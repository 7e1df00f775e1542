/**
 * Emits in a process of its own, so that a test can kill it, limit it or put faults under it.
 * argv[2] is JSON: { what: 'image' | 'folder' | 'zip', sources: paths, output: path or descriptor number, cores }.
 * The answer is one line of JSON on stderr: { ok, rss } in MiB or { ok: false, code, message }.
 */
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const dist = join(dirname(createRequire(import.meta.url).resolve('../../../package.json')), 'dist');
const { emitImage } = await import(join(dist, 'emit/emit-image.js'));
const { emitFolder } = await import(join(dist, 'emit/emit-folder.js'));
const { emitZip } = await import(join(dist, 'emit/emit-zip.js'));
const { DiskImage } = await import(join(dist, 'image/disk-image.js'));
const { FileContent } = await import(join(dist, 'content/file.js'));
const { LateContent } = await import(join(dist, 'content/views.js'));

const order = JSON.parse(process.argv[2] ?? '');
const contents = order.sources.map((/** @type {string} */ path) => {
  const { size, mtimeMs } = statSync(path);
  return new FileContent(path, { size, modifiedMs: mtimeMs });
});
const manifest = new LateContent(1000);
const resolve = () => manifest.resolve(new Uint8Array(1000).fill(65));
const options = { cores: order.cores ?? 2 };

try {
  if (order.what === 'image') await emitAsImage();
  else await emitAsTree(order.what === 'zip' ? emitZip : emitFolder);
  answer({ ok: true, rss: process.resourceUsage().maxRSS / 1024 });
} catch (error) {
  const { code, message } = /** @type {{ code: string; message: string }} */ (error);
  answer({ ok: false, code, message });
}

async function emitAsImage() {
  const extents = [];
  let offset = 2048;
  for (const [index, content] of [...contents, manifest].entries()) {
    extents.push({ offset, content, kind: content === manifest ? 'late' : 'file', role: `file ${index}` });
    offset = Math.ceil((offset + content.size) / 2048) * 2048;
  }
  const sink = typeof order.output === 'number' ? { descriptor: order.output } : { file: order.output };
  await emitImage(new DiskImage(offset, extents), sink, { ...options, beforeLate: resolve });
}

/** @param {typeof emitZip | typeof emitFolder} emit */
async function emitAsTree(emit) {
  const modified = new Date('2024-05-06T07:08:10Z');
  const files = contents.map((/** @type {object} */ content, /** @type {number} */ index) => ({
    path: `some/file-${index}`,
    content,
    modified,
  }));
  files.push({ path: 'manifest.json', content: manifest, modified, late: true });
  const sink = typeof order.output === 'number' ? { descriptor: order.output } : { file: order.output };
  await emit(files, ['empty'], emit === emitFolder ? order.output : sink, { ...options, beforeLate: resolve });
}

/** @param {object} result */
function answer(result) {
  process.stderr.write(`${JSON.stringify(result)}\n`);
}
