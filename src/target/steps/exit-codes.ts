/** Exit codes of installers that people meet, in words. */

/** ERROR_SUCCESS_REBOOT_REQUIRED: done, complete after a restart. */
export const RESTART_NEEDED = 3010;
/** ERROR_SUCCESS_REBOOT_INITIATED: the installer has asked for the restart itself. */
export const RESTART_BEGUN = 1641;
/** ERROR_TIMEOUT: given to a program that was ended because of its time limit. */
export const TIMED_OUT = 1460;

const ADVICE: Readonly<Record<number, string>> = {
  2: 'A file was not found: look at the paths of the command',
  5: 'Access was denied: something on this computer protects what the program wants to change',
  1603: 'Windows Installer failed: give msiexec /l*v FILE to get its log',
  1605: 'The product is not installed; where that is well, add 1605 to the success codes',
  1618: 'Another installation is under way: try again later, or give the step a retry',
  1619: 'The installation package could not be opened: look at its path',
  1638: 'Another version of the product is installed; where that is well, add 1638 to the success codes',
  9009: 'cmd.exe does not know the command: look at its name and at the package of the step',
};

/** What to do about an exit code; words for any program where the code has none of its own. */
export function adviceForExitCode(code: number): string {
  return ADVICE[code] ?? 'Run the command by hand on such a computer, and read its own log';
}

/** Whether the code is among those of success; signed and unsigned are the same. */
export function isAmong(code: number, codes: readonly number[]): boolean {
  for (const one of codes) if (one >>> 0 === code >>> 0) return true;
  return false;
}
