/** Product keys must not reach a message, a log or a screen, whatever field they were written into. */
import { quote } from '../bytes/quote.js';
import type { Finding } from '../errors.js';

/** What is shown in place of a product key. */
const MASK = 'XXXXX-XXXXX-XXXXX-XXXXX-XXXXX';

/** Letters and digits of a key that was typed: 25, and two more or fewer by mistake. */
const FEWEST = 23;
const MOST = 27;

/** What people put between the groups: dashes of all kinds, and the underscores of a volume label. */
const JOINED = /[A-Za-z0-9]+(?:[-_\u2010-\u2015\u2212]+[A-Za-z0-9]+)*/g;

/** Groups with blanks between them are compared in upper case only: sentences are not written so. */
const SPACED = /(?<![A-Za-z0-9])[A-Z0-9]{4,6}(?: +[A-Z0-9]{4,6})+(?![A-Za-z0-9])/g;

/** The text with everything that looks like a product key, or nearly so, replaced. */
export function maskProductKeys(text: string): string {
  return text.replace(JOINED, maskGroups).replace(SPACED, maskGroups);
}

/** Whether a text holds something that looks like a product key, or nearly so. */
export function holdsProductKey(text: string): boolean {
  return maskProductKeys(text) !== text || text.includes(MASK);
}

/** Text of the user in double quotes, for a message; product keys are masked before it is cut. */
export function quoteValue(text: string): string {
  return quote(maskProductKeys(text));
}

/** The findings as they may be shown: paths and names in them may hold a key that was written where it does not belong. */
export function maskFindings(findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => ({
    ...finding,
    message: maskProductKeys(finding.message),
    ...(finding.hint === undefined ? {} : { hint: maskProductKeys(finding.hint) }),
  }));
}

/** Masks every few groups in a row that look like a key. */
function maskGroups(run: string): string {
  const places = [...run.matchAll(/[A-Za-z0-9]+/g)];
  const groups = places.map(([group]) => group);
  let masked = '';
  let done = 0;
  let first = 0;
  while (first < groups.length) {
    const last = lastOfKey(groups, first);
    if (last !== undefined) {
      masked += run.slice(done, places[first]!.index) + MASK;
      done = places[last]!.index + groups[last]!.length;
    }
    first = (last ?? first) + 1;
  }
  return masked + run.slice(done);
}

/** The last group of the longest key that begins with the group `first`; undefined when none does. */
function lastOfKey(groups: readonly string[], first: number): number | undefined {
  let last: number | undefined;
  let length = 0;
  for (let end = first; end < groups.length && length <= MOST; end++) {
    length += groups[end]!.length;
    if (length <= MOST && looksLikeKey(groups.slice(first, end + 1))) last = end;
  }
  return last;
}

function looksLikeKey(groups: readonly string[]): boolean {
  const text = groups.join('');
  const whole = groups.every((group) => group.length === 5);
  if (whole && groups.length === 5) return true;
  if (groups.length === 1 && /^[A-Z0-9]{25}$/.test(text)) return true;
  // A key is in one letter case; `EnglishInternational` and `ServerStorageStandardEval` are none.
  if (text !== text.toUpperCase() && text !== text.toLowerCase()) return false;
  if (groups.length === 1) return text.length >= FEWEST && /\d/.test(text);
  const withDigits = groups.filter((group) => /\d/.test(group)).length;
  if (whole && groups.length === 4) return withDigits >= 2;
  return text.length >= FEWEST && withDigits >= 2 && groups.every(isGroup);
}

/** A group of five, one letter more or fewer, or several whose dash was forgotten. */
function isGroup(group: string): boolean {
  if (group.length <= 6) return group.length >= 4;
  return Math.abs(((group.length + 1) % 5) - 1) <= 1 && /\d/.test(group);
}
