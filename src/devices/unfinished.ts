/** What the first block of a drive says while it is being written. It is no boot record and no file system. */
const TEXT = 'inplace: unfinished';
const REPORTS = 'reports: ';
/** Bytes that are looked at for the lines of the marker. */
const LINES = 512;
/** A name of a folder of saved reports: nothing that leads anywhere else. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** What an unfinished drive says of itself. */
export interface Unfinished {
  /** name of the folder on the computer that wrote it, in which the reports it had are kept */
  readonly reports?: string;
}

/** @param bytes the first MiB, or as much of it as is wanted; becomes the marker and zeros */
export function markUnfinished(bytes: Uint8Array, { reports }: Unfinished = {}): void {
  bytes.fill(0);
  const lines = reports !== undefined && NAME.test(reports) ? `${TEXT}\r\n${REPORTS}${reports}\r\n` : `${TEXT}\r\n`;
  bytes.set(Buffer.from(lines, 'latin1'));
}

/** Whether a drive begins with the marker. */
export function isUnfinished(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, TEXT.length)).toString('latin1') === TEXT;
}

/** The marker that a drive begins with; undefined when there is none. Whoever made the drive may have written it. */
export function readUnfinished(head: Uint8Array): Unfinished | undefined {
  if (!isUnfinished(head)) return undefined;
  const lines = Buffer.from(head.subarray(0, LINES)).toString('latin1').split('\r\n');
  const reports = lines[1]?.startsWith(REPORTS) ? lines[1].slice(REPORTS.length) : undefined;
  return reports !== undefined && NAME.test(reports) ? { reports } : {};
}
