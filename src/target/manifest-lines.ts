/**
 * deploy/manifest.json of the media, read line by line: path, size and SHA-256 of every file (design/media.md). It is
 * accepted only as `inplace build` writes it; one missing line or character is damage.
 */
import { parseJson } from './json.js';
import { beginsWith } from './text.js';

export interface ManifestEntry {
  /** path on the media, `/` between names */
  readonly path: string;
  /** bytes */
  readonly size: number;
  /** lower-case hex */
  readonly sha256: string;
}

export interface MediaManifest {
  readonly mediaId: string;
  /** folders that hold nothing */
  readonly directories: readonly string[];
  /** every file but the manifest and its signature, sorted */
  readonly files: readonly ManifestEntry[];
}

const HEAD = /^\{"manifest":1,"mediaId":"([0-9a-f]{64})"(?:,"structures":"[0-9a-f]{64}")?,"(directories|files)":\[$/;
const FILE = /^\{"path":("(?:[^"\\]|\\.)*"),"size":(\d{1,16}),"sha256":"([0-9a-f]{64})"\}(,?)$/;
const DIRECTORY = /^("(?:[^"\\]|\\.)*")(,?)$/;

/** Reads it. Throws an Error that says in which line it is damaged. */
export function parseManifest(text: string): MediaManifest {
  // JScript's split with a text keeps empty parts, with a pattern it would not
  const lines = text.split('\n');
  const head = HEAD.exec(lines[0] ?? '');
  if (!head) throw damaged(1);
  const directories: string[] = [];
  let at = 1;
  if (head[2] === 'directories') {
    for (let more = true; more; at++) {
      const match = DIRECTORY.exec(lines[at] ?? '');
      if (!match) throw damaged(at + 1);
      directories.push(pathOf(match[1] ?? '', directories[directories.length - 1], at));
      more = match[2] === ',';
    }
    if (lines[at] !== '],"files":[') throw damaged(at + 1);
    at++;
  }
  const files = readFiles(lines, at);
  return { mediaId: head[1] ?? '', directories, files };
}

function readFiles(lines: readonly string[], from: number): ManifestEntry[] {
  const files: ManifestEntry[] = [];
  let at = from;
  for (let more = lines[at] !== ']}'; more; at++) {
    const match = FILE.exec(lines[at] ?? '');
    if (!match) throw damaged(at + 1);
    const path = pathOf(match[1] ?? '', files[files.length - 1]?.path, at);
    files.push({ path, size: Number(match[2]), sha256: match[3] ?? '' });
    more = match[4] === ',';
  }
  // the text ends with one line feed, and nothing follows
  if (lines[at] !== ']}' || lines[at + 1] !== '' || lines.length !== at + 2) throw damaged(at + 1);
  return files;
}

/** A path that stays below the folder it is put into, and is larger than the one before. */
function pathOf(quoted: string, before: string | undefined, at: number): string {
  const path = quoted.indexOf('\\') < 0 ? quoted.substring(1, quoted.length - 1) : String(parseJson(quoted));
  if (path === '' || /[\\:*?"<>|]|(^|\/)\.{0,2}(\/|$)/.test(path)) throw damaged(at + 1);
  if (before !== undefined && !(before < path)) throw damaged(at + 1);
  return path;
}

function damaged(line: number): Error {
  return new Error(`manifest.json is damaged in line ${line}`);
}

/** The entries below a folder of the media; all of them for the empty folder. */
export function entriesBelow(manifest: MediaManifest, folder: string): ManifestEntry[] {
  const start = folder === '' ? '' : `${folder}/`;
  const found: ManifestEntry[] = [];
  for (const entry of manifest.files) if (beginsWith(entry.path, start)) found.push(entry);
  return found;
}
