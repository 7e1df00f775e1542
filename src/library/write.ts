/** `write`: an image or a definition onto drives, each at its own pace. */
import type { Drive, Listing } from '../devices/drive.js';
import { confirmationOf, type GuardRequest, refusals } from '../devices/guard.js';
import { listDrives } from '../devices/list.js';
import { DeviceGroup } from '../emit/device-group.js';
import { type Finding, InplaceError } from '../errors.js';
import { refused, tooSmall } from './device-refused.js';
import { namedDrive } from './named-drive.js';
import type { Receipt } from './receipts.js';
import { SharedProgress } from './shared-progress.js';
import { type Job, writeOne } from './write-job.js';
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
  // several share one layout
  const smallest = drives.reduce((least, drive) => (drive.sizeBytes < least.sizeBytes ? drive : least));
  const source = await openSource(path, smallest.sizeBytes, options).catch((error: unknown) => {
    throw tooSmall(smallest, error);
  });
  try {
    const whole = { ...request, files: [...request.files, ...source.files], neededBytes: source.image.size };
    guard(drives, listing, whole);
    await confirm(drives, options);
    const { signal, cores } = options;
    const emitting = { beforeLate: source.beforeLate, ...(signal ? { signal } : {}), ...(cores ? { cores } : {}) };
    const job: Job = {
      source,
      request: whole,
      platform,
      options,
      progress: new SharedProgress(options),
      group: new DeviceGroup(source.image, emitting, drives.length),
      joined: new Set(),
    };
    const ended = await Promise.allSettled(drives.map((drive) => writeOne(drive, job)));
    return sortOut(ended);
  } finally {
    await source.close();
  }
}

/** Links are followed, so that what is shown and what is opened are the same. */
async function chosen(listing: Listing, to: readonly string[]): Promise<Drive[]> {
  const drives: Drive[] = [];
  for (const path of to) {
    const drive = await namedDrive(listing, path);
    if ('reason' in drive) throw refused(path, [drive.reason]);
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
    throw refused(drives[0]!.path, ['the answer was not "yes"']);
  }
  const left = [...said];
  for (const drive of drives) {
    const wanted = confirmationOf(drive);
    const at = left.indexOf(wanted);
    if (at < 0) throw refused(drive.path, [notConfirmed(drive, wanted, left)]);
    left.splice(at, 1);
  }
}

function notConfirmed({ model, serial }: Drive, wanted: string, given: readonly string[]): string {
  const what = serial === undefined ? 'its size in bytes, for it has no serial' : 'its serial';
  if (given.length === 0) return `nobody said that it is the right one: add --confirm "${wanted}", ${what}`;
  const said = given.map((text) => `"${text}"`).join(' and ');
  return `${said} was confirmed, and this is "${wanted}" (${model}): look at what is written on the drive`;
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
