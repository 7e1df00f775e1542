/** What builds of the same output do to each other, and what happens when the temporary file does not stay what it was. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Content } from '../../src/content/content.js';
import { BytesContent } from '../../src/content/views.js';
import { emitFolder } from '../../src/emit/emit-folder.js';
import { emitImage } from '../../src/emit/emit-image.js';
import { emitZip } from '../../src/emit/emit-zip.js';
import type { Finding } from '../../src/errors.js';
import { describeWith, runOk, temporaryFolder } from '../support/tools.js';
import { childArguments, emitInChild, type Order, readAnswer } from './support/child.js';
import { imageOf, noise, noiseFile, sha256 } from './support/images.js';

const MiB = 1 << 20;
const KINDS = ['image', 'zip', 'folder'] as const;
const root = process.getuid?.() === 0;
const modified = new Date('2024-01-02T03:04:06Z');
const folder = temporaryFolder();
const big = noiseFile(join(folder, 'big'), 64 * MiB, 1).path;
const small = noiseFile(join(folder, 'small'), 5 * MiB, 2).path;

function workplace(): { place: string; output: string } {
  const place = join(folder, `place-${readdirSync(folder).length}`);
  mkdirSync(place);
  return { place, output: join(place, 'out') };
}

/** Emits with one content; the others are small. */
function emit(what: Order['what'], content: Content, output: string, warnings: Finding[] = []): Promise<void> {
  const options = { onWarning: (finding: Finding) => warnings.push(finding) };
  const files = [{ path: 'a', content, modified }];
  if (what === 'image') return emitImage(imageOf([{ kind: 'file', content }]), { file: output }, options);
  return what === 'zip' ? emitZip(files, [], { file: output }, options) : emitFolder(files, [], output, options);
}

/** Five bytes; `act` is called when they are read, in the middle of the work. */
function whenRead(act: () => void): Content {
  return {
    size: 5,
    read: async (_, into) => {
      act();
      into.fill(65);
    },
  };
}

function temporaryIn(place: string): string {
  const [name] = readdirSync(place).filter((entry) => entry.endsWith('.partial'));
  return join(place, name ?? 'nothing.partial');
}

/** Whether the file, or a file of the folder, is being filled. */
function hasBytes(path: string): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there?.isDirectory()) return (there?.size ?? 0) > 0;
  return readdirSync(path).some((name) => hasBytes(join(path, name)));
}

