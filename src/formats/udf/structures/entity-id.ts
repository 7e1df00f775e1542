import { viewOf } from '../../../bytes/view.js';
import { UDF_REVISION } from './constants.js';

/** EntityID (regid), ECMA-167 1/7.4, UDF 1.02 2.1.5. */
const ENTITY_ID_FIELDS = { flags: 0, identifier: 1, identifierSuffix: 24 } as const;

/** Identifiers with the meaning that UDF 1.02 2.1.5.2 and ECMA-167 3/10.5.3 give them. */
export const ENTITY = {
  domain: '*OSTA UDF Compliant',
  logicalVolumeInformation: '*UDF LV Info',
  partitionContents: '+NSR02',
  /** the developer id of everything we write */
  implementation: '*inplace',
} as const;

export interface EntityId {
  readonly flags: number;
  /** ASCII, without the zero bytes behind it */
  readonly identifier: string;
  /** first two bytes of the suffix: the UDF revision in domain and UDF identifiers */
  readonly revision: number;
}

/** Domain identifier with its suffix: revision, no write protection flags (UDF 1.02 2.1.5.3, figure 2). */
export function writeDomainId(into: Uint8Array, at: number): void {
  writeRevisionId(into, at, ENTITY.domain);
}

/** UDF identifier with its suffix: revision, operating system class and identifier undefined (figure 3). */
export function writeUdfId(into: Uint8Array, at: number, identifier: string): void {
  writeRevisionId(into, at, identifier);
}

function writeRevisionId(into: Uint8Array, at: number, identifier: string): void {
  writeIdentifier(into, at, identifier);
  viewOf(into).setUint16(at + ENTITY_ID_FIELDS.identifierSuffix, UDF_REVISION, true);
}

/** Implementation identifier; its suffix is zero: the same bytes on every operating system (figure 4). */
export function writeImplementationId(into: Uint8Array, at: number): void {
  writeIdentifier(into, at, ENTITY.implementation);
}

/** An identifier whose suffix is all zero: `+NSR02` (ECMA-167 3/10.5.3). */
export function writeIdentifier(into: Uint8Array, at: number, identifier: string): void {
  for (let i = 0; i < identifier.length; i++) into[at + ENTITY_ID_FIELDS.identifier + i] = identifier.charCodeAt(i);
}

export function readEntityId(bytes: Uint8Array, at: number): EntityId {
  const start = at + ENTITY_ID_FIELDS.identifier;
  const suffix = at + ENTITY_ID_FIELDS.identifierSuffix;
  const name = bytes.subarray(start, suffix);
  const end = name.indexOf(0);
  return {
    flags: bytes[at]!,
    identifier: String.fromCharCode(...name.subarray(0, end === -1 ? name.length : end)),
    revision: viewOf(bytes).getUint16(suffix, true),
  };
}
