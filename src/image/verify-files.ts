/** What all media have in common for `verify`: the manifest, and every name against it. */
import { quote } from '../bytes/quote.js';
import type { Content } from '../content/content.js';
import { readBytes } from '../content/content.js';
import { closeContent } from '../content/file.js';
import { parentsOf } from '../content/parents.js';
import { byCodeUnit } from '../content/tree.js';
import { foldCase } from '../content/windows-names.js';
import { type Finding, InplaceError } from '../errors.js';
import { directoriesOf, MANIFEST_PATH, type Manifest } from './manifest.js';
import { parseManifest } from './parse-manifest.js';
import { isBootStatus, isLeftToUse } from './used-media.js';
import { fileFinding } from './verification.js';

/** A manifest of a million files is 150 MB; nothing larger is read into memory. */
const LARGEST_MANIFEST = 256 * 1024 * 1024;

/** Reads the manifest among the files of the media, or says what is wrong with it. */
export async function loadManifest(files: ReadonlyMap<string, Content>): Promise<Manifest | Finding> {
  const content = files.get(MANIFEST_PATH);
  if (!content) return manifestFinding('There is no manifest: this was not made by inplace, or the file was removed');
  if (content.size > LARGEST_MANIFEST) return manifestFinding(`The manifest claims ${content.size} bytes`);
  try {
    return parseManifest(await readBytes(content));
  } catch (error) {
    if (!(error instanceof InplaceError) || error.kind === 'interrupted') throw error;
    return { ...error.findings[0]!, code: 'VERIFY_MANIFEST' };
  } finally {
    await closeContent(content);
  }
}

function manifestFinding(message: string): Finding {
  return { code: 'VERIFY_MANIFEST', message, where: { path: MANIFEST_PATH } };
}

/** What is on the media, by name. */
export interface MediaNames {
  readonly files: ReadonlyMap<string, Content>;
  readonly directories: readonly string[];
  /** paths that already have a finding, such as unreadable ones: they and what lies below are not called missing */
  readonly reported?: ReadonlySet<string>;
  /** Whether the media can be written to, so that use leaves its marks. */
  readonly used?: boolean;
}

export interface NameComparison {
  readonly findings: readonly Finding[];
  /** paths that use has added */
  readonly expected: readonly string[];
}

/** Which files and folders are missing or should not be there, and whose size is wrong: known without reading a file. */
export function compareNames(manifest: Manifest, media: MediaNames): NameComparison {
  const { files, used = false } = media;
  const known = new Set(manifest.files.map((file) => file.path));
  const added = [...files.keys()].filter((path) => !known.has(path) && path !== MANIFEST_PATH).sort(byCodeUnit);
  const expected = added.filter((path) => used && isBootStatus(path));
  return {
    findings: [
      ...collisions([...files.keys()]),
      ...missingOrResized(manifest, media),
      ...added
        .filter((path) => !expected.includes(path))
        .map((path) => fileFinding(path, 'The file is not in the manifest: it was added later')),
      ...compareDirectories(manifest, media),
    ],
    expected,
  };
}

function missingOrResized(manifest: Manifest, { files, reported, used = false }: MediaNames): Finding[] {
  const findings: Finding[] = [];
  for (const { path, size } of manifest.files) {
    const content = files.get(path);
    if (!content && !isReported(path, reported)) findings.push(fileFinding(path, 'The file is missing'));
    else if (content && content.size !== size && !(used && isBootStatus(path))) {
      findings.push(fileFinding(path, `The file has ${content.size} bytes, the manifest says ${size}`));
    }
  }
  return findings;
}

function isReported(path: string, reported: ReadonlySet<string> | undefined): boolean {
  if (!reported || reported.size === 0) return false;
  return reported.has(path) || [...parentsOf([path])].some((parent) => reported.has(parent));
}

/** Folders that nothing in the manifest implies; those above an added file are left to the finding about the file. */
function compareDirectories(manifest: Manifest, { files, directories, reported }: MediaNames): Finding[] {
  const findings: Finding[] = [];
  const known = directoriesOf(manifest);
  const holding = parentsOf(files.keys());
  const there = new Set(directories);
  const isAdded = (path: string) =>
    path !== '' && !known.has(path) && !holding.has(path) && !isReported(path, reported);
  for (const path of manifest.directories ?? []) {
    // what belongs to use may be taken away, too
    if (!there.has(path) && !isReported(path, reported) && !isLeftToUse(path))
      findings.push(fileFinding(path, 'The folder is missing'));
  }
  for (const path of directories) {
    if (isAdded(path) && !isAdded(path.slice(0, Math.max(0, path.lastIndexOf('/'))))) {
      findings.push(fileFinding(path, 'The folder is not in the manifest: it was added later'));
    }
  }
  return findings;
}

/** Names that Windows takes for the same one; which of the files it opens depends on the program. */
function collisions(paths: readonly string[]): Finding[] {
  const first = new Map<string, string>();
  const findings: Finding[] = [];
  for (const path of paths) {
    const folded = foldCase(path);
    const other = first.get(folded);
    if (other === undefined) first.set(folded, path);
    else findings.push(fileFinding(path, `Windows takes this name and ${quote(other)} for the same one`));
  }
  return findings;
}
