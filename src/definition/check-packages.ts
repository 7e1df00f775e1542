import { checkWindowsName, foldCase } from '../content/windows-names.js';
import type { Finding } from '../errors.js';
import { quoteValue } from '../yaml/product-keys.js';
import type { YamlDocument } from '../yaml/yaml-document.js';

/** Leaves room for long paths inside the package below 259 characters. */
const MAX_ID = 64;

/** Checks the ids of packages: their form, and that each is there once. */
export function checkPackages(document: YamlDocument): readonly Finding[] {
  const packages = document.at(['packages']);
  if (!Array.isArray(packages)) return [];
  const findings: Finding[] = [];
  const seen = new Map<string, number>();
  packages.forEach((_, index) => {
    const path = ['packages', index, 'id'];
    const id = document.textAt(path);
    if (id === undefined) return;
    const report = (message: string, hint: string): void => {
      findings.push({ code: 'DEFINITION_INVALID', message, where: document.place(path), hint });
    };
    const wrong = checkPackageId(id);
    const first = seen.get(foldCase(id));
    if (wrong !== undefined) report(wrong, 'Write an id such as LATITUDE-5440');
    else if (first === undefined) seen.set(foldCase(id), index);
    else
      report(`The id ${quoteValue(id)} is there twice, first at packages[${first}]`, 'Windows does not tell A from a');
  });
  return findings;
}

/** What is wrong with a package id, or undefined. It becomes the name of a folder on the media. */
export function checkPackageId(id: string): string | undefined {
  if (!/^[A-Za-z0-9._-]+$/.test(id)) {
    return `Found ${quoteValue(id)}, expected only letters (a to z), digits, dash, underscore and dot`;
  }
  if (id.length > MAX_ID) return `The id has ${id.length} characters, at most ${MAX_ID} are possible`;
  const [reason] = checkWindowsName(id);
  return reason === undefined ? undefined : `The id cannot be the name of a folder: ${reason}`;
}
