/** What was written to one drive, for whoever hands the sticks out. */
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describeSystemError } from '../content/file.js';
import type { Drive } from '../devices/drive.js';
import { flushFolder } from '../emit/replace-file.js';
import type { Finding } from '../errors.js';

/** What names the media on a receipt. */
export interface MediaIds {
  /** of media of inplace */
  readonly mediaId?: string;
  /** of media of inplace: SHA-256 of manifest.json */
  readonly contentId?: string;
  /** of an image: SHA-256 of the file */
  readonly imageSha256?: string;
}

export interface Receipt extends MediaIds {
  readonly drive: string;
  readonly model: string;
  readonly serial?: string;
  readonly sizeBytes: number;
  /** ISO 8601, UTC */
  readonly started: string;
  readonly finished: string;
  /** `whole`: everything was written; `refresh`: only what differed from what the drive held */
  readonly mode: 'whole' | 'refresh';
  /** of the image; free space is not written */
  readonly imageBytes: number;
  /** of the new media, without the ends of the drive and reports */
  readonly writtenBytes: number;
  /** `writtenBytes` in `writeSeconds`; 0 when nothing was written */
  readonly bytesPerSecond: number;
  /** what writing and flushing alone took, without probe and reading back; of a refresh, without comparing */
  readonly writeSeconds: number;
  /** what was in /Reports before */
  readonly reports?: {
    /** where it is kept on this computer */
    readonly folder: string;
    readonly files: number;
    /** whether it is on the drive again */
    readonly putBack: boolean;
  };
  /** the file that holds this receipt */
  readonly file?: string;
}

/**
 * Saves a receipt under a name of its own; a receipt that cannot be saved is a warning, for the drive is good.
 * @param folder made when it is not there
 * @param name without extension
 */
export async function saveReceipt(
  receipt: Receipt,
  folder: string,
  name: string,
  warn: (finding: Finding) => void,
): Promise<Receipt> {
  const file = join(folder, `${name}.json`);
  const saved = { ...receipt, file };
  try {
    await mkdir(folder, { recursive: true });
    const partial = `${file}.partial`;
    const handle = await open(partial, 'wx');
    try {
      await handle.writeFile(`${JSON.stringify(saved, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, file);
    await flushFolder(folder);
    return saved;
  } catch (error) {
    warn({
      code: 'RECEIPT_FAILED',
      severity: 'warning',
      message: `The drive "${receipt.drive}" is written; its receipt cannot be saved: ${describeSystemError(error)}`,
      where: { file },
      hint: 'Choose another folder with --receipts',
    });
    return receipt;
  }
}

/** A name for what belongs to one drive in one run: time, serial, and what no other run has. */
export function nameFor({ path, serial }: Drive, time: Date, nonce: string): string {
  const stamp = time.toISOString().replace(/[-:]|\.\d+/g, '');
  const which = (serial ?? path).replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return [stamp, which.slice(0, 60), nonce.slice(0, 8)].filter((part) => part !== '').join('-');
}
