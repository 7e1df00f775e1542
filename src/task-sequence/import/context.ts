/** What the translation of a sequence shares. */
import { quote } from '../../bytes/quote.js';
import type { StepYaml } from '../schema.js';
import type { Secrets } from './secrets.js';
import type { StepVariables } from './step-variables.js';
import { Untranslatable } from './untranslatable.js';
import type { XmlElement } from './xml.js';

/** A package that the sequence names and media.yaml must supply. */
export interface NeededPackage {
  readonly id: string;
  readonly kind: 'drivers' | 'application' | 'files';
  /** what it was, and what it must bring: `program "Install" of package ABC00012` */
  readonly what: string;
  /** folder that was written beside the sequence; left out when a person must find the content */
  readonly source?: string;
}

/** A variable that media.yaml must define. */
export interface NeededVariable {
  readonly name: string;
  /** environment variable that could hold it when the media is built */
  readonly env: string;
  readonly why: string;
}

/** What is gathered while one or several sequences of an import are translated. */
export interface ImportContext {
  /** by what they were: `ABC00012`, `ABC00012 Install` */
  readonly packages: Map<string, NeededPackage>;
  /** by name in lower case */
  readonly variables: Map<string, NeededVariable>;
  /** scripts that became files: path below the folder of the package of scripts, with `/` */
  readonly scripts: Map<string, string>;
  /** what is too long for YAML: path beside the YAML file, with `/` */
  readonly sources: Map<string, string>;
  /** name of the YAML file without its suffix; the packages and files of this import begin with it */
  readonly label: string;
  readonly secrets: Secrets;
  /** variables of the media by the secret value that they stand for */
  readonly secretNames: Map<string, string>;
  /** the Windows media that upgrade steps name */
  readonly upgradePackages: Set<string>;
  /** variables that conditions read, as they spell them, by name in lower case */
  readonly read: Map<string, string>;
  /** names of variables that steps set, in lower case */
  readonly set: Set<string>;
  /** what is true of many steps and is told once */
  readonly notes: Set<string>;
  /** file of a sequence in the same export, by its package id in upper case */
  child(packageId: string): string | undefined;
}

/** One step that is being translated. */
export interface StepInput {
  readonly element: XmlElement;
  /** without `SMS_TaskSequence_` and `Action`, in lower case: `runcommandline`; empty when there is none */
  readonly type: string;
  readonly name: string;
  /** text of its action */
  readonly action: string;
  readonly variables: StepVariables;
  readonly context: ImportContext;
  /** whether the sequence is one of MDT */
  readonly mdt: boolean;
  /** says what is not as it was */
  change(text: string): void;
  /** says what a person must look at before the step may run: a review step is put before it */
  review(reason: string): void;
}

/** Makes a step of the type it stands for; what all steps have in common is added later. */
export type Translate = (input: StepInput) => StepYaml;

/**
 * Notes a package, and gives its id back.
 * @param key what it was: the same key is the same package
 * @param wanted the id it should have; a number is added where another package has it
 */
export function needPackage(context: ImportContext, key: string, wanted: Omit<NeededPackage, 'source'>): string {
  const known = context.packages.get(key);
  if (known) return known.id;
  const taken = new Set([...context.packages.values()].map(({ id }) => id.toLowerCase()));
  let id = wanted.id;
  for (let number = 2; taken.has(id.toLowerCase()); number++) id = `${wanted.id}-${number}`;
  context.packages.set(key, { ...wanted, id });
  return id;
}

/** A package of the site, under its own id. @throws Untranslatable */
export function needSitePackage(
  context: ImportContext,
  id: string,
  kind: NeededPackage['kind'] = 'files',
  what = `package ${id}`,
): string {
  checkSitePackage(id);
  return needPackage(context, id.toUpperCase(), { id, kind, what });
}

/** Refuses what is no id: a variable, which package it names is known only when it runs. @throws Untranslatable */
export function checkSitePackage(id: string): void {
  if (/^[A-Za-z0-9._-]{1,40}$/.test(id) && !/[.-]$/.test(id)) return;
  throw new Untranslatable(`which package is meant by ${quote(oneLine(id))} is known only when it runs`);
}

/** Id of the package with the scripts of this import. */
export function scriptsPackage(context: ImportContext): string {
  return `${slug(context.label, 50) || 'IMPORTED'}-scripts`;
}

/**
 * Notes a variable that the media must define, and gives its name back.
 * @param value the secret it stands for, where the export has it: the same value is the same variable; it is not kept in any
 * output
 */
export function needVariable(context: ImportContext, wanted: string, why: string, value = ''): string {
  const known = value === '' ? undefined : context.secretNames.get(value);
  if (known !== undefined) return known;
  const base = wanted.replace(/[^A-Za-z0-9_-]+/g, '').replace(/^[^A-Za-z]+/, '') || 'Secret';
  const others = new Set([...context.secretNames.values()].map((name) => name.toLowerCase()));
  let name = base;
  for (let number = 2; value !== '' && others.has(name.toLowerCase()); number++) name = `${base}${number}`;
  if (value !== '') context.secretNames.set(value, name);
  const env = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
  if (!context.variables.has(name.toLowerCase())) context.variables.set(name.toLowerCase(), { name, env, why });
  return name;
}

/** Letters and digits of a text as part of a file name or an id. */
export function slug(text: string, longest = 40): string {
  const plain = text
    .slice(0, 400)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return plain.slice(0, longest).replace(/-$/, '');
}

/** Control characters, line ends among them, as spaces: what stands in one line. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}
