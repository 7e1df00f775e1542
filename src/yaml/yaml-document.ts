/**
 * A YAML file whose every value knows its line and column. What is wrong with the text is collected, not thrown:
 * the checks that follow see as much of the document as could be read, so that a person gets all problems at once.
 */
import { open } from 'node:fs/promises';
import { describeSystemError } from '../content/file.js';
import type { ErrorCode, Finding, Place } from '../errors.js';
import { composeYaml, MAX_DEPTH } from './compose.js';
import { convertYaml, type Position } from './convert.js';
import { formatField, valueAt, type YamlPath } from './field-name.js';
import { syntaxWords } from './syntax-words.js';

/** Bytes. Far more than a person writes; little enough that a hostile file is refused in a moment. */
export const MAX_YAML_BYTES = 2 ** 20;

/** Problems of the text that are listed one by one; what follows them is mostly their echo. */
const MAX_SYNTAX_FINDINGS = 20;

const QUOTES = `Inside { } and [ ] write it in quotes: "\${env:NAME}"`;

/** A document and everything that is wrong with its text. */
export class YamlDocument {
  constructor(
    readonly file: string,
    /** plain data (see `convertYaml`); undefined when nothing could be read */
    readonly value: unknown,
    /** what is wrong with the file and its YAML; a second finding in a row may be the echo of the first */
    readonly findings: readonly Finding[],
    readonly positions: { at(offset: number): Place; readonly root?: Position },
    /** first line that could not be read as YAML; 0 when nothing could */
    readonly brokenFrom = Infinity,
  ) {}

  /** The same text with other values: after `${env:NAME}` was filled in. */
  withValue(value: unknown): YamlDocument {
    return new YamlDocument(this.file, value, this.findings, this.positions, this.brokenFrom);
  }

  /** The value at a path; undefined where there is none. */
  at(path: YamlPath): unknown {
    return valueAt(this.value, path);
  }

  /** The value at a path when it is text. */
  textAt(path: YamlPath): string | undefined {
    const value = this.at(path);
    return typeof value === 'string' ? value : undefined;
  }

  /** A number or truth value as it was written in the file. */
  sourceAt(path: YamlPath): string | undefined {
    return this.#find(path).position?.source;
  }

  /** Whether a place lies where the YAML could not be read, or behind it: what is found there may be an echo of that. */
  isBroken(where: Place | undefined): boolean {
    return (where?.line ?? 0) >= this.brokenFrom;
  }

  /** Line and column of the value; of the nearest parent when there is none. */
  place(path: YamlPath): Place {
    const { position, parent } = this.#find(path);
    return this.#place(path, position?.value ?? parent?.key ?? parent?.value);
  }

  /** Line and column of the key; of the value for an item of a list; of the nearest parent when there is none. */
  keyPlace(path: YamlPath): Place {
    const { position, parent } = this.#find(path);
    return this.#place(path, position?.key ?? position?.value ?? parent?.key ?? parent?.value);
  }

  #place(path: YamlPath, offset: number | undefined): Place {
    const field = formatField(path);
    const place = offset === undefined ? { file: this.file } : this.positions.at(offset);
    return field === '' ? place : { ...place, field };
  }

  #find(path: YamlPath): { position?: Position; parent?: Position } {
    let position = this.positions.root;
    let parent: Position | undefined;
    for (const part of path) {
      if (!position) break;
      parent = position;
      position = position.children?.get(part);
    }
    return { ...(position ? { position } : {}), ...(parent ? { parent } : {}) };
  }
}

/**
 * Reads a YAML file.
 * @param invalid code of what is wrong with the YAML; a file that cannot be read gives DEFINITION_UNREADABLE
 */
