/** An upgrade package whose install.wim holds the chosen images only: a view, like the package itself. */
import { join } from 'node:path';
import type { Content } from '../content/content.js';
import { byCodeUnit, type TreeFile } from '../content/tree.js';
import { type Finding, InplaceError, type Place } from '../errors.js';
import { chooseImages, type ImageChoice } from '../formats/wim/choose-images.js';
import { trimWim } from '../formats/wim/trim.js';
import { openWim } from '../formats/wim/wim.js';
import type { InstallImage } from './install-image.js';
import type { UpgradePackage } from './open.js';
import { MediaReader } from './reader.js';
import { readMediaFacts } from './recognise.js';

export interface TrimmedPackage {
  readonly upgradePackage: UpgradePackage;
  /** bytes that install.wim had more; undefined when nothing was to be left out */
  readonly savedBytes: number | undefined;
}

/**
 * Leaves out every install image but the chosen ones. A split install.swm becomes an install.wim. What the package is, is read anew, so that numbers
 * of images are those that are left.
 * @param where the choice stands, for messages
 * @throws InplaceError DEFINITION_INVALID when there is no such image, SOURCE_UNSUPPORTED for install.esd, SOURCE_CORRUPT
 */
export async function trimUpgradePackage(
  source: UpgradePackage,
  choice: ImageChoice,
  where: Place,
): Promise<TrimmedPackage> {
  const installImages = source.facts.setups.flatMap(({ installImage }) => installImage ?? []);
  // what is wrong with media without an install image is in the facts, and dual-architecture media are refused later
  const [installImage] = installImages;
  if (installImage === undefined || installImages.length > 1) return { upgradePackage: source, savedBytes: undefined };
  const images = chooseImages(installImage.images, choice);
  if ('message' in images) throw new InplaceError(noSuchImage(images, where));
  if (images.length === installImage.images.length) return { upgradePackage: source, savedBytes: 0 };
  const content = await trimmed(source, installImage, images);
  const before = installImage.parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return {
    upgradePackage: await withInstallImage(source, installImage, content),
    savedBytes: before - content.size,
  };
}

function noSuchImage(found: { readonly message: string; readonly hint: string }, where: Place): Finding {
  const message = found.message.replace(' in it', ' on this Windows media');
  return { code: 'DEFINITION_INVALID', message, where, hint: found.hint };
}

async function trimmed(source: UpgradePackage, { parts }: InstallImage, images: readonly number[]): Promise<Content> {
  const files = parts.map(({ path }) => {
    const file = source.find(path)!;
    return { file: nameOf(source, file), content: file.content };
  });
  return await trimWim(await openWim(files), images);
}

/** How messages call a file of the package. */
function nameOf({ kind, path }: UpgradePackage, file: TreeFile): string {
  return kind === 'iso' ? `${path}:${file.path}` : join(path, file.path);
}

/** The package with another file in place of its install image and all parts of it. */
async function withInstallImage(
  source: UpgradePackage,
  { path, parts }: InstallImage,
  content: Content,
): Promise<UpgradePackage> {
  const replaced = new Set(parts.map((part) => part.path));
  const made: TreeFile = { path: path.replace(/\.swm$/i, '.wim'), content, modified: source.find(path)!.modified };
  const files = [...source.tree.files.filter((file) => !replaced.has(file.path)), made];
  files.sort((a, b) => byCodeUnit(a.path, b.path));
  const tree = { ...source.tree, files };
  const media = new MediaReader(source.path, tree, (file) => nameOf(source, file));
  media.findings.push(...source.skipped);
  return { ...source, tree, facts: await readMediaFacts(media), find: media.find };
}
