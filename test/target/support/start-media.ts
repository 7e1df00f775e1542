/** Media in drive E: of a fake machine, with a manifest as `inplace build` writes it. */
import { createHash } from 'node:crypto';
import { asciiJson } from '../../../src/bytes/ascii-json.js';
import { byCodeUnit } from '../../../src/content/tree.js';
import { renderManifest } from '../../../src/image/manifest.js';
import type { CompiledNode, CompiledSequence } from '../../../src/target/contract.js';
import { upgradePackage } from './machines.js';

export const MEDIA_ID = 'a'.repeat(64);

const MEDIA_WINDOWS = upgradePackage();

const COMMON = { repeatable: true } as const;

export const UPGRADE: CompiledNode = {
  ...COMMON,
  type: 'upgrade',
  path: '2',
  name: 'Upgrade',
  scanOnly: false,
  reflectsDrivers: false,
  expect: 5400,
};
export const RESTART: CompiledNode = { ...COMMON, type: 'restart', path: '3', name: 'Restart', delay: 60 };
export const READINESS: CompiledNode = { ...COMMON, type: 'checkReadiness', path: '1', name: 'Ready', skip: [] };

export function sequenceOf(steps: readonly CompiledNode[] = [READINESS, UPGRADE, RESTART]): CompiledSequence {
  return {
    format: 2,
    name: 'In-place upgrade',
    steps,
    packages: [
      { id: 'TOOL', kind: 'application', path: 'deploy/packages/TOOL', install: 'install.cmd', bytes: 20 },
      { id: 'EMPTY', kind: 'files', path: 'deploy/packages/EMPTY', bytes: 0 },
    ],
    upgradePackages: [
      { ...MEDIA_WINDOWS, images: MEDIA_WINDOWS.images.filter(({ edition }) => /^(Core|Professional)$/.test(edition)) },
    ],
  };
}

/** Contents of the media by path with `/`, without the manifest. */
export function mediaFiles(steps?: readonly CompiledNode[]): Record<string, string> {
  return {
    'autorun.inf': '[AutoRun]',
    'deploy/engine.js': '// engine',
    'deploy/media.json': asciiJson({ media: 1, name: 'Field upgrade', mediaId: MEDIA_ID }),
    'deploy/packages/TOOL/install.cmd': 'echo install',
    'deploy/packages/TOOL/data/\u00e5.txt': 'data',
    'deploy/packages/TOOL/empty.txt': '',
    'deploy/sequence.json': asciiJson(sequenceOf(steps)),
    'deploy/variables.json': asciiJson({ variables: [{ name: 'Site', value: 'Oslo' }] }),
    'setup.exe': 'MZ setup',
    'sources/install.wim': 'WIM',
    'sources/lang.ini': '[Languages]',
    'sources/setuphost.exe': 'MZ host',
    'upgrade.cmd': '@echo off',
  };
}

export function manifestOf(files: Readonly<Record<string, string>>): string {
  const entries = Object.entries(files).map(([path, text]) => ({
    path,
    size: text.length,
    sha256: createHash('sha256').update(text, 'latin1').digest('hex'),
  }));
  const sorted = entries.sort((a, b) => byCodeUnit(a.path, b.path));
  const directories = ['deploy/packages/EMPTY', 'deploy/packages/TOOL/logs'];
  return Buffer.from(renderManifest({ mediaId: MEDIA_ID, directories, files: sorted })).toString('latin1');
}

/** The media as files of a machine; `more` is on them, `changes` alter what is there behind the manifest's back. */
export function onDrive(
  root: string,
  steps?: readonly CompiledNode[],
  changes: Readonly<Record<string, string | undefined>> = {},
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const files = { ...mediaFiles(steps), ...more };
  const all: Record<string, string | undefined> = { ...files, 'deploy/manifest.json': manifestOf(files), ...changes };
  const found: Record<string, string> = {};
  for (const [path, text] of Object.entries(all)) {
    if (text !== undefined) found[`${root}\\${path.replaceAll('/', '\\')}`] = text;
  }
  return found;
}
