import { foldCase } from '../content/windows-names.js';
import type { Finding } from '../errors.js';
import { quoteValue } from '../yaml/product-keys.js';
import type { YamlDocument } from '../yaml/yaml-document.js';

/** The package of that id, in any letter case. */
export function packageWithId<T extends { readonly id: string }>(packages: readonly T[], id: string): T | undefined {
  return packages.find((each) => foldCase(each.id) === foldCase(id));
}

/** Checks that `bootDrivers` names packages of drivers, each once. */
export function checkBootDrivers(document: YamlDocument): readonly Finding[] {
  const given = document.at(['bootDrivers']);
  if (!Array.isArray(given)) return [];
  const packages = readPackages(document);
  const findings: Finding[] = [];
  const seen = new Set<string>();
  given.forEach((_, index) => {
    const path = ['bootDrivers', index];
    const id = document.textAt(path);
    if (id === undefined || id === '') return;
    const report = (message: string, hint: string): void => {
      findings.push({ code: 'DEFINITION_INVALID', message, where: document.place(path), hint });
    };
    const found = packageWithId(packages, id);
    const drivers = packages.filter(({ kind }) => kind === 'drivers').map((each) => each.id);
    if (found === undefined) {
      const hint =
        drivers.length === 0 ? 'Add a package of kind drivers' : `Packages of drivers are ${drivers.join(', ')}`;
      report(`There is no package ${quoteValue(id)}`, hint);
    } else if (found.kind !== 'drivers') {
      report(
        `The package ${quoteValue(id)} is of kind ${quoteValue(found.kind ?? '')}`,
        'Name a package of kind drivers',
      );
    } else if (seen.has(foldCase(id))) report(`The package ${quoteValue(id)} is there twice`, 'Name it once');
    seen.add(foldCase(id));
  });
  return findings;
}

function readPackages(document: YamlDocument): { readonly id: string; readonly kind: string | undefined }[] {
  const packages = document.at(['packages']);
  return (Array.isArray(packages) ? packages : []).flatMap((_, index) => {
    const id = document.textAt(['packages', index, 'id']);
    return id === undefined ? [] : [{ id, kind: document.textAt(['packages', index, 'kind']) }];
  });
}
