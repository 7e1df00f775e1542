/**
 * What Windows accepts as a file name, and which names it takes for the same one
 * (Microsoft, "Naming Files, Paths, and Namespaces"). Names are checked here whatever file system carries them:
 * media is read by Windows, and copied to NTFS and FAT.
 */
import { quote } from '../bytes/quote.js';

/** MAX_PATH is 260 with the closing zero; programs of Setup do not ask for more. */
const MAX_PATH_CHARACTERS = 259;

/** `D:\` in front of every path on the media. */
const DRIVE_CHARACTERS = 3;

/** NTFS, UDF on Windows and the Win32 functions: 255 UTF-16 units. */
const MAX_NAME_CHARACTERS = 255;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const FORBIDDEN = /[<>:"|?*\\/\u0000-\u001f]/;

/** Devices, with any extension. Superscript digits count as digits: they are digits in ISO 8859-1. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3]|conin\$|conout\$)$/i;

/** Every reason why Windows cannot use this as the name of a file or folder; empty when it can. */
export function checkWindowsName(name: string): string[] {
  if (name === '') return ['the name is empty'];
  if (name === '.' || name === '..') return [`${quote(name)} means a folder itself or the one above it`];
  const reasons: string[] = [];
  const forbidden = FORBIDDEN.exec(name)?.[0];
  if (forbidden !== undefined) reasons.push(`Windows does not allow the character ${quote(forbidden)} in a name`);
  if (/[ .]$/.test(name))
    reasons.push(`Windows drops the ${name.endsWith(' ') ? 'space' : 'dot'} at the end of a name`);
  if (/\p{Surrogate}/u.test(name)) reasons.push('the name holds half a character (a lone surrogate)');
  const device = /^[^.]*/.exec(name)![0].trimEnd();
  if (DEVICE.test(device)) reasons.push(`Windows takes ${quote(device)} for a device, whatever follows the dot`);
  if (name.length > MAX_NAME_CHARACTERS) {
    reasons.push(`the name has ${name.length} characters, Windows allows ${MAX_NAME_CHARACTERS}`);
  }
  return reasons;
}

/** Every reason why Windows cannot use this path (`/` between names, none in front) on the media. */
export function checkMediaPath(path: string): string[] {
  const tooLong = checkPathLength(path);
  return [...path.split('/').flatMap(checkWindowsName), ...(tooLong === undefined ? [] : [tooLong])];
}

/** Why a media path is too long for Windows, or undefined. */
export function checkPathLength(path: string): string | undefined {
  const length = path.length + DRIVE_CHARACTERS;
  if (length <= MAX_PATH_CHARACTERS) return undefined;
  return `with its drive the path has ${length} characters, Windows allows ${MAX_PATH_CHARACTERS}`;
}

/**
 * A name as Windows compares it: two names with the same result cannot stand in one folder.
 * Each UTF-16 unit goes to its upper case where that is one unit and leads back, as in the table of NTFS
 * (so `ı`, `ſ`, `µ` and `ς` stay themselves, and `ß` does), independent of language.
 */
export function foldCase(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is ASCII
  if (/^[\u0000-\u007f]*$/.test(name)) return name.toUpperCase();
  let folded = '';
  for (let i = 0; i < name.length; i++) folded += foldUnit(name[i]!);
  return folded;
}

function foldUnit(unit: string): string {
  const upper = unit.toUpperCase();
  if (upper.length === 1) return upper.toLowerCase() === unit ? upper : unit;
  return GREEK_WITH_IOTA.get(unit) ?? unit;
}

/** Greek letters with iota subscript: JavaScript writes their upper case as two letters, Windows as one (U+1F88 …). */
const GREEK_WITH_IOTA: ReadonlyMap<string, string> = new Map(
  Array.from({ length: 0x100 }, (_, i) => String.fromCharCode(0x1f00 + i))
    .filter((upper) => upper.toLowerCase() !== upper && upper.toLowerCase().toUpperCase().length === 2)
    .map((upper) => [upper.toLowerCase(), upper]),
);
