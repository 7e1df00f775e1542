/** What verify says of zips that other programs refuse or read differently. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, InplaceError, inspect, verify } from '../../src/index.js';
import { makeProject } from '../support/project.js';
import { describeWith, runOk, temporaryFolder } from '../support/tools.js';
import { nameOf, putTogether, renamed, takeApart, withName, type ZipPart } from './support/zip-parts.js';

const folder = temporaryFolder();
const zip = join(folder, 'media.zip');
const changed = join(folder, 'changed.zip');
let whole: Buffer;

beforeAll(async () => {
  // a file of more than a megabyte has its sizes behind the content; two have names that are not ASCII
  const extraFiles = { 'support/Überblick.txt': 'ü', 'support/large.bin': Buffer.alloc(1_500_000, 7) };
  const project = makeProject(folder, { demo: { extraFiles } });
  mkdirSync(join(project.windows, 'support', 'empty', 'deep'), { recursive: true });
  await build(project.definition, { output: zip, format: 'zip' });
  whole = readFileSync(zip);
});

/** What verify finds in these bytes: `path: message`. */
async function problemsOf(bytes: Buffer): Promise<string[]> {
  writeFileSync(changed, bytes);
  const { findings } = await verify(changed);
  expect(findings.filter(({ code }) => !code.startsWith('VERIFY_'))).toEqual([]);
  return findings.map(({ where, message }) => `${where?.path ?? ''}: ${message}`);
}

/** The zip with one entry changed. */
function change(name: string, edit: (part: ZipPart) => ZipPart): Buffer {
  const parts = takeApart(whole);
  const index = parts.findIndex((part) => nameOf(part) === name);
  expect(index, name).not.toBe(-1);
  parts[index] = edit(parts[index]!);
  return putTogether(parts);
}

/** The entry with a number changed in its local header, its central record, or both. */
function edited(
  part: ZipPart,
  where: Partial<Record<'local' | 'central' | 'descriptor', [at: number, xor: number]>>,
): ZipPart {
  const result = { ...part };
  for (const [key, [at, xor]] of Object.entries(where)) {
    const bytes = Buffer.from(part[key as keyof ZipPart]);
    bytes[at]! ^= xor;
    result[key as keyof ZipPart] = bytes;
  }
  return result;
}

it('holds as it was built, and when it is taken apart and put together', async () => {
  expect(await problemsOf(whole)).toEqual([]);
  expect(putTogether(takeApart(whole)).equals(whole)).toBe(true);
});

