/**
 * What can go wrong, in one place: a table of stable codes, the `Finding` that a check returns,
 * and the one error class that entry points throw with every finding in it.
 */

/** The kinds of trouble; the command line maps each to an exit code (cli/exit-codes.ts). */
export type ErrorKind =
  /** the command line is wrong */
  | 'usage'
  /** a definition or a task sequence is wrong */
  | 'definition'
  /** an input is missing, unreadable, corrupt, or not what it should be */
  | 'source'
  /** the media cannot be laid out as asked */
  | 'layout'
  /** writing failed: full disk, closed pipe, I/O error */
  | 'sink'
  /** refused so that nothing of the user's is harmed */
  | 'safety'
  /** what is on the media is not what should be there */
  | 'verify'
  /** stopped by the person or the caller */
  | 'interrupted';

/**
 * Every code, its kind, and one sentence that says when it is used.
 * Rooms add their codes here; a test proves that each is thrown somewhere and tested somewhere.
 */
export const ERROR_CODES = {
  // the command line
  USAGE: ['usage', 'An argument or option of the command line is wrong'],
  // definitions and task sequences
  DEFINITION_UNREADABLE: ['definition', 'A definition or task sequence cannot be read'],
  DEFINITION_INVALID: ['definition', 'A field of the media definition is wrong'],
  DEFINITION_NOT_BUILT: ['definition', 'An option of the design that this version cannot honour yet'],
  SEQUENCE_INVALID: ['definition', 'A field of the task sequence is wrong'],
  SEQUENCE_REFUSED: ['definition', 'The task sequence holds what an in-place upgrade may not contain'],
  SEQUENCE_ADVICE: ['definition', 'The task sequence holds what a person should look at, or acknowledge'],
  SECRET_READABLE: ['definition', 'A secret goes onto media that anybody who holds it can read'],
  MEDIA_NAME: ['definition', 'A file name that Windows or the file system of the media cannot hold'],
  PACKAGE_LINK: ['definition', 'A symbolic link in a package that leads out of it or nowhere'],
  // inputs
  SOURCE_MISSING: ['source', 'An input does not exist'],
  SOURCE_UNREADABLE: ['source', 'An input cannot be read'],
  SOURCE_CHANGED: ['source', 'An input changed while it was being read'],
  SOURCE_CORRUPT: ['source', 'An input breaks the rules of its own format'],
  BOOT_TRUST: ['source', 'Boot files do not have the signatures that bootManager asks for'],
  SOURCE_UNSUPPORTED: ['source', 'An input is in a form this program does not read'],
  NOT_WINDOWS_MEDIA: ['source', 'An ISO or folder is not Windows install media'],
  MEDIA_EXPIRED: ['safety', 'Media could not be used any more: their last day is over'],
  CHECKSUM_MISMATCH: ['safety', 'An input does not have the given SHA-256'],
  ENGINE_MISSING: ['source', 'The engine that goes onto the media was not built'],
  WIM_CHANGE: ['definition', 'A change to a file in a WIM image that cannot be made'],
  // layout
  LAYOUT_LIMIT: ['layout', 'A limit of the file system on the media is exceeded'],
  LAYOUT_ROOM: ['layout', 'The media does not fit on a stick of that size'],
  // output
  OUTPUT_REFUSED: ['safety', 'The output would destroy an input or something of the user'],
  OUTPUT_LEFTOVER: ['sink', 'Something that an earlier build left beside the output cannot be removed'],
  SINK_FULL: ['sink', 'No room left where the output is written'],
  SINK_FAILED: ['sink', 'Writing the output failed'],
  // drives
  IMAGE_NO_DISK: ['source', 'An image has no partition table, and starts nothing from a stick'],
  DEVICE_REFUSED: ['safety', 'The guard does not allow that drive to be written'],
  DEVICE_PROGRAM: ['sink', 'A program of the operating system that knows about drives failed'],
  DEVICE_REMOVED: ['sink', 'A drive was unplugged while it was written'],
  DEVICE_BUSY: ['sink', 'A drive is in use, or may not be opened'],
  DEVICE_FAKE: ['sink', 'A drive has less room than it says'],
  DEVICE_DIFFERS: ['sink', 'A drive does not give back what was written to it'],
  DEVICE_REPORTS: ['safety', 'The reports on a drive cannot be kept, or put back'],
  RECEIPT_FAILED: ['sink', 'The receipt of a drive that was written cannot be saved'],
  // verify
  VERIFY_UNFINISHED: ['verify', 'Writing this drive was begun and never finished'],
  VERIFY_FILE: ['verify', 'A file is missing, added or different from the manifest'],
  VERIFY_STRUCTURE: ['verify', 'The structures of an image or zip are not those it was made with'],
  VERIFY_MANIFEST: ['verify', 'The manifest is missing, damaged or contradicts itself'],
  // the check of a WIM
  WIM_STRUCTURE: ['verify', 'A structure of a WIM breaks the rules of the format'],
  WIM_BLOB: ['verify', 'Bytes in a WIM do not have the SHA-1 that its blob table says, or are missing'],
  WIM_INTEGRITY: ['verify', 'Bytes of a WIM do not have the SHA-1 that its integrity table says'],
  // the strict check of UDF structures
  UDF_RECOGNITION: ['verify', 'The volume recognition sequence of a UDF volume is wrong'],
  UDF_ANCHOR: ['verify', 'An anchor of a UDF volume is missing or wrong'],
  UDF_SEQUENCE: ['verify', 'A UDF volume descriptor sequence is out of order, or main and reserve differ'],
  UDF_TAG: ['verify', 'A UDF descriptor tag breaks a rule'],
  UDF_CRC: ['verify', 'The CRC of a UDF descriptor does not fit its bytes'],
  UDF_DESCRIPTOR: ['verify', 'A field of a UDF volume or file set descriptor is wrong'],
  UDF_INTEGRITY: ['verify', 'The UDF integrity descriptor contradicts the volume'],
  UDF_FILE_ENTRY: ['verify', 'A field of a UDF File Entry is wrong'],
  UDF_LINK_COUNT: ['verify', 'The link count of a UDF File Entry is not the number of names that lead to it'],
  UDF_UNIQUE_ID: ['verify', 'A unique id of a UDF volume is not unique or out of its range'],
  UDF_EXTENT: ['verify', 'An extent of a UDF volume is wrong, shared, or followed by bytes that are not zero'],
  UDF_FID_GAP: ['verify', 'File Identifier Descriptors of a UDF directory do not follow each other without gaps'],
  UDF_FID: ['verify', 'A field of a UDF File Identifier Descriptor is wrong'],
  UDF_NAME: ['verify', 'A name in a UDF directory is wrong'],
  // simulation
  MACHINE_INVALID: ['definition', 'A field of a machine file is wrong'],
  SIMULATION_FAILED: ['verify', 'A simulated machine did not end as it should'],
  SIMULATION_CUT: ['verify', 'A power cut made a simulated run end in a way that no run may end'],
  INTERRUPTED: ['interrupted', 'The work was stopped before it was done'],
} as const satisfies Record<string, readonly [ErrorKind, string]>;

