/** What goes onto drives: an image file, or what a definition describes. */
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { readBytes } from '../content/content.js';
import { openFile } from '../content/file.js';
import type { Validity } from '../definition/model.js';
import type { EmitOptions } from '../emit/emit-image.js';
import { InplaceError, throwFindings } from '../errors.js';
import { openDisk, type VolumeTree } from '../image/disk.js';
import { DiskImage } from '../image/disk-image.js';
import { MANIFEST_PATH } from '../image/manifest.js';
import { loadManifest } from '../image/verify-files.js';
import { manifestResolver } from './build.js';
import { expired, expiredMedia } from './expired.js';
import { inspect } from './inspect.js';
import { mediaKind } from './media-kind.js';
import { isDrive } from './named-drive.js';
import { inputsOf } from './output.js';
import { planMedia } from './plan.js';
import type { MediaIds } from './receipts.js';
import { mediaTrees } from './saved-reports.js';
import { strangeImage } from './strange-image.js';
import type { WriteOptions } from './write-options.js';

export interface WriteSource {
  readonly image: DiskImage;
  /** real paths of the inputs */
  readonly files: readonly string[];
  /** called when everything before a late content is hashed; several readings may call it */
  readonly beforeLate: NonNullable<EmitOptions['beforeLate']>;
  /** what names the media, when everything was passed on once */
  ids(): Promise<MediaIds>;
  /** the file systems that are being written, when the media is one of inplace */
  trees(): Promise<readonly VolumeTree[]>;
  close(): Promise<void>;
}

/**
 * @param deviceSize bytes of the smallest drive
 * @throws InplaceError USAGE, SOURCE_*, and what planning throws
 */
export async function openSource(path: string, deviceSize: number, options: WriteOptions): Promise<WriteSource> {
  const source = /\.ya?ml$/i.test(path)
    ? await planSource(path, deviceSize, options)
    : await imageSource(path, options);
  let trees: Promise<readonly VolumeTree[]> | undefined;
  return { ...source, trees: () => (trees ??= readTrees(source.image, path)) };
}

/** An image that another tool made may be anything. */
async function readTrees(image: DiskImage, path: string): Promise<readonly VolumeTree[]> {
  try {
    const disk = await openDisk(image, path);
    return disk ? await mediaTrees(disk) : [];
  } catch (error) {
    if (error instanceof InplaceError && error.code === 'SOURCE_CORRUPT') return [];
    throw error;
  }
}

async function imageSource(path: string, options: WriteOptions): Promise<Omit<WriteSource, 'trees'>> {
  const kind = (await isDrive(path)) ? 'drive' : await mediaKind(path);
  if (kind !== 'image') throw notAnImage(path, kind);
  throwFindings(expiredMedia(await validityOf(path), options.today, { file: path }));
  const file = await openFile(path);
  options.onWarnings?.(await strangeImage(file, path));
  const image = new DiskImage(Math.ceil(file.size / 512) * 512, [
    { offset: 0, content: file, kind: 'file', role: path },
    { offset: file.size, content: { size: 0, read: async () => {} }, kind: 'late', role: 'end' },
  ]);
  let imageSha256 = '';
  return {
    image,
    files: [],
    close: () => file.close(),
    beforeLate: (_, digests) => {
      imageSha256 = digests.file(image.extents[0]!);
    },
    ids: async () => ({ imageSha256, ...(await idsOf(image, path)) }),
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

async function idsOf(image: DiskImage, path: string): Promise<MediaIds> {
  for (const { files } of await readTrees(image, path)) {
    const contents = new Map(files.map((file) => [file.path, file.content]));
    const manifest = await loadManifest(contents);
    if ('code' in manifest) continue;
    const bytes = await readBytes(contents.get(MANIFEST_PATH)!);
    return { mediaId: manifest.mediaId, contentId: createHash('sha256').update(bytes).digest('hex') };
  }
  return {};
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
async function planSource(
  path: string,
  deviceSize: number,
  options: WriteOptions,
): Promise<Omit<WriteSource, 'trees'>> {
  const plan = await planMedia(path, { ...options, format: 'usb', deviceSize }, async (definition) =>
    expired(definition, options.today),
  );
  options.onWarnings?.(plan.warnings);
  const { image } = plan.placed!;
  return {
    image,
    files: await Promise.all(inputsOf(plan.definition).map(realPath)),
    close: () => plan.close(),
    beforeLate: manifestResolver(plan),
    ids: async () => {
      const contentId = createHash('sha256').update(await readBytes(plan.manifest));
      return { mediaId: plan.staged.mediaId, contentId: contentId.digest('hex') };
    },
  };
}

/** Links followed, as far as the path is there: what is not there yet will be made in what is. */
export async function realPath(path: string): Promise<string> {
  const whole = resolve(path);
  return await realpath(whole).catch(async () => {
    const parent = dirname(whole);
    return parent === whole ? whole : join(await realPath(parent), basename(whole));
  });
}
