import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LateContent, RenderedContent, rangeContent } from '../../src/content/views.js';
import { emitFolder } from '../../src/emit/emit-folder.js';
import { emitImage } from '../../src/emit/emit-image.js';
import { emitZip } from '../../src/emit/emit-zip.js';
import { newOwner } from '../../src/emit/owner.js';
import { temporaryName } from '../../src/emit/temporary.js';
import { temporaryFolder } from '../support/tools.js';
import { emitInChild, startChild } from './support/child.js';
import { codeOf, imageOf, noise, noiseFile } from './support/images.js';

const MiB = 1 << 20;
const folder = temporaryFolder();
const big = noiseFile(join(folder, 'big'), 64 * MiB);
const modified = new Date('2024-01-02T03:04:06Z');

type Progress = (progress: { written: number; total: number }) => void;

const KINDS = {
  image: (output: string, signal: AbortSignal, cores: number, onProgress: Progress = () => {}) => {
    const late = new LateContent(3000);
    const image = imageOf([
      { kind: 'structure', content: new RenderedContent(3 * MiB, (_, into) => into.fill(1)) },
      { kind: 'file', content: big },
      { kind: 'late', content: late },
    ]);
    return emitImage(
      image,
      { file: output },
      { signal, cores, onProgress, beforeLate: () => late.resolve(noise(3000)) },
    );
  },
  zip: (output: string, signal: AbortSignal, _cores: number, onProgress: Progress = () => {}) =>
    emitZip([{ path: 'a', content: big, modified }], ['b'], { file: output }, { signal, onProgress }),
  folder: (output: string, signal: AbortSignal, cores: number, onProgress: Progress = () => {}) => {
    const small = Array.from({ length: 500 }, (_, i) => ({
      path: `dir/${i}`,
      content: rangeContent(big, i * 1000, 3000),
      modified,
    }));
    return emitFolder([{ path: 'a', content: big, modified }, ...small], ['b'], output, { signal, cores, onProgress });
  },
};
type Kind = keyof typeof KINDS;
const kinds = Object.keys(KINDS) as Kind[];

function workplace(kind: string): { place: string; output: string; earlier(): string } {
  const place = join(folder, `${kind}-${readdirSync(folder).length}`);
  mkdirSync(place);
  const output = join(place, 'out');
  const inside = kind === 'folder' ? join(output, 'earlier') : output;
  if (kind === 'folder') mkdirSync(output);
  writeFileSync(inside, 'an earlier build');
  return { place, output, earlier: () => readFileSync(inside, 'utf8') };
}

describe.each(kinds)('an interrupted %s', (kind) => {
  it('leaves the earlier output and nothing beside it, at whatever moment', async () => {
    const codes = new Set<string | undefined>();
    for (const delay of [0, 1, 5, 10, 20, 30, 40, 50, 60, 80, 100]) {
      const { place, output, earlier } = workplace(kind);
      const controller = new AbortController();
      const work = codeOf(KINDS[kind](output, controller.signal, delay % 20 === 0 ? 1 : 2));
      await sleep(delay);
      controller.abort();
      const code = await work;
      codes.add(code);
      if (code === undefined) continue;
      expect(code).toBe('INTERRUPTED');
      expect(readdirSync(place)).toEqual(['out']);
      expect(earlier()).toBe('an earlier build');
    }
    expect(codes).toContain('INTERRUPTED');
  });

  it('at the last moment, when all is written, leaves the earlier output', async () => {
    const { place, output, earlier } = workplace(kind);
    const controller = new AbortController();
    const work = KINDS[kind](output, controller.signal, 2, ({ written, total }) => {
      if (written === total) controller.abort();
    });
    expect(await codeOf(work)).toBe('INTERRUPTED');
    expect(readdirSync(place)).toEqual(['out']);
    expect(earlier()).toBe('an earlier build');
  });

  it('is not even begun when the signal came before', async () => {
    const { place, output, earlier } = workplace(kind);
    expect(await codeOf(KINDS[kind](output, AbortSignal.abort(), 2))).toBe('INTERRUPTED');
    expect(readdirSync(place)).toEqual(['out']);
    expect(earlier()).toBe('an earlier build');
  });
});

it('an interrupt while a content is awaited ends the work', async () => {
  const { place, output } = workplace('image');
  const controller = new AbortController();
  const never = { size: 10, read: () => new Promise<void>(() => controller.abort()) };
  const work = emitImage(imageOf([{ kind: 'file', content: never }]), { file: output }, { signal: controller.signal });
  expect(await codeOf(work)).toBe('INTERRUPTED');
  expect(readdirSync(place)).toEqual(['out']);
});

describe.each(kinds)('a killed process that wrote a %s', (what) => {
  it('leaves the earlier output as it was; the next one removes what is left', async () => {
    const { place, output, earlier } = workplace(what);
    // enough work that the kill comes in the middle, however fast the machine is
    const sources = Array.from({ length: 60 }, () => big.path);
    const child = startChild({ what, sources, output });
    const partials = () => readdirSync(place).filter((name) => name !== 'out');
    while (partials().length === 0) await sleep(2);
    const [partial] = partials();
    expect(partial).toMatch(new RegExp(`^\\.out\\.[0-9a-f]{12}\\.${child.pid}\\.[0-9a-f]{12}\\.partial$`));
    await sleep(20);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(readdirSync(place).sort()).toEqual([partial, 'out']);
    expect(earlier()).toBe('an earlier build');
    const living = temporaryName(output, await newOwner(process.pid), 'partial');
    writeFileSync(living, 'of a process that lives');
    expect(await emitInChild({ what, sources: [big.path], output })).toMatchObject({ ok: true });
    expect(readdirSync(place).sort()).toEqual([basename(living), 'out']);
  });
});
