/** A folder that only Local System and Administrators can enter (design/task-sequence.md, 3). */
import { numberOf } from './host.js';
import { runHidden, type System, windowsProgram } from './system.js';

/** FILE_ATTRIBUTE_REPARSE_POINT */
const REPARSE_POINT = 1024;

/**
 * Makes the folder, or takes one that is there when it is no link and its owner is one of the two. Names of accounts
 * are localised, so they are given by SID: S-1-5-18 is Local System, S-1-5-32-544 Administrators.
 * @throws Error when the folder is a link, belongs to somebody else or cannot be protected
 */
export function createProtectedFolder(system: System, path: string): void {
  const { files } = system;
  const found = Boolean(files.FolderExists(path));
  if (files.FileExists(path)) throw new Error(`"${path}" is a file, expected a folder or nothing`);
  if (found && isLink(system, path)) throw new Error(`"${path}" is a link to another place, and is not used`);
  if (!found) files.CreateFolder(path);
  const icacls = windowsProgram(system, 'icacls.exe');
  // Whoever made a folder that was there keeps rights as its owner, until the owner is another.
  const owner = runHidden(system, `${icacls} "${path}" /setowner *S-1-5-32-544 /q`);
  const access = runHidden(
    system,
    `${icacls} "${path}" /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F /q`,
  );
  if (owner !== 0 || access !== 0) {
    throw new Error(`"${path}" could not be protected: icacls ended with ${owner !== 0 ? owner : access}`);
  }
}

function isLink(system: System, path: string): boolean {
  try {
    if ((numberOf(system.files.GetFolder(path).Attributes) & REPARSE_POINT) !== 0) return true;
  } catch {
    // Wine 8 has no Attributes of a folder; fsutil is asked in any case
  }
  // 0: it has a reparse point
  return runHidden(system, `${windowsProgram(system, 'fsutil.exe')} reparsepoint query "${path}"`) === 0;
}
