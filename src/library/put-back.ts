/** Reports that a stick had go back to its new media. */
import { openFile } from '../content/file.js';
import type { Amendment } from '../devices/amend-drive.js';
import { EDGE } from '../emit/device-output.js';
import type { VolumeTree } from '../image/disk.js';
import type { DiskImage } from '../image/disk-image.js';
import type { PlacedFile } from '../image/placed-file.js';
import { keptFile, type SavedReports, sha256Of } from './saved-reports.js';

const REPORTS = 'Reports';

/**
 * What has to change on the new media so that it holds the reports; undefined when it has no room or no folder for them,
 * or when a kept file is not what was saved.
 * @param sizeBytes of the drive
 */
export async function planPutBack(
  image: DiskImage,
  trees: readonly VolumeTree[],
  saved: SavedReports,
  sizeBytes: number,
): Promise<(Amendment & { close(): Promise<void> }) | undefined> {
  const tree = trees.find(({ directories }) => directories.includes(REPORTS));
  if (!tree) return undefined;
  const files: PlacedFile[] = [];
  const opened: { close(): Promise<void> }[] = [];
  const close = async () => void (await Promise.all(opened.map((file) => file.close())));
  const plan = async (): Promise<Amendment | undefined> => {
    for (const file of saved.files) {
      const content = await openFile(keptFile(saved, file)).catch(() => undefined);
      if (content) opened.push(content);
      if (content?.size !== file.bytes || (await sha256Of(content)) !== file.sha256) return undefined;
      // the folder on the new media has one name, whatever its case was
      files.push({ path: inReports(file.path), content, modified: new Date(file.modified) });
    }
    const recorded = new Date(files.reduce((newest, { modified }) => Math.max(newest, modified.getTime()), 0));
    const directories = [REPORTS, ...saved.directories.map(inReports)];
    const filled = await tree.fillFolder({ files, directories, recorded, end: sizeBytes - EDGE });
    if (!filled) return undefined;
    const contents = [...filled.offsets].map(([{ content }, offset]) => ({ offset, content }));
    return { image, patches: filled.patches, contents: contents.sort((a, b) => a.offset - b.offset) };
  };
  let amendment: Amendment | undefined;
  try {
    amendment = await plan();
    return amendment && { ...amendment, close };
  } finally {
    if (!amendment) await close();
  }
}

function inReports(path: string): string {
  return `${REPORTS}${path.slice(path.indexOf('/'))}`;
}
