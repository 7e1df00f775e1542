import type { MediaFormat } from '../index.js';
import { once } from './once.js';

/** `--format`, the same in every command that plans media. */
export const formatOption = {
  type: 'string',
  nargs: 1,
  choices: ['iso', 'hybrid', 'usb', 'folder', 'zip'] as const,
  coerce: once<MediaFormat>('format'),
  describe: 'Instead of output.format',
} as const;