export async function readYamlDocument(file: string, invalid: ErrorCode): Promise<YamlDocument> {
  const unreadable = (message: string, hint?: string, line?: Place): YamlDocument =>
    withoutValue(file, {
      code: 'DEFINITION_UNREADABLE',
      message,
      where: { file, ...line },
      ...(hint === undefined ? {} : { hint }),
    });
  let bytes: Uint8Array;
  try {
    bytes = await readAtMost(file, MAX_YAML_BYTES + 1);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return unreadable('No such file', 'inplace init writes a new one');
    if (code === 'EISDIR') return unreadable('This is a folder, expected a YAML file', 'Name the file in it');
    return unreadable(`Cannot read: ${describeSystemError(error)}`);
  }
  if (bytes.byteLength > MAX_YAML_BYTES) {
    return unreadable(`The file is larger than ${MAX_YAML_BYTES} bytes`, 'Is this the right file?');
  }
  const { text, bad } = decodeText(bytes);
  if (bad !== undefined) {
    return unreadable('The file holds bytes that are no UTF-8 text', 'Save it as UTF-8 in your editor', bad);
  }
  return parseYamlDocument(text, file, invalid);
}

/** Parses a YAML text. @param file host path for messages @param invalid code of what is wrong with the YAML */
export function parseYamlDocument(text: string, file: string, invalid: ErrorCode): YamlDocument {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  const { document, lines, problems, tooDeep } = composeYaml(source);
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const finding = (offset: number, message: string, hint?: string): Finding => {
    return { code: invalid, message, where: at(offset), ...(hint === undefined ? {} : { hint }) };
  };
  if (tooDeep !== undefined) {
    return withoutValue(file, finding(tooDeep, `Values are nested more than ${MAX_DEPTH} levels deep`));
  }
  const converted = convertYaml(document?.contents ?? null, lines);
  const reference = unquotedReference(source, problems);
  const own =
    reference === undefined ? [] : [finding(reference, 'A reference to the environment is not in quotes', QUOTES)];
  const isBefore = (offset: number): boolean => reference === undefined || offset < reference;
  const syntax = problems
    .filter(({ pos }) => isBefore(pos[0]))
    .map(({ code, pos }) => {
      const { message, hint } = syntaxWords(code);
      return finding(pos[0], message, hint);
    });
  const values = converted.problems
    .filter(({ offset }) => isBefore(offset))
    .map(({ offset, message, hint }) => finding(offset, message, hint));
  const findings = [...shorten(syntax), ...own, ...shorten(values)];
  const broken = Math.min(...[...syntax, ...own].map(({ where }) => where?.line ?? 0));
  return new YamlDocument(file, converted.value ?? undefined, findings, { at, root: converted.position }, broken);
}

/**
 * Offset of the first `${env:NAME}` without quotes inside `{ }` or `[ ]`: its braces begin a mapping there, and every
 * other problem behind it is an echo.
 */
function unquotedReference(text: string, problems: readonly { readonly pos: readonly number[] }[]): number | undefined {
  const braces = problems.map(({ pos }) => pos[0]!).find((offset) => text.startsWith('${env:', offset - 1));
  return braces === undefined ? undefined : braces - 1;
}

function withoutValue(file: string, finding: Finding): YamlDocument {
  return new YamlDocument(file, undefined, [finding], { at: () => ({ file }) }, 0);
}

function shorten(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= MAX_SYNTAX_FINDINGS) return findings;
  const next = findings[MAX_SYNTAX_FINDINGS]!;
  const more = findings.length - MAX_SYNTAX_FINDINGS;
  return [...findings.slice(0, MAX_SYNTAX_FINDINGS), { ...next, message: `${next.message} (and ${more - 1} more)` }];
}

/** The first bytes of a file, whatever it says its size is: a pipe or a device says 0. */
async function readAtMost(file: string, limit: number): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const bytes = new Uint8Array(limit);
    let done = 0;
    while (done < limit) {
      const { bytesRead } = await handle.read(bytes, done, limit - done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  } finally {
    await handle.close();
  }
}

/** UTF-8, or UTF-16 with a byte order mark, which is what Notepad calls "Unicode". */
function decodeText(bytes: Uint8Array): { text: string; bad?: { line: number; column: number } } {
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8';
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch {
    const text = new TextDecoder(encoding).decode(bytes);
    const before = text.slice(0, text.indexOf('\ufffd')).split('\n');
    return { text, bad: { line: before.length, column: before.at(-1)!.length + 1 } };
  }
}
