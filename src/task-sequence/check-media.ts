import type { Finding } from '../errors.js';
import { isMapping, type YamlPath } from '../yaml/field-name.js';
import { quoteKey } from '../yaml/key-names.js';
import { nearestName } from '../yaml/nearest-name.js';
import { holdsProductKey, quoteValue } from '../yaml/product-keys.js';
import type { YamlDocument } from '../yaml/yaml-document.js';
import { type RawStep, rawSteps } from './check-steps.js';
import { chooseDrivers } from './drivers.js';
import type { LintRule } from './lint/rule.js';
import { CONTENT_NOT_ON_MEDIA, DYNAMIC_CONTENT } from './lint/rules/content.js';
import type { SequenceMedia } from './model.js';
import { findVariable } from './walk.js';

/** Five groups of five letters and digits. */
const PRODUCT_KEY = /^[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4}$/i;

const KEY_HINT = 'Put the key into a variable of the media definition (secret: true), and name the variable as "key"';

/** Checks what steps name against the packages and variables of the media. */
export function checkMedia(document: YamlDocument, media: SequenceMedia): readonly Finding[] {
  const steps = rawSteps(document);
  const own = steps.flatMap((step) => variablesSetBy(step));
  return steps.flatMap((step) => [
    ...packageNames(document, step).flatMap((name) => checkPackage(document, name, media)),
    ...(step.type === 'upgrade' ? checkUpgrade(document, step.path, media, own) : []),
  ]);
}

/** A place where a package is named, and what it must be. */
export interface PackageName {
  readonly path: YamlPath;
  readonly wanted?: 'drivers' | 'install';
}

/** Every place where a step names packages. */
export function packageNames(document: YamlDocument, { path, type }: RawStep): readonly PackageName[] {
  const at = (...parts: YamlPath): YamlPath => [...path, ...parts];
  switch (type) {
    case 'runCommand':
    case 'runPowerShell':
      return [{ path: at('package') }];
    case 'installUpdates':
      return [{ path: at(type) }];
    case 'installDrivers':
      return [{ path: at(type), wanted: 'drivers' }];
    case 'installPackage':
    case 'copyFiles':
      return [{ path: at(type, 'package') }];
    case 'installApplication':
      return [at(type), at(type, 'packages')].flatMap((list) => {
        const value = document.at(list);
        const names = Array.isArray(value) ? value.map((_, index) => [...list, index]) : [list];
        return names.map((name) => ({ path: name, wanted: 'install' as const }));
      });
    case 'upgrade':
      return [
        { path: at(type, 'drivers'), wanted: 'drivers' },
        { path: at(type, 'reflectDrivers'), wanted: 'drivers' },
      ];
    default:
      return [];
  }
}

function checkPackage(document: YamlDocument, { path, wanted }: PackageName, media: SequenceMedia): readonly Finding[] {
  const id = document.textAt(path);
  if (id === undefined) return [];
  const report = (message: string, hint?: string, rule?: LintRule): readonly Finding[] => {
    const where = document.place(path);
    const code = 'SEQUENCE_INVALID';
    return [{ code, message, where, ...(hint === undefined ? {} : { hint }), ...(rule ? { rule: rule.id } : {}) }];
  };
  const found = media.packages.find((candidate) => candidate.id === id);
  if (!found && /%[^%]+%/.test(id)) {
    const message = `Found a variable in ${quoteValue(id)}, expected the id of a package`;
    return report(message, DYNAMIC_CONTENT.hint, DYNAMIC_CONTENT);
  }
  if (!found) {
    const fitting = media.packages.filter((item) => wanted === undefined || fits(item, wanted));
    const hint = suggest(
      id,
      fitting.map((item) => item.id),
      wanted,
    );
    return report(`No package ${quoteValue(id)} is on the media`, hint, CONTENT_NOT_ON_MEDIA);
  }
  if (wanted === undefined || fits(found, wanted)) return [];
  if (wanted === 'drivers') {
    return report(`The package ${quoteValue(id)} is of kind ${found.kind}, expected one of kind drivers`);
  }
  const hint = 'Write the command that installs it as "install" of the package in the media definition';
  return report(`The package ${quoteValue(id)} has no "install" command`, hint);
}

function fits(item: SequenceMedia['packages'][number], wanted: 'drivers' | 'install'): boolean {
  if (wanted === 'install') return item.install !== undefined;
  return item.kind === undefined || item.kind === 'drivers';
}

function suggest(id: string, ids: readonly string[], wanted: PackageName['wanted']): string {
  const nearest = nearestName(id, ids);
  if (nearest !== undefined) return `Did you mean "${nearest}"?`;
  if (ids.length === 0) return 'Add it to "packages" of the media definition';
  const kind = { drivers: 'Driver packages', install: 'Packages with an "install" command' };
  return `${wanted === undefined ? 'Packages' : kind[wanted]}: ${ids.join(', ')}`;
}

/** Names of the variables that a step sets. */
function variablesSetBy({ type, value }: RawStep): readonly string[] {
  const options = type === undefined ? undefined : value[type];
  if (!isMapping(options)) return [];
  if (type === 'setVariable') return typeof options['name'] === 'string' ? [options['name']] : [];
  if (type !== 'setDynamicVariables' || !Array.isArray(options['rules'])) return [];
  return options['rules'].flatMap((rule: unknown) =>
    isMapping(rule) && isMapping(rule['set']) ? Object.keys(rule['set']) : [],
  );
}

/** @param own variables that steps of the sequence set: their values are known only when they run */
function checkUpgrade(
  document: YamlDocument,
  step: YamlPath,
  media: SequenceMedia,
  own: readonly string[],
): readonly Finding[] {
  const options: YamlPath = [...step, 'upgrade'];
  const findings = [
    checkEdition(document, [...options, 'edition']),
    checkKey(document, [...options, 'key'], media, own),
  ].filter((finding) => finding !== undefined);
  const named = {
    drivers: document.textAt([...options, 'drivers']),
    reflectDrivers: document.textAt([...options, 'reflectDrivers']),
  };
  const { ambiguous } = chooseDrivers(named, media.packages);
  // A scan goes without: which drivers are installed does not change what it finds.
  return ambiguous === undefined || document.at([...options, 'scanOnly']) === true
    ? findings
    : [...findings, ambiguousDrivers(ambiguous, document.keyPlace(options))];
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
function checkKey(
  document: YamlDocument,
  path: YamlPath,
  media: SequenceMedia,
  own: readonly string[],
): Finding | undefined {
  const name = document.textAt(path);
  if (name === undefined) return undefined;
  const refuse = (message: string, hint: string): Finding => {
    return { code: 'SEQUENCE_INVALID', message, where: document.place(path), hint };
  };
  const variable = findVariable(media, name);
  if (own.some((set) => set.toLowerCase() === name.toLowerCase())) return undefined;
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
