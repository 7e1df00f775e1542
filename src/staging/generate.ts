/** The generated files in one list. */
import type { MediaDefinition } from '../definition/model.js';
import type { CompiledSequence } from '../target/contract.js';
import { renderAutorun, renderBootstrap } from './bootstrap.js';
import { engineProgram } from './engine.js';
import { mediaJson, type PackageSummary, sequenceJson, variablesJson } from './generated.js';
import { MEDIA_PATHS } from './media-paths.js';
import type { StagedUpgradePackage } from './staged-upgrade-package.js';

export interface GeneratedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface GenerateInput {
  readonly definition: MediaDefinition;
  /** all of them, that at the root first */
  readonly upgradePackages: readonly StagedUpgradePackage[];
  readonly packages: readonly PackageSummary[];
  readonly sequence: CompiledSequence;
  readonly mediaId: string;
  /** the media's own time */
  readonly time: Date;
  readonly version: string;
  /** whether secret values are written; the media id is made without them */
  readonly reveal: boolean;
}

/** As many digits of the media id as people compare. */
const SHORT_ID = 8;

/**
 * Every file that staging writes but the manifest, rendered; the same input gives the same bytes.
 * @throws InplaceError ENGINE_MISSING
 */
export function generateFiles(input: GenerateInput): GeneratedFile[] {
  const { definition, upgradePackages, sequence, mediaId, reveal } = input;
  const engine = engineProgram();
  const bootstrap = renderBootstrap({
    mediaName: definition.name,
    mediaIdShort: mediaId.slice(0, SHORT_ID),
    windows: windowsName(upgradePackages),
    engineSha256: engine.sha256,
  });
  return [
    ...(definition.autorun ? [{ path: MEDIA_PATHS.autorun, bytes: autorun(input) }] : []),
    { path: MEDIA_PATHS.bootstrap, bytes: bootstrap },
    { path: MEDIA_PATHS.engine, bytes: engine.bytes },
    { path: MEDIA_PATHS.sequence, bytes: sequenceJson(sequence, reveal) },
    { path: MEDIA_PATHS.variables, bytes: variablesJson(definition, reveal) },
    { path: MEDIA_PATHS.media, bytes: mediaJson(input) },
  ];
}

function autorun({ definition, upgradePackages }: GenerateInput): Uint8Array {
  const icon = upgradePackages[0]?.upgradePackage.find('setup.exe') ? { icon: 'setup.exe,0' } : {};
  return renderAutorun({ label: definition.label, ...icon });
}

/** `Windows 11 Enterprise, en-US`, or what the images have in common when there are several. */
export function windowsName(upgradePackages: readonly Pick<StagedUpgradePackage, 'upgradePackage'>[]): string {
  const facts = upgradePackages.map(({ upgradePackage }) => upgradePackage.facts);
  const images = facts.flatMap((one) => one.images);
  const languages = new Set(facts.flatMap((one) => one.languages));
  const names = [...new Set(images.map((image) => image.displayName ?? image.name ?? 'Windows'))];
  const name = names.length === 1 ? names[0]! : `${names[0]} and ${names.length - 1} more`;
  return [name, ...languages].join(', ');
}
