/** `write`: an image or a definition onto drives, each at its own pace. */
import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { readBytes } from '../content/content.js';
import { openFile } from '../content/file.js';
import type { Validity } from '../definition/model.js';
import { type Drive, findDrive, type Listing, mountsOf } from '../devices/drive.js';
import { confirmationOf, type GuardRequest, identityRefusals, refusals } from '../devices/guard.js';
import { listDrives } from '../devices/list.js';
import { OpenDrive } from '../devices/open-drive.js';
import { unmount } from '../devices/unmount.js';
import { writeDrive } from '../devices/write-drive.js';
import { emitImage } from '../emit/emit-image.js';
import type { DeviceSink } from '../emit/messages.js';
import { type Finding, InplaceError, throwFindings } from '../errors.js';
import { DiskImage } from '../image/disk-image.js';
import { manifestResolver } from './build.js';
import { expired, expiredMedia } from './expired.js';
import { inspect } from './inspect.js';
import { mediaKind } from './media-kind.js';
import { inputsOf } from './output.js';
import { planMedia } from './plan.js';
import type { Surroundings, WorkOptions } from './work.js';

export interface WriteOptions extends Surroundings, WorkOptions {
  /** paths of the drives */
  to: readonly string[];
  /** what `drives` shows behind "confirm with", one for each drive */
  confirm?: readonly string[];
  /** the person takes drives that are not removable sticks or cards */
  allowFixed?: boolean;
  /** shows the drives to the person; false stops. Without it, `confirm` is demanded */
  ask?(drives: readonly Drive[]): Promise<boolean>;
  /** the clock, for the receipts */
  now(): Date;
  /** text that no earlier run has used */
  nonce: string;
  platform?: string;
  onWarnings?(warnings: readonly Finding[]): void;
}

/** What was written to one drive. */
export interface Receipt {
  readonly drive: string;
  readonly model: string;
  readonly serial?: string;
  readonly sizeBytes: number;
  /** of a definition */
  readonly mediaId?: string;
  /** of a definition: SHA-256 of manifest.json */
  readonly contentId?: string;
  /** of an image: SHA-256 of the file */
  readonly imageSha256?: string;
  /** ISO 8601, UTC */
  readonly started: string;
  readonly finished: string;
  /** of the image; free space is not written */
  readonly imageBytes: number;
  readonly bytesPerSecond: number;
}

export interface WriteResult {
  /** one for each drive that holds the media */
  readonly receipts: readonly Receipt[];
  /** what went wrong with the others */
  readonly findings: readonly Finding[];
}

/** What goes onto the drives. */
interface Source {
  readonly image: DiskImage;
  /** called for every drive when all its files are summed */
  readonly emit: (sink: DeviceSink, options: Parameters<typeof emitImage>[2]) => Promise<Partial<Receipt>>;
  readonly files: readonly string[];
  close(): Promise<void>;
}

/**
 * Writes an image file, or what a definition describes, to drives. A drive that fails never stops the others.
 * @throws InplaceError DEVICE_REFUSED with every reason before anything is written; what planning throws
 */
