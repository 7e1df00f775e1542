/** How two values are compared (contract.ts, Comparison; facts/configmgr.md, B.5). */
import type { Comparison, Test } from './contract.js';

/**
 * Whether a value passes a test. Whole numbers and versions are compared by their digits, of any length; everything
 * else as text without case. Something with a dot is a version: 10.10 is more than 10.9.
 */
export function compareValues(value: string, { operator, value: wanted }: Test): boolean {
  if (operator === 'like') return isLike(value, wanted);
  if (operator === 'notLike') return !isLike(value, wanted);
  return holdsFor(operator, order(value, wanted));
}

/** @param difference negative, zero or positive */
export function holdsFor(operator: Comparison, difference: number): boolean {
  switch (operator) {
    case 'equals':
      return difference === 0;
    case 'greater':
      return difference > 0;
    case 'greaterEqual':
      return difference >= 0;
    case 'less':
      return difference < 0;
    case 'lessEqual':
      return difference <= 0;
    default:
      return difference !== 0;
  }
}

/** Negative when a comes first. */
function order(a: string, b: string): number {
  const left = /^\s*(-?)(\d+(?:\.\d+)*)\s*$/.exec(a);
  const right = /^\s*(-?)(\d+(?:\.\d+)*)\s*$/.exec(b);
  if (!left || !right) return byText(a.toLowerCase(), b.toLowerCase());
  const difference = compareVersions(left[2] ?? '', right[2] ?? '');
  if (left[1] === right[1]) return left[1] === '-' ? -difference : difference;
  // Both zero: the sign says nothing.
  if (/^[0.]*$/.test(`${left[2]}${right[2]}`)) return 0;
  return left[1] === '-' ? -1 : 1;
}

/** Part by part; a part that is missing is 0. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = compareDigits(left[index] ?? '0', right[index] ?? '0');
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Numbers of any length: a number of Windows can have more digits than JScript can count. */
function compareDigits(a: string, b: string): number {
  const width = Math.max(a.length, b.length);
  return byText(zeros(a, width), zeros(b, width));
}

function zeros(digits: string, width: number): string {
  let text = digits;
  while (text.length < width) text = `0${text}`;
  return text;
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * `*` any characters, `?` exactly one; the whole value has to fit, without case. Never more than value × pattern steps,
 * whatever the pattern is.
 */
export function isLike(value: string, pattern: string): boolean {
  const text = value.toLowerCase();
  const like = pattern.toLowerCase();
  let at = 0;
  let place = 0;
  let star = -1;
  let from = 0;
  while (at < text.length) {
    const wanted = like.charAt(place);
    if (wanted === '*') {
      star = place++;
      from = at;
    } else if (place < like.length && (wanted === '?' || wanted === text.charAt(at))) {
      place++;
      at++;
    } else if (star >= 0) {
      // The last star takes one character more.
      place = star + 1;
      at = ++from;
    } else {
      return false;
    }
  }
  while (like.charAt(place) === '*') place++;
  return place === like.length;
}
