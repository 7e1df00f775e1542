/** `verify` of a folder or a zip: the same files, without structures of an image. */
import type { Content } from '../content/content.js';
import { FileContent } from '../content/file.js';
import type { FileTree } from '../content/tree.js';
import type { Finding } from '../errors.js';
import { HashReader } from './hash-reader.js';
import { MANIFEST_PATH } from './manifest.js';
import { compareNames, fileFinding, loadManifest } from './verify-files.js';
import type { Verification, VerifyOptions } from './verify-image.js';

/** Checks every file of the tree against its manifest. */
export async function verifyTree(tree: FileTree, options: VerifyOptions = {}): Promise<Verification> {
  const contents = new Map(tree.files.map((file) => [file.path, file.content]));
  const manifest = await loadManifest(contents);
  if ('code' in manifest) return { findings: [manifest], expected: [], files: contents.size, bytes: 0 };

  const names = compareNames(manifest, contents);
  const findings: Finding[] = [...names.findings];
  const total = manifest.files.reduce((sum, file) => sum + file.size, 0);
  const { onProgress, signal } = options;
  const reader = new HashReader({ ...(signal ? { signal } : {}), onProgress: (done) => onProgress?.(done, total) });
  for (const { path, size, sha256 } of manifest.files) {
    const content = contents.get(path);
    if (content?.size !== size) continue;
    if ((await sumOf(content, reader)) !== sha256) findings.push(fileFinding(path, 'The content is damaged'));
  }
  const contentId = await sumOf(contents.get(MANIFEST_PATH)!, reader);
  const { mediaId } = manifest;
  return { findings, expected: names.expected, mediaId, contentId, files: contents.size, bytes: reader.done };
}

/** The files of a folder are opened one after the other, those of a zip are ranges of one file that its owner closes. */
async function sumOf(content: Content, reader: HashReader): Promise<string> {
  try {
    return await reader.sha256(content);
  } finally {
    if (content instanceof FileContent) await content.close();
  }
}
