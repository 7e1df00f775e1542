/** A whole export: its sequences as YAML, the scripts that stood in them, and what the media must have for them. */
import { extname } from 'node:path';
import { InplaceError } from '../../errors.js';
import { MAX_YAML_BYTES, parseYamlDocument } from '../../yaml/yaml-document.js';
import type { SequenceYaml, StepYaml } from '../schema.js';
import { renderSequenceYaml } from '../write-yaml.js';
import {
  type ImportContext,
  type NeededPackage,
  type NeededVariable,
  oneLine,
  scriptsPackage,
  slug,
} from './context.js';
import { type FoundSequence, findSequences } from './find-sequences.js';
import { Secrets } from './secrets.js';
import { type ImportedStep, type Outcome, translateSequence } from './translate-sequence.js';
import { attribute, descendants } from './xml.js';

/** One sequence of an export, and what became of its steps. */
export interface ImportedSequence {
  readonly name: string;
  /** its YAML file, beside the first one */
  readonly file: string;
  /** steps and groups by what became of them */
  readonly counts: Readonly<Record<Outcome, number>>;
  readonly steps: readonly ImportedStep[];
}

/** What an export becomes; nothing is written yet. */
export interface ImportedExport {
  /** text by path beside the first YAML file, with `/`; that file is the last */
  readonly files: ReadonlyMap<string, string>;
  /** the sequence that runs the others comes first */
  readonly sequences: readonly ImportedSequence[];
  /** what media.yaml must have under "packages" and "variables" */
  readonly packages: readonly NeededPackage[];
  readonly variables: readonly NeededVariable[];
  /** ids of the Windows media that upgrade steps name */
  readonly upgradePackages: readonly string[];
  /** packages that the export refers to and no translated step uses */
  readonly otherPackages: readonly string[];
  /** variables that conditions read and no step sets: empty, unless media.yaml defines them */
  readonly unsetVariables: readonly string[];
  /** what is true of many steps */
  readonly notes: readonly string[];
}

/**
 * Imports an export of ConfigMgr or MDT. Secret values of it are in nothing that comes back.
 * @param file how findings call it
 * @param yamlName name of the YAML file of the first sequence
 * @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED
 */
export async function importExport(bytes: Uint8Array, file: string, yamlName: string): Promise<ImportedExport> {
  const found = mainFirst(await findSequences(bytes, file));
  const label = yamlName.slice(0, yamlName.length - extname(yamlName).length);
  const names = fileNames(found, yamlName, label);
  const context = newContext(found, names, label, file);
  const yaml = new Map<string, string>();
  const written: SequenceYaml[] = [];
  const sequences = found.map((one, index): ImportedSequence => {
    const name = oneLine(context.secrets.mask(one.name)).slice(0, 100).trim() || slug(label) || 'Imported sequence';
    const { yaml: sequence, comments, steps } = translateSequence(one, name, context);
    const counts = countOf(steps);
    const head = { path: [], text: headText(oneLine(one.file), counts) };
    yaml.set(names[index]!, readableYaml(renderSequenceYaml(sequence, [head, ...comments]), one.file));
    written.push(sequence);
    return { name, file: names[index]!, counts, steps };
  });
  const own = scriptsPackage(context);
  const scripts = [...context.scripts].map(([path, text]) => [`${own}/${path}`, text] as const);
  return {
    files: new Map([...scripts, ...context.sources, ...[...yaml].reverse()]),
    sequences,
    ...neededBy(written, context),
    upgradePackages: [...context.upgradePackages],
    otherPackages: referencesLeft(found, context),
    notes: [...context.notes],
  };
}

function newContext(
  found: readonly FoundSequence[],
  names: readonly string[],
  label: string,
  file: string,
): ImportContext {
  const children = new Map(found.map(({ id }, index) => [id.toUpperCase(), names[index]!]));
  const roots = found.map(({ root }) => root);
  return {
    packages: new Map(),
    variables: new Map(),
    scripts: new Map(),
    sources: new Map(),
    label,
    secrets: Secrets.of(roots, file),
    secretNames: new Map(),
    upgradePackages: new Set(),
    read: new Map(),
    set: new Set(),
    notes: new Set(),
    child: (id) => children.get(id),
  };
}

