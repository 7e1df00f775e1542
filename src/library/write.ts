/** `write`: an image or a definition onto drives, each at its own pace. */
import { stat } from 'node:fs/promises';
import { type Drive, findDrive, type Listing } from '../devices/drive.js';
import { confirmationOf, type GuardRequest, refusals } from '../devices/guard.js';
import { listDrives } from '../devices/list.js';
import { type Finding, InplaceError } from '../errors.js';
import { refused } from './device-refused.js';
import type { Receipt } from './receipts.js';
import { SharedProgress } from './shared-progress.js';
import { writeOne } from './write-job.js';
import type { WriteOptions } from './write-options.js';
import { openSource, realPath } from './write-source.js';

export interface WriteResult {
  /** one for each drive that holds the media */
  readonly receipts: readonly Receipt[];
  /** what went wrong with the others */
  readonly findings: readonly Finding[];
}

/**
 * Writes an image file, or what a definition describes, to drives. A drive that fails never stops the others.
 * @throws InplaceError DEVICE_REFUSED with every reason before anything is written; what planning throws
 */
export async function writeMedia(path: string, options: WriteOptions): Promise<WriteResult> {
  const platform = options.platform ?? process.platform;
  const listing = await listDrives(platform);
  const drives = await chosen(listing, options.to);
  const files = [path, options.reports, ...(options.receipts === undefined ? [] : [options.receipts])];
  const request = { files: await Promise.all(files.map(realPath)), allowFixed: options.allowFixed ?? false };
  guard(drives, listing, request);
  if (platform === 'win32') throw notOnWindows();
  const source = await openSource(path, Math.min(...drives.map(({ sizeBytes }) => sizeBytes)), options);
  try {
    const whole = { ...request, files: [...request.files, ...source.files], neededBytes: source.image.size };
    guard(drives, listing, whole);
    await confirm(drives, options);
    const progress = new SharedProgress(options);
    const ended = await Promise.allSettled(
      drives.map((drive) => writeOne(drive, { source, request: whole, platform, options, progress })),
    );
    return sortOut(ended);
  } finally {
    await source.close();
  }
}

/** Links are followed, so that what is shown and what is opened are the same. */
async function chosen(listing: Listing, to: readonly string[]): Promise<Drive[]> {
  const drives: Drive[] = [];
  for (const path of to) {
    const drive = findDrive(listing, path) ?? findDrive(listing, await realPath(path));
    if (!drive) throw refused(path, ['it is no whole drive that the system lists']);
    if (drives.includes(drive)) throw refused(path, ['it is named twice']);
    drives.push(drive);
  }
  return drives;
}

function guard(drives: readonly Drive[], listing: Listing, request: GuardRequest): void {
  const errors = drives.map((drive) => {
    const reasons = refusals(drive, listing, request).map(({ reason }) => reason);
    return reasons.length === 0 ? [] : refused(drive.path, reasons).findings;
  });
  if (errors.flat().length > 0) throw new InplaceError(errors.flat());
}

async function confirm(drives: readonly Drive[], { ask, confirm: said = [] }: WriteOptions): Promise<void> {
  if (ask) {
    if (await ask(drives)) return;
    throw refused(drives[0]!.path, ['the person did not say yes']);
  }
  const left = [...said];
  for (const drive of drives) {
    const at = left.indexOf(confirmationOf(drive));
    if (at < 0) throw refused(drive.path, [`its serial is not confirmed: add --confirm "${confirmationOf(drive)}"`]);
    left.splice(at, 1);
  }
}

function notOnWindows(): InplaceError {
  return new InplaceError({
    code: 'DEVICE_REFUSED',
    message: 'Windows does not let a drive be written that has volumes, and this version cannot take them away',
    hint: 'Build the format hybrid, and copy it to the stick with another tool',
  });
}

/** Problems of drives are results; a mistake of the program, or an interrupt, is thrown. */
function sortOut(ended: readonly PromiseSettledResult<Receipt>[]): WriteResult {
  const [receipts, findings]: [Receipt[], Finding[]] = [[], []];
  for (const end of ended) {
    if (end.status === 'fulfilled') receipts.push(end.value);
    else if (end.reason instanceof InplaceError) findings.push(...end.reason.findings);
    else throw end.reason;
  }
  return { receipts, findings };
}

/** Whether a path of the command line is a drive and no file. */
export async function isDrive(path: string): Promise<boolean> {
  if (/^\\\\\.\\PhysicalDrive\d+$/i.test(path)) return true;
  const status = await stat(path).catch(() => undefined);
  return status !== undefined && (status.isBlockDevice() || (status.isCharacterDevice() && /\/r?disk\d/.test(path)));
}
