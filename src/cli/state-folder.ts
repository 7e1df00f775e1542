import { homedir } from 'node:os';
import { join } from 'node:path';

/** A folder of this user for what outlives a run: XDG_STATE_HOME, and what Apple and Microsoft name for it. */
export function stateFolder(name: string): string {
  const { XDG_STATE_HOME: state, LOCALAPPDATA: local } = process.env;
  if (process.platform === 'win32') return join(local || join(homedir(), 'AppData', 'Local'), 'inplace', name);
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'inplace', name);
  return join(state?.startsWith('/') ? state : join(homedir(), '.local', 'state'), 'inplace', name);
}
