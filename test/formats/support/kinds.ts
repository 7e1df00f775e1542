import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The same bytes every time: a linear congruential generator (Knuth's MMIX constants, upper half). */
export function noise(sizeBytes: number, seed: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  let state = BigInt(seed) * 2n + 1n;
  for (let i = 0; i < sizeBytes; i += 4) {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn;
    const word = Number(state >> 32n);
    for (let j = i; j < Math.min(i + 4, sizeBytes); j++) bytes[j] = (word >>> (8 * (j - i))) & 255;
  }
  return bytes;
}

/** A piece of this Node: machine code of the computer, x86 on most. */
async function code(sizeBytes: number): Promise<Buffer> {
  const file = await open(process.execPath);
  const bytes = Buffer.alloc(sizeBytes);
  const { size } = await file.stat();
  await file.read(bytes, 0, sizeBytes, Math.floor(size / 2));
  await file.close();
  return bytes;
}

function text(lines: number): Buffer {
  const words = 'the boot image of an upgrade package holds drivers and a task sequence for each computer'.split(' ');
  const picks = noise(lines * 12, 5);
  const line = (i: number): string => {
    const chosen = Array.from({ length: 12 }, (_, j) => words[picks[i * 12 + j]! % words.length]);
    return `${i} ${chosen.join(' ')}`;
  };
  return Buffer.from(Array.from({ length: lines }, (_, i) => line(i)).join('\r\n'));
}

/** Records of 12 bytes that change a little from one to the next: what delta matches of LZMS are for. */
function table(records: number): Buffer {
  const bytes = Buffer.alloc(records * 12);
  for (let i = 0; i < records; i++) {
    bytes.writeUInt32LE(0x40000 + i * 24, i * 12);
    bytes.writeUInt32LE((i * i) >>> 5, i * 12 + 4);
    bytes.writeUInt32LE(0x1000000 - i * 3, i * 12 + 8);
  }
  return bytes;
}

/** Writes one file of each kind of data that a codec treats differently; names say which. */
export async function writeKinds(folder: string, megabytes: number): Promise<Map<string, Buffer>> {
  const size = megabytes * 2 ** 20;
  const kinds = new Map([
    ['text.txt', text(size / 64)],
    ['code.bin', await code(2 * size)],
    ['random.bin', noise(size / 4, 1)],
    ['zeros.bin', Buffer.alloc(size + 1)],
    ['half-random.bin', Buffer.concat([noise(100_001, 2), Buffer.alloc(100_001), noise(100_001, 2)])],
    ['table.bin', table(Math.floor(size / 24))],
    ['bits.bin', noise(size / 2, 3).map((byte) => byte & 3) as Buffer],
    ['rare.bin', noise(size / 2, 4).map((byte) => Math.clz32((byte << 24) | 1)) as Buffer],
    ['tiny.bin', Buffer.from('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')],
    ['one.bin', Buffer.from('x')],
  ]);
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of kinds) await writeFile(join(folder, name), bytes);
  return kinds;
}
