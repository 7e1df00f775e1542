/** What the parts of the machine share: the two objects of the script host, and the programs of Windows. */
import { createObject, type FileSystemObject, numberOf, type Shell, textOf } from './host.js';

/** The script host as the parts see it. */
export interface System {
  readonly files: FileSystemObject;
  readonly shell: Shell;
  /** `C:\Windows` */
  readonly windowsFolder: string;
  readonly temporaryFolder: string;
}

/** Opens the objects. @throws Error when the script host may not use them */
export function openSystem(): System {
  const shell = createObject<Shell>('WScript.Shell');
  return {
    files: createObject<FileSystemObject>('Scripting.FileSystemObject'),
    shell,
    windowsFolder: environmentVariable(shell, 'SystemRoot'),
    temporaryFolder: environmentVariable(shell, 'TEMP'),
  };
}

/** Value of a variable of the environment; empty when there is none. */
export function environmentVariable(shell: Shell, name: string): string {
  let expanded = textOf(shell.ExpandEnvironmentStrings(`%${name}%`));
  // Wine gives the NUL behind the text as well, and its split takes a NUL for nothing
  const end = expanded.indexOf(String.fromCharCode(0));
  if (end >= 0) expanded = expanded.substring(0, end);
  return expanded === `%${name}%` ? '' : expanded;
}

/**
 * A file that is not there yet, for a moment. Everybody may make files in Local System's own folder for them, so the name
 * is none that somebody could have prepared a file for.
 */
export function temporaryName({ files, temporaryFolder }: System, ending: string): string {
  for (;;) {
    const path = `${temporaryFolder}\\inplace-${Math.floor(Math.random() * 1e12)}.${ending}`;
    if (!files.FileExists(path)) return path;
  }
}

/** A program of Windows by its full path, in quotes: the path may not be searched, it is not the engine's to say. */
export function windowsProgram(system: System, name: string): string {
  return `"${system.windowsFolder}\\System32\\${name}"`;
}

/** Runs a program without a window to its end. @returns its exit code, unsigned */
export function runHidden(system: System, line: string): number {
  return numberOf(system.shell.Run(line, 0, true)) >>> 0;
}

/** Runs a program through cmd, which sends what it prints to a file. @returns its exit code, unsigned */
export function runToFile(system: System, line: string, file: string): number {
  return runHidden(system, `${windowsProgram(system, 'cmd.exe')} /d /s /c "${line} > "${file}" 2>&1"`);
}

/** The words of something that was thrown; COM errors may carry a number and no words. */
export function comReasonOf(error: unknown): string {
  const thrown = error as { message?: unknown; description?: unknown; number?: unknown };
  const words = textOf(thrown.message) || textOf(thrown.description);
  if (words !== '') return words.replace(/\s+$/, '');
  const code = numberOf(thrown.number) >>> 0;
  return `error 0x${code.toString(16).toUpperCase()}`;
}
