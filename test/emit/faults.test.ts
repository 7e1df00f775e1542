import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { emitImage } from '../../src/emit/emit-image.js';
import { describeWith, runOk, temporaryFolder, tool } from '../support/tools.js';
import { type Answer, emitInChild, type Order } from './support/child.js';
import { codeOf, imageOf, noiseFile, sha256 } from './support/images.js';

const MiB = 1 << 20;
const ENOSPC = 28;
const EIO = 5;
const EDQUOT = 122;
const folder = temporaryFolder();
const sources = [noiseFile(join(folder, 'source-a'), 9 * MiB + 5, 1), noiseFile(join(folder, 'source-b'), 5000, 2)].map(
  ({ path }) => path,
);
const library = join(folder, 'fault.so');

const WHATS = ['image', 'zip', 'folder'] as const;

/** A folder of its own with an earlier output in it. */
function workplace(what: Order['what']): { place: string; output: string; earlier(): string } {
  const place = join(folder, `place-${what}-${readdirSync(folder).length}`);
  mkdirSync(place);
  const output = join(place, 'out');
  const inside = what === 'folder' ? join(output, 'earlier') : output;
  if (what === 'folder') mkdirSync(output);
  writeFileSync(inside, 'an earlier build');
  return { place, output, earlier: () => readFileSync(inside, 'utf8') };
}

beforeAll(async () => {
  const source = join(import.meta.dirname, 'support/fault.c');
  if (tool('gcc')) await runOk('gcc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl']);
});

describeWith(['gcc'], 'faults of the operating system', () => {
  async function emitWith(fault: string, what: Order['what'], output: string, cores = 2): Promise<Answer> {
    const environment = { LD_PRELOAD: library, FAULT: fault };
    return await emitInChild({ what, sources, output, cores }, { environment });
  }

  const failures: [string, string, string, RegExp][] = [
    [
      'a disk that is full at the second write',
      `write|.partial|2|${ENOSPC}`,
      'SINK_FULL',
      /9\.0 MiB are needed, .* are free/,
    ],
    ['a quota that ends', `write|.partial|1|${EDQUOT}`, 'SINK_FULL', /are needed/],
    ['a disk that fails at the second write', `write|.partial|2|${EIO}`, 'SINK_FAILED', /Cannot write: EIO/],
    ['a disk that fails at the flush', `fsync|.partial|1|${EIO}`, 'SINK_FAILED', /Cannot write: EIO/],
    ['a rename that fails', `rename|.partial|1|${EIO}`, 'SINK_FAILED', /Cannot write: EIO/],
    [
      'an input that cannot be read any more',
      `read|source-a|2|${EIO}`,
      'SOURCE_UNREADABLE',
      /source-a: Cannot read: EIO/,
    ],
  ];
  for (const what of WHATS) {
    it.each(failures)(
      `%s leaves the earlier ${what} untouched and nothing beside it`,
      async (_, fault, code, message) => {
        const { place, output, earlier } = workplace(what);
        const answer = await emitWith(fault, what, output);
        expect(answer).toMatchObject({ ok: false, code, message: expect.stringMatching(message) });
        expect(readdirSync(place)).toEqual(['out']);
        expect(earlier()).toBe('an earlier build');
      },
    );
  }

  it('fails alike when the reader hashes', async () => {
    const { output, earlier } = workplace('image');
    expect(await emitWith(`write|.partial|2|${EIO}`, 'image', output, 1)).toMatchObject({ code: 'SINK_FAILED' });
    expect(earlier()).toBe('an earlier build');
  });

  it.each(WHATS)('short writes and reads give the same %s', async (what) => {
    const outputs = ['none|x|1|short', 'write|.partial|1|short', 'read|source-a|1|short', 'write|.partial|3|short'];
    const sums: string[] = [];
    for (const fault of outputs) {
      const { output } = workplace(what);
      expect(await emitWith(fault, what, output)).toMatchObject({ ok: true });
      sums.push(sha256(readFileSync(what === 'folder' ? join(output, 'some/file-0') : output)));
    }
    expect(new Set(sums).size).toBe(1);
  });

  it.each([
    ['to open a file', 'direct|.partial|1|22'],
    ['the first write', 'write|.partial|1|once22'],
    ['a later write', 'write|.partial|3|once22'],
  ])('a file system that refuses %s directly gets ordinary writes', async (_, fault) => {
    for (const what of WHATS) {
      const [plain, refused] = [workplace(what).output, workplace(what).output];
      expect(await emitWith('none|x|1|short', what, plain)).toMatchObject({ ok: true });
      expect(await emitWith(fault, what, refused)).toMatchObject({ ok: true });
      const bytes = [plain, refused].map((path) => readFileSync(what === 'folder' ? join(path, 'some/file-0') : path));
      expect(sha256(bytes[1]!)).toBe(sha256(bytes[0]!));
    }
  });
});

