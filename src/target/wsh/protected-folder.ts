/** A folder that only Local System and Administrators can enter (design/task-sequence.md, 3). */
import { isNothing, numberOf, textOf } from './host.js';
import { runHidden, type System, windowsProgram } from './system.js';
import { connect, type WmiObject } from './wmi-objects.js';

/** FILE_ATTRIBUTE_REPARSE_POINT */
const REPARSE_POINT = 1024;

const LOCAL_SYSTEM = 'S-1-5-18';
const ADMINISTRATORS = 'S-1-5-32-544';

/**
 * Makes the folder, or takes one that is there when it is no link and its owner is one of the two. Names of accounts
 * are localised, so they are given by SID.
 * @throws Error when the folder is a link, belongs to somebody else or cannot be protected
 */
export function createProtectedFolder(system: System, path: string): void {
  const { files } = system;
  const found = Boolean(files.FolderExists(path));
  if (files.FileExists(path)) throw new Error(`"${path}" is a file, expected a folder or nothing`);
  if (found && isLink(system, path)) throw new Error(`"${path}" is a link to another place, and is not used`);
  const owner = found ? ownerOf(path) : ADMINISTRATORS;
  // What another has put into it, he may still change. Where nobody knows the owner, it is taken over.
  if (owner !== '' && owner !== LOCAL_SYSTEM && owner !== ADMINISTRATORS) {
    throw new Error(`"${path}" belongs to somebody else (${owner}), and is not used: look into it, and remove it`);
  }
  if (!found) files.CreateFolder(path);
  const icacls = windowsProgram(system, 'icacls.exe');
  const taken = runHidden(system, `${icacls} "${path}" /setowner *${ADMINISTRATORS} /q`);
  const access = runHidden(
    system,
    `${icacls} "${path}" /inheritance:r /grant:r *${LOCAL_SYSTEM}:(OI)(CI)F *${ADMINISTRATORS}:(OI)(CI)F /q`,
  );
  if (taken !== 0 || access !== 0) {
    throw new Error(`"${path}" could not be protected: icacls ended with ${taken !== 0 ? taken : access}`);
  }
}

/** SID of the owner by Win32_LogicalFileSecuritySetting, asked for one path; empty where Windows does not say it. */
function ownerOf(path: string): string {
  try {
    const name = `Win32_LogicalFileSecuritySetting.Path='${path.replace(/\\/g, '\\\\')}'`;
    const result = connect('root\\cimv2').Get(name).ExecMethod_('GetSecurityDescriptor');
    const descriptor = objectIn(result, 'Descriptor');
    const owner = descriptor && objectIn(descriptor, 'Owner');
    return owner ? textOf(owner.Properties_.Item('SIDString').Value) : '';
  } catch {
    return '';
  }
}

function objectIn(object: WmiObject, property: string): WmiObject | undefined {
  const value = object.Properties_.Item(property).Value;
  return isNothing(value) ? undefined : (value as WmiObject);
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