describe('verify of a zip finds', () => {
  it('a name that is there twice, whichever of the two is right', async () => {
    const parts = takeApart(whole);
    const index = parts.findIndex((part) => nameOf(part) === 'upgrade.cmd');
    const evil = renamed(parts.find((part) => nameOf(part) === 'autorun.inf')!, 'upgrade.cmd');
    for (const place of [index, index + 1]) {
      const problems = await problemsOf(putTogether(parts.toSpliced(place, 0, evil)));
      expect(problems).toContain('upgrade.cmd: The name is there twice');
    }
  });

  it('names that differ in case only', async () => {
    const parts = takeApart(whole);
    const index = parts.findIndex((part) => nameOf(part) === 'upgrade.cmd');
    const problems = await problemsOf(putTogether(parts.toSpliced(index, 0, renamed(parts[index]!, 'UPGRADE.cmd'))));
    expect(problems).toContain('upgrade.cmd: Windows takes this name and "UPGRADE.cmd" for the same one');
  });

  it.each([
    ['method', 8, 8],
    ['time', 10, 1],
    ['date', 12, 1],
    ['CRC-32', 14, 1],
    ['compressed size', 18, 1],
    ['size', 22, 1],
    ['flags', 7, 8],
  ])('another %s in the local header', async (what, at, xor) => {
    const [problem, ...more] = await problemsOf(change('upgrade.cmd', (part) => edited(part, { local: [at, xor] })));
    expect(more).toEqual([]);
    expect(problem).toMatch(new RegExp(`^upgrade.cmd: The ${what} in front of the content is \\d+, the central `));
  });

  it('another name in the local header', async () => {
    const bytes = change('upgrade.cmd', (part) => ({ ...part, local: withName(part.local, 30, 26, 'upgrade.exe') }));
    expect(await problemsOf(bytes)).toEqual(['upgrade.cmd: The name in front of the content is "upgrade.exe"']);
  });

  it('a CRC-32 that is wrong in both headers', async () => {
    const bytes = change('upgrade.cmd', (part) => edited(part, { local: [14, 1], central: [16, 1] }));
    const problems = await problemsOf(bytes);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^upgrade.cmd: The zip says the CRC-32 is [0-9A-F]{8}, the content has [0-9A-F]{8}$/);
  });

  it('a CRC-32 or size behind a large content that is another', async () => {
    for (const at of [0, 4, 8, 12]) {
      const bytes = change('support/large.bin', (part) => edited(part, { descriptor: [at, 1] }));
      expect(await problemsOf(bytes)).toEqual([
        'support/large.bin: The sum and sizes behind the content are not those in front',
      ]);
    }
  });

  it('a manifest that is not the last entry', async () => {
    const parts = takeApart(whole);
    expect(await problemsOf(putTogether([parts.at(-1)!, ...parts.slice(0, -1)]))).toEqual([
      `${nameOf(parts.at(-2)!)}: The manifest is not the last entry`,
    ]);
  });

  it('folders that were added, and those that were empty and are gone', async () => {
    const parts = takeApart(whole);
    const some = parts.find((part) => nameOf(part) === 'support/empty/deep/')!;
    expect(await problemsOf(putTogether([renamed(some, 'evil/'), ...parts]))).toEqual([
      'evil: The folder is not in the manifest: it was added later',
    ]);
    const without = parts.filter((part) => nameOf(part) !== 'support/empty/deep/');
    expect(await problemsOf(putTogether(without))).toEqual(['support/empty/deep: The folder is missing']);
  });

  it('bytes in front, between and behind', async () => {
    const parts = takeApart(whole);
    const stray = Buffer.from('PK\x03\x04 stray bytes');
    for (const place of ['first', 'beforeDirectory', 'beforeEnd', 'comment'] as const) {
      expect((await problemsOf(putTogether(parts, { [place]: stray }))).length, place).toBeGreaterThan(0);
    }
    parts[0] = { ...parts[0]!, descriptor: stray };
    expect((await problemsOf(putTogether(parts))).length, 'between').toBeGreaterThan(0);
    expect((await problemsOf(Buffer.concat([whole, stray]))).length, 'behind').toBeGreaterThan(0);
  });

  it('an entry that unpacks as a symbolic link', async () => {
    const bytes = change('upgrade.cmd', (part) => {
      const central = Buffer.from(part.central);
      central.writeUInt16LE(0o120777, 40);
      return { ...part, central };
    });
    expect(await problemsOf(bytes)).toEqual(['upgrade.cmd: The attributes do not say that this is a file']);
  });

  it('a name in an extra field that some programs take instead', async () => {
    const bytes = change('upgrade.cmd', (part) => {
      const field = Buffer.from('\x75\x70\x05\x00\x01aaaa', 'latin1');
      const central = Buffer.concat([part.central, field]);
      central.writeUInt16LE(field.length, 30);
      return { ...part, central };
    });
    expect(await problemsOf(bytes)).toEqual([
      'upgrade.cmd: The entry has extra fields or a comment, which inplace does not write',
    ]);
  });

  it('a name that is not marked as UTF-8', async () => {
    const bytes = change('support/Überblick.txt', (part) => edited(part, { local: [7, 8], central: [9, 8] }));
    expect((await problemsOf(bytes)).length).toBeGreaterThan(0);
  });

  it('that it was cut off, and that its manifest is gone', async () => {
    expect((await problemsOf(whole.subarray(0, whole.length - 100)))[0]).toMatch(/The zip is damaged/);
    const parts = takeApart(whole);
    expect(await problemsOf(putTogether(parts.slice(0, -1)))).toEqual([
      'deploy/manifest.json: There is no manifest: this was not made by inplace, or the file was removed',
      ': It also breaks 1 rule for media that inplace writes, not listed here',
    ]);
  });

  it('a flipped bit in any header and in the end records', async () => {
    const missed: string[] = [];
    for (const part of takeApart(whole).filter((_, i) => i % 9 === 0)) {
      const name = nameOf(part);
      for (let at = 4; at < part.local.length; at++) {
        // version needed to extract tells nothing that a reader could get wrong
        if (at < 6) continue;
        const problems = await problemsOf(change(name, (own) => edited(own, { local: [at, 4] })));
        if (problems.length === 0) missed.push(`${name} local ${at}`);
      }
    }
    for (let at = whole.length - 22; at < whole.length; at++) {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 4;
      if ((await problemsOf(bytes)).length === 0) missed.push(`end ${at}`);
    }
    expect(missed).toEqual([]);
  }, 120_000);
});

