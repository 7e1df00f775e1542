/** The generated files in one list. */
import type { MediaDefinition } from '../definition/model.js';
import type { SetupArgument } from '../task-sequence/setup-command.js';
import type { UpgradePackage } from '../upgrade-package/open.js';
import { renderAutorun, renderBootstrap } from './bootstrap.js';
import { mediaJson, type PackageSummary, sequenceJson, variablesJson } from './generated.js';
import { MEDIA_PATHS } from './media-paths.js';
import { minimumBuild } from './minimum-build.js';
import type { SetupPlan } from './setup-plan.js';
import type { StagedUpgradePackage } from './staged-upgrade-package.js';

export interface GeneratedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface GenerateInput {
  readonly definition: MediaDefinition;
  readonly upgradePackage: UpgradePackage;
  /** all of them, that at the root first */
  readonly upgradePackages: readonly StagedUpgradePackage[];
  readonly packages: readonly PackageSummary[];
  readonly setup: SetupPlan;
  readonly mediaId: string;
  /** the media's own time */
  readonly time: Date;
  readonly version: string;
  /** whether secret values are written; the media id is made without them */
  readonly reveal: boolean;
}

/** As many digits of the media id as people compare. */
const SHORT_ID = 8;

/** Every file that staging writes but the manifest, rendered; the same input gives the same bytes. */
export function generateFiles(input: GenerateInput): GeneratedFile[] {
  const { definition, reveal } = input;
  return [
    ...(definition.autorun ? [{ path: MEDIA_PATHS.autorun, bytes: autorun(input) }] : []),
    { path: MEDIA_PATHS.bootstrap, bytes: bootstrap(input) },
    { path: MEDIA_PATHS.sequence, bytes: sequenceJson(input.setup) },
    { path: MEDIA_PATHS.variables, bytes: variablesJson(definition, reveal) },
    { path: MEDIA_PATHS.media, bytes: mediaJson(input) },
  ];
}

function autorun({ definition, upgradePackage }: GenerateInput): Uint8Array {
  const icon = upgradePackage.find('setup.exe') ? { icon: 'setup.exe,0' } : {};
  return renderAutorun({ label: definition.label, ...icon });
}

function bootstrap(input: GenerateInput): Uint8Array {
  const { definition, upgradePackage, setup, mediaId, reveal } = input;
  const { facts } = upgradePackage;
  const { minClient, minServer } = facts.setups[0]?.minimumVersions ?? {};
  const { build, server } = setup;
  const hide = (argument: SetupArgument): SetupArgument => ('secret' in argument && !reveal ? { text: '' } : argument);
  return renderBootstrap({
    mediaName: definition.name,
    mediaIdShort: mediaId.slice(0, SHORT_ID),
    windows: windowsName(upgradePackage),
    build,
    minimumBuild: minimumBuild({ build, server, declared: server ? minServer : minClient }),
    architecture: facts.architectures[0] ?? '',
    server,
    arguments: setup.arguments.map(hide),
    scanArguments: setup.scanArguments.map(hide),
    scanOnly: setup.upgrade.scanOnly,
  });
}

/** `Windows 11 Enterprise, en-US`, or what the images have in common when there are several. */
function windowsName({ facts }: UpgradePackage): string {
  const names = [...new Set(facts.images.map((image) => image.displayName ?? image.name ?? 'Windows'))];
  const name = names.length === 1 ? names[0]! : `${names[0]} and ${names.length - 1} more`;
  return [name, ...facts.languages].join(', ');
}
