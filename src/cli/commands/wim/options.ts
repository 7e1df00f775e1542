/** Arguments that several of the WIM commands have. */
import { InplaceError } from '../../../index.js';
import { once } from '../../once.js';

export const wimPositional = {
  type: 'string',
  demandOption: true,
  describe: 'A WIM, or Win.iso:sources/install.wim',
} as const;

export const imageOption = {
  type: 'string',
  nargs: 1,
  coerce: once('image'),
  describe: 'Number of the image, from 1',
} as const;

/** @throws InplaceError USAGE */
export function imageNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InplaceError({ code: 'USAGE', message: `The image is "${text}", expected a number from 1` });
}

/** `-` is standard output. @throws InplaceError USAGE for a terminal */
export function outputOrStdout(output: string): string | { readonly descriptor: number } {
  if (output !== '-') return output;
  if (!process.stdout.isTTY) return { descriptor: 1 };
  throw new InplaceError({ code: 'USAGE', message: 'The file would go to the terminal', hint: 'Name a file with -o' });
}
