/** A drive that is open for writing, past the cache where the system can. */
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeSystemError } from '../content/file.js';
import { PASSING, PAUSE, TRIES } from '../emit/device-output.js';
import { InplaceError } from '../errors.js';
import type { Drive } from './drive.js';
import { dropVolumes, rescan } from './windows-volumes.js';

/** Direct writes want pages; V8 gives growable memory pages of its own (emit/ring.ts). */
export function pages(length: number): Uint8Array<ArrayBuffer> {
  const Growable = ArrayBuffer as unknown as new (length: number, options: { maxByteLength: number }) => ArrayBuffer;
  return new Uint8Array(new Growable(length, { maxByteLength: length }));
}

/** macOS: no other program may have it open (fcntl.h). */
const O_EXLOCK = 0x20;

/** How long a drive that failed may take to be gone (ms). */
const DEPARTURE = 3000;

export class OpenDrive {
  private constructor(
    readonly drive: Drive,
    readonly handle: FileHandle,
    readonly platform: string,
  ) {}

  /**
   * Opens the drive for this program alone.
   * @throws InplaceError DEVICE_BUSY, DEVICE_REFUSED when the device under that path is another one
   */
  static async open(drive: Drive, platform: string): Promise<OpenDrive> {
    const flags = { linux: (constants.O_DIRECT ?? 0) | constants.O_EXCL, darwin: O_EXLOCK }[platform] ?? 0;
    let handle: FileHandle;
    try {
      handle = await open(drive.path, constants.O_RDWR | flags);
    } catch (error) {
      throw busy(drive, error);
    }
    if (drive.number === undefined) return new OpenDrive(drive, handle, platform);
    const { rdev } = await handle.stat();
    if (linuxNumber(rdev) === drive.number) return new OpenDrive(drive, handle, platform);
    await handle.close();
    const message = `It is not the drive that was shown: its number was ${drive.number} and is ${linuxNumber(rdev)}`;
    throw new InplaceError({ code: 'DEVICE_REFUSED', message, where: { file: drive.path } });
  }

  /** Writes all bytes at a position. */
  async write(bytes: Uint8Array, position: number): Promise<void> {
    await this.#whole(bytes, async (rest, done) => {
      return (await this.handle.write(rest, 0, rest.byteLength, position + done)).bytesWritten;
    });
  }

  /** Fills `into` from a position. */
  async read(into: Uint8Array, position: number): Promise<void> {
    await this.#whole(into, async (rest, done) => {
      return (await this.handle.read(rest, 0, rest.byteLength, position + done)).bytesRead;
    });
  }

  /** Only what was flushed is written: a stick may fail as late as here (facts/lab.md, Sticks). */
  async flush(): Promise<void> {
    await this.#explained(() => this.handle.sync());
  }

  /** The marker is written and flushed: from now on the system knows no volume of this drive. */
  async marked(): Promise<void> {
    if (this.platform === 'win32') await dropVolumes(this.drive);
  }

  /** All is written: the system shall see what is on the drive now. */
  async finished(): Promise<void> {
    // it does so by itself when the drive is plugged in again
    if (this.platform === 'win32') await rescan(this.drive).catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.handle.close().catch(() => undefined);
  }

  async #whole(bytes: Uint8Array, some: (rest: Uint8Array, done: number) => Promise<number>): Promise<void> {
    for (let done = 0; done < bytes.byteLength; ) {
      const count = await this.#explained(() => patiently(() => some(bytes.subarray(done), done)));
      if (count === 0) throw await this.explain(new Error('the drive ends early'));
      done += count;
    }
  }

  async #explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw await this.explain(error);
    }
  }

  /** The system needs a moment until it knows that a drive was unplugged. */
  async #isGone(): Promise<boolean> {
    for (let waited = 0; waited < DEPARTURE; waited += PAUSE) {
      if (!(await this.#isThere())) return true;
      await sleep(PAUSE);
    }
    return false;
  }

  async #isThere(): Promise<boolean> {
    const { path, number } = this.drive;
    // Windows tells nothing of a drive but whether it opens
    if (this.platform === 'win32') {
      const handle = await open(path, 'r').catch(() => undefined);
      await handle?.close();
      return handle !== undefined;
    }
    const there = await stat(path).catch(() => undefined);
    return there !== undefined && (number === undefined || linuxNumber(there.rdev) === number);
  }

  /** A drive that is gone fails in many ways, even as "no space" (facts/lab.md): asked is whether it is there. */
  async explain(error: unknown): Promise<InplaceError> {
    const { path } = this.drive;
    const where = { file: path };
    if (await this.#isGone()) {
      const hint = 'Plug it in and write it again; until then it holds nothing that starts';
      return new InplaceError(
        { code: 'DEVICE_REMOVED', message: 'The drive was unplugged', where, hint },
        { cause: error },
      );
    }
    const message = `The drive failed: ${describeSystemError(error)}`;
    return new InplaceError(
      { code: 'SINK_FAILED', message, where, hint: 'Try another drive or port' },
      { cause: error },
    );
  }
}

/** Tries again what may pass. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === TRIES || !PASSING.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      await sleep(PAUSE * attempt);
    }
  }
}

/** `major:minor` of a device number, as Linux packs it (makedev(3)). */
export function linuxNumber(rdev: number): string {
  const number = BigInt(rdev);
  const major = ((number >> 8n) & 0xfffn) | ((number >> 32n) & 0xfffff000n);
  const minor = (number & 0xffn) | ((number >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}

function busy(drive: Drive, error: unknown): InplaceError {
  const { code } = error as NodeJS.ErrnoException;
  const hints: Record<string, string> = {
    EBUSY: 'Something has it open or mounted: close it and try again',
    EACCES: 'Writing drives needs the rights of the administrator',
    EPERM: 'Writing drives needs the rights of the administrator',
  };
  const hint = hints[code ?? ''];
  const message = `Cannot open the drive: ${describeSystemError(error)}`;
  return new InplaceError(
    { code: 'DEVICE_BUSY', message, where: { file: drive.path }, ...(hint ? { hint } : {}) },
    { cause: error },
  );
}