describeWith(['unshare'], 'two containers that make the same output', () => {
  const container = ['--pid', '--fork', '--mount-proc'];

  it.runIf(root).each(KINDS)('leave each other alone, and each gives the name to its own whole %s', async (what) => {
    const { place, output } = workplace();
    const sources = Array.from({ length: 6 }, () => big);
    const slow = spawn('unshare', [...container, process.execPath, ...childArguments({ what, sources, output })], {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    slow.stderr.on('data', (chunk) => {
      stderr += String(chunk);
    });
    const ended = new Promise<number | null>((resolve) => slow.once('close', resolve));
    while (!hasBytes(temporaryIn(place))) await sleep(1);
    process.kill(-slow.pid!, 'SIGSTOP');
    const made = statSync(temporaryIn(place)).ino;
    try {
      const fast = await emitInChild({ what, sources: [small], output }, { wrap: ['unshare', ...container] });
      expect(fast).toMatchObject({ ok: true });
      expect(statSync(temporaryIn(place)).ino).toBe(made);
      expect(contains(what, output, small)).toBe(true);
    } finally {
      process.kill(-slow.pid!, 'SIGCONT');
    }
    const exitCode = await ended;
    const answer = readAnswer(stderr, exitCode);
    if (what === 'folder') {
      // a folder that came there meanwhile is not one that the person agreed to replace
      expect(answer).toMatchObject({ ok: false, code: 'OUTPUT_REFUSED' });
      expect(contains(what, output, small)).toBe(true);
    } else {
      expect(answer).toMatchObject({ ok: true });
      expect(statSync(output)).toMatchObject({ ino: made });
      expect(contains(what, output, big)).toBe(true);
    }
    expect(readdirSync(place)).toEqual(['out']);
  });

  function contains(what: Order['what'], output: string, source: string): boolean {
    const bytes = readFileSync(what === 'folder' ? join(output, 'some/file-0') : output);
    const wanted = readFileSync(source);
    const at = what === 'folder' ? 0 : bytes.indexOf(wanted.subarray(0, 64));
    return sha256(bytes.subarray(at, at + wanted.length)) === sha256(wanted);
  }
});

describe.each(KINDS)('the temporary name of a %s', (what) => {
  it('that something removed in the middle of the work gives an error that says so', async () => {
    const { place, output } = workplace();
    const content = whenRead(() => rmSync(temporaryIn(place), { recursive: true }));
    await expect(emit(what, content, output)).rejects.toMatchObject({
      code: 'SINK_FAILED',
      message: expect.stringContaining('what was written so far was removed or replaced by something else'),
    });
    expect(readdirSync(place)).toEqual([]);
  });

  it('that something else took is not given the name of the output, and is left alone', async () => {
    const { place, output } = workplace();
    let path = '';
    const content = whenRead(() => {
      path = temporaryIn(place);
      renameSync(path, join(place, 'moved away'));
      if (what === 'folder') mkdirSync(path);
      else writeFileSync(path, 'half of another build');
    });
    await expect(emit(what, content, output)).rejects.toMatchObject({ code: 'SINK_FAILED' });
    expect([existsSync(output), existsSync(path)]).toEqual([false, true]);
  });

  it.each([242, 255])('fits when the name of the output has %i bytes', async (length) => {
    const { place } = workplace();
    const name = 'n'.repeat(length);
    await emit(what, new BytesContent(noise(5)), join(place, name));
    expect(readdirSync(place)).toEqual([name]);
    await emit(what, new BytesContent(noise(6)), join(place, name));
    expect(readdirSync(place)).toEqual([name]);
  });

  it('a name of the output that no file can have is refused before anything is read', async () => {
    const { place } = workplace();
    const content = whenRead(() => expect.unreachable());
    await expect(emit(what, content, join(place, 'n'.repeat(256)))).rejects.toMatchObject({
      code: 'SINK_FAILED',
      message: expect.stringContaining('ENAMETOOLONG'),
    });
    expect(readdirSync(place)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('cannot be made in a folder that takes no files, which is said', async () => {
    await expect(emit(what, new BytesContent(noise(5)), '/proc/x.iso')).rejects.toMatchObject({
      code: 'SINK_FAILED',
      message: expect.stringMatching(/nothing can be made in "\/proc" \(ENOENT\)/),
    });
  });
});

describe('a folder that is replaced', () => {
  function earlier(): { place: string; output: string } {
    const { place, output } = workplace();
    mkdirSync(output);
    writeFileSync(join(output, 'earlier'), '');
    return { place, output };
  }

  it('is not one that came there while the new one was made', async () => {
    const { place, output } = workplace();
    const content = whenRead(() => {
      mkdirSync(output);
      writeFileSync(join(output, 'photos'), '');
    });
    await expect(emit('folder', content, output)).rejects.toMatchObject({ code: 'OUTPUT_REFUSED' });
    expect([readdirSync(place), readdirSync(output)]).toEqual([['out'], ['photos']]);
  });

  it('is not one that took the place of the earlier one while the new one was made', async () => {
    const { place, output } = earlier();
    const content = whenRead(() => {
      rmSync(output, { recursive: true });
      mkdirSync(output);
      writeFileSync(join(output, 'photos'), '');
    });
    await expect(emit('folder', content, output)).rejects.toMatchObject({ code: 'OUTPUT_REFUSED' });
    expect([readdirSync(place), readdirSync(output)]).toEqual([['out'], ['photos']]);
  });

  it('may be gone by then', async () => {
    const { place, output } = earlier();
    const content = whenRead(() => rmSync(output, { recursive: true }));
    await emit('folder', content, output);
    expect([readdirSync(place), readdirSync(output)]).toEqual([['out'], ['a']]);
  });

  describeWith(['chattr'], 'and cannot be removed', () => {
    it.runIf(root)('is told, and the new folder is in place', async () => {
      const { place, output } = earlier();
      await runOk('chattr', ['+i', join(output, 'earlier')]);
      const warnings: Finding[] = [];
      await emit('folder', new BytesContent(noise(5)), output, warnings);
      const left = readdirSync(place).filter((name) => name !== 'out');
      for (const name of left) await runOk('chattr', ['-i', join(place, name, 'earlier')]);
      expect(readdirSync(output)).toEqual(['a']);
      expect(left).toEqual([expect.stringMatching(/\.previous$/)]);
      expect(warnings).toMatchObject([
        { code: 'OUTPUT_LEFTOVER', severity: 'warning', where: { file: join(place, left[0]!) } },
      ]);
      await emit('folder', new BytesContent(noise(5)), output, warnings);
      expect([readdirSync(place), warnings.length]).toEqual([['out'], 1]);
    });
  });
});
