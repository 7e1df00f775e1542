/** What a drive holds before it is written: media of inplace, and the reports on them. */
import { readBytes } from '../content/content.js';
import { describeSystemError } from '../content/file.js';
import { driveContent } from '../devices/drive-content.js';
import type { OpenDrive } from '../devices/open-drive.js';
import { readUnfinished } from '../devices/unfinished.js';
import { type Finding, formatFinding, InplaceError } from '../errors.js';
import { BOOT_CODE_BYTES } from '../formats/mbr/master-boot-record.js';
import { openDisk, type VolumeTree } from '../image/disk.js';
import { diskPrograms } from './disk-programs.js';
import { loadReports, mediaTrees, reportsOf, type SavedReports, saveReports } from './saved-reports.js';

export interface EarlierMedia {
  /** empty when it holds no media of inplace */
  readonly trees: readonly VolumeTree[];
  /** its reports, safe in a folder of this computer */
  readonly saved?: SavedReports;
}

export interface EarlierOptions {
  /** folder of this computer for reports */
  readonly folder: string;
  /** name of the folder in it for this drive */
  readonly name: string;
  /** reports are given up */
  readonly discard: boolean;
  onWarning(finding: Finding): void;
}

/** Bytes of the first block that are looked at. */
const HEAD = 512;

/**
 * Looks at a drive and copies its reports. Nothing of the drive changes.
 * @throws InplaceError DEVICE_REPORTS when there may be reports and they cannot be copied; what the drive fails with
 */
export async function earlierMedia(drive: OpenDrive, options: EarlierOptions): Promise<EarlierMedia> {
  const content = driveContent(drive);
  const head = await readBytes(content, 0, HEAD);
  const { path } = drive.drive;
  const unfinished = readUnfinished(head);
  if (unfinished) return { trees: [], ...(await keptBefore(unfinished.reports, path, options)) };
  const ours = isOurs(head);
  let trees: readonly VolumeTree[] = [];
  let reason: unknown = new Error('its files cannot be found');
  try {
    const disk = await openDisk(content, path);
    if (disk) trees = await mediaTrees(disk, ours);
  } catch (error) {
    if (!(error instanceof InplaceError) || error.code === 'DEVICE_REMOVED') throw error;
    reason = error;
  }
  // what is damaged and not ours has no reports
  if (trees.length === 0 && ours && !options.discard) throw notKept(path, 'What is on it cannot be read', reason);
  if (options.discard || reportsOf(trees).length === 0) return { trees };
  try {
    return { trees, saved: await saveReports(trees, options.folder, options.name) };
  } catch (error) {
    if (error instanceof InplaceError && error.code === 'DEVICE_REMOVED') throw error;
    throw notKept(path, `Its reports cannot be copied to "${options.folder}"`, error);
  }
}

/** Whether it starts with the boot record of inplace. */
function isOurs(head: Uint8Array): boolean {
  return Buffer.compare(head.subarray(0, BOOT_CODE_BYTES), diskPrograms().mbr.subarray(0, BOOT_CODE_BYTES)) === 0;
}

/** An unfinished drive names the folder in which its reports are, on the computer that began to write it. */
async function keptBefore(
  name: string | undefined,
  path: string,
  { folder, discard, onWarning }: EarlierOptions,
): Promise<Pick<EarlierMedia, 'saved'>> {
  if (name === undefined || discard) return {};
  const saved = await loadReports(folder, name);
  if (saved) return { saved };
  onWarning({
    code: 'DEVICE_REPORTS',
    severity: 'warning',
    message: `The reports that it had are not in "${folder}": they are in a folder "${name}" of the computer that began to write it`,
    where: { file: path },
  });
  return {};
}

function notKept(path: string, reason: string, error: unknown): InplaceError {
  const said =
    error instanceof InplaceError ? error.findings.map(formatFinding).join('; ') : describeSystemError(error);
  return new InplaceError(
    {
      code: 'DEVICE_REPORTS',
      message: `It is not written, for it may hold reports. ${reason}: ${said}`,
      where: { file: path },
      hint: 'Copy its folder Reports by hand, or choose another folder (--reports); --discard-reports gives them up',
    },
    { cause: error },
  );
}
