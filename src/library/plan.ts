/** From a definition to a finished plan: what `check` shows and `build` writes. */
import type { Authority } from '../boot-trust/authorities.js';
import { LateContent } from '../content/views.js';
import type { OutputFormat } from '../definition/formats.js';
import { OUTPUT_FORMATS } from '../definition/formats.js';
import type { MediaDefinition } from '../definition/model.js';
import { type Finding, InplaceError, interrupted, throwFindings } from '../errors.js';
import { emptyDirectories, MANIFEST_PATH, manifestSize } from '../image/manifest.js';
import type { PlacedFile, PlacedImage } from '../image/placed-file.js';
import type { SplitLimits } from '../staging/split-install-image.js';
import { type StagedMedia, stageMedia } from '../staging/stage.js';
import { VERSION } from '../version.js';
import { isImage, layOut } from './lay-out.js';
import { type OpenedPackages, openPackages } from './open-packages.js';
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
  /** who signs boot files in place of Microsoft: for tests, which have keys of their own only */
  authorities?: readonly Authority[];
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
  const opened = await openPackages(definition, findings, options);
  try {
    return { ...(await planFrom(definition, opened, findings, options)), ...savedBy(opened) };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function savedBy({ packages }: OpenedPackages): { savedBytes?: number } {
  const saved = packages.flatMap(({ savedBytes }) => savedBytes ?? []);
  return saved.length === 0 ? {} : { savedBytes: saved.reduce((sum, bytes) => sum + bytes, 0) };
}

function checkFormat(format: string | undefined): void {
  if (format === undefined || (OUTPUT_FORMATS as readonly string[]).includes(format)) return;
  throw new InplaceError({
    code: 'USAGE',
    message: `The format is "${format}", expected one of ${OUTPUT_FORMATS.join(', ')}`,
  });
}

async function planFrom(
  definition: MediaDefinition,
  opened: OpenedPackages,
  earlier: readonly Finding[],
  options: PlanOptions,
): Promise<MediaPlan> {
  const { sourceDateEpoch, splitLimits, authorities, signal } = options;
  if (signal?.aborted) throw interrupted();
  const { staged, findings } = await stageMedia(definition, opened.complete ? opened.packages : undefined, {
    version: VERSION,
    ...(sourceDateEpoch === undefined ? {} : { sourceDateEpoch }),
    ...(splitLimits === undefined ? {} : { splitLimits }),
    ...(authorities === undefined ? {} : { authorities }),
  });
  try {
    throwFindings([...earlier, ...findings]);
    if (!staged) throw new Error('Staging gave neither media nor an error');
    if (signal?.aborted) throw interrupted();
    const warnings = [...earlier, ...findings];
    const close = async (): Promise<void> => {
      await staged.close();
      await opened.close();
    };
    return { ...(await laidOut(definition, staged, options)), warnings, close };
  } catch (error) {
    await staged?.close();
    throw error;
  }
}

async function laidOut(
  definition: MediaDefinition,
  staged: StagedMedia,
  options: PlanOptions,
): Promise<Omit<MediaPlan, 'warnings' | 'close'>> {
  const { format } = definition.output;
  const entries = manifestEntries(staged.files);
  const empty = emptyDirectories(staged.directories, staged.files);
  const manifest = new LateContent(manifestSize(staged.mediaId, entries, isImage(format), empty));
  const last: PlacedFile = { path: MANIFEST_PATH, content: manifest, modified: staged.time, late: true };
  const files = [...staged.files, last];
  const placed = await layOut(definition, staged, files, options);
  return { definition, format, staged, files, manifest, ...(placed ? { placed } : {}) };
}

/** What the manifest lists: all but itself, sorted by path. */
export function manifestEntries(files: readonly PlacedFile[]): { path: string; size: number }[] {
  return files
    .filter((file) => !file.late)
    .map(({ path, content }) => ({ path, size: content.size }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