describeWith(['unshare', 'mount', 'sh', 'gcc'], 'a disk of 8 MiB', () => {
  const root = process.getuid?.() === 0;
  const onSmallDisk = async (what: Order['what'], size: number, environment: Record<string, string> = {}) => {
    const disk = join(folder, `disk-${what}-${size}`);
    mkdirSync(disk);
    const source = noiseFile(join(folder, `disk-source-${what}-${size}`), size).path;
    const script = 'mount -t tmpfs -o size=8m none "$0" && "$@"; ls "$0"';
    return await emitInChild(
      { what, sources: [source], output: join(disk, 'out') },
      { wrap: ['unshare', '-m', 'sh', '-c', script, disk], environment },
    );
  };
  it.runIf(root)('is seen to be too small before anything is written', async () => {
    // a write would fail with EIO
    const environment = { LD_PRELOAD: library, FAULT: `write|.partial|1|${EIO}` };
    for (const what of WHATS) {
      expect(await onSmallDisk(what, 20 * MiB, environment)).toMatchObject({
        code: 'SINK_FULL',
        message: expect.stringMatching(/20\.0 MiB are needed, 8\.0 MiB are free/),
      });
    }
  });
  it.runIf(root)('is enough for what fits', async () => {
    for (const what of WHATS) expect(await onSmallDisk(what, 4 * MiB)).toMatchObject({ ok: true });
  });
});

describeWith(['prlimit'], 'a limit on the size of files', () => {
  it.each(['image', 'zip'] as const)('is named when the %s reaches it', async (what) => {
    const { place, output, earlier } = workplace(what);
    const answer = await emitInChild({ what, sources, output }, { wrap: ['prlimit', '--fsize=3000000'] });
    expect(answer).toMatchObject({ code: 'SINK_FAILED', message: expect.stringContaining('too large') });
    expect(readdirSync(place)).toEqual(['out']);
    expect(earlier()).toBe('an earlier build');
  });
});

describe('outputs that cannot be', () => {
  const image = imageOf([{ kind: 'file', content: noiseFile(join(folder, 'source-c'), MiB) }]);

  it('a full device as descriptor says so', async () => {
    const descriptor = openSync('/dev/full', 'w');
    try {
      expect(await codeOf(emitImage(image, { descriptor }))).toBe('SINK_FULL');
    } finally {
      closeSync(descriptor);
    }
  });

  it('a descriptor that is not open says so', async () => {
    await expect(emitImage(image, { descriptor: 4567 })).rejects.toMatchObject({
      code: 'SINK_FAILED',
      message: expect.stringContaining('EBADF'),
    });
  });

  it('a folder that does not exist is named', async () => {
    const file = join(folder, 'nowhere', 'x.iso');
    await expect(emitImage(image, { file })).rejects.toMatchObject({
      code: 'SINK_FAILED',
      message: expect.stringContaining('the folder of the output does not exist'),
    });
  });
});
