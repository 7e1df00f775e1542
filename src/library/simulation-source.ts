/** What is simulated: the task sequence of a media definition, or a sequence file alone. */
import { resolve } from 'node:path';
import type { MediaDefinition } from '../definition/model.js';
import { type Finding, throwFindings } from '../errors.js';
import type { MediaRules, MediaVariable } from '../simulation/media-content.js';
import type { PackageFile } from '../simulation/package-files.js';
import { sequenceKind } from '../staging/setup-plan.js';
import { refuseMixedProducts } from '../staging/several-packages.js';
import type { CompiledSequence } from '../target/contract.js';
import { isSequence } from '../task-sequence/is-sequence.js';
import type { CompileMedia, SequenceMedia } from '../task-sequence/model.js';
import type { Architecture } from '../upgrade-package/architectures.js';
import { ASSUMED_BYTES, assumedWindows, RELEASES, type ReleaseName } from './assumed-windows.js';
import { openPackages } from './open-packages.js';
import type { Surroundings } from './work.js';

/** What a machine must say before Windows media can be assumed for it. */
export interface MediaWish {
  /** Client, Server, Server Core: the installation type of the machine */
  readonly installationType: string;
  /** base language of the machine: en-US */
  readonly language: string;
  readonly architecture: Architecture;
  /** what the machine file says of the media */
  readonly release?: ReleaseName;
}

/** A sequence that can be compiled for a machine. */
export interface SimulationSource {
  readonly name: string;
  /** what the media say beside the sequence */
  readonly rules?: MediaRules;
  readonly variables: readonly MediaVariable[];
  /** files of the packages, by id; of one that is not here the sequence says what it must hold */
  readonly packages: Readonly<Record<string, readonly PackageFile[]>>;
  /** what nobody said and was taken to be so, a sentence each */
  readonly assumed: readonly string[];
  readonly warnings: readonly Finding[];
  /** @returns `words` when the Windows media are assumed */
  compile(wish: MediaWish): { readonly sequence: CompiledSequence; readonly words?: string };
}

/**
 * Opens a media definition and its upgrade package, or a sequence file: a YAML file with `steps`.
 * @throws InplaceError with every problem of the files
 */
export async function openSimulationSource(path: string, options: Surroundings): Promise<SimulationSource> {
  const { readYamlDocument } = await import('../yaml/yaml-document.js');
  const document = await readYamlDocument(resolve(path), 'DEFINITION_INVALID');
  return isSequence(document) ? await openSequence(path, options) : await openDefinition(path, options);
}

async function openDefinition(path: string, options: Surroundings): Promise<SimulationSource> {
  const { loadDefinition } = await import('../definition/load.js');
  const { definition, findings } = await loadDefinition(path, { environment: options.environment ?? {} });
  throwFindings(withoutWindows(findings));
  const ofPackages: Finding[] = [];
  const opened = await openPackages(definition!, ofPackages, { sums: false });
  try {
    const { packages } = opened;
    ofPackages.push(...packages.flatMap(({ upgradePackage }) => upgradePackage.facts.findings));
    throwFindings([...ofPackages, ...refuseMixedProducts(definition!, packages)]);
    const { compileMediaOf } = await import('../staging/compile-media.js');
    const { compileSequence } = await import('../task-sequence/compile.js');
    const media = await compileMediaOf(definition!, packages);
    const sequence = compileSequence(definition!.sequences[sequenceKind(packages[0]!.upgradePackage)], media);
    return {
      name: sequence.name,
      rules: await mediaRulesOf(definition!),
      variables: definition!.variables.map(({ name, value, secret }) => ({ name, value, secret })),
      packages: await packageFilesOf(definition!),
      assumed: [],
      warnings: [...findings, ...ofPackages],
      compile: () => ({ sequence }),
    };
  } finally {
    await opened.close();
  }
}

/** Every file of every package; nothing but directories is read. */
async function packageFilesOf({ packages }: MediaDefinition): Promise<Record<string, readonly PackageFile[]>> {
  const files: Record<string, readonly PackageFile[]> = {};
  for (const { id, source } of packages) files[id] = await filesIn(source);
  return files;
}

async function mediaRulesOf({ name, validity, prestart }: MediaDefinition): Promise<MediaRules> {
  return {
    name,
    ...(validity ? { validity } : {}),
    ...(prestart ? { prestart: { command: prestart.command, timeout: prestart.timeout } } : {}),
    prestartFiles: prestart?.files === undefined ? [] : await filesIn(prestart.files),
  };
}

async function filesIn(folder: string): Promise<readonly PackageFile[]> {
  const { readFolderTree } = await import('../content/folder-tree.js');
  const { isSystemFolder } = await import('../content/system-folders.js');
  const { tree } = await readFolderTree(folder, { skip: isSystemFolder });
  return tree.files.map(({ path, content }) => ({ path, bytes: content.size }));
}

/** A sequence can be tried before its Windows is there; whoever has none is told so. */
function withoutWindows(findings: readonly Finding[]): readonly Finding[] {
  const hint = 'Put the Windows media there; or simulate the task sequence file alone, which needs none';
  return findings.map((finding) =>
    finding.code === 'SOURCE_MISSING' && /^upgradePackages?(\[\d+\])?\.source$/.test(finding.where?.field ?? '')
      ? { ...finding, hint }
      : finding,
  );
}

async function openSequence(path: string, options: Surroundings): Promise<SimulationSource> {
  const { assumedMedia } = await import('../task-sequence/assumed-media.js');
  const { loadTaskSequence } = await import('../task-sequence/load.js');
  const { compileSequence } = await import('../task-sequence/compile.js');
  const { upgradeImages } = await import('../upgrade-package/upgrade-images.js');
  const media = await assumedMedia(path);
  const { sequence, findings } = await loadTaskSequence(path, media, options.environment ?? {});
  throwFindings(findings);
  return {
    name: sequence!.name,
    variables: media.variables.map(({ name, value, secret = false }) => ({ name, value, secret })),
    packages: {},
    assumed: assumptions(media),
    warnings: findings,
    compile: (wish) => {
      const release = wish.release ?? (isServer(wish) ? 'windows-server-2025' : 'windows-11-24h2');
      const facts = assumedWindows(release, wish.language, wish.architecture);
      const images = upgradeImages(facts);
      const upgradePackages = [{ id: 'windows', path: '', bytes: ASSUMED_BYTES, images }];
      const words = `${RELEASES[release].words} media, every edition, ${wish.language}, ${wish.architecture}`;
      return { sequence: compileSequence(sequence!, { ...assumedPackages(media), upgradePackages }), words };
    },
  };
}

function isServer({ installationType }: MediaWish): boolean {
  return /^server/i.test(installationType);
}

function assumedPackages({ packages, variables }: SequenceMedia): Pick<CompileMedia, 'packages' | 'variables'> {
  return {
    packages: packages.map(({ id, install }) => ({
      id,
      kind: 'files' as const,
      path: `deploy/packages/${id}`,
      bytes: 0,
      ...(install === undefined ? {} : { install }),
    })),
    variables: variables.map(({ name, secret = false }) => ({ name, secret })),
  };
}

function assumptions({ packages, variables }: SequenceMedia): string[] {
  const names = (list: readonly { readonly name?: string; readonly id?: string }[]): string =>
    list.map(({ name, id }) => name ?? id).join(', ');
  return [
    ...(packages.length === 0 ? [] : [`on the media are the packages ${names(packages)}, empty`]),
    ...(variables.length === 0 ? [] : [`the media define ${names(variables)}, each with a product key of nobody`]),
  ];
}
