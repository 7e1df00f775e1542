/** What verify finds on disks: any flipped byte of what was built, and nothing of what use does. */
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type Finding, InplaceError } from '../../src/errors.js';
import { build, verify } from '../../src/index.js';
import { planMedia } from '../../src/library/plan.js';
import { makeProject } from '../support/project.js';
import { describeWith, long, runOk, temporaryFolder } from '../support/tools.js';

vi.setConfig({ testTimeout: long ? 3_600_000 : 120_000, hookTimeout: 120_000 });
const MIB = 1024 * 1024;
const folder = temporaryFolder();
const extraFiles = {
  'support/a.txt': 'same',
  'support/A long name.txt': 'same',
  'boot/bootstat.dat': 'x'.repeat(5000),
};
const project = makeProject(folder, { demo: { extraFiles }, yaml: 'output: { size: 1 GiB }\n' });
const damaged = join(folder, 'damaged.img');
const whole = { hybrid: join(folder, 'hybrid.iso'), usb: join(folder, 'usb.img') };
type Format = keyof typeof whole;

interface Part {
  readonly role: string;
  readonly kind: string;
  readonly offset: number;
  readonly size: number;
}
const parts: Record<Format, Part[]> = { hybrid: [], usb: [] };

beforeAll(async () => {
  for (const format of ['hybrid', 'usb'] as const) {
    await build(project.definition, { output: whole[format], format });
    const plan = await planMedia(project.definition, { format });
    parts[format] = plan.placed!.image.extents.map(({ role, kind, offset, content }) => ({
      role,
      kind,
      offset,
      size: content.size,
    }));
    await plan.close();
  }
});

async function findingsOf(path: string): Promise<readonly Finding[]> {
  try {
    return (await verify(path)).findings;
  } catch (error) {
    if (error instanceof InplaceError) return error.findings;
    throw error;
  }
}

function change(offset: number, alter: (byte: number) => number): void {
  const file = openSync(damaged, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, offset);
  byte[0] = alter(byte[0]!);
  writeSync(file, byte, 0, 1, offset);
  closeSync(file);
}

async function holdsWithFlip(offset: number, bits: number): Promise<boolean> {
  change(offset, (byte) => byte ^ bits);
  const findings = await findingsOf(damaged);
  change(offset, (byte) => byte ^ bits);
  return findings.length === 0;
}

/** A fixed sequence of numbers, so that a failure can be repeated. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    yield state >>> 8;
  }
}

/** Bytes of a structure that are worth a flip: not the long runs of zeros of a FAT only. */
function placesIn({ size, role }: Part, random: Generator<number, never>): number[] {
  const dense = role.includes('boot record') ? 12 * 512 : Math.min(size, 20_000);
  const count = long ? 600 : 10;
  const many = Array.from({ length: count }, () => random.next().value % Math.max(1, dense));
  const anywhere = Array.from({ length: count }, () => random.next().value % size);
  return [0, size - 1, ...many, ...anywhere];
}

/** short names of folders and files that use writes to */
const WRITTEN = ['BOOT       ', 'BOOTSTATDAT', 'REPORTS    '];
const FAT_FRONT = 'FAT32 boot record, FATs';

describe.each(['hybrid', 'usb'] as const)('verify of %s finds one flipped byte', (format) => {
  /** what use changes: dirty bits, the hints of FSInfo, dates of access */
  let tolerated: (offset: number, bits: number) => boolean;

  beforeAll(() => {
    copyFileSync(whole[format], damaged);
    const front = parts[format].find(({ role }) => role === FAT_FRONT)!;
    const directories = parts[format].find(({ role }) => role === 'FAT32 directories')!;
    const head = Buffer.alloc(64);
    const entries = Buffer.alloc(directories.size);
    const file = openSync(damaged, 'r');
    readSync(file, head, 0, 64, front.offset);
    readSync(file, entries, 0, entries.length, directories.offset);
    closeSync(file);
    const isTimeOfUse = (at: number) =>
      WRITTEN.includes(entries.toString('latin1', at - (at % 32), at - (at % 32) + 11)) &&
      at % 32 >= 22 &&
      at % 32 < 26;
    const fat = front.offset + head.readUInt16LE(14) * 512;
    const fatBytes = head.readUInt32LE(36) * 512;
    const within = (offset: number, from: number, length: number) => offset >= from && offset < from + length;
    tolerated = (offset, bits) =>
      (offset === front.offset + 65 && bits < 4) ||
      within(offset, front.offset + 512 + 488, 8) ||
      ([fat + 7, fat + fatBytes + 7].includes(offset) && (bits === 4 || bits === 8)) ||
      // DIR_WrtTime and DIR_WrtDate of what use writes to
      (within(offset, directories.offset, directories.size) && isTimeOfUse(offset - directories.offset)) ||
      // DIR_LstAccDate; parts of long names have characters there, so they are found
      (within(offset, directories.offset, directories.size) && [18, 19].includes((offset - directories.offset) % 32));
  });

  it('and holds while nothing is flipped', async () => {
    expect(await findingsOf(damaged)).toEqual([]);
  });

  it('in every structure and file', async () => {
    const random = numbers(format.length);
    const missed: string[] = [];
    let tried = 0;
    for (const part of parts[format]) {
      const structure = part.kind === 'structure' || part.kind === 'closing';
      const places = structure ? placesIn(part, random) : [0, part.size - 1];
      for (const place of places) {
        const bits = 1 << (random.next().value % 8);
        if (tolerated(part.offset + place, bits) || part.role === 'boot/bootstat.dat') continue;
        tried += 1;
        if (await holdsWithFlip(part.offset + place, bits)) missed.push(`${part.role} + ${place}, bit ${bits}`);
      }
    }
    expect(missed).toEqual([]);
    expect(tried).toBeGreaterThan(parts[format].length);
  });

  it('in the first sectors of the volume, byte by byte', async () => {
    const front = parts[format].find(({ role }) => role === FAT_FRONT)!;
    const missed: number[] = [];
    for (let at = 0; at < 90; at += long ? 1 : 7) {
      for (const base of [0, 512, 6 * 512]) {
        const offset = front.offset + base + at;
        if (!tolerated(offset, 0x10) && (await holdsWithFlip(offset, 0x10))) missed.push(base + at);
      }
    }
    expect(missed).toEqual([]);
  });

  it('in the zeros between and behind, but for free clusters', async () => {
    const last = parts[format].filter(({ kind }) => kind === 'late').at(-1)!;
    const end = format === 'hybrid' ? parts.hybrid.at(-1)!.offset - 1 : 1024 * MIB - 1;
    for (const offset of [34 * 512 + 5, last.offset + last.size, end]) {
      expect(await holdsWithFlip(offset, 1), `byte ${offset}`).toBe(false);
    }
  });

  it('and bytes that are cut off or added', async () => {
    copyFileSync(whole[format], damaged);
    const size = format === 'hybrid' ? parts.hybrid.at(-1)!.offset + parts.hybrid.at(-1)!.size : 1024 * MIB;
    truncateSync(damaged, size - (format === 'hybrid' ? 1 : 2 * MIB));
    expect((await findingsOf(damaged))[0]?.message).toMatch(/copied or downloaded incompletely/);
    if (format === 'usb') return;
    copyFileSync(whole[format], damaged);
    truncateSync(damaged, size + 512);
    expect((await findingsOf(damaged))[0]?.message).toBe('There are 512 bytes behind the end of the image');
  });
});

