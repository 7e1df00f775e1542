/** What all media have in common for `verify`: the manifest, and every file against it. */
import type { Content } from '../content/content.js';
import { readBytes } from '../content/content.js';
import { FileContent } from '../content/file.js';
import { byCodeUnit } from '../content/tree.js';
import { type Finding, InplaceError } from '../errors.js';
import { MANIFEST_PATH, type Manifest, parseManifest } from './manifest.js';
import { isExpectedChange } from './used-media.js';

/** A manifest of a million files is 150 MB; nothing larger is read into memory. */
const LARGEST_MANIFEST = 256 * 1024 * 1024;

/** Reads the manifest among the files of the media, or says what is wrong with it. */
export async function loadManifest(files: ReadonlyMap<string, Content>): Promise<Manifest | Finding> {
  const content = files.get(MANIFEST_PATH);
  if (!content) {
    return {
      code: 'VERIFY_MANIFEST',
      message: 'There is no manifest: this was not made by inplace, or the file was removed',
      where: { path: MANIFEST_PATH },
    };
  }
  if (content.size > LARGEST_MANIFEST) {
    return {
      code: 'VERIFY_MANIFEST',
      message: `The manifest claims ${content.size} bytes`,
      where: { path: MANIFEST_PATH },
    };
  }
  try {
    return parseManifest(await readBytes(content));
  } catch (error) {
    if (error instanceof InplaceError) return error.findings[0]!;
    throw error;
  } finally {
    if (content instanceof FileContent) await content.close();
  }
}

export interface NameComparison {
  readonly findings: readonly Finding[];
  /** paths that use has added */
  readonly expected: readonly string[];
}

/** Which files are missing, which should not be there, and whose size is wrong: known without reading a file. */
export function compareNames(manifest: Manifest, files: ReadonlyMap<string, Content>): NameComparison {
  const findings: Finding[] = [];
  const known = new Set(manifest.files.map((file) => file.path));
  for (const { path, size } of manifest.files) {
    const content = files.get(path);
    if (!content) findings.push(fileFinding(path, 'The file is missing'));
    else if (content.size !== size) {
      findings.push(fileFinding(path, `The file has ${content.size} bytes, the manifest says ${size}`));
    }
  }
  const added = [...files.keys()].filter((path) => !known.has(path) && path !== MANIFEST_PATH).sort(byCodeUnit);
  const expected = added.filter(isExpectedChange);
  for (const path of added.filter((name) => !isExpectedChange(name))) {
    findings.push(fileFinding(path, 'The file is not in the manifest: it was added later'));
  }
  return { findings, expected };
}

/** A finding about one file of the media. */
export function fileFinding(path: string, message: string): Finding {
  return { code: 'VERIFY_FILE', message, where: { path } };
}
