import { type Content, readBytes } from '../content/content.js';
import { openFile } from '../content/file.js';
import { readFolderTree } from '../content/folder-tree.js';
import { isUnfinished } from '../devices/unfinished.js';
import { type Finding, InplaceError } from '../errors.js';
import { isLeftToUse } from '../image/used-media.js';
import type { Verification, VerifyOptions } from '../image/verification.js';
import { verifyImage } from '../image/verify-image.js';
import { type VerifiableTree, verifyTree } from '../image/verify-tree.js';
import { openZipTree } from '../image/zip-tree.js';
import { mediaKind } from './media-kind.js';
import { isDrive, openNamedDrive } from './named-drive.js';
import type { WorkOptions } from './work.js';

/** Bytes of the first block. */
const HEAD = 512;

/**
 * Reads an image, folder or zip back: every file against the manifest, the structures against the standard and
 * against the manifest's sum of them, and nothing there that should not be.
 * The findings are the result; an empty list means that all of it holds.
 * @throws InplaceError SOURCE_MISSING, SOURCE_UNREADABLE, SOURCE_UNSUPPORTED when there is nothing that can be read,
 *   or INTERRUPTED
 */
export async function verify(path: string, options: WorkOptions = {}): Promise<Verification> {
  const progress = {
    ...(options.signal ? { signal: options.signal } : {}),
    onProgress: (done: number, total: number) => options.onProgress?.({ phase: 'verify', done, total }),
  };
  if (await isDrive(path)) return await verifyDrive(path, progress);
  const kind = await mediaKind(path);
  if (kind === 'zip') return await verifyZip(path, progress);
  if (kind === 'folder') return await verifyTree(await openFolder(path), progress);
  const image = await openFile(path);
  return await verifyStarted(image, progress).finally(() => image.close());
}

async function verifyDrive(path: string, options: VerifyOptions): Promise<Verification> {
  const device = await openNamedDrive(path);
  return await verifyStarted(device, { ...options, device: true }).finally(() => device.close());
}

/** A drive that was being written says so, and so does a copy of it. */
async function verifyStarted(image: Content, options: VerifyOptions): Promise<Verification> {
  if (!isUnfinished(await readBytes(image, 0, Math.min(image.size, HEAD)))) return await verifyImage(image, options);
  const finding = {
    code: 'VERIFY_UNFINISHED',
    message: 'Unfinished: writing it was begun and never ended',
    hint: 'Write it again',
  } as const;
  return { findings: [finding], expected: [], files: 0, bytes: HEAD };
}

/** A zip that is damaged or packed otherwise can be read well enough to know that it is not what it should be. */
async function verifyZip(path: string, options: VerifyOptions): Promise<Verification> {
  try {
    const zip = await openZipTree(path);
    return await verifyTree(zip, options).finally(() => zip.close());
  } catch (error) {
    if (!(error instanceof InplaceError) || !/^SOURCE_(CORRUPT|UNSUPPORTED)$/.test(error.code)) throw error;
    const findings = error.findings.map((finding): Finding => ({ ...finding, code: 'VERIFY_STRUCTURE' }));
    return { findings, expected: [], files: 0, bytes: 0 };
  }
}

/** A folder may be a stick that was used: what use adds is not looked into. Builds write no links. */
async function openFolder(path: string): Promise<VerifiableTree> {
  const { tree, findings, skipped } = await readFolderTree(path, { skip: isLeftToUse, links: 'refuse' });
  return { ...tree, findings: findings.map(folderFinding), leftToUse: skipped };
}

/** A name that is no text is only known by its folder, and says nothing about the files in it. */
function folderFinding({ code, message, where }: Finding): Finding {
  const place = code === 'MEDIA_NAME' && where?.file !== undefined ? { file: where.file } : where;
  return { code: 'VERIFY_FILE', message, ...(place === undefined ? {} : { where: place }) };
}
