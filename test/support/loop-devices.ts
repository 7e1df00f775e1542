/** Loop devices: real block devices, with O_EXCL and O_DIRECT, that stand for sticks. */
import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

const MIB = 1024 * 1024;

export const canLoop = process.platform === 'linux' && spawnSync('losetup', ['-f']).status === 0;
if (!canLoop) console.log('skipped: writing loop devices needs root and losetup');

export interface Stick {
  /** of the device */
  readonly path: string;
  /** what the device is made of */
  readonly file: string;
}

/** Loop devices in a folder of their own; `remove` takes all of it away. */
export class LoopDevices {
  readonly folder = mkdtempSync(join(tmpdir(), 'inplace-devices-'));
  readonly #loops: string[] = [];

  /** A device full of an old GPT and El Torito, or so: nothing of it may survive at the ends. */
  async plugIn(name: string, size: number): Promise<Stick> {
    const file = join(this.folder, name);
    const descriptor = openSync(file, 'w');
    ftruncateSync(descriptor, size);
    const old = Buffer.alloc(MIB, 0xee);
    writeSync(descriptor, old, 0, MIB, 0);
    writeSync(descriptor, old, 0, MIB, size - MIB);
    closeSync(descriptor);
    return { path: await this.attach(file), file };
  }

  /** @param options of losetup */
  async attach(file: string, ...options: string[]): Promise<string> {
    const { stdout } = await execa('losetup', ['-f', '--show', ...options, file]);
    this.#loops.unshift(stdout);
    return stdout;
  }

  async remove(): Promise<void> {
    for (const loop of this.#loops) await execa('losetup', ['-d', loop], { reject: false });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function readPart(path: string, from: number, length: number): Buffer {
  const [bytes, descriptor] = [Buffer.alloc(length), openSync(path, 'r')];
  readSync(descriptor, bytes, 0, length, from);
  closeSync(descriptor);
  return bytes;
}
