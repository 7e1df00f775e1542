/**
 * exFAT that others have written to: what verify makes of use and of damage, and what our reader makes of a volume that
 * mkfs.exfat made and Linux filled.
 */
import { closeSync, copyFileSync, openSync, readSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { readBytes } from '../../src/content/content.js';
import { openFile } from '../../src/content/file.js';
import type { Finding } from '../../src/errors.js';
import { clusterOffset } from '../../src/formats/exfat/geometry.js';
import { openExfat } from '../../src/formats/exfat/read.js';
import { build, verify } from '../../src/index.js';
import { planMedia } from '../../src/library/plan.js';
import { runGuest } from '../support/lab/kernel.js';
import { kernelTools, labTimeout } from '../support/lab.js';
import { makeProject } from '../support/project.js';
import { sha256 } from '../support/sums.js';
import { describeWith, long, runOk, temporaryFolder } from '../support/tools.js';

vi.setConfig({ testTimeout: labTimeout, hookTimeout: labTimeout });
const MIB = 1024 * 1024;
const folder = temporaryFolder();
const project = makeProject(folder, {
  demo: { extraFiles: { 'support/a.txt': 'same', 'boot/bootstat.dat': 'x'.repeat(5000) } },
  yaml: 'output: { format: usb, size: 400 MiB }\nusb: { layout: fat32+exfat }\n',
});
const whole = join(folder, 'usb.img');
const damaged = join(folder, 'damaged.img');

interface Part {
  readonly role: string;
  readonly kind: string;
  readonly offset: number;
  readonly size: number;
}
let parts: Part[] = [];
/** byte of the stick where exFAT begins */
let start = 0;

beforeAll(async () => {
  await build(project.definition, { output: whole });
  const plan = await planMedia(project.definition, {});
  const { extents } = plan.placed!.image;
  parts = extents.map(({ role, kind, offset, content }) => ({ role, kind, offset, size: content.size }));
  await plan.close();
  start = parts.find(({ role }) => role === 'exFAT boot regions, FAT')!.offset;
});

async function findingsOf(path: string): Promise<readonly Finding[]> {
  return (await verify(path)).findings;
}

function change(offset: number, alter: (byte: number) => number): void {
  const file = openSync(damaged, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, offset);
  byte[0] = alter(byte[0]!);
  writeSync(file, byte, 0, 1, offset);
  closeSync(file);
}

describe('verify finds one flipped byte', () => {
  /** what use changes: dirty bit, part in use; of clusters that are free their bits and entries */
  let tolerated: (offset: number, bits: number) => boolean;

  beforeAll(async () => {
    copyFileSync(whole, damaged);
    const image = await openFile(whole);
    const { geometry, bitmap, files, directories } = await (await openExfat(image, start, ''))!.walk();
    await image.close();
    const runsOf = (list: readonly { runs: readonly { first: number; clusters: number }[] }[]) =>
      list.flatMap(({ runs }) =>
        runs.flatMap(({ first, clusters }) => Array.from({ length: clusters }, (_, i) => first + i)),
      );
    const [silent, folders] = [new Set(runsOf(files)), new Set(runsOf(directories))];
    const firstFree = Math.max(...silent) + 1;
    const bitmapStart = clusterOffset(geometry, bitmap[0]!.first);
    tolerated = (offset, bits) => {
      if (offset === start + 106 && bits === 2) return true;
      if (offset === start + 112) return true;
      const entry = Math.floor((offset - geometry.fatStart) / 4);
      const inFat = offset >= geometry.fatStart && entry < geometry.clusters + 2;
      // the root is chained, other folders are not
      if (inFat) return entry >= firstFree || (folders.has(entry) && entry !== Math.min(...folders));
      const bit = (offset - bitmapStart) * 8 + Math.log2(bits);
      return bit >= 0 && bit < geometry.clusters && bit + 2 >= firstFree;
    };
  });

  it('in every structure and file of both partitions', async () => {
    let state = 7;
    const random = (limit: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % limit;
    };
    const missed: string[] = [];
    let tried = 0;
    const exfat = parts.filter(({ role, offset }) => offset === 0 || offset >= start || role.startsWith('FAT32'));
    for (const [index, part] of exfat.entries()) {
      if (part.role === 'boot/bootstat.dat') continue;
      const structure = part.kind === 'structure';
      if (!structure && !long && index % 5 !== 0) continue;
      const dense = part.role.includes('boot regions') ? 24 * 512 : Math.min(part.size, 20_000);
      const count = structure ? (long ? 400 : 12) : 0;
      const places = [0, part.size - 1, ...Array.from({ length: count }, (_, i) => random(i % 2 ? dense : part.size))];
      for (const place of places) {
        const [offset, bits] = [part.offset + place, 1 << random(8)];
        // the tolerance of FAT32 is another test's
        if (part.role.startsWith('FAT32') ? place < part.size - 1 : tolerated(offset, bits)) continue;
        tried += 1;
        change(offset, (byte) => byte ^ bits);
        if ((await findingsOf(damaged)).length === 0) missed.push(`${part.role} + ${place}, bit ${bits}`);
        change(offset, (byte) => byte ^ bits);
      }
    }
    expect(missed).toEqual([]);
    expect(tried).toBeGreaterThan(25);
    expect(await findingsOf(damaged)).toEqual([]);
  });

  it('in the zeros between and behind, but not in free clusters', async () => {
    const last = parts.at(-1)!;
    for (const [offset, found] of [
      [513, true],
      [start - 5, false],
      [last.offset + last.size, true],
      [390 * MIB, false],
      [400 * MIB - 1, true],
    ] as const) {
      change(offset, () => 1);
      expect((await findingsOf(damaged)).length > 0, `byte ${offset}`).toBe(found);
      change(offset, () => 0);
    }
  });

  it('and says what a stick that was pulled out leaves is no damage', async () => {
    change(start + 106, () => 2);
    // a cluster that belongs to no file, and the chain of one that is gone
    const system = parts.find(({ role }) => role === 'exFAT bitmap, up-case table, directories')!;
    change(system.offset + 5000, () => 0xff);
    change(start + 64 * 1024 + 40_000 * 4, () => 9);
    expect(await findingsOf(damaged)).toEqual([]);
  });
});

/** Runs in the guest, in the root of a volume that is mounted for writing. */
const fill = `
mkdir -p deep/deeper/deepest "blåbær 日本"
i=0; while [ $i -lt 40 ]; do
  dd if=/dev/urandom bs=3000 count=1 2>/dev/null >> scattered-1.bin
  dd if=/dev/urandom bs=5000 count=1 2>/dev/null >> scattered-2.bin
  i=$((i+1))
done
echo odd > "blåbær 日本/😀 ünï.txt"
echo long > "$(printf 'n%.0s' $(seq 1 251)).txt"
i=0; while [ $i -lt 300 ]; do echo $i > "deep/deeper/A name that takes several entries $i.txt"; i=$((i+1)); done
i=0; while [ $i -lt 300 ]; do [ $((i % 3)) = 0 ] || rm "deep/deeper/A name that takes several entries $i.txt"; i=$((i+1)); done
echo again > deep/deeper/deepest/again.txt
: > empty
truncate -s 100000 grown.bin
dd if=/dev/urandom of=cut.bin bs=50000 count=1 2>/dev/null; truncate -s 20001 cut.bin
mv deep/deeper/deepest "deep/moved"
`;

/** What a machine and its Windows leave on a stick. */
const use = `
mkdir -p Reports/PC-1 "System Volume Information"
echo x > "System Volume Information/IndexerVolumeGuid"
i=0; while [ $i -lt 150 ]; do
  echo $i > "Reports/A report with a long name $i.txt"
  dd if=/dev/zero bs=20000 count=1 2>/dev/null >> Reports/PC-1/grows.log
  i=$((i+1))
done
i=0; while [ $i -lt 150 ]; do rm "Reports/A report with a long name $i.txt"; i=$((i+3)); done
find . -type f -exec cat {} + > /dev/null
`;

const harm = `
echo evil > evil.exe; mkdir evil; echo evil > evil/evil.dll
rm support/a.txt
dd if=/dev/zero of=setup.exe bs=1000 count=9 2>/dev/null
`;

const harmBoot = `
echo evil > efi/evil.efi
rm boot/bcd
mkdir "System Volume Information"; echo x > "System Volume Information/WPSettings.dat"
`;

describeWith([...kernelTools, 'mkfs.exfat', 'fsck.exfat'], 'what Linux writes', () => {
  const [foreign, used, harmed, harmedBoot] = ['foreign', 'used', 'harmed', 'harmed-boot'].map((name) =>
    join(folder, `${name}.img`),
  ) as [string, string, string, string];
  const sums = new Map<string, string>();

  beforeAll(async () => {
    writeFileSync(foreign, '');
    truncateSync(foreign, 64 * MIB);
    await runOk('mkfs.exfat', ['-c', '4K', '-L', 'Füllung', foreign]);
    for (const stick of [used, harmed, harmedBoot]) copyFileSync(whole, stick);
    const on = (device: string, fs: string, script: string, end = '') =>
      `mount -t ${fs} -o rw,iocharset=utf8 /dev/${device} /mnt; cd /mnt\n${script}\n${end}\ncd /; sync; umount /mnt\n`;
    const output = await runGuest({
      script: [
        'set -e\n',
        on('sda', 'exfat', fill, 'find . -type f -exec sha256sum {} +'),
        on('sdb1', 'exfat', use),
        on('sdc1', 'exfat', harm),
        on('sdd2', 'vfat', harmBoot),
      ].join(''),
      discs: [foreign, used, harmed, harmedBoot].map((path) => ({ path, kind: 'disk', writable: true })),
    });
    for (const line of output.split('\n')) {
      const match = /^([0-9a-f]{64}) {2}\.\/(.*)$/.exec(line);
      if (match) sums.set(match[2]!, match[1]!);
    }
  });

  it('is read by our reader, byte for byte', async () => {
    const image = await openFile(foreign);
    const { label, files, directories } = await (await openExfat(image, 0, 'foreign'))!.walk();
    expect(label).toBe('Füllung');
    const found = await Promise.all(
      files.map(async ({ path, content }) => [path, sha256(await readBytes(content))] as const),
    );
    await image.close();
    expect(sums.size).toBeGreaterThan(100);
    expect(new Map(found)).toEqual(sums);
    expect(directories.map(({ path }) => path)).toContain('deep/moved');
    // the files that were written by turns lie in pieces, and deleted entries were passed over
    expect(files.find(({ path }) => path === 'scattered-1.bin')!.runs.length).toBeGreaterThan(5);
    expect(directories.find(({ path }) => path === 'deep/deeper')!.runs.length).toBeGreaterThan(1);
  });

  it('is use, and no damage, where use may write', async () => {
    expect(await verify(used)).toMatchObject({ findings: [], expected: ['Reports', 'System Volume Information'] });
  });

  it('is damage elsewhere, and told by name', async () => {
    const paths = async (path: string) => (await findingsOf(path)).map(({ where, code }) => where?.path ?? code).sort();
    const found = await paths(harmed);
    for (const path of ['evil.exe', 'evil/evil.dll', 'support/a.txt', 'setup.exe']) expect(found).toContain(path);
    expect(await paths(harmedBoot)).toEqual(['VERIFY_STRUCTURE', 'boot/bcd', 'efi/evil.efi']);
    expect((await verify(harmedBoot)).expected).toEqual(['System Volume Information']);
  });
});
