import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { describeSystemError } from '../content/file.js';
import type { Finding } from '../errors.js';
import type { YamlPath } from '../yaml/field-name.js';
import type { YamlDocument } from '../yaml/yaml-document.js';
import { upgradePackagePaths } from './check-upgrade-packages.js';
import { explainMissing } from './missing-source.js';

/** What a path of the definition must lead to. */
type Wanted = 'file' | 'folder' | 'file or folder';

/** A path of the definition, relative to its file. */
export function resolveSource(document: YamlDocument, source: string): string {
  return resolve(dirname(document.file), source);
}

/** Checks that everything the definition names is there. */
export async function checkSources(document: YamlDocument): Promise<readonly Finding[]> {
  const packages = document.at(['packages']);
  const wanted: [YamlPath, Wanted, string][] = [
    ...upgradePackagePaths(document).map((path): [YamlPath, Wanted, string] => {
      return [[...path, 'source'], 'file or folder', 'Put the Windows ISO, or the folder it was extracted to, there'];
    }),
    ...(Array.isArray(packages) ? packages : []).map((_, index): [YamlPath, Wanted, string] => {
      return [['packages', index, 'source'], 'folder', 'Put the files of the package there'];
    }),
    [['prestart', 'files'], 'folder', 'Put the files of the command there, or leave files out'],
    [['taskSequence'], 'file', 'Leave taskSequence out to upgrade with one step'],
  ];
  if (document.at(['bootImage']) !== 'default')
    wanted.push([['bootImage'], 'file', 'Write "default" for the ISO\'s own']);
  const findings = await Promise.all(wanted.map(([path, kind, hint]) => checkSource(document, path, kind, hint)));
  return findings.filter((finding) => finding !== undefined);
}

async function checkSource(
  document: YamlDocument,
  path: YamlPath,
  wanted: Wanted,
  hint: string,
): Promise<Finding | undefined> {
  const source = document.textAt(path);
  if (source === undefined || source === '') return undefined;
  const where = document.place(path);
  const full = resolveSource(document, source);
  if (source.includes('\0')) {
    return { code: 'DEFINITION_INVALID', message: 'Found a zero character, expected a path', where };
  }
  try {
    const found = await stat(full);
    const kind = found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'neither file nor folder';
    if (wanted.split(' or ').includes(kind)) return checkSum(document, path, kind);
    return { code: 'DEFINITION_INVALID', message: `Found a ${kind} at ${full}, expected a ${wanted}`, where };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      return { code: 'SOURCE_UNREADABLE', message: `Cannot read ${full}: ${describeSystemError(error)}`, where };
    }
    const message = `No such ${wanted}: ${full}`;
    return { code: 'SOURCE_MISSING', message, where, hint, ...(await explainMissing(source, dirname(document.file))) };
  }
}

/** A folder has no bytes of its own to sum. */
function checkSum(document: YamlDocument, path: YamlPath, kind: string): Finding | undefined {
  const sum: YamlPath = [...path.slice(0, -1), 'sha256'];
  if (!String(path[0]).startsWith('upgradePackage') || kind !== 'folder' || document.at(sum) === undefined) {
    return undefined;
  }
  return {
    code: 'DEFINITION_INVALID',
    message: 'The upgrade package is a folder, and only an ISO can have a SHA-256',
    where: document.place(sum),
    hint: 'Remove sha256, or name the ISO',
  };
}
