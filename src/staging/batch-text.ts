/**
 * Text of people inside a batch file. cmd.exe reads a line in phases: first it expands `%`, then it looks for quotes and
 * `& | < > ^ ( )`. Between quotes only `%` and `"` mean anything while delayed expansion is off, so every value stands
 * between quotes, `%` is doubled, and `"` never gets in.
 */
import { InplaceError } from '../errors.js';

/** cmd.exe takes 8191 characters a line, after expansion (Microsoft KB 830473); the name is shown with words around it. */
const LONGEST_LINE = 8000;

/** Letters that Unicode does not take apart into a base letter and a mark. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '“': "'",
  '”': "'",
  '„': "'",
  '…': '...',
};

/** Text that is only shown, for between quotes in a batch file: ASCII, in one line; what has no ASCII form becomes `?`. */
export function batchText(text: string): string {
  return (
    [...text]
      .map((character) => LETTERS[character] ?? character)
      .join('')
      .normalize('NFKD')
      .replace(/\p{Mn}/gu, '')
      .replace(/[\p{Cc}\p{Zs}]/gu, ' ')
      .replace(/[^ -~]/gu, '?')
      .replaceAll('"', "'")
      // FOR /F, which shows the text, skips lines that begin with a semicolon
      .replace(/^;/, ',')
      .replaceAll('%', '%%')
  );
}

/**
 * Refuses a line that cmd.exe would cut.
 * @throws InplaceError DEFINITION_INVALID
 */
export function checkLine(line: string): void {
  if (line.length <= LONGEST_LINE) return;
  throw new InplaceError({
    code: 'DEFINITION_INVALID',
    message: `A line of upgrade.cmd would have ${line.length} characters, expected at most ${LONGEST_LINE}`,
    hint: 'Shorten the name of the media',
  });
}