describe('a hostile zip gives findings, never a crash:', () => {
  /** A zip64 end record and locator with these numbers, and the end record that leads to them. */
  function zip64(entries: bigint, offset: bigint, recordAt: bigint): Buffer {
    const bytes = Buffer.alloc(4 + 56 + 20 + 22);
    bytes.write('PK\x03\x04', 0, 'latin1');
    bytes.writeUInt32LE(0x06064b50, 4);
    bytes.writeBigUInt64LE(entries, 4 + 32);
    bytes.writeBigUInt64LE(offset, 4 + 48);
    bytes.writeUInt32LE(0x07064b50, 60);
    bytes.writeBigUInt64LE(recordAt, 68);
    bytes.writeUInt32LE(0x06054b50, 80);
    return bytes;
  }

  it.each([
    ['an end record far behind the end', zip64(1n, 0n, 2n ** 64n - 1n)],
    ['a central directory far behind the end', zip64(1n, 2n ** 64n - 1n, 4n)],
    ['milliards of entries', zip64(2n ** 40n, 4n, 4n)],
    ['nothing but a signature', Buffer.from('PK\x03\x04')],
  ])('%s', async (_, bytes) => {
    expect((await problemsOf(bytes))[0]).toMatch(/The zip is damaged/);
    await expect(inspect(changed)).rejects.toThrow(InplaceError);
  });

  it('local headers outside of the file', async () => {
    const bytes = Buffer.from(whole);
    const directory = bytes.readUInt32LE(bytes.length - 6);
    bytes.writeUInt32LE(0xfffffff0, directory + 42);
    expect((await problemsOf(bytes))[0]).toMatch(/The zip is damaged/);
  });
});

describeWith(['7z'], 'zips that other programs packed', () => {
  it('are findings: compressed ones, and stored ones with their own extra fields', async () => {
    const tree = join(folder, 'tree');
    await runOk('7z', ['x', `-o${tree}`, zip]);
    const compressed = join(folder, 'compressed.zip');
    await runOk('7z', ['a', '-tzip', compressed, '.'], { cwd: tree });
    const { findings } = await verify(compressed);
    expect(findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'VERIFY_STRUCTURE The zip has compressed entries: it was not made by inplace, or was packed again',
    ]);
    await expect(inspect(compressed)).rejects.toMatchObject({ code: 'SOURCE_UNSUPPORTED' });
    const stored = join(folder, 'stored.zip');
    await runOk('7z', ['a', '-tzip', '-mx0', stored, '.'], { cwd: tree });
    expect((await verify(stored)).findings.length).toBeGreaterThan(0);
  });
});

it('a zip that is not there or may not be read is no finding', async () => {
  await expect(verify(join(folder, 'nothing.zip'))).rejects.toMatchObject({ code: 'SOURCE_MISSING' });
});
