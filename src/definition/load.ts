import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseSize } from '../bytes/size.js';
import { byCodeUnit } from '../content/tree.js';
import { type Finding, isError, type Place } from '../errors.js';
import { isSequence } from '../task-sequence/is-sequence.js';
import { builtInSequence, loadTaskSequence } from '../task-sequence/load.js';
import type { SequenceMedia, TaskSequence } from '../task-sequence/model.js';
import { parseDuration } from '../task-sequence/schema/durations.js';
import { type Environment, fillEnvironment } from '../yaml/environment.js';
import { findNotBuilt } from '../yaml/not-built.js';
import { holdsProductKey, maskFindings, quoteValue } from '../yaml/product-keys.js';
import { checkSchema } from '../yaml/schema-findings.js';
import { readYamlDocument, type YamlDocument } from '../yaml/yaml-document.js';
import { checkBootDrivers, packageWithId } from './check-boot-drivers.js';
import { checkPackages } from './check-packages.js';
import { checkSources, resolveSource } from './check-sources.js';
import { checkUpgradePackages, upgradePackagePaths } from './check-upgrade-packages.js';
import { checkValidity } from './check-validity.js';
import { isSecretPath, readVariables } from './check-variables.js';
import { describeDefinition } from './describe.js';
import { DEFAULT_FORMAT, OUTPUT_FORMATS, type OutputFormat } from './formats.js';
import { checkLabel, labelFromName, maxLabel } from './label.js';
import type {
  MediaDefinition,
  MediaField,
  MediaUpgradePackage,
  MediaVariable,
  SequenceKind,
  UpgradePackageField,
} from './model.js';
import { type MediaYaml, mediaSchema, PACKAGE_KINDS } from './schema.js';

export interface LoadedDefinition {
  /** left out when a finding is an error */
  readonly definition?: MediaDefinition;
  /** every problem of the definition and of its task sequence, in the order of the files; warnings too */
  readonly findings: readonly Finding[];
}

/**
 * Reads a media definition and its task sequence, fills in what is left out, and checks everything that can be known
 * without opening the upgrade package.
 * @param path host path of media.yaml
 * @param options `format` takes the place of `output.format`
 */
export async function loadDefinition(
  path: string,
  options: { readonly environment: Environment; readonly format?: MediaDefinition['output']['format'] | undefined },
): Promise<LoadedDefinition> {
  const read = await readYamlDocument(resolve(path), 'DEFINITION_INVALID');
  if (isSequence(read)) return { findings: [notADefinition(path)] };
  const { environment } = options;
  const code = 'DEFINITION_INVALID';
  const { document, findings: references } = fillEnvironment(read, { environment, schema: mediaSchema, code });
  const schema = checkSchema(document, mediaSchema, code, isSecretPath);
  const { variables, findings: variableFindings } = readVariables(document, environment);
  const loaded = await loadSequences(document, mediaOf(document, variables), environment);
  // What a reference that could not be filled in does not fit is no second problem.
  const unfilled = new Set(references.map(({ where }) => where?.field));
  const checks = [
    ...schema.findings,
    ...findNotBuilt(document, mediaSchema, 'DEFINITION_NOT_BUILT'),
    ...checkChoices(document, options.format),
    ...checkUpgradePackages(document),
    ...checkPackages(document),
    ...checkValidity(document),
    ...checkBootDrivers(document),
    ...variableFindings,
    ...(await checkSources(document)),
  ].filter(({ where }) => (where?.field === undefined || !unfilled.has(where.field)) && !document.isBroken(where));
  const findings = maskFindings([
    ...[...document.findings, ...references, ...checks].sort(byPlace),
    ...loaded.findings,
  ]);
  if (findings.some(isError) || schema.data === undefined || loaded.sequences === undefined) return { findings };
  const fields = resolveDefinition(document, schema.data, variables, loaded.sequences, options.format);
  const describe = () => describeDefinition(fields);
  const place = (field: MediaField): Place => placeOf(document, field);
  const placeOfUpgradePackage = (id: string, field: UpgradePackageField): Place =>
    placeInUpgradePackage(document, id, field);
  return { definition: { ...fields, describe, place, placeOfUpgradePackage }, findings };
}