/** A stable name of a problem: a key of `ERROR_CODES`. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** Where a problem is. Every part is optional; `formatPlace` prints what is known. */
export interface Place {
  /** host path of the file that holds the problem */
  readonly file?: string;
  /** 1-based line and column in that file */
  readonly line?: number;
  readonly column?: number;
  /** field of a definition (`packages[1].source`) or of an on-disk structure (`FileEntry.informationLength`) */
  readonly field?: string;
  /** path on the media */
  readonly path?: string;
  /** byte offset in the image or file */
  readonly offset?: number;
}

/** One problem: what is wrong, where, and what to do. */
export interface Finding {
  readonly code: ErrorCode;
  /** sentence case, no period, quotes values, says what is and what was expected */
  readonly message: string;
  readonly where?: Place;
  /** what the person can do about it */
  readonly hint?: string;
  /** id of the rule of the lint that is broken: what a sequence acknowledges */
  readonly rule?: string;
  /** a warning never stops the work; default `error` */
  readonly severity?: 'error' | 'warning';
}

/** The one error of this project: every finding at once. `message` is the whole text, a line or two per finding. */
export class InplaceError extends Error {
  override readonly name = 'InplaceError';
  readonly findings: readonly Finding[];

  constructor(findings: Finding | readonly Finding[], options?: { cause?: unknown }) {
    const list = Array.isArray(findings) ? (findings as readonly Finding[]) : [findings as Finding];
    super(list.map(formatFinding).join('\n'), options);
    this.findings = list;
  }

  /** Code of the first finding that is an error. */
  get code(): ErrorCode {
    return (this.findings.find(isError) ?? this.findings[0]!).code;
  }

  /** Kind of that finding. */
  get kind(): ErrorKind {
    return ERROR_CODES[this.code][0];
  }
}

/**
 * The work was stopped through its AbortSignal.
 * @param cause the signal's reason
 */
export function interrupted(cause?: unknown): InplaceError {
  const finding = { code: 'INTERRUPTED', message: 'Stopped before it was done; nothing was left behind' } as const;
  return new InplaceError(finding, cause === undefined ? undefined : { cause });
}

/** `file:line:column`, `path`, `byte 1234`, `field`: what is known of a place, for people. */
export function formatPlace(where: Place | undefined): string {
  if (!where) return '';
  const position =
    where.line === undefined ? '' : `:${where.line}${where.column === undefined ? '' : `:${where.column}`}`;
  const parts = [
    where.file === undefined ? '' : `${where.file}${position}`,
    where.path === undefined || where.file?.replaceAll('\\', '/').endsWith(`/${where.path}`) ? '' : where.path,
    where.offset === undefined ? '' : `byte ${where.offset}`,
    where.field === undefined ? '' : where.field,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** A finding as one or two lines of text. */
export function formatFinding(finding: Finding): string {
  const place = formatPlace(finding.where);
  const message = finding.rule === undefined ? finding.message : `${finding.message} [${finding.rule}]`;
  const head = place === '' ? message : `${place}: ${message}`;
  return finding.hint === undefined ? oneLine(head) : `${oneLine(head)}\n    ${oneLine(finding.hint)}`;
}

function oneLine(text: string): string {
  return printable(text).replaceAll('\n', '\\x0a');
}

/** Names on media may hold the codes that steer a terminal: shown as \x1b, never sent to it. Line ends stay. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, (unit) => `\\x${unit.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Whether a finding stops the work. */
export function isError({ severity }: Finding): boolean {
  return severity !== 'warning';
}

/** Throws one `InplaceError` with all findings, warnings too, when one of them is an error; else does nothing. */
export function throwFindings(findings: readonly Finding[]): void {
  if (findings.some(isError)) throw new InplaceError(findings);
}
