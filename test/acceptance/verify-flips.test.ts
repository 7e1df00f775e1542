/** One flipped byte anywhere is found: in every structure, in file data, in the manifest, in what lies between. */
import {
  appendFileSync,
  closeSync,
  cpSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { build, InplaceError, verify } from '../../src/index.js';
import { planMedia } from '../../src/library/plan.js';
import { makeProject } from '../support/project.js';
import { long, temporaryFolder } from '../support/tools.js';

// the long run tries some ten thousand places
vi.setConfig({ testTimeout: long ? 1_800_000 : 60_000 });
const folder = temporaryFolder();
const project = makeProject(folder, {
  demo: { extraFiles: { 'support/a.txt': 'same', 'support/b.txt': 'same', 'support/empty.txt': '' } },
});
const iso = join(folder, 'whole.iso');
const damaged = join(folder, 'damaged.iso');

/** Codes that verify reports when the byte at `offset` has `bits` flipped; [] when it holds. The file is mended after. */
async function verifyWithFlip(offset: number, bits: number): Promise<string[]> {
  flip(offset, bits);
  try {
    return (await verify(damaged)).findings.map((finding) => finding.code);
  } catch (error) {
    if (error instanceof InplaceError) return [error.code];
    throw error;
  } finally {
    flip(offset, bits);
  }
}

function flip(offset: number, bits: number): void {
  const file = openSync(damaged, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, offset);
  byte[0]! ^= bits;
  writeSync(file, byte, 0, 1, offset);
  closeSync(file);
}

/** A fixed sequence of numbers, so that a failure can be repeated. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    yield state >>> 8;
  }
}

describe('verify finds one flipped byte', () => {
  let size = 0;
  let places: { role: string; offset: number; size: number }[] = [];

  beforeAll(async () => {
    await build(project.definition, { output: iso });
    cpSync(iso, damaged);
    size = readFileSync(iso).length;
    const plan = await planMedia(project.definition, {});
    places = plan.placed!.image.extents.map(({ role, offset, content }) => ({ role, offset, size: content.size }));
    await plan.close();
  });

  it('and holds while nothing is flipped', async () => {
    expect((await verify(damaged)).findings).toEqual([]);
  });

  it('in every structure and every file', async () => {
    const random = numbers(1);
    const missed: string[] = [];
    for (const { role, offset, size: length } of places) {
      // the sectors of a structure each hold another one, so each is tried; files at both ends and inside
      const structure = !role.includes('/') && role.includes(' ');
      const tries = structure ? Math.ceil(length / 2048) * (long ? 40 : 3) : long ? 12 : 3;
      for (let i = 0; i < tries; i++) {
        const within = i === 0 ? 0 : i === 1 ? length - 1 : random.next().value % length;
        const place =
          structure && i >= 2
            ? Math.min(length - 1, (i % Math.ceil(length / 2048)) * 2048 + (random.next().value % 2048))
            : within;
        const bits = 1 << (random.next().value % 8);
        if ((await verifyWithFlip(offset + place, bits)).length === 0) missed.push(`${role} + ${place}, bit ${bits}`);
      }
    }
    expect(missed).toEqual([]);
  });

  it('in the zero bytes between them, and at the very ends', async () => {
    const random = numbers(2);
    const missed: number[] = [];
    const between = places.slice(1).flatMap(({ offset }, i) => {
      const end = places[i]!.offset + places[i]!.size;
      return offset > end ? [end, offset - 1] : [];
    });
    const anywhere = Array.from({ length: long ? 3000 : 100 }, () => random.next().value % size);
    for (const offset of [0, 32767, size - 1, ...between, ...anywhere]) {
      if ((await verifyWithFlip(offset, 0x20)).length === 0) missed.push(offset);
    }
    expect(missed).toEqual([]);
  });

  it('and says what it was: a file, a structure, the manifest', async () => {
    const place = (role: string) => places.find((candidate) => candidate.role === role)!.offset;
    expect(await verifyWithFlip(place('sources/install.wim'), 1)).toEqual(['VERIFY_FILE']);
    expect(await verifyWithFlip(40 * 2048 + 2000, 1)).toContain('VERIFY_STRUCTURE');
    expect(await verifyWithFlip(place('deploy/manifest.json'), 0x20)).toEqual(['VERIFY_MANIFEST']);
    expect(await verifyWithFlip(100, 1)).toEqual(['VERIFY_STRUCTURE']);
  });

  it('and bytes cut off or added at the end', async () => {
    cpSync(iso, damaged);
    for (const bytes of [1, 2048, 100_000, size - 600_000]) {
      truncateSync(damaged, size - bytes);
      const codes = await verify(damaged).then(
        (result) => result.findings,
        (error: InplaceError) => error.findings,
      );
      expect(codes.length, `${bytes} bytes cut off`).toBeGreaterThan(0);
      cpSync(iso, damaged);
    }
    for (const bytes of [1, 2048]) {
      appendFileSync(damaged, Buffer.alloc(bytes));
      expect((await verify(damaged)).findings.length, `${bytes} bytes added`).toBeGreaterThan(0);
      cpSync(iso, damaged);
    }
  });
});

describe('verify of a folder', () => {
  it('finds what was changed, removed and added, and lists what use adds', async () => {
    const tree = join(folder, 'tree');
    await build(project.definition, { output: tree, format: 'folder' });
    expect((await verify(tree)).findings).toEqual([]);
    writeFileSync(join(tree, 'upgrade.cmd'), readFileSync(join(tree, 'upgrade.cmd'), 'latin1').replace('rem', 'REM'));
    writeFileSync(join(tree, 'evil.exe'), 'x');
    cpSync(join(tree, 'setup.exe'), join(tree, 'Reports', 'PC-1', 'status.jsonl'));
    cpSync(join(tree, 'setup.exe'), join(tree, 'System Volume Information', 'x.dat'));
    truncateSync(join(tree, 'sources', 'install.wim'), 100);
    const { findings, expected } = await verify(tree);
    expect(findings.map(({ code, where }) => [code, where?.path]).sort()).toEqual([
      ['VERIFY_FILE', 'evil.exe'],
      ['VERIFY_FILE', 'sources/install.wim'],
      ['VERIFY_FILE', 'upgrade.cmd'],
    ]);
    expect(expected).toEqual(['Reports', 'System Volume Information']);
  });
});

it.runIf(existsSync('/proc/self/fd'))('verify leaves no file open, however many there are', async () => {
  const tree = join(folder, 'open-tree');
  await build(project.definition, { output: tree, format: 'folder' });
  const before = readdirSync('/proc/self/fd').length;
  await verify(tree);
  expect(readdirSync('/proc/self/fd').length).toBe(before);
});

describe('verify of a zip', () => {
  it('finds a flipped byte in a file', async () => {
    const zip = join(folder, 'media.zip');
    await build(project.definition, { output: zip, format: 'zip' });
    expect((await verify(zip)).findings).toEqual([]);
    const bytes = readFileSync(zip);
    // the boot menu in boot.wim begins like it, and lies before it
    bytes[bytes.lastIndexOf('@echo off') + 1]! ^= 0x20;
    writeFileSync(zip, bytes);
    expect((await verify(zip)).findings.map(({ where }) => where?.path)).toEqual(['upgrade.cmd']);
  });
});
