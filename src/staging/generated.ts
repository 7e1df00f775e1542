/** The files that staging writes itself, as bytes: all of them ASCII, so that the engine reads them on any machine. */
import { asciiJson } from '../bytes/ascii-json.js';
import type { MediaDefinition } from '../definition/model.js';
import type { CompiledSequence } from '../target/contract.js';
import type { UpgradePackage } from '../upgrade-package/open.js';

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
  readonly upgradePackage: UpgradePackage;
  readonly packages: readonly PackageSummary[];
  readonly mediaId: string;
  readonly version: string;
  /** the media's own time */
  readonly time: Date;
}

/** deploy/media.json: what this media is: name, media id, built from what, images by edition. */
export function mediaJson(input: MediaJsonInput): Uint8Array {
  const { definition, upgradePackage, packages, mediaId, version, time } = input;
  const { facts } = upgradePackage;
  return jsonBytes({
    media: 1,
    name: definition.name,
    label: definition.label,
    mediaId,
    inplace: version,
    time: time.toISOString(),
    upgradePackage: {
      ...(upgradePackage.label === undefined ? {} : { label: upgradePackage.label }),
      ...(definition.upgradePackage.sha256 === undefined ? {} : { sha256: definition.upgradePackage.sha256 }),
      product: facts.product,
      architectures: facts.architectures,
      languages: facts.languages,
      images: facts.images.map(({ index, name, editionId, architecture, defaultLanguage, version: windows }) => ({
        index,
        name,
        edition: editionId,
        architecture,
        language: defaultLanguage,
        version: windows,
      })),
    },
    packages,
  });
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
