/** The files that staging writes itself, as bytes: all of them ASCII, so that the engine reads them on any machine. */
import { asciiJson } from '../bytes/ascii-json.js';
import type { MediaDefinition } from '../definition/model.js';
import type { CompiledSequence } from '../target/contract.js';
import type { StagedUpgradePackage } from './staged-upgrade-package.js';

/** What `media.json` says of a package. */
export interface PackageSummary {
  readonly id: string;
  readonly kind: string;
  readonly files: number;
  /** bytes */
  readonly bytes: number;
}

export interface MediaJsonInput {
  readonly definition: MediaDefinition;
  /** that at the root first */
  readonly upgradePackages: readonly StagedUpgradePackage[];
  readonly packages: readonly PackageSummary[];
  readonly mediaId: string;
  readonly version: string;
  /** the media's own time */
  readonly time: Date;
}

/**
 * deploy/media.json: what this media is: name, media id, built from what, images by edition, the days on which it may
 * be used, and the command that runs before the sequence.
 */
export function mediaJson(input: MediaJsonInput): Uint8Array {
  const { definition, upgradePackages, packages, mediaId, version, time } = input;
  const { name, label, prestart, validity } = definition;
  const [first, ...others] = upgradePackages.map((one) => describeUpgradePackage(definition, one));
  return jsonBytes({
    media: 1,
    name,
    label,
    mediaId,
    inplace: version,
    time: time.toISOString(),
    ...(validity === undefined ? {} : { validity }),
    ...(prestart === undefined ? {} : { prestart: { command: prestart.command, timeout: prestart.timeout } }),
    upgradePackage: first,
    ...(others.length === 0 ? {} : { otherUpgradePackages: others }),
    packages,
  });
}

function describeUpgradePackage(
  definition: MediaDefinition,
  { id, path, upgradePackage }: StagedUpgradePackage,
): object {
  const { facts, label } = upgradePackage;
  const wanted = [definition.upgradePackage, ...definition.otherUpgradePackages].find((one) => one.id === id);
  return {
    id,
    path,
    ...(label === undefined ? {} : { label }),
    ...(wanted?.sha256 === undefined ? {} : { sha256: wanted.sha256 }),
    product: facts.product,
    architectures: facts.architectures,
    languages: facts.languages,
    images: facts.images.map(({ index, name, editionId, architecture, defaultLanguage, version }) => ({
      index,
      name,
      edition: editionId,
      architecture,
      language: defaultLanguage,
      version,
    })),
  };
}

/** deploy/variables.json. @param reveal whether secret values are written; the media id is made without them */
export function variablesJson(definition: MediaDefinition, reveal: boolean): Uint8Array {
  return jsonBytes({
    variables: definition.variables.map(({ name, value, secret }) => ({
      name,
      value: secret && !reveal ? '' : value,
      ...(secret ? { secret } : {}),
    })),
  });
}

/** deploy/sequence.json: the compiled task sequence. @param reveal as above */
export function sequenceJson(sequence: CompiledSequence, reveal: boolean): Uint8Array {
  return jsonBytes(reveal ? sequence : withoutSecrets(sequence));
}

/** Secret values that stand in the sequence itself become empty. */
function withoutSecrets(sequence: CompiledSequence): unknown {
  const isSecret = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && 'secret' in value && value.secret === true;
  return JSON.parse(
    JSON.stringify(sequence, (_, value: unknown) => (isSecret(value) ? { ...value, value: '' } : value)),
  );
}

function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${asciiJson(value, 2)}\n`);
}
