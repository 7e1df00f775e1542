/** Starts upgrade.cmd again with the rights of an administrator: User Account Control asks the person. */
import { createObject, numberOf, textOf } from './host.js';
import { comReasonOf, type System } from './system.js';

/** The part of Shell.Application that is used. */
interface ShellApplication {
  ShellExecute(file: string, words: string, folder: string, verb: string, show: number): void;
}

/** DriveType of FileSystemObject. */
const NETWORK = 3;
const NORMAL_WINDOW = 1;

/**
 * Returns when Windows has been asked: what the person answers is not told.
 * @param root folder of upgrade.cmd, without a backslash at its end
 * @param words its arguments
 * @throws Error when Windows cannot be asked
 */
export function elevate(system: System, root: string, words: readonly string[]): void {
  const script = `${uncOf(system, root)}\\upgrade.cmd`;
  const line = `/d /c ""${script}" ${[...words, '/elevated'].join(' ')}"`;
  try {
    const shell = createObject<ShellApplication>('Shell.Application');
    shell.ShellExecute(`${system.windowsFolder}\\System32\\cmd.exe`, line, '', 'runas', NORMAL_WINDOW);
  } catch (error) {
    throw new Error(`Windows could not be asked for administrator rights: ${comReasonOf(error)}`);
  }
}

/** Drives that a person has connected are not there for the administrator: `X:\media` becomes `\\server\share\media`. */
function uncOf({ files }: System, root: string): string {
  if (!/^[A-Za-z]:/.test(root)) return root;
  try {
    const drive = files.GetDrive(root.substring(0, 2));
    const share = numberOf(drive.DriveType) === NETWORK ? textOf(drive.ShareName) : '';
    return share === '' ? root : share + root.substring(2);
  } catch {
    return root;
  }
}