export async function writeMedia(path: string, options: WriteOptions): Promise<WriteResult> {
  const platform = options.platform ?? process.platform;
  const listing = await listDrives(platform);
  const drives = await chosen(listing, options.to);
  const request = { files: [await real(path)], allowFixed: options.allowFixed ?? false };
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

async function real(path: string): Promise<string> {
  return await realpath(path).catch(() => path);
}

/** Links are followed, so that what is shown and what is opened are the same. */
async function chosen(listing: Listing, to: readonly string[]): Promise<Drive[]> {
  const drives: Drive[] = [];
  for (const path of to) {
    const drive = findDrive(listing, path) ?? findDrive(listing, await real(path));
    if (!drive) throw refused(path, ['it is no whole drive that the system lists']);
    if (drives.includes(drive)) throw refused(path, ['it is named twice']);
    drives.push(drive);
  }
  return drives;
}

function refused(path: string, reasons: readonly string[]): InplaceError {
  return new InplaceError(
    reasons.map((reason) => ({
      code: 'DEVICE_REFUSED',
      message: `The drive is not written: ${reason}`,
      where: { file: path },
      hint: '"inplace drives" shows every drive and what speaks against it',
    })),
  );
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

async function openSource(path: string, deviceSize: number, options: WriteOptions): Promise<Source> {
  if (/\.ya?ml$/i.test(path)) return await planSource(path, deviceSize, options);
  const kind = await mediaKind(path);
  if (kind !== 'image') throw notAnImage(path, kind);
  throwFindings(expiredMedia(await validityOf(path), options.today, { file: path }));
  const file = await openFile(path);
  const image = new DiskImage(Math.ceil(file.size / 512) * 512, [
    { offset: 0, content: file, kind: 'file', role: path },
    { offset: file.size, content: { size: 0, read: async () => {} }, kind: 'late', role: 'end' },
  ]);
  return {
    image,
    files: [],
    close: () => file.close(),
    emit: async (device, common) => {
      let imageSha256 = '';
      const beforeLate = (_: unknown, digests: { file(extent: (typeof image.extents)[0]): string }) => {
        imageSha256 = digests.file(image.extents[0]!);
      };
      await emitImage(image, { device }, { ...common, beforeLate });
      return { imageSha256 };
    },
  };
}

/** What media.json of an image says; undefined for an image that inplace did not build, or that cannot be read. */
async function validityOf(path: string): Promise<Validity | undefined> {
  try {
    return (await inspect(path)).media?.validity;
  } catch (error) {
    if (!(error instanceof InplaceError)) throw error;
    return undefined;
  }
}

function notAnImage(path: string, kind: string): InplaceError {
  return new InplaceError({
    code: 'USAGE',
    message: `This is a ${kind}, expected an image or a definition`,
    where: { file: path },
    hint: 'Name the media.yaml, or an image that "inplace build --format hybrid" made',
  });
}

/** The definition straight to the drives: several share one layout, sized for the smallest. */
async function planSource(path: string, deviceSize: number, options: WriteOptions): Promise<Source> {
  const plan = await planMedia(path, { ...options, format: 'usb', deviceSize }, async (definition) =>
    expired(definition, options.today),
  );
  options.onWarnings?.(plan.warnings);
  const beforeLate = manifestResolver(plan);
  const { image } = plan.placed!;
  return {
    image,
    files: await Promise.all(inputsOf(plan.definition).map(real)),
    close: () => plan.close(),
    emit: async (device, common) => {
      await emitImage(image, { device }, { ...common, beforeLate });
      const contentId = createHash('sha256').update(await readBytes(plan.manifest));
      return { mediaId: plan.staged.mediaId, contentId: contentId.digest('hex') };
    },
  };
}

interface Job {
  readonly source: Source;
  readonly request: GuardRequest;
  readonly platform: string;
  readonly options: WriteOptions;
  readonly progress: SharedProgress;
}

async function writeOne(drive: Drive, { source, request, platform, options, progress }: Job): Promise<Receipt> {
  const started = options.now();
  const open = await openChecked(drive, request, platform);
  let facts: Partial<Receipt> = {};
  try {
    await writeDrive(open, {
      nonce: options.nonce,
      ...(options.signal ? { signal: options.signal } : {}),
      onReadBack: (done, total) => progress.report('verify', drive, done, total),
      fill: async (sink) => {
        facts = await source
          .emit(sink, {
            ...(options.signal ? { signal: options.signal } : {}),
            ...(options.cores === undefined ? {} : { cores: options.cores }),
            onProgress: ({ written, total }) => progress.report('write', drive, written, total),
          })
          .catch(async (error: unknown) => {
            throw error instanceof InplaceError && error.kind === 'sink' ? await open.explain(error.cause) : error;
          });
      },
    });
  } catch (error) {
    throw error instanceof InplaceError && error.kind === 'interrupted' ? stopped(drive) : error;
  } finally {
    await open.close();
  }
  return receipt(drive, facts, source.image.size, started, options.now());
}

function stopped({ path }: Drive): InplaceError {
  return new InplaceError({
    code: 'INTERRUPTED',
    message: 'Stopped before it was done: the drive says "unfinished" and does not start',
    where: { file: path },
    hint: 'Write it again',
  });
}

/** The guard looks once more, at a new listing, before and after the volumes are unmounted. */
async function openChecked(drive: Drive, request: GuardRequest, platform: string): Promise<OpenDrive> {
  const now = await listDrives(platform);
  const reasons = [...identityRefusals(drive, now), ...refusals(drive, now, request)];
  if (reasons.length > 0)
    throw refused(
      drive.path,
      reasons.map(({ reason }) => reason),
    );
  const current = findDrive(now, drive.path)!;
  guard([current], now, request);
  await unmount(current, mountsOf(current, now), platform);
  const open = await OpenDrive.open(current, platform);
  const changed = identityRefusals(drive, await listDrives(platform));
  if (changed.length === 0) return open;
  await open.close();
  throw refused(
    drive.path,
    changed.map(({ reason }) => reason),
  );
}

function receipt(drive: Drive, facts: Partial<Receipt>, imageBytes: number, from: Date, to: Date): Receipt {
  const { path, model, serial, sizeBytes } = drive;
  const seconds = Math.max(0.001, (to.getTime() - from.getTime()) / 1000);
  return {
    drive: path,
    model,
    ...(serial === undefined ? {} : { serial }),
    sizeBytes,
    ...facts,
    started: from.toISOString(),
    finished: to.toISOString(),
    imageBytes,
    bytesPerSecond: Math.round(imageBytes / seconds),
  };
}

/** What all drives together have: a drive that waits shows as bytes that are missing. */
class SharedProgress {
  readonly #phases = { write: new Map<Drive, [number, number]>(), verify: new Map<Drive, [number, number]>() };

  constructor(readonly options: WriteOptions) {}

  report(phase: 'write' | 'verify', drive: Drive, done: number, total: number): void {
    const all = this.#phases[phase].set(drive, [done, total]);
    const sum = (at: 0 | 1) => [...all.values()].reduce((bytes, pair) => bytes + pair[at], 0);
    this.options.onProgress?.({ phase, done: sum(0), total: sum(1) });
  }
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
