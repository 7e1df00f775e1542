/** `verify` of a folder or a zip: the same files, without structures of an image. */
import type { Content } from '../content/content.js';
import { closeContent } from '../content/file.js';
import type { FileTree, TreeFile } from '../content/tree.js';
import { type Finding, InplaceError } from '../errors.js';
import { Crc32, HashReader } from './hash-reader.js';
import { MANIFEST_PATH, type Manifest } from './manifest.js';
import { isBootStatus } from './used-media.js';
import { bounded, countFinding, fileFinding, type Verification, type VerifyOptions } from './verification.js';
import { compareNames, loadManifest } from './verify-files.js';

/** A tree to verify, with what was found wrong while it was read. */
export interface VerifiableTree extends FileTree {
  readonly files: readonly (TreeFile & { readonly crc32?: number })[];
  readonly findings: readonly Finding[];
  /** Set for a folder, which may be a stick that was used: what was left out because use has added it. */
  readonly leftToUse?: readonly string[];
}

/** Checks every file of the tree against its manifest. */
export async function verifyTree(tree: VerifiableTree, options: VerifyOptions = {}): Promise<Verification> {
  const contents = new Map(tree.files.map((file) => [file.path, file.content]));
  const manifest = await loadManifest(contents);
  if ('code' in manifest) {
    const findings = [manifest, ...countFinding(tree.findings.length)];
    return { findings, expected: [], files: contents.size, bytes: 0 };
  }
  const used = tree.leftToUse !== undefined;
  const reported = new Set(tree.findings.flatMap(({ where }) => (where?.path === undefined ? [] : [where.path])));
  const names = compareNames(manifest, { files: contents, directories: tree.directories, reported, used });
  const pass = new TreePass(tree, manifest, options);
  await pass.read(contents);
  return {
    findings: bounded([...tree.findings, ...names.findings, ...pass.findings]),
    expected: [...(tree.leftToUse ?? []), ...names.expected, ...pass.expected],
    mediaId: manifest.mediaId,
    ...(pass.contentId === undefined ? {} : { contentId: pass.contentId }),
    files: contents.size,
    bytes: pass.reader.done,
  };
}

/** Reads every file that the manifest knows, and the manifest. */
class TreePass {
  readonly findings: Finding[] = [];
  readonly expected: string[] = [];
  contentId: string | undefined;
  readonly reader: HashReader;
  readonly #crcs: ReadonlyMap<string, number>;

  constructor(
    readonly tree: VerifiableTree,
    readonly manifest: Manifest,
    { signal, onProgress }: VerifyOptions,
  ) {
    const total = manifest.files.reduce((sum, file) => sum + file.size, 0);
    this.reader = new HashReader({ ...(signal ? { signal } : {}), onProgress: (done) => onProgress?.(done, total) });
    this.#crcs = new Map(tree.files.flatMap((file) => (file.crc32 === undefined ? [] : [[file.path, file.crc32]])));
  }

  async read(contents: ReadonlyMap<string, Content>): Promise<void> {
    for (const { path, size, sha256 } of this.manifest.files) {
      const content = contents.get(path);
      if (content === undefined) continue;
      const mayChange = this.tree.leftToUse !== undefined && isBootStatus(path);
      if (content.size !== size) {
        if (mayChange) this.expected.push(path);
        continue;
      }
      const sums = await this.#sumsOf(path, content);
      if (sums === undefined) continue;
      if (sums.sha256 === sha256) this.#checkCrc(path, sums.crc32);
      else if (mayChange) this.expected.push(path);
      else this.findings.push(fileFinding(path, 'The content is damaged'));
    }
    const sums = await this.#sumsOf(MANIFEST_PATH, contents.get(MANIFEST_PATH)!);
    if (sums === undefined) return;
    this.#checkCrc(MANIFEST_PATH, sums.crc32);
    this.contentId = sums.sha256;
  }

  /** The content is right, but programs that trust the zip's own sum refuse it. */
  #checkCrc(path: string, found: number): void {
    const stored = this.#crcs.get(path);
    if (stored === undefined || stored === found) return;
    this.findings.push(fileFinding(path, `The zip says the CRC-32 is ${hex(stored)}, the content has ${hex(found)}`));
  }

  /**
   * The files of a folder are opened one after the other, those of a zip are ranges of one file that its owner closes.
   * Undefined where the file cannot be read to its end: a stick with bad blocks.
   */
  async #sumsOf(path: string, content: Content): Promise<{ sha256: string; crc32: number } | undefined> {
    const crc = new Crc32();
    try {
      const sha256 = await this.reader.sha256(content, this.#crcs.has(path) ? crc : undefined);
      return { sha256, crc32: crc.value };
    } catch (error) {
      if (!(error instanceof InplaceError) || error.kind !== 'source') throw error;
      this.findings.push(fileFinding(path, error.findings[0]!.message));
      return undefined;
    } finally {
      await closeContent(content);
    }
  }
}

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(8, '0');
}