/** The first sequence that no other one runs comes first. */
function mainFirst(found: readonly FoundSequence[]): FoundSequence[] {
  const run = new Set(
    found.flatMap(({ root }) =>
      descendants(root)
        .filter(isChildId)
        .map(({ text }) => text.trim()),
    ),
  );
  const main = found.find(({ id }) => id === '' || !run.has(id)) ?? found[0]!;
  return [main, ...found.filter((one) => one !== main)];
}

function isChildId(element: FoundSequence['root']): boolean {
  return /^(?:OSDSubTasksequence)?(?:Ts)?PackageID$/i.test(attribute(element, 'name') ?? '');
}

function fileNames(found: readonly FoundSequence[], yamlName: string, label: string): string[] {
  const names = [yamlName];
  for (const { name, id } of found.slice(1)) {
    const base = `${label}-${slug(name) || slug(id) || 'sequence'}`;
    let file = `${base}.yaml`;
    for (let number = 2; names.some((own) => own.toLowerCase() === file.toLowerCase()); number++) {
      file = `${base}-${number}.yaml`;
    }
    names.push(file);
  }
  return names;
}

function countOf(steps: readonly ImportedStep[]): Record<Outcome, number> {
  const counts = { understood: 0, changed: 0, review: 0 };
  for (const { outcome } of steps) counts[outcome] += 1;
  return counts;
}

function headText(from: string, { understood, changed, review }: Record<Outcome, number>): string {
  const counts = `Steps and groups: ${understood} understood, ${changed} translated with a change, ${review} left for review.`;
  const todo =
    'A step "review" holds what could not be translated, word for word: replace each by a step, or remove it.';
  return [`Imported from ${from}.`, counts, ...(review === 0 ? [] : [todo])].join('\n');
}

/** What cannot be read again is not written. */
function readableYaml(text: string, file: string): string {
  const [problem] = parseYamlDocument(text, file, 'SEQUENCE_INVALID').findings;
  const message =
    Buffer.byteLength(text) > MAX_YAML_BYTES
      ? `The sequence is larger than the ${MAX_YAML_BYTES} bytes that a YAML file may have`
      : problem && `The sequence cannot be written as YAML: ${problem.message}`;
  if (message === undefined) return text;
  const hint = 'Split it into several sequences before it is exported';
  throw new InplaceError({ code: 'SOURCE_UNSUPPORTED', message, where: { file }, hint });
}

/** `referenceList` names what the sequence needs, its boot image and images that are not wanted here among it. */
function referencesLeft(found: readonly FoundSequence[], context: ImportContext): string[] {
  const ids = found.flatMap(({ root }) =>
    descendants(root).flatMap((element) => (element.name === 'reference' ? (attribute(element, 'package') ?? []) : [])),
  );
  const used = new Set([...context.packages.keys()].map((key) => key.split(' ')[0]!));
  for (const id of context.upgradePackages) used.add(id.toUpperCase());
  return [...new Set(ids)].filter((id) => !used.has(id.toUpperCase()) && context.child(id.toUpperCase()) === undefined);
}

/** Packages and variables that a translated step names: a step that is left for review has none yet. */
function neededBy(
  sequences: readonly SequenceYaml[],
  context: ImportContext,
): Pick<ImportedExport, 'packages' | 'variables' | 'unsetVariables'> {
  const texts = new Set<string>();
  const inside = new Set<string>();
  for (const text of sequences.flatMap(({ steps }) => textsOf(steps))) {
    texts.add(text.toLowerCase());
    for (const [, name] of text.matchAll(/%([^%\s]{1,256})%/g)) inside.add(name!.toLowerCase());
  }
  const own = scriptsPackage(context);
  const packages = [...context.packages.values()].map((one) => (one.id === own ? { ...one, source: own } : one));
  const isNamed = (name: string): boolean => texts.has(name.toLowerCase()) || inside.has(name.toLowerCase());
  const variables = [...context.variables.values()].filter(({ name }) => isNamed(name));
  const defined = new Set(variables.map(({ name }) => name.toLowerCase()));
  const unset = [...context.read].filter(
    ([name]) => !name.startsWith('_') && !context.set.has(name) && !defined.has(name),
  );
  return {
    packages: packages.filter(({ id }) => id === own || texts.has(id.toLowerCase())),
    variables,
    unsetVariables: unset.map(([, name]) => name),
  };
}

/** Every text of the steps but those for review. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as StepYaml).flatMap(([key, inner]) => (key === 'review' ? [] : textsOf(inner)));
}
