/** All behaviours, and where one of the machines cannot show one. */
import type { Behaviour } from './behaviour.js';
import { FILES } from './files.js';
import { JOURNAL } from './journal.js';
import { WINDOWS } from './windows.js';

export const BEHAVIOURS: readonly Behaviour[] = [...FILES, ...JOURNAL, ...WINDOWS];
