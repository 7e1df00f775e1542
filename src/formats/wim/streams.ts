/** Which stream of an entry is what. */
import { type Dentry, isReparsePoint, NO_SHA1, type StreamEntry } from './dentry.js';

export interface DentryStreams {
  /** SHA-1 of the file's bytes; undefined when it has none */
  readonly data: string | undefined;
  /** SHA-1 of the reparse data of a reparse point */
  readonly reparse: string | undefined;
  /** named ("alternate") data streams; `sha1` undefined for an empty one */
  readonly named: readonly { readonly name: string; readonly sha1: string | undefined }[];
}

/**
 * A reparse point has two unnamed streams when it has data as well: the reparse data come first. DISM leaves the stream of the entry
 * itself empty when others follow, and puts the unnamed one among them; wimlib does the same.
 */
export function streamsOf(dentry: Dentry): DentryStreams {
  const unnamed = dentry.streams.filter(({ name, sha1 }) => name === '' && sha1 !== NO_SHA1).map(({ sha1 }) => sha1);
  const reparse = isReparsePoint(dentry) ? unnamed.shift() : undefined;
  const named = dentry.streams
    .filter(({ name }) => name !== '')
    .map(({ name, sha1 }) => ({ name, sha1: sha1 === NO_SHA1 ? undefined : sha1 }));
  return { data: unnamed[0], reparse, named };
}

/** Every blob that the entry refers to, as often as it does. */
export function blobsOf(dentry: Dentry): string[] {
  return dentry.streams.filter(hasBytes).map(({ sha1 }) => sha1);
}

function hasBytes({ sha1 }: StreamEntry): boolean {
  return sha1 !== NO_SHA1;
}
