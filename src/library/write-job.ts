/** The work on one drive: guard, open, keep the reports, write or refresh, put the reports back, receipt. */
import { amendDrive, isBetweenEdges } from '../devices/amend-drive.js';
import { type Drive, findDrive, mountsOf } from '../devices/drive.js';
import { type GuardRequest, identityRefusals, refusals } from '../devices/guard.js';
import { drivesThere, listDrives } from '../devices/list.js';
import { OpenDrive } from '../devices/open-drive.js';
import { compareDrive, refreshDrive } from '../devices/refresh-drive.js';
import { unmount } from '../devices/unmount.js';
import { writeDrive } from '../devices/write-drive.js';
import type { DeviceGroup } from '../emit/device-group.js';
import type { DeviceSink } from '../emit/messages.js';
import { InplaceError } from '../errors.js';
import { refused } from './device-refused.js';
import { type EarlierMedia, earlierMedia } from './earlier-media.js';
import { planPutBack } from './put-back.js';
import { type MediaIds, nameFor, type Receipt, saveReceipt } from './receipts.js';
import { isMostlyThere } from './same-places.js';
import type { SharedProgress } from './shared-progress.js';
import type { WriteOptions } from './write-options.js';
import type { WriteSource } from './write-source.js';

export interface Job {
  readonly source: WriteSource;
  readonly request: GuardRequest;
  readonly platform: string;
  readonly options: WriteOptions;
  readonly progress: SharedProgress;
  /** one reading of the source for all drives */
  readonly group: DeviceGroup;
  /** drives that have joined it */
  readonly joined: Set<Drive>;
}

/** What has happened to a drive. */
interface Outcome {
  readonly mode: Receipt['mode'];
  readonly ids: MediaIds;
  readonly writtenBytes: number;
  readonly writeSeconds: number;
}

/** @throws InplaceError of every kind about this drive; the others go on */
export async function writeOne(drive: Drive, job: Job): Promise<Receipt> {
  const { joined, group } = job;
  return await writeExpected(drive, job).finally(() => {
    if (!joined.has(drive)) group.skip();
  });
}

async function writeExpected(drive: Drive, job: Job): Promise<Receipt> {
  const { options } = job;
  const started = options.now();
  const name = nameFor(drive, started, options.nonce);
  const open = await openChecked(drive, job);
  try {
    const earlier = await earlierMedia(open, {
      folder: options.reports,
      name,
      discard: options.discardReports ?? false,
      onWarning: (finding) => options.onWarnings?.([finding]),
    });
    if (earlier.saved)
      options.onReportsKept?.({ drive, folder: earlier.saved.folder, files: earlier.saved.files.length });
    const work = new DriveWork(open, job, earlier);
    const outcome = await work.run();
    const receipt = receiptOf(drive, job, { ...outcome, started, finished: options.now() }, work.reports);
    if (options.receipts === undefined) return receipt;
    return await saveReceipt(receipt, options.receipts, name, (finding) => options.onWarnings?.([finding]));
  } catch (error) {
    throw error instanceof InplaceError && error.kind === 'interrupted' ? stopped(drive) : error;
  } finally {
    await open.close();
    job.progress.leave(drive);
  }
}

class DriveWork {
  /** what became of the reports */
  reports: Receipt['reports'];

  constructor(
    readonly open: OpenDrive,
    readonly job: Job,
    readonly earlier: EarlierMedia,
  ) {
    const { saved } = earlier;
    if (saved) this.reports = { folder: saved.folder, files: saved.files.length, putBack: false };
  }

  async run(): Promise<Outcome> {
    return (await this.#refreshes()) ? await this.#refresh() : await this.#writeWhole();
  }

  /** Refreshing reads everything and writes the difference: faster than writing and reading everything, if half is there. */
  async #refreshes(): Promise<boolean> {
    const { options, source } = this.job;
    if (options.refresh !== undefined) return options.refresh;
    return isMostlyThere(await source.trees(), this.earlier.trees);
  }

