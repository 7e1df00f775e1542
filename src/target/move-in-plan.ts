/** What is copied to the machine, where to, and how it is checked: decided before anything is written. */
import type { CompiledUpgradePackage } from './contract.js';
import { isHashedOfSetup } from './file-checks.js';
import type { LocalFolder } from './local-folder.js';
import type { Machine } from './machine.js';
import { entriesBelow, type ManifestEntry } from './manifest-lines.js';
import type { SetupSource } from './setup-source.js';
import { CONTROL_FILES, entryOf, onMedia, type StartMedia } from './start-media.js';
import { beginsWith } from './text.js';

/** A file that is copied. */
export interface CopiedFile {
  readonly from: string;
  readonly to: string;
  readonly entry: ManifestEntry;
  /** its SHA-256 is checked after copying, else its size */
  readonly hashed: boolean;
}

export interface MoveInPlan {
  /** in this order */
  readonly files: readonly CopiedFile[];
  /** sequence.json, which is copied when all else is whole: see move-in.ts */
  readonly sequence: CopiedFile;
  /** folders that hold nothing on the media */
  readonly folders: readonly string[];
  /** files of Setup that are checked where they are, on the media */
  readonly onMedia: readonly { readonly path: string; readonly entry: ManifestEntry; readonly hashed: boolean }[];
  /** bytes that will be copied */
  readonly bytes: number;
  /** files whose hash is computed */
  readonly hashes: number;
  /** bytes that are read once: those copied and those checked on the media */
  readonly bytesRead: number;
}

/** Ours on the root of the media, beside the upgrade package that lies there. */
const OURS = /^(deploy\/|reports\/|upgrade\.cmd$|autorun\.inf$)/i;

/** Everything that the run needs after the first restart, and Setup where it is not run from the media. */
export function planMoveIn(
  media: StartMedia,
  local: LocalFolder,
  chosen: CompiledUpgradePackage,
  source: SetupSource,
): MoveInPlan {
  const files: CopiedFile[] = [];
  const folders: string[] = [];
  const checked: { path: string; entry: ManifestEntry; hashed: boolean }[] = [];
  files.push(control(media, CONTROL_FILES.engine, local.engine));
  files.push(control(media, CONTROL_FILES.variables, local.variables));
  files.push(control(media, CONTROL_FILES.media, local.media));
  for (const { id, path } of media.sequence.packages) {
    const target = `${local.packages}\\${id}`;
    folders.push(target);
    for (const entry of entriesBelow(media.manifest, path)) files.push(copied(media, entry, path, target, true));
    for (const folder of media.manifest.directories) {
      if (beginsWith(folder, `${path}/`)) folders.push(inside(target, folder, path));
    }
  }
  for (const entry of entriesBelow(media.manifest, chosen.path)) {
    if (chosen.path === '' && OURS.test(entry.path)) continue;
    const hashed = isHashedOfSetup(entry);
    if (source.from === 'local') files.push(copied(media, entry, chosen.path, `${local.os}\\${chosen.id}`, hashed));
    else checked.push({ path: onMedia(media.root, entry.path), entry, hashed });
  }
  const sequence = control(media, CONTROL_FILES.sequence, local.sequence);
  return { files, sequence, folders, onMedia: checked, ...totals([...files, sequence], checked) };
}

/** A file of the engine's own; that the manifest has it was seen when the media were read. */
function control(media: StartMedia, name: string, to: string): CopiedFile {
  const entry = entryOf(media.manifest, name);
  if (!entry) throw new Error(`The manifest does not list "${name}"`);
  return { from: onMedia(media.root, name), to, entry, hashed: true };
}

function copied(media: StartMedia, entry: ManifestEntry, folder: string, target: string, hashed: boolean): CopiedFile {
  return { from: onMedia(media.root, entry.path), to: inside(target, entry.path, folder), entry, hashed };
}

/** The path of something below `folder`, below `target`. */
function inside(target: string, path: string, folder: string): string {
  const rest = folder === '' ? path : path.substring(folder.length + 1);
  return onMedia(target, rest);
}

function totals(
  files: readonly CopiedFile[],
  checked: MoveInPlan['onMedia'],
): Pick<MoveInPlan, 'bytes' | 'hashes' | 'bytesRead'> {
  let bytes = 0;
  let hashes = 0;
  let bytesRead = 0;
  for (const { entry, hashed } of files) {
    bytes += entry.size;
    bytesRead += entry.size;
    if (hashed) hashes += 1;
  }
  for (const { entry, hashed } of checked) {
    if (!hashed) continue;
    hashes += 1;
    bytesRead += entry.size;
  }
  return { bytes, hashes, bytesRead };
}

/** Bytes that are still to be copied: what an earlier attempt has brought in whole size is not counted twice. */
export function bytesToCopy({ files }: Machine, plan: MoveInPlan): number {
  let bytes = 0;
  for (const { to, entry } of [...plan.files, plan.sequence]) {
    const stat = files.stat(to);
    bytes += entry.size - Math.min(stat && !stat.folder ? stat.size : 0, entry.size);
  }
  return bytes;
}
