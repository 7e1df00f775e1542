/** What the translation of a sequence shares. */
import type { StepYaml } from '../schema.js';
import type { StepVariables } from './step-variables.js';
import type { XmlElement } from './xml.js';

/** Why something cannot be translated: the step becomes a `review` step with this reason. */
export class Untranslatable extends Error {}

/** A package that the sequence names and media.yaml must supply. */
export interface NeededPackage {
  readonly id: string;
  /** what it was, and what it must bring: `program "Install" of package ABC00012` */
  readonly what: string;
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
  readonly packages: Map<string, NeededPackage>;
  readonly variables: Map<string, NeededVariable>;
  /** scripts that became files: path below the folder of the package of scripts, with `/` */
  readonly scripts: Map<string, string>;
  /** begins the names of scripts: the name of the YAML file */
  readonly label: string;
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
  /** says what is not as it was */
  change(text: string): void;
}

/** Makes a step of the type it stands for; what all steps have in common is added later. */
export type Translate = (input: StepInput) => StepYaml;

/** Package that holds the scripts of an import. */
export const SCRIPTS_PACKAGE = 'IMPORTED-SCRIPTS';

/** Notes a package, and gives its id back. */
export function needPackage(context: ImportContext, id: string, what: string): string {
  if (!context.packages.has(id)) context.packages.set(id, { id, what });
  return id;
}

/** Notes a secret variable, and gives its name back. */
export function needVariable(context: ImportContext, name: string, why: string): string {
  const env = name.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase();
  if (!context.variables.has(name.toLowerCase())) context.variables.set(name.toLowerCase(), { name, env, why });
  return name;
}

/** Letters and digits of a text as part of a file name or an id. */
export function slug(text: string, longest = 40): string {
  const plain = text
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
