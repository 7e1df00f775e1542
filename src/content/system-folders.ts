/** What Windows and macOS put on every drive they see. Nobody made it, and Windows lets nobody read its own. */
import { foldCase } from './windows-names.js';

const NAMES: ReadonlySet<string> = new Set([
  'SYSTEM VOLUME INFORMATION',
  '$RECYCLE.BIN',
  '.TRASHES',
  '.FSEVENTSD',
  '.SPOTLIGHT-V100',
]);

/** Whether a path (`/` between names, none in front) is such a folder at the root of a drive, or lies in one. */
export function isSystemFolder(path: string): boolean {
  return NAMES.has(foldCase(path.split('/', 1)[0]!));
}
