/** A restart that something waits for: Setup would stop, or take over its half-done work. */
import type { Refusal } from '../step.js';
import type { Check } from './outcome.js';

const CURRENT_VERSION = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion';
const SESSION_MANAGER = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Session Manager';

/** Component servicing, Windows Update, file renames (design/task-sequence.md, Readiness). */
export const pendingRestart: Check = ({ machine: { registry } }) => {
  const reasons: Refusal[] = [];
  const add = (what: string): void => {
    reasons.push({
      rule: 'pendingRestart',
      message: `${what} for a restart`,
      advice: 'Restart the computer, and start again',
    });
  };
  if (registry.exists(`${CURRENT_VERSION}\\Component Based Servicing\\RebootPending`))
    add('The servicing of Windows waits');
  if (registry.exists(`${CURRENT_VERSION}\\WindowsUpdate\\Auto Update\\RebootRequired`)) add('Windows Update waits');
  const renames = String(registry.read(SESSION_MANAGER, 'PendingFileRenameOperations') ?? '');
  if (renames.replace(/\s/g, '') !== '') add('Files that are in use are to be replaced: they wait');
  return { reasons, unchecked: '' };
};
