/** Whether Windows itself is still being set up (design/task-sequence.md, 4). */
import type { Machine } from './machine.js';

const SETUP = 'HKEY_LOCAL_MACHINE\\SYSTEM\\Setup';
/** Not 0 while Setup works in the new Windows, and until its first sign-in screens are done. */
const VALUES: readonly string[] = ['SystemSetupInProgress', 'OOBEInProgress'];

/** Nothing is run while this is true: what a step would do then could be lost, or could disturb Setup. */
export function isSetupInProgress({ registry }: Machine): boolean {
  for (const value of VALUES) if (Number(registry.read(SETUP, value) ?? 0) !== 0) return true;
  return false;
}