function notADefinition(path: string): Finding {
  return {
    code: 'DEFINITION_INVALID',
    message: 'This is a task sequence, and a media definition is expected',
    where: { file: path },
    hint: 'Name it as "taskSequence" in a media definition ("inplace init" writes one); "inplace simulate" takes it alone',
  };
}

function byPlace(a: Finding, b: Finding): number {
  const line = (a.where?.line ?? 0) - (b.where?.line ?? 0);
  return line === 0 ? (a.where?.column ?? 0) - (b.where?.column ?? 0) : line;
}

/** What the sequence may name, as far as it can be read. */
function mediaOf(document: YamlDocument, variables: readonly MediaVariable[]): SequenceMedia {
  const packages = document.at(['packages']);
  return {
    variables,
    packages: (Array.isArray(packages) ? packages : []).flatMap((_, index) => {
      const id = document.textAt(['packages', index, 'id']);
      const kind = PACKAGE_KINDS.find((known) => known === document.at(['packages', index, 'kind']));
      const install = document.textAt(['packages', index, 'install']);
      const source = document.textAt(['packages', index, 'source']);
      return id === undefined
        ? []
        : [
            {
              id,
              ...(kind === undefined ? {} : { kind }),
              ...(install === undefined ? {} : { install }),
              ...(source === undefined || source.includes('\0') ? {} : { folder: resolveSource(document, source) }),
            },
          ];
    }),
  };
}

interface LoadedSequences {
  readonly sequences?: MediaDefinition['sequences'];
  readonly findings: readonly Finding[];
}

/** The sequence the definition names, or the built-in ones. A file that is not there is reported with the sources. */
async function loadSequences(
  document: YamlDocument,
  media: SequenceMedia,
  environment: Environment,
): Promise<LoadedSequences> {
  const source = document.textAt(['taskSequence']);
  if (source === undefined) return loadBuiltIn(document, media);
  const file = resolveSource(document, source);
  const found = source === '' || source.includes('\0') ? undefined : await stat(file).catch(() => undefined);
  if (!found?.isFile()) return { findings: [] };
  const { sequence, findings } = await loadTaskSequence(file, media, environment);
  return { findings, ...(sequence ? { sequences: { client: sequence, server: sequence } } : {}) };
}

/** Which of them is the right one is known when the upgrade package is open; what they ask of the media is the same. */
async function loadBuiltIn(document: YamlDocument, media: SequenceMedia): Promise<LoadedSequences> {
  const where = document.keyPlace(['packages']);
  const load = (kind: SequenceKind) => builtInSequence(kind, media, where);
  const [client, server] = await Promise.all([load('client'), load('server')]);
  if (!client.sequence || !server.sequence) return { findings: client.findings };
  return { findings: client.findings, sequences: { client: client.sequence, server: server.sequence } };
}

/** Label, and values that contradict each other. */
function checkChoices(document: YamlDocument, override: OutputFormat | undefined): readonly Finding[] {
  const findings: Finding[] = [];
  const label = document.textAt(['label']);
  const longest = maxLabel(override ?? formatOf(document));
  const wrong = label === undefined ? undefined : checkLabel(label, longest);
  if (wrong !== undefined) {
    // the first characters of a product key are not masked: they look like no key
    const shorter = holdsProductKey(label!) ? '' : `Write ${quoteValue(labelFromName(label!, longest))}, or leave`;
    const hint = shorter === '' ? 'Leave the label out' : `${shorter} the label out`;
    findings.push({ code: 'DEFINITION_INVALID', message: wrong, where: document.place(['label']), hint });
  }
  return findings;
}

/** YAML reads 2023 as a number and "2023" as text; both mean the year. */
function bootManagerOf(value: MediaYaml['bootManager']): MediaDefinition['bootManager'] {
  if (value === 'asIs') return value;
  return String(value) === '2011' ? '2011' : '2023';
}

/** The format as far as it can be read. */
function formatOf(document: YamlDocument): OutputFormat {
  return OUTPUT_FORMATS.find((known) => known === document.at(['output', 'format'])) ?? DEFAULT_FORMAT;
}

