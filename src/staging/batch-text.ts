/**
 * Text of people inside a batch file. cmd.exe reads a line in phases: first it expands `%`, then it looks for quotes and
 * `& | < > ^ ( )`. Between quotes only `%` and `"` mean anything while delayed expansion is off, so every value stands
 * between quotes, `%` is doubled, and `"` never gets in.
 */
import { InplaceError } from '../errors.js';

/** cmd.exe takes 8191 characters a line, after expansion (Microsoft KB 830473). */
const LONGEST_LINE = 8191;

/** The longest path a variable of the template may bring into a line (MAX_PATH). */
const LONGEST_PATH = 260;

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
 * One argument of a program, in quotes when anything in it could mean something to cmd.exe.
 * @throws InplaceError SEQUENCE_INVALID for a quote or a character that is not printable ASCII
 */
export function batchWord(text: string): string {
  if (!/^[ !#-~]*$/.test(text)) {
    throw new InplaceError({
      code: 'SEQUENCE_INVALID',
      message:
        'An argument of Windows Setup holds a quote or a character that is not ASCII, which upgrade.cmd cannot pass on',
      hint: 'Use letters, digits and signs of ASCII only, without quotes',
    });
  }
  if (/^[A-Za-z0-9/:._\\-]+$/.test(text)) return text;
  // Programs read \" as a quote, so a backslash before the closing one is doubled.
  return `"${text.replaceAll('%', '%%').replace(/\\+$/, '$&$&')}"`;
}

/**
 * A path on the media as a batch file has it between quotes: `\` between names, none in front or at the end.
 * @throws InplaceError SEQUENCE_INVALID for a path that is not ASCII
 */
export function mediaPathName(mediaPath: string): string {
  const path = mediaPath.replaceAll('/', '\\').replace(/^\\+|\\+$/g, '');
  if (/^[ !#-~]+$/.test(path)) return path.replaceAll('%', '%%');
  throw new InplaceError({
    code: 'SEQUENCE_INVALID',
    message: `The path "${mediaPath}" on the media is not ASCII, which upgrade.cmd cannot hold`,
    where: { path: mediaPath },
    hint: 'Give the package an id of ASCII letters and digits',
  });
}

/**
 * Refuses a line that cmd.exe would cut, with room for the paths that its variables bring.
 * @throws InplaceError SEQUENCE_INVALID
 */
export function checkLine(line: string): void {
  const variables = line.match(/%(MEDIA|SETUP_LOGS|LOG)%/g)?.length ?? 0;
  const length = line.length + variables * LONGEST_PATH;
  if (length <= LONGEST_LINE) return;
  throw new InplaceError({
    code: 'SEQUENCE_INVALID',
    message: `A line of upgrade.cmd would have up to ${length} characters, expected at most ${LONGEST_LINE}`,
    hint: 'Shorten the name of the media and the arguments of the upgrade step',
  });
}
