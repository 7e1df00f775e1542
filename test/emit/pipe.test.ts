import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { BytesContent, LateContent, rangeContent } from '../../src/content/views.js';
import { DescriptorOutput } from '../../src/emit/descriptor-output.js';
import type { EmitFile } from '../../src/emit/emit-file.js';
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

/** A pipe with a reader that does not read. */
async function openFifo(name: string): Promise<{ reader: number; descriptor: number }> {
  const path = join(folder, name);
  await runOk('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { reader, descriptor: openSync(path, 'w') };
}

describeWith(['mkfifo'], 'a pipe that nobody reads', () => {
  it.each(['image', 'zip'] as const)('does not hold up the end of an interrupted %s', async (what) => {
    const { reader, descriptor } = await openFifo(`fifo-${what}`);
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

describeWith(['mkfifo'], 'a zip that fails while it waits for the reader of a pipe', () => {
  const entry = (path: string, content: EmitFile['content']) => ({ path, content, modified: new Date(0) });

  it('writes nothing any more, whatever gets the number of its descriptor', async () => {
    const { reader, descriptor } = await openFifo('fifo-failing');
    const read = async () => {
      await sleep(300);
      throw new Error('broken');
    };
    const parts = [0, 1].map((part) => entry(`${part}`, rangeContent(big, part * MiB, MiB)));
    const work = emitZip([...parts, entry('broken', { size: 10, read })], [], { descriptor });
    await expect(work).rejects.toThrow('broken');
    const others = Array.from({ length: 8 }, (_, i) => openSync(join(folder, `other-${i}`), 'w'));
    await sleep(200);
    expect(others.map((other) => fstatSync(other).size)).toEqual(others.map(() => 0));
    for (const each of [...others, descriptor, reader]) closeSync(each);
  });

  it('ends when the reader goes while only the directory of the zip is still to come', async () => {
    const { reader, descriptor } = await openFifo('fifo-ending');
    const files = [0, 1].map((part) => entry(`${part}`, rangeContent(big, part * MiB, MiB)));
    const ended = codeOf(emitZip([...files, entry('last', new BytesContent(noise(10)))], [], { descriptor }));
    await sleep(300);
    closeSync(reader);
    expect(await ended).toBe('SINK_FAILED');
    closeSync(descriptor);
  });
});

describe('a descriptor of a file', () => {
  it('gets nothing any more when the work was stopped', () => {
    const output = join(folder, 'stopped');
    const descriptor = openSync(output, 'w');
    const writer = new DescriptorOutput(descriptor, () => {
      throw new Error('stopped');
    });
    expect(() => writer.write(noise(10))).toThrow('stopped');
    writer.abandon();
    closeSync(descriptor);
    expect(statSync(output).size).toBe(0);
  });

  it('is written from where it stands and left open', async () => {
    const output = join(folder, 'descriptor');
    const { image, beforeLate } = bigImage();
    const descriptor = openSync(output, 'w');
    await emitImage(image, { descriptor }, { beforeLate });
    closeSync(descriptor);
    expect(sha256(await readFile(output))).toBe(sha256(await wholeOf(image)));
  });
});
