/** Trees that hold what is hard about directory trees, and what they look like when a program has written them again. */
import { createHash } from 'node:crypto';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Bytes that do not compress, the same each time. */
export function noise(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed * 2654435761 + 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** Text that compresses, with calls in it for the E8 translation of LZX and LZMS. */
export function code(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++)
    bytes[i] = (i * seed) % 251 < 200 ? 'the quick brown fox '.charCodeAt((i + seed) % 20) : i >> 7;
  for (let i = 64; i + 5 < length; i += 97) {
    bytes[i] = 0xe8;
    bytes.writeInt32LE((i * 31) % 100_000, i + 1);
  }
  return bytes;
}

/** Files by path. Sizes lie at and around those of chunks. */
export function sampleFiles(): Record<string, Buffer> {
  const files: Record<string, Buffer> = {
    'empty.txt': Buffer.alloc(0),
    'a.txt': Buffer.from('a'),
    'Windows/System32/kernel.bin': code(700_000, 3),
    'Windows/System32/noise.bin': noise(300_000, 5),
    'Windows/mixed.bin': Buffer.concat([code(65_536, 7), noise(65_536, 9), Buffer.alloc(200_000)]),
    'same/one.bin': code(40_000, 11),
    'same/two.bin': code(40_000, 11),
    [`odd/${'long'.repeat(60)}.txt`]: Buffer.from('long'),
    'odd/ünï cødé 日本 😀.txt': Buffer.from('unicode'),
    'odd/.hidden': Buffer.from('dot'),
    'odd/trailing. dots..': Buffer.from('dots'),
    [`${'deep/'.repeat(40)}bottom.txt`]: Buffer.from('deep'),
  };
  for (const size of [1, 32_767, 32_768, 32_769, 65_536, 98_304]) files[`sizes/${size}.bin`] = code(size, 13);
  return files;
}

/** Writes the sample with hard links, symbolic links and an empty directory. */
export function writeSample(folder: string, more: Readonly<Record<string, Buffer>> = {}): void {
  for (const [path, bytes] of Object.entries({ ...sampleFiles(), ...more })) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
    utimesSync(target, 1_600_000_000, 1_600_000_000);
  }
  mkdirSync(join(folder, 'empty folder'));
  linkSync(join(folder, 'Windows/System32/kernel.bin'), join(folder, 'linked.bin'));
  linkSync(join(folder, 'Windows/System32/kernel.bin'), join(folder, 'same/linked too.bin'));
  symlinkSync('Windows/mixed.bin', join(folder, 'pointer'));
  symlinkSync('same', join(folder, 'pointer to folder'));
}

/** A line for each entry: path, kind, SHA-1 or target, and how many names share the file. */
export function describeTree(folder: string): string[] {
  const lines: string[] = [];
  const visit = (path: string): void => {
    for (const name of readdirSync(join(folder, path))) {
      const below = path === '' ? name : `${path}/${name}`;
      const status = lstatSync(join(folder, below));
      if (status.isDirectory()) {
        lines.push(`${below} directory`);
        visit(below);
      } else if (status.isSymbolicLink()) lines.push(`${below} -> ${readlinkSync(join(folder, below))}`);
      else {
        const sha1 = createHash('sha1')
          .update(readFileSync(join(folder, below)))
          .digest('hex');
        lines.push(`${below} ${status.size} ${sha1} ${status.nlink} ${Math.floor(status.mtimeMs / 1000)}`);
      }
    }
  };
  visit('');
  return lines.sort();
}