  async #writeWhole(): Promise<Outcome> {
    const { options } = this.job;
    let ids: MediaIds = {};
    let [writtenBytes, writeSeconds] = [0, 0];
    await writeDrive(this.open, {
      ...this.#common(),
      nonce: options.nonce,
      fill: async (sink) => {
        const begun = options.now();
        ids = await this.#emit(sink, 'write', (total) => {
          writtenBytes = total;
        });
        writeSeconds = secondsBetween(begun, options.now());
      },
    });
    return { mode: 'whole', ids, writtenBytes, writeSeconds };
  }

  async #refresh(): Promise<Outcome> {
    const { options, progress, source } = this.job;
    const { drive } = this.open;
    let ids: MediaIds = {};
    const changes = await compareDrive(this.open, async (sink) => {
      ids = await this.#emit(sink, 'read');
    });
    const { changedBytes, comparedBytes } = changes;
    options.onRefresh?.({ drive, changedBytes, comparedBytes });
    let writeSeconds = 0;
    if (changedBytes > 0) {
      const begun = options.now();
      await refreshDrive(this.open, changes, {
        ...this.#common(),
        image: source.image,
        onWritten: (done, total) => progress.report('write', drive, done, total),
        onFlushed: () => {
          writeSeconds = secondsBetween(begun, options.now());
        },
      });
    }
    return { mode: 'refresh', ids, writtenBytes: changedBytes, writeSeconds };
  }

  /** What writing and refreshing have in common. */
  #common() {
    const { options, progress } = this.job;
    const { saved } = this.earlier;
    return {
      marker: saved ? { reports: saved.name } : {},
      ...(options.signal ? { signal: options.signal } : {}),
      onReadBack: (done: number, total: number) => progress.report('verify', this.open.drive, done, total),
      amend: () => this.#putBack(),
    };
  }

  async #emit(sink: DeviceSink, phase: 'write' | 'read', onTotal?: (total: number) => void): Promise<MediaIds> {
    const { progress, source, group } = this.job;
    this.job.joined.add(this.open.drive);
    const work = group.join(sink, {
      onProgress: ({ written, total }) => {
        onTotal?.(total);
        progress.report(phase, this.open.drive, written, total);
      },
    });
    await work.catch(async (error: unknown) => {
      throw error instanceof InplaceError && error.kind === 'sink' ? await this.open.explain(error.cause) : error;
    });
    return await source.ids();
  }

  async #putBack(): Promise<void> {
    const { options, source } = this.job;
    const { saved } = this.earlier;
    if (!saved || !this.reports) return;
    const { drive } = this.open;
    const plan = await planPutBack(source.image, await source.trees(), saved, drive.sizeBytes);
    try {
      if (plan && isBetweenEdges(plan, drive.sizeBytes)) {
        await amendDrive(this.open, plan);
        this.reports = { ...this.reports, putBack: true };
        return;
      }
    } finally {
      await plan?.close();
    }
    options.onWarnings?.([
      {
        code: 'DEVICE_REPORTS',
        severity: 'warning',
        message: `The reports it had are kept in "${saved.folder}"; they are not put back, for the new media has no room for them`,
        where: { file: drive.path },
      },
    ]);
  }
}

function stopped({ path }: Drive): InplaceError {
  return new InplaceError({
    code: 'INTERRUPTED',
    message: 'Stopped before it was done: a drive that was being written says "unfinished" and does not start',
    where: { file: path },
    hint: 'Write it again',
  });
}

/** The guard looks once more, at a new listing, before and after the volumes are unmounted. */
async function openChecked(drive: Drive, { request, platform }: Job): Promise<OpenDrive> {
  const now = await listDrives(platform);
  const before = [...identityRefusals(drive, now), ...refusals(drive, now, request)];
  throwReasons(drive, before);
  const current = findDrive(now, drive.path)!;
  throwReasons(drive, refusals(current, now, request));
  await unmount(current, mountsOf(current, now), platform);
  const open = await OpenDrive.open(current, platform);
  try {
    throwReasons(drive, identityRefusals(drive, { drives: await drivesThere(platform) }));
    return open;
  } catch (error) {
    await open.close();
    throw error;
  }
}

function throwReasons(drive: Drive, reasons: readonly { readonly reason: string }[]): void {
  if (reasons.length === 0) return;
  throw refused(
    drive.path,
    reasons.map(({ reason }) => reason),
  );
}

function receiptOf(
  drive: Drive,
  { source }: Job,
  { started, finished, ids, mode, writtenBytes, writeSeconds }: Outcome & { started: Date; finished: Date },
  reports: Receipt['reports'],
): Receipt {
  const { path, model, serial, sizeBytes } = drive;
  return {
    drive: path,
    model,
    ...(serial === undefined ? {} : { serial }),
    sizeBytes,
    ...ids,
    started: started.toISOString(),
    finished: finished.toISOString(),
    mode,
    imageBytes: source.image.size,
    writtenBytes,
    bytesPerSecond: Math.round(writtenBytes / Math.max(0.001, writeSeconds)),
    writeSeconds,
    ...(reports ? { reports } : {}),
  };
}

function secondsBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1000;
}
