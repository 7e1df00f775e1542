import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, rm } from 'node:fs/promises';

/** What the file system says of something that was made this moment: its own clock (ms), and the user. */
export interface Fresh {
  readonly changedMs: number;
  readonly uid: number;
}

/**
 * A file or folder that is known by its numbers on the volume and not only by its name, so that another that took its
 * name meanwhile is noticed. It is kept open where the system allows (Windows does not for folders), because the number
 * of a file that is gone may be given to the next.
 */
export class Pinned {
  private constructor(
    readonly path: string,
    /** undefined on a file system that has no lasting numbers: then only the name counts */
    readonly numbers: { readonly dev: bigint; readonly ino: bigint } | undefined,
    readonly fresh: Fresh,
    readonly handle: FileHandle | undefined,
  ) {}

  /** Makes an empty file that was not there. @throws what the system says */
  static async makeFile(path: string): Promise<Pinned> {
    return await Pinned.#pin(path, await open(path, 'wx'));
  }

  /** Makes an empty folder that was not there. @throws what the system says */
  static async makeFolder(path: string): Promise<Pinned> {
    await mkdir(path);
    return await Pinned.#pin(path, await openFolder(path));
  }

  /** What is there already; undefined when nothing is. */
  static async find(path: string): Promise<Pinned | undefined> {
    try {
      return await Pinned.#pin(path, await openFolder(path));
    } catch {
      return undefined;
    }
  }

  static async #pin(path: string, handle: FileHandle | undefined): Promise<Pinned> {
    try {
      const named = await lstat(path, { bigint: true });
      const { dev, ino } = (await handle?.stat({ bigint: true })) ?? named;
      const fresh = { changedMs: Number(named.ctimeMs), uid: Number(named.uid) };
      return new Pinned(path, dev === named.dev && ino === named.ino ? { dev, ino } : undefined, fresh, handle);
    } catch (error) {
      await handle?.close();
      throw error;
    }
  }

  /** Whether it is what has that path now. */
  async isAt(path: string): Promise<boolean> {
    const there = await lstat(path, { bigint: true }).catch(() => undefined);
    if (there === undefined || this.numbers === undefined) return there !== undefined;
    return there.dev === this.numbers.dev && there.ino === this.numbers.ino;
  }

  /** Lets go of it. May be called again. */
  async close(): Promise<void> {
    await this.handle?.close().catch(() => undefined);
  }

  /** Closes and removes what was made, unless something else has its name now. Never throws. */
  async discard(): Promise<void> {
    await this.close();
    if (await this.isAt(this.path)) await rm(this.path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Opens a folder to keep it; undefined when it is none, or cannot be opened. */
async function openFolder(path: string): Promise<FileHandle | undefined> {
  // Windows has no such flag
  if (constants.O_DIRECTORY === undefined) return undefined;
  return await open(path, constants.O_RDONLY | constants.O_DIRECTORY).catch(() => undefined);
}
