/** What a terminal would obey instead of show: C1 controls, line separators, and marks that turn the text around. */
const INVISIBLE = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Text of the user in double quotes, for a message: escaped where a terminal would obey it, cut where it is long.
 * @param limit characters shown at most
 */
export function quote(text: string, limit = 80): string {
  const shown = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return JSON.stringify(shown).replace(INVISIBLE, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
