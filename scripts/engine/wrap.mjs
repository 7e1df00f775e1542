// Long lines of a program in lines that fit a screen: whoever reads the engine on site has an editor without wrapping.
// @ts-check
import { parse } from 'acorn';

/** Characters of a line; one text that is longer stays whole. */
const WIDTH = 140;
/** A line end behind one of these never ends a statement. */
const BREAKS_BEHIND = new Set([',', ';', '&&', '||', '?', '+']);

/**
 * The same program with line ends behind commas and the like, where its lines are too long.
 * @param {string} source a program of ES3 with LF
 * @returns {string}
 */
export function wrapped(source) {
  /** @type {number[]} */
  const places = [];
  parse(source, {
    ecmaVersion: 3,
    onToken: ({ start, end }) => {
      if (BREAKS_BEHIND.has(source.slice(start, end))) places.push(end);
    },
  });
  let offset = 0;
  let next = 0;
  /** @type {string[]} */
  const lines = [];
  for (const line of source.split('\n')) {
    const end = offset + line.length;
    const inLine = [];
    for (; next < places.length && /** @type {number} */ (places[next]) <= end; next++) {
      inLine.push(/** @type {number} */ (places[next]) - offset);
    }
    lines.push(...pieces(line, inLine));
    offset = end + 1;
  }
  return lines.join('\n');
}

/** @param {string} line @param {readonly number[]} places where it may be broken, ascending @returns {string[]} */
function pieces(line, places) {
  const indent = `${/^ */.exec(line)?.[0] ?? ''}    `;
  const lines = [];
  let begin = 0;
  for (let index = 0; index < places.length; index++) {
    const place = /** @type {number} */ (places[index]);
    const following = places[index + 1] ?? line.length;
    const margin = begin === 0 ? 0 : indent.length;
    if (place === line.length || margin + line.slice(begin, following).trim().length <= WIDTH) continue;
    lines.push(piece(line.slice(begin, place), begin, indent));
    begin = place;
  }
  lines.push(piece(line.slice(begin), begin, indent));
  return lines;
}

/** @param {string} text @param {number} begin @param {string} indent */
function piece(text, begin, indent) {
  return begin === 0 ? text.replace(/ +$/, '') : indent + text.trim();
}
