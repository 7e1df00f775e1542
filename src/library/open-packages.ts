/** Opens the upgrade packages of a definition: checksums first, then the images that it wants. */
import { createHash } from 'node:crypto';
import { openFile } from '../content/file.js';
import type { MediaDefinition, MediaUpgradePackage } from '../definition/model.js';
import { type Finding, InplaceError } from '../errors.js';
import { HashReader } from '../image/hash-reader.js';
import { upgradePackagePath } from '../staging/media-paths.js';
import type { StagedUpgradePackage } from '../staging/staged-upgrade-package.js';
import { openUpgradePackage } from '../upgrade-package/open.js';
import { type TrimmedPackage, trimUpgradePackage } from '../upgrade-package/trim.js';
import type { WorkOptions } from './work.js';

/** An upgrade package that is open, with the place that it gets. */
export interface OpenedUpgradePackage extends StagedUpgradePackage {
  /** bytes of the install image that are left out; left out where the definition wants all images */
  readonly savedBytes?: number;
}

/** What could be opened, in the order of the definition: the first is for the root of the media. */
export interface OpenedPackages {
  readonly packages: readonly OpenedUpgradePackage[];
  /** whether every one of them is there */
  readonly complete: boolean;
  close(): Promise<void>;
}

/**
 * Opens every upgrade package, and leaves the images out that the definition does not want.
 * @param findings gets the problems of all of them
 * @param options `sums`: whether a given SHA-256 is checked, which reads the whole file
 * @throws InplaceError INTERRUPTED; then everything is closed
 */
export async function openPackages(
  definition: MediaDefinition,
  findings: Finding[],
  options: WorkOptions & { readonly sums?: boolean },
): Promise<OpenedPackages> {
  const { sums = true, ...work } = options;
  const wanted = [definition.upgradePackage, ...definition.otherUpgradePackages];
  const packages: OpenedUpgradePackage[] = [];
  const close = async (): Promise<void> => {
    for (const { upgradePackage } of packages) await upgradePackage.close();
  };
  try {
    for (const [index, one] of wanted.entries()) {
      if (sums) await collect(findings, () => checkSum(definition, one, work));
      const opened = await collect(findings, () => openOne(definition, one));
      const path = index === 0 ? '' : upgradePackagePath(one.id);
      if (opened) packages.push({ id: one.id, path, ...opened });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { packages, complete: packages.length === wanted.length, close };
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

async function openOne(
  definition: MediaDefinition,
  wanted: MediaUpgradePackage,
): Promise<Pick<OpenedUpgradePackage, 'upgradePackage' | 'savedBytes'>> {
  const opened = await openUpgradePackage(wanted.source);
  try {
    const { upgradePackage, savedBytes } = await trimImages(definition, wanted, opened);
    return { upgradePackage, ...(savedBytes === undefined ? {} : { savedBytes }) };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Leaves the images out that the definition does not want. */
async function trimImages(
  definition: MediaDefinition,
  { id, edition, image }: MediaUpgradePackage,
  upgradePackage: TrimmedPackage['upgradePackage'],
): Promise<TrimmedPackage> {
  const place = (field: 'edition' | 'image') => definition.placeOfUpgradePackage(id, field);
  if (edition !== undefined) return await trimUpgradePackage(upgradePackage, { edition }, place('edition'));
  if (image === undefined) return { upgradePackage, savedBytes: undefined };
  return await trimUpgradePackage(upgradePackage, { image }, place('image'));
}

/** The one kind of input that is read twice: one with a given SHA-256 is summed before anything is written. */
async function checkSum(
  definition: MediaDefinition,
  { id, source, sha256 }: MediaUpgradePackage,
  options: WorkOptions,
): Promise<void> {
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
    where: definition.placeOfUpgradePackage(id, 'sha256'),
    hint: 'Download the ISO again, or correct the definition if this is the ISO you mean',
  });
}
