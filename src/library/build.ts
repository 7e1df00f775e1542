import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { readBytes } from '../content/content.js';
import { emitFolder } from '../emit/emit-folder.js';
import { type Digests, emitImage } from '../emit/emit-image.js';
import type { Finding } from '../errors.js';
import { emptyDirectories, type ManifestFile, renderManifest } from '../image/manifest.js';
import { expired } from './expired.js';
import { checkOutput, type Output, outputPath } from './output.js';
import { type MediaPlan, manifestEntries, type PlanOptions, planMedia } from './plan.js';

/** What a build may be told beside its definition. */
export interface BuildOptions extends PlanOptions {
  /** path of the output, or a descriptor that is open for writing (a pipe); default: `<label>.iso` or `.img` beside the definition */
  output?: Output;
  /** called before the first byte is written, and again for what shows only then; the same findings are in the result */
  onWarnings?(warnings: readonly Finding[]): void;
}

/** What a build has written. */
export interface BuildResult {
  /** path that was written; left out when the media went to a descriptor */
  readonly output?: string;
  readonly format: MediaPlan['format'];
  readonly label: string;
  readonly mediaId: string;
  /** SHA-256 of manifest.json: names exactly these bytes */
  readonly contentId: string;
  readonly files: number;
  /** bytes written: the image, or all files of a folder or zip */
  readonly bytes: number;
  readonly warnings: readonly Finding[];
}

/** SHA-256 of no bytes. */
const EMPTY = createHash('sha256').digest('hex');

/**
 * Builds the media a definition describes, reading every byte once and writing it once. The output appears under its
 * name only when it is whole; what was there before stays until then.
 * @throws InplaceError with every problem that could be found
 */
export async function build(definitionPath: string, options: BuildOptions = {}): Promise<BuildResult> {
  let output: Output = '';
  const plan = await planMedia(definitionPath, options, async (definition) => {
    output = outputPath(definition, options.output);
    await checkOutput(definition, output);
    return expired(definition, options.today);
  });
  try {
    options.onWarnings?.(plan.warnings);
    const late: Finding[] = [];
    await write(plan, output, options, late);
    return await describe(plan, output, late);
  } finally {
    await plan.close();
  }
}

async function write(plan: MediaPlan, output: Output, options: BuildOptions, late: Finding[]): Promise<void> {
  const common = {
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.cores === undefined ? {} : { cores: options.cores }),
    onWarning: (finding: Finding) => {
      late.push(finding);
      options.onWarnings?.([finding]);
    },
    onProgress: ({ written, total }: { written: number; total: number }) =>
      options.onProgress?.({ phase: 'write', done: written, total }),
  };
  if (plan.placed) {
    const sink = typeof output === 'string' ? { file: output } : output;
    await emitImage(plan.placed.image, sink, { ...common, beforeLate: manifestResolver(plan) });
    return;
  }
  const beforeLate = (digestOf: (path: string) => string) => resolveManifest(plan, digestOf);
  const { directories, time: modified } = plan.staged;
  if (plan.format === 'zip') {
    // archiver takes a fifth of a second to load, and only zips need it
    const { emitZip } = await import('../emit/emit-zip.js');
    const sink = typeof output === 'string' ? { file: output } : output;
    await emitZip(plan.files, directories, sink, { ...common, beforeLate, modified });
  } else await emitFolder(plan.files, directories, output as string, { ...common, beforeLate, modified });
}

/** Resolves the manifest of a planned image when its files are summed; several sinks may share it. */
export function manifestResolver(plan: MediaPlan): (extent: unknown, digests: Digests) => void {
  const { extents } = plan.placed!;
  let known = false;
  return (_, digests) => {
    // the first drive that is so far knows it for all: the bytes are the same
    if (known) return;
    known = true;
    const digestOf = (path: string) => {
      const extent = extents.get(path);
      return extent ? digests.file(extent) : EMPTY;
    };
    resolveManifest(plan, digestOf, digests.structures());
  };
}

function resolveManifest(plan: MediaPlan, digestOf: (path: string) => string, structures?: string): void {
  const files: ManifestFile[] = manifestEntries(plan.files).map((entry) => ({
    ...entry,
    sha256: digestOf(entry.path),
  }));
  const { mediaId } = plan.staged;
  const directories = emptyDirectories(plan.staged.directories, plan.staged.files);
  const sum = structures === undefined ? {} : { structures };
  plan.manifest.resolve(renderManifest({ mediaId, ...sum, directories, files }));
}

async function describe(plan: MediaPlan, output: Output, late: readonly Finding[]): Promise<BuildResult> {
  const contentId = createHash('sha256')
    .update(await readBytes(plan.manifest))
    .digest('hex');
  const { label, mediaId } = plan.staged;
  return {
    ...(typeof output === 'string' ? { output } : {}),
    format: plan.format,
    label,
    mediaId,
    contentId,
    files: plan.files.length,
    bytes: plan.placed?.image.size ?? plan.files.reduce((sum, file) => sum + file.content.size, 0),
    warnings: [...plan.warnings, ...late],
  };
}

/** The name a person knows the output by. */
export function outputName(result: BuildResult): string {
  return result.output === undefined ? 'standard output' : basename(result.output);
}
