import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

/** Reads a tar that busybox wrote (GNU long names, hard links, sizes in base 256) and hashes every file. Terms of POSIX.1-1988 ustar. */
export function hashTar(path: string): Map<string, { size: number; sha256: string }> {
  const reader = new TarReader(path);
  try {
    return reader.files();
  } finally {
    reader.close();
  }
}

const BLOCK = 512;

class TarReader {
  private readonly file: number;
  private readonly buffer = Buffer.alloc(1 << 20);
  private position = 0;

  constructor(path: string) {
    this.file = openSync(path, 'r');
  }

  close(): void {
    closeSync(this.file);
  }

  files(): Map<string, { size: number; sha256: string }> {
    const files = new Map<string, { size: number; sha256: string }>();
    let longName: string | undefined;
    let longTarget: string | undefined;
    for (;;) {
      const header = this.take(BLOCK);
      if (header[0] === 0) return files; // an empty block ends the archive
      const size = sizeField(header.subarray(124, 136));
      const type = String.fromCharCode(header[156] ?? 0);
      if (type === 'L' || type === 'K') {
        const long = text(this.skipPadding(this.take(size), size)); // belongs to the entry that follows
        if (type === 'L') longName = long;
        else longTarget = long;
        continue;
      }
      const name = longName ?? text(header.subarray(0, 100));
      const target = longTarget ?? text(header.subarray(157, 257));
      longName = undefined;
      longTarget = undefined;
      if (type === '1') files.set(strip(name), found(files, target));
      else if (type === '0' || type === '\0') files.set(strip(name), { size, sha256: this.hash(size) });
      else if (type !== '5') throw new Error(`Tar entry ${name} has the unexpected type ${type}`);
    }
  }

  /** A copy of the next bytes. */
  private take(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    if (readSync(this.file, bytes, 0, length, this.position) !== length) throw new Error('The tar ends too early');
    this.position += length;
    return bytes;
  }

  private hash(size: number): string {
    const hash = createHash('sha256');
    for (let left = size; left > 0; ) {
      const count = readSync(this.file, this.buffer, 0, Math.min(left, this.buffer.length), this.position);
      if (count === 0) throw new Error('The tar ends too early');
      hash.update(this.buffer.subarray(0, count));
      this.position += count;
      left -= count;
    }
    this.skipPadding(this.buffer, size);
    return hash.digest('hex');
  }

  private skipPadding(bytes: Buffer, size: number): Buffer {
    this.position += (BLOCK - (size % BLOCK)) % BLOCK;
    return bytes;
  }
}

function found<T>(files: ReadonlyMap<string, T>, name: string): T {
  const file = files.get(strip(name));
  if (file === undefined) throw new Error(`A hard link in the tar points to ${name}, which did not come before`);
  return file;
}

/** Octal text, or base 256 when the first bit is set (8 GiB and more). */
function sizeField(field: Buffer): number {
  if (((field[0] ?? 0) & 0x80) === 0) return Number.parseInt(text(field).trim(), 8);
  return field.subarray(1).reduce((value, byte) => value * 256 + byte, 0);
}

function text(field: Buffer): string {
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? field.length : end).toString();
}

function strip(name: string): string {
  return name.replace(/^\.\//, '');
}