function resolveDefinition(
  document: YamlDocument,
  yaml: MediaYaml,
  variables: readonly MediaVariable[],
  sequences: Readonly<Record<SequenceKind, TaskSequence>>,
  override: OutputFormat | undefined,
): Omit<MediaDefinition, 'describe' | 'place' | 'placeOfUpgradePackage'> {
  const { bootPrompt, size } = yaml.output;
  const format = override ?? yaml.output.format;
  const { taskSequence, prestart, validity } = yaml;
  const [upgradePackage, ...otherUpgradePackages] = upgradePackagesOf(document, yaml);
  return {
    file: document.file,
    name: yaml.name,
    label: yaml.label ?? labelFromName(yaml.name, maxLabel(format)),
    upgradePackage: upgradePackage!,
    otherUpgradePackages,
    bootImage: yaml.bootImage === 'default' ? 'default' : resolveSource(document, yaml.bootImage),
    bootDrivers: yaml.bootDrivers.map((id) => packageWithId(yaml.packages, id)!.id).sort(byCodeUnit),
    packages: yaml.packages
      .map(({ id, kind, source: folder, install }) => ({
        id,
        kind,
        source: resolveSource(document, folder),
        ...(install === undefined ? {} : { install }),
      }))
      .sort((a, b) => byCodeUnit(a.id, b.id)),
    variables: [...variables].sort((a, b) => byCodeUnit(a.name, b.name)),
    ...(prestart === undefined ? {} : { prestart: prestartOf(document, prestart) }),
    ...(validity === undefined ? {} : { validity: validityOf(validity) }),
    autorun: yaml.autorun,
    bootManager: bootManagerOf(yaml.bootManager),
    output: { format, bootPrompt, size: parseSize(size)! },
    usb: yaml.usb,
    ...(taskSequence === undefined ? {} : { sequenceFile: resolveSource(document, taskSequence) }),
    sequences,
  };
}

/** Id of an upgrade package that is the only one: folders on the machine have it in their names. */
const ONLY_PACKAGE = 'windows';

/** In the order of the definition; the schema has seen that there is at least one. */
function upgradePackagesOf(document: YamlDocument, yaml: MediaYaml): MediaUpgradePackage[] {
  const { upgradePackage, upgradePackages = [] } = yaml;
  const all = upgradePackage ? [{ id: ONLY_PACKAGE, ...upgradePackage }] : upgradePackages;
  return all.map(({ id, source, sha256, edition, image }) => ({
    id,
    source: resolveSource(document, source),
    ...(sha256 === undefined ? {} : { sha256: sha256.toLowerCase() }),
    ...(edition === undefined ? {} : { edition }),
    ...(image === undefined ? {} : { image }),
  }));
}

function prestartOf(
  document: YamlDocument,
  { command, files, timeout }: NonNullable<MediaYaml['prestart']>,
): NonNullable<MediaDefinition['prestart']> {
  const seconds = parseDuration(timeout);
  return { command, timeout: seconds, ...(files === undefined ? {} : { files: resolveSource(document, files) }) };
}

function validityOf({ from, until }: NonNullable<MediaYaml['validity']>): NonNullable<MediaDefinition['validity']> {
  return { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
}

function placeInUpgradePackage(document: YamlDocument, id: string, field: UpgradePackageField): Place {
  const paths = upgradePackagePaths(document);
  const path = paths.find((candidate) => document.at([...candidate, 'id']) === id) ?? paths[0] ?? [];
  return document.place([...path, field]);
}

/** The definition sorts its packages by id; the file has them in the order of the person. */
function placeOf(document: YamlDocument, field: MediaField): Place {
  const [part, name] = /^(packages|install)\.(.*)$/s.exec(field)?.slice(1) ?? [];
  if (part === undefined) return document.place(field.split('.'));
  const packages = document.at(['packages']) as readonly unknown[];
  const index = packages.findIndex((_, candidate) => document.at(['packages', candidate, 'id']) === name);
  if (index < 0) return document.place(['packages']);
  return part === 'install'
    ? document.keyPlace(['packages', index, 'install'])
    : document.place(['packages', index, 'source']);
}
