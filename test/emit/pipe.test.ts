import { closeSync, constants, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { LateContent } from '../../src/content/views.js';
import { emitImage } from '../../src/emit/emit-image.js';
import { emitZip } from '../../src/emit/emit-zip.js';
import { describeWith, run, runOk, temporaryFolder } from '../support/tools.js';
import { childArguments, readAnswer } from './support/child.js';
import { codeOf, imageOf, noise, noiseFile, sha256, wholeOf } from './support/images.js';

const MiB = 1 << 20;
const folder = temporaryFolder();
const big = noiseFile(join(folder, 'big'), 12 * MiB + 5);
const library = join(folder, 'fault.so');

function bigImage() {
  const late = new LateContent(3000);
  const image = imageOf([
    { kind: 'file', content: big },
    { kind: 'late', content: late },
  ]);
  return { image, beforeLate: () => late.resolve(noise(3000)) };
}

/** Runs the emitting child with its stdout piped into a shell command; the command's output and the child's answer. */
async function throughPipe(what: 'image' | 'zip', command: string, environment: Record<string, string> = {}) {
  const script = `("$@" 2>"$0.answer"; true) | (unset LD_PRELOAD; ${command})`;
  const name = join(folder, `pipe-${what}-${command.length}`);
  const order = { what, sources: [big.path], output: 1 };
  const { stdout } = await run('sh', ['-c', script, name, process.execPath, ...childArguments(order)], {
    env: environment,
  });
  return { stdout, answer: readAnswer(readFileSync(`${name}.answer`, 'utf8')) };
}

async function toFile(what: 'image' | 'zip'): Promise<string> {
  const output = join(folder, `file-${what}`);
  await runOk(process.execPath, childArguments({ what, sources: [big.path], output }));
  return sha256(await readFile(output));
}

describeWith(['sh', 'sha256sum', 'dd', 'gcc'], 'a pipe', () => {
  beforeAll(async () => {
    await runOk('gcc', [
      '-shared',
      '-fPIC',
      '-O1',
      '-o',
      library,
      join(import.meta.dirname, 'support/fault.c'),
      '-ldl',
    ]);
  });

  describe.each(['image', 'zip'] as const)('with a %s', (what) => {
    it('gets the bytes that a file gets', async () => {
      const { stdout, answer } = await throughPipe(what, 'sha256sum');
      expect(answer.ok).toBe(true);
      expect(stdout.slice(0, 64)).toBe(await toFile(what));
    });

    it('whose reader is slow gets them all', async () => {
      const { stdout } = await throughPipe(
        what,
        '(sleep 0.3; dd bs=1000 count=300 status=none; sleep 0.3; cat) | sha256sum',
      );
      expect(stdout.slice(0, 64)).toBe(await toFile(what));
    });

    it('that is closed by its reader is reported as such', async () => {
      const { answer } = await throughPipe(what, 'head -c 100000 >/dev/null');
      expect(answer).toMatchObject({ ok: false, code: 'SINK_FAILED', message: expect.stringContaining('closed pipe') });
    });

    it('that says it is busy is written again', async () => {
      const environment = { LD_PRELOAD: library, FAULT: 'write|pipe:|3|agains' };
      const { stdout, answer } = await throughPipe(what, 'sha256sum', environment);
      expect(answer.ok).toBe(true);
      expect(stdout.slice(0, 64)).toBe(await toFile(what));
    });
  });

  it('a shell may send the image into a file, behind what is there', async () => {
    const output = join(folder, 'appended');
    writeFileSync(output, 'before');
    const order = { what: 'image' as const, sources: [big.path], output: 1 };
    await runOk('sh', ['-c', '"$@" >>"$0"', output, process.execPath, ...childArguments(order)]);
    const bytes = await readFile(output);
    expect(bytes.subarray(0, 6).toString()).toBe('before');
    expect(sha256(bytes.subarray(6))).toBe(await toFile('image'));
  });
});

describeWith(['mkfifo'], 'a pipe that nobody reads', () => {
  it.each(['image', 'zip'] as const)('does not hold up the end of an interrupted %s', async (what) => {
    const path = join(folder, `fifo-${what}`);
    await runOk('mkfifo', [path]);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const descriptor = openSync(path, 'w');
    const { image, beforeLate } = bigImage();
    const controller = new AbortController();
    const options = { signal: controller.signal, beforeLate };
    const files = [{ path: 'big', content: big, modified: new Date(0) }];
    const work =
      what === 'image' ? emitImage(image, { descriptor }, options) : emitZip(files, [], { descriptor }, options);
    setTimeout(() => controller.abort(), 300);
    expect(await codeOf(work)).toBe('INTERRUPTED');
    // the caller's descriptor is still open; without it the reader sees the end, so nobody else holds the pipe
    closeSync(descriptor);
    const buffer = new Uint8Array(MiB);
    let size = 1;
    while (size > 0) size = readSync(reader, buffer);
    closeSync(reader);
  });
});

describe('a descriptor of a file', () => {
  it('is written from where it stands and left open', async () => {
    const output = join(folder, 'descriptor');
    const { image, beforeLate } = bigImage();
    const descriptor = openSync(output, 'w');
    await emitImage(image, { descriptor }, { beforeLate });
    closeSync(descriptor);
    expect(sha256(await readFile(output))).toBe(sha256(await wholeOf(image)));
  });
});
