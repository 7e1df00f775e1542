import { foldCase } from '../content/windows-names.js';
import type { Finding } from '../errors.js';
import type { YamlPath } from '../yaml/field-name.js';
import { quoteValue } from '../yaml/product-keys.js';
import type { YamlDocument } from '../yaml/yaml-document.js';
import { checkPackageId } from './check-packages.js';

/** Where the upgrade packages stand, the one for the root of the media first. */
export function upgradePackagePaths(document: YamlDocument): readonly YamlPath[] {
  const listed = document.at(['upgradePackages']);
  if (document.at(['upgradePackage']) !== undefined) return [['upgradePackage']];
  return Array.isArray(listed) ? listed.map((_, index) => ['upgradePackages', index]) : [];
}

/** Checks what the schema cannot: ids, which name folders on the media, and what excludes each other. */
export function checkUpgradePackages(document: YamlDocument): readonly Finding[] {
  const seen = new Map<string, YamlPath>();
  return upgradePackagePaths(document).flatMap((path) => [
    ...checkId(document, path, seen),
    ...checkWish(document, path),
  ]);
}

function checkId(document: YamlDocument, path: YamlPath, seen: Map<string, YamlPath>): readonly Finding[] {
  const at = [...path, 'id'];
  const id = document.textAt(at);
  if (id === undefined || path[0] !== 'upgradePackages') return [];
  const report = (message: string, hint: string): readonly Finding[] => {
    return [{ code: 'DEFINITION_INVALID', message, where: document.place(at), hint }];
  };
  const wrong = checkPackageId(id);
  if (wrong !== undefined) return report(wrong, 'Write an id such as W11-NB');
  const first = seen.get(foldCase(id));
  if (first !== undefined) {
    const where = `upgradePackages[${String(first[1])}]`;
    return report(`The id ${quoteValue(id)} is there twice, first at ${where}`, 'Windows does not tell A from a');
  }
  seen.set(foldCase(id), path);
  return [];
}

function checkWish(document: YamlDocument, path: YamlPath): readonly Finding[] {
  const image = [...path, 'image'];
  if (document.at(image) === undefined || document.at([...path, 'edition']) === undefined) return [];
  const where = document.keyPlace(image);
  const message = 'Both "edition" and "image" say which image goes onto the media';
  return [{ code: 'DEFINITION_INVALID', message, where, hint: 'Leave one of the two out' }];
}