describeWith(['mcopy', 'mmd', 'mdel', 'mattrib'], 'use of a stick', () => {
  const disk = `${damaged}@@1M`;
  const reports = join(folder, 'reports');
  const mtools = (program: string, ...args: string[]) => runOk(program, ['-i', disk, ...args]);

  beforeAll(() => {
    mkdirSync(reports, { recursive: true });
    for (let i = 0; i < 200; i++)
      writeFileSync(join(reports, `A report with a long name ${i}.txt`), 'x'.repeat(i * 50));
  });

  it.each(['hybrid', 'usb'] as const)(
    'is listed and no failure: reports, system folders, dirty bits (%s)',
    async (format) => {
      copyFileSync(whole[format], damaged);
      await mtools('mmd', '::/Reports/PC-1', '::/System Volume Information');
      await mtools('mcopy', '-s', reports, '::/Reports/PC-1/');
      await mtools('mcopy', '-s', reports, '::/Reports/');
      await mtools(
        'mcopy',
        join(reports, 'A report with a long name 1.txt'),
        '::/System Volume Information/IndexerVolumeGuid',
      );
      const start = MIB;
      change(start + 65, (byte) => byte | 1);
      expect(await verify(damaged)).toMatchObject({ findings: [], expected: ['Reports', 'System Volume Information'] });
      await runOk('mdeltree', ['-i', disk, '::/Reports/PC-1']);
      await mtools('mdel', '::/Reports/reports/*');
      expect(await verify(damaged)).toMatchObject({ findings: [] });
    },
  );

  it('that writes boot status is expected too', async () => {
    copyFileSync(whole.hybrid, damaged);
    const status = parts.hybrid.find(({ role }) => role === 'boot/bootstat.dat')!;
    change(status.offset + 10, () => 0);
    expect(await verify(damaged)).toMatchObject({ findings: [], expected: ['boot/bootstat.dat'] });
  });

  it('that goes further is found: files added, removed, replaced, with another attribute', async () => {
    const paths = async () => (await findingsOf(damaged)).map(({ where, code }) => where?.path ?? code);
    copyFileSync(whole.usb, damaged);
    await mtools('mcopy', join(reports, 'A report with a long name 9.txt'), '::/evil.exe');
    await mtools('mmd', '::/evil');
    expect(await paths()).toEqual(['evil.exe', 'evil']);
    copyFileSync(whole.usb, damaged);
    await mtools('mdel', '::/support/a.txt');
    expect(await paths()).toEqual(['support/a.txt', 'VERIFY_STRUCTURE']);
    copyFileSync(whole.usb, damaged);
    await mtools('mcopy', '-o', join(reports, 'A report with a long name 9.txt'), '::/setup.exe');
    expect(await paths()).toContain('setup.exe');
    copyFileSync(whole.usb, damaged);
    await mtools('mattrib', '+h', '::/setup.exe');
    expect(await paths()).toEqual(['VERIFY_STRUCTURE']);
  });

  it('on FAT32 that UDF does not know of is found on a hybrid', async () => {
    copyFileSync(whole.hybrid, damaged);
    await mtools('mdel', '::/support/a.txt');
    const messages = (await findingsOf(damaged)).map(({ message }) => message);
    expect(messages).toContain('The file is on UDF and not on FAT32');
    expect(messages).toContain('The file is missing');
  });
});
