import type { Finding } from '../errors.js';
import type { YamlPath } from '../yaml/field-name.js';
import { quoteKey } from '../yaml/key-names.js';
import { nearestName } from '../yaml/nearest-name.js';
import { holdsProductKey, quoteValue } from '../yaml/product-keys.js';
import type { YamlDocument } from '../yaml/yaml-document.js';
import { chooseDrivers } from './drivers.js';
import type { SequenceMedia } from './model.js';

/** Five groups of five letters and digits. */
const PRODUCT_KEY = /^[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4}$/i;

const KEY_HINT = 'Put the key into a variable of the media definition (secret: true), and name the variable as "key"';

/** Checks what an upgrade step names against the packages and variables of the media. */
export function checkUpgrade(document: YamlDocument, step: YamlPath, media: SequenceMedia): readonly Finding[] {
  const options: YamlPath = [...step, 'upgrade'];
  const findings = [
    checkPackage(document, [...options, 'drivers'], media),
    checkPackage(document, [...options, 'reflectDrivers'], media),
    checkEdition(document, [...options, 'edition']),
    checkKey(document, [...options, 'key'], media),
  ].filter((finding) => finding !== undefined);
  const named = {
    drivers: document.textAt([...options, 'drivers']),
    reflectDrivers: document.textAt([...options, 'reflectDrivers']),
  };
  const chosen = chooseDrivers(named, media.packages);
  return 'ambiguous' in chosen
    ? [...findings, ambiguousDrivers(chosen.ambiguous, document.keyPlace(options))]
    : findings;
}

/** Setup takes one folder of drivers, and this media has several among other packages. */
export function ambiguousDrivers(ids: readonly string[], where: NonNullable<Finding['where']>): Finding {
  return {
    code: 'SEQUENCE_INVALID',
    message: `The media has several driver packages (${ids.join(', ')}) among others, and Windows Setup takes one folder`,
    where,
    hint: 'Name one as "drivers" of the upgrade step, or put all drivers into one package',
  };
}

function checkPackage(document: YamlDocument, path: YamlPath, media: SequenceMedia): Finding | undefined {
  const id = document.textAt(path);
  if (id === undefined) return undefined;
  const where = document.place(path);
  const found = media.packages.find((candidate) => candidate.id === id);
  if (found?.kind === 'drivers' || (found && found.kind === undefined)) return undefined;
  if (found) {
    const message = `The package ${quoteValue(id)} is of kind ${found.kind}, expected one of kind drivers`;
    return { code: 'SEQUENCE_INVALID', message, where };
  }
  const ids = media.packages.filter(({ kind }) => kind === 'drivers').map((candidate) => candidate.id);
  return {
    code: 'SEQUENCE_INVALID',
    message: `No package ${quoteValue(id)} is on the media`,
    where,
    hint: suggest(id, ids),
  };
}

function suggest(id: string, ids: readonly string[]): string {
  const nearest = nearestName(id, ids);
  if (nearest !== undefined) return `Did you mean "${nearest}"?`;
  return ids.length === 0 ? 'Add it to "packages" of the media definition' : `Driver packages: ${ids.join(', ')}`;
}

/** An edition id may be as long as a product key without dashes. */
function checkEdition(document: YamlDocument, path: YamlPath): Finding | undefined {
  const edition = document.textAt(path);
  if (edition === undefined || !holdsProductKey(edition) || !/^[A-Za-z0-9]{1,64}$/.test(edition)) return undefined;
  return {
    code: 'SEQUENCE_INVALID',
    message: 'Found a product key, expected an edition id such as Enterprise, Professional or ServerStandard',
    where: document.place(path),
    hint: KEY_HINT,
  };
}

/** No message repeats a value: it may be the product key itself, written where its variable belongs. */
function checkKey(document: YamlDocument, path: YamlPath, media: SequenceMedia): Finding | undefined {
  const name = document.textAt(path);
  if (name === undefined) return undefined;
  const refuse = (message: string, hint: string): Finding => {
    return { code: 'SEQUENCE_INVALID', message, where: document.place(path), hint };
  };
  const variable = findVariable(media, name);
  if (variable === undefined && holdsProductKey(name)) {
    return refuse('Found a product key, expected the name of the variable that holds it', KEY_HINT);
  }
  if (variable === undefined) {
    const names = media.variables.map((candidate) => candidate.name);
    const nearest = nearestName(name, names);
    const shown = quoteKey(name, names);
    const hint = nearest === undefined ? 'Add it to "variables" of the media definition' : `Did you mean "${nearest}"?`;
    return refuse(`${shown === undefined ? 'No variable of this name' : `No variable ${shown}`} is defined`, hint);
  }
  if (PRODUCT_KEY.test(variable.value)) return undefined;
  return refuse(
    `The variable "${variable.name}" does not hold a product key, expected 5 groups of 5 letters and digits`,
    'A product key looks like XXXXX-XXXXX-XXXXX-XXXXX-XXXXX',
  );
}

/** Variable names are not case-sensitive (facts/configmgr.md, C). */
export function findVariable(media: SequenceMedia, name: string): SequenceMedia['variables'][number] | undefined {
  return media.variables.find((variable) => variable.name.toLowerCase() === name.toLowerCase());
}
