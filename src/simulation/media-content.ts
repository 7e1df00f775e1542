/** What lies on the media of a simulated run (design/media.md, What is on the media). */
import { createHash } from 'node:crypto';
import { asciiJson } from '../bytes/ascii-json.js';
import type { CompiledSequence, CompiledUpgradePackage, MediaPrestart, MediaValidity } from '../target/contract.js';
import { contentOf } from '../target/simulated/drive.js';
import type { FileModel } from '../target/simulated/model.js';
import type { MediaContent } from './machine-model.js';
import { type PackageFile, packageFiles } from './package-files.js';

/** A value that the media give to a task sequence variable. */
export interface MediaVariable {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
}

/** What media.json says that changes a run, and the files of the prestart command. */
export interface MediaRules {
  readonly name: string;
  readonly validity?: MediaValidity;
  readonly prestart?: MediaPrestart;
  readonly prestartFiles: readonly PackageFile[];
}

export interface MediaInput {
  /** left out: the media say nothing but the name of the sequence */
  readonly rules?: MediaRules;
  readonly sequence: CompiledSequence;
  readonly variables: readonly MediaVariable[];
  /** by package id; a package that is not here holds what the sequence asks of it */
  readonly packages: Readonly<Record<string, readonly PackageFile[]>>;
}

const MB = 2 ** 20;
/** setup.exe and what else Windows media have beside install.wim. */
const SETUP_FILES: readonly (readonly [path: string, bytes: number])[] = [
  ['setup.exe', 90_000],
  ['bootmgr', 400_000],
  ['boot\\etfsboot.com', 4096],
  ['efi\\boot\\bootx64.efi', 2 * MB],
  ['sources\\setup.exe', 300_000],
  ['sources\\setuphost.exe', 800_000],
  ['sources\\boot.wim', 500 * MB],
];
/** The oldest Windows that these media say they upgrade: 7 SP1, Server 2012. */
const CVERSION = '[HostBuild]\r\nMinClient=7601.0\r\nMinServer=9200.0\r\n';

/** Every file of the media, and the Windows that setup.exe installs. */
export function mediaContent(input: MediaInput): MediaContent {
  const { sequence, variables, packages } = input;
  const rules = input.rules ?? { name: sequence.name, prestartFiles: [] };
  const own: FileModel[] = [
    ...sequence.upgradePackages.flatMap(setupFiles),
    ...sequence.packages.flatMap(({ id, path }) =>
      (packages[id] ?? packageFiles(sequence, id)).map((file) => ({
        path: `${path}/${file.path}`.replaceAll('/', '\\'),
        size: file.bytes,
      })),
    ),
    ...rules.prestartFiles.map(({ path, bytes }) => ({
      path: `deploy/prestart/${path}`.replaceAll('/', '\\'),
      size: bytes,
    })),
    { path: 'upgrade.cmd', size: 12_000 },
    { path: 'deploy\\engine.js', size: 300_000 },
    { path: 'deploy\\sequence.json', text: json(sequence) },
    { path: 'deploy\\variables.json', text: json({ variables: variables.map(variable) }) },
  ];
  const mediaId = createHash('sha256').update(json(own)).digest('hex');
  own.push({ path: 'deploy\\media.json', text: json(mediaJson(rules, sequence, mediaId)) });
  const files = [...own, { path: 'deploy\\manifest.json', text: manifest(own, mediaId) }];
  return { files, images: sequence.upgradePackages.map(({ id, path, images }) => ({ packageId: id, path, images })) };
}

function setupFiles({ path, bytes }: CompiledUpgradePackage): FileModel[] {
  const folder = path === '' ? '' : `${path.replaceAll('/', '\\')}\\`;
  const rest = SETUP_FILES.reduce((sum, [, size]) => sum + size, CVERSION.length);
  return [
    ...SETUP_FILES.map(([name, size]) => ({ path: folder + name, size })),
    { path: `${folder}sources\\cversion.ini`, text: CVERSION },
    { path: `${folder}sources\\install.wim`, size: Math.max(0, bytes - rest) },
  ];
}

function variable({ name, value, secret }: MediaVariable): object {
  return { name, value, ...(secret ? { secret } : {}) };
}

function mediaJson({ name, validity, prestart }: MediaRules, sequence: CompiledSequence, mediaId: string): object {
  return {
    media: 1,
    name,
    label: 'INPLACE',
    mediaId,
    inplace: 'simulated',
    time: '2026-11-24T00:00:00.000Z',
    ...(validity ? { validity } : {}),
    ...(prestart ? { prestart } : {}),
    packages: sequence.packages.map(({ id, kind, bytes }) => ({ id, kind, files: 1, bytes })),
  };
}

/** The text of a manifest as the builder writes it: one entry a line (image/manifest.ts). */
function manifest(files: readonly FileModel[], mediaId: string): string {
  const entries = files
    .map((file) => ({ path: file.path.replaceAll('\\', '/'), content: contentOf(file) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, content }) => asciiJson({ path, size: content.size, sha256: content.sha256 }));
  return `{"manifest":1,"mediaId":"${mediaId}","files":[\n${entries.join(',\n')}\n]}\n`;
}

function json(value: unknown): string {
  return `${asciiJson(value)}\n`;
}
