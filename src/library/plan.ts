/** From a definition to a finished plan: what `check` shows and `build` writes. */
import { createHash } from 'node:crypto';
import { openFile } from '../content/file.js';
import { LateContent } from '../content/views.js';
import type { OutputFormat } from '../definition/formats.js';
import { OUTPUT_FORMATS } from '../definition/formats.js';
import type { MediaDefinition } from '../definition/model.js';
import { type Finding, InplaceError, interrupted, throwFindings } from '../errors.js';
import { HashReader } from '../image/hash-reader.js';
import { emptyDirectories, MANIFEST_PATH, manifestSize } from '../image/manifest.js';
import type { PlacedFile, PlacedImage } from '../image/placed-file.js';
import type { SplitLimits } from '../staging/split-install-image.js';
import { type StagedMedia, stageMedia } from '../staging/stage.js';
import { openUpgradePackage, type UpgradePackage } from '../upgrade-package/open.js';
import { type TrimmedPackage, trimUpgradePackage } from '../upgrade-package/trim.js';
import { VERSION } from '../version.js';
import { isImage, layOut } from './lay-out.js';
import type { Surroundings, WorkOptions } from './work.js';

/** What is written. */
export type MediaFormat = OutputFormat;

/** Everything that is known before the first byte is written. */
export interface MediaPlan {
  readonly definition: MediaDefinition;
  readonly format: MediaFormat;
  readonly staged: StagedMedia;
  /** everything on the media in the order it is written; the manifest is the last */
  readonly files: readonly PlacedFile[];
  readonly manifest: LateContent;
  /** for `iso`, `hybrid` and `usb` */
  readonly placed?: PlacedImage;
  readonly warnings: readonly Finding[];
  /** bytes of the install image that the media do not carry, when the definition names an edition or image */
  readonly savedBytes?: number;
  /** closes the inputs */
  close(): Promise<void>;
}

/** What planning needs from the caller. */
export interface PlanOptions extends Surroundings, WorkOptions {
  /** replaces the definition's `output.format` */
  format?: MediaFormat;
  /** bytes of the device that `usb` is laid out for; replaces `output.size` */
  deviceSize?: number;
  /** files that are split at less than what FAT32 can hold: for tests, which have no time for 4 GiB */
  splitLimits?: SplitLimits;
}

/**
 * Loads a definition, opens its inputs, and lays the media out. Nothing is written.
 * @param beforeInputs looks at the definition before any input is read, which may take minutes
 * @throws InplaceError with every problem that could be found
 */
export async function planMedia(
  definitionPath: string,
  options: PlanOptions,
  beforeInputs?: (definition: MediaDefinition) => Promise<readonly Finding[]>,
): Promise<MediaPlan> {
  checkFormat(options.format);
  // YAML and schemas take a while to load, and inspect and verify need neither
  const { loadDefinition } = await import('../definition/load.js');
  const loaded = await loadDefinition(definitionPath, {
    environment: options.environment ?? {},
    format: options.format,
  });
  throwFindings(loaded.findings);
  const definition = loaded.definition!;
  const findings = [...loaded.findings, ...((await beforeInputs?.(definition)) ?? [])];
  await collect(findings, () => checkSum(definition, options));
  const upgradePackage = await collect(findings, () => openUpgradePackage(definition.upgradePackage.source));
  try {
    const trimmed = upgradePackage && (await collect(findings, () => trimImages(definition, upgradePackage)));
    return { ...(await planFrom(definition, trimmed?.upgradePackage, findings, options)), ...savedBy(trimmed) };
  } catch (error) {
    await upgradePackage?.close();
    throw error;
  }
}

/** Leaves the images out that the definition does not want. */
async function trimImages(definition: MediaDefinition, upgradePackage: UpgradePackage): Promise<TrimmedPackage> {
  const { edition, image } = definition.upgradePackage;
  if (edition !== undefined) {
    return await trimUpgradePackage(upgradePackage, { edition }, definition.place('upgradePackage.edition'));
  }
  if (image === undefined) return { upgradePackage, savedBytes: undefined };
  return await trimUpgradePackage(upgradePackage, { image }, definition.place('upgradePackage.image'));
}

function savedBy(trimmed: TrimmedPackage | undefined): { savedBytes?: number } {
  return trimmed?.savedBytes === undefined ? {} : { savedBytes: trimmed.savedBytes };
}

function checkFormat(format: string | undefined): void {
  if (format === undefined || (OUTPUT_FORMATS as readonly string[]).includes(format)) return;
  throw new InplaceError({
    code: 'USAGE',
    message: `The format is "${format}", expected one of ${OUTPUT_FORMATS.join(', ')}`,
  });
}

/** Runs one part of the planning; its problems join the others, so that a person sees all of them at once. */
async function collect<T>(findings: Finding[], part: () => Promise<T>): Promise<T | undefined> {
  try {
    return await part();
  } catch (error) {
    if (!(error instanceof InplaceError) || error.kind === 'interrupted') throw error;
    findings.push(...error.findings);
    return undefined;
  }
}

async function planFrom(
  definition: MediaDefinition,
  upgradePackage: UpgradePackage | undefined,
  earlier: readonly Finding[],
  options: PlanOptions,
): Promise<MediaPlan> {
  const { format } = definition.output;
  const { sourceDateEpoch, splitLimits, signal } = options;
  if (signal?.aborted) throw interrupted();
  const { staged, findings } = await stageMedia(definition, upgradePackage, {
    version: VERSION,
    ...(sourceDateEpoch === undefined ? {} : { sourceDateEpoch }),
    ...(splitLimits === undefined ? {} : { splitLimits }),
  });
  throwFindings([...earlier, ...findings]);
  if (!staged) throw new Error('Staging gave neither media nor an error');
  if (signal?.aborted) throw interrupted();
  const entries = manifestEntries(staged.files);
  const empty = emptyDirectories(staged.directories, staged.files);
  const manifest = new LateContent(manifestSize(staged.mediaId, entries, isImage(format), empty));
  const last: PlacedFile = { path: MANIFEST_PATH, content: manifest, modified: staged.time, late: true };
  const files = [...staged.files, last];
  const placed = await layOut(definition, staged, files, options);
  return {
    definition,
    format,
    staged,
    files,
    manifest,
    ...(placed ? { placed } : {}),
    warnings: [...earlier, ...findings],
    close: () => staged.upgradePackage.close(),
  };
}

/** What the manifest lists: all but itself, sorted by path. */
export function manifestEntries(files: readonly PlacedFile[]): { path: string; size: number }[] {
  return files
    .filter((file) => !file.late)
    .map(({ path, content }) => ({ path, size: content.size }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The one input that is read twice: an upgrade package with a given SHA-256 is summed before anything is written. */
async function checkSum(definition: MediaDefinition, options: WorkOptions): Promise<void> {
  const { source, sha256 } = definition.upgradePackage;
  if (sha256 === undefined) return;
  const file = await openFile(source);
  const reader = new HashReader({
    ...(options.signal ? { signal: options.signal } : {}),
    onProgress: (done) => options.onProgress?.({ phase: 'checksum', done, total: file.size }),
  });
  const hash = createHash('sha256');
  await reader.update(hash, file).finally(() => file.close());
  const found = hash.digest('hex');
  if (found === sha256) return;
  throw new InplaceError({
    code: 'CHECKSUM_MISMATCH',
    message: `The SHA-256 of "${source}" is ${found}, the definition says ${sha256}`,
    where: definition.place('upgradePackage.sha256'),
    hint: 'Download the ISO again, or correct the definition if this is the ISO you mean',
  });
}
