/** How a command of a sequence becomes a program that Windows can start (facts/configmgr.md, B.6 Run Command Line). */
import type { Machine } from '../machine.js';

/** A program or batch file and what follows it, as typed. */
export interface CommandParts {
  readonly program: string;
  /** with the blank before it; empty when there is nothing */
  readonly rest: string;
}

/** Takes the program off a command line: up to the closing quote, or up to the first blank. */
export function splitCommand(line: string): CommandParts {
  const quoted = /^\s*"([^"]*)"([\s\S]*)$/.exec(line);
  if (quoted) return { program: quoted[1] ?? '', rest: quoted[2] ?? '' };
  const plain = /^\s*(\S*)([\s\S]*)$/.exec(line);
  return { program: plain?.[1] ?? '', rest: plain?.[2] ?? '' };
}

/** Puts quotes around a path; a `\` at its end is doubled, or it would escape the quote. */
export function quote(path: string): string {
  return `"${/\\$/.test(path) ? `${path}\\` : path}"`;
}

/** Extensions that a shell adds to a name without one, in its order. */
const EXTENSIONS: readonly string[] = ['.com', '.exe', '.bat', '.cmd'];

/** `C:\Windows\System32\NAME`. */
export function systemProgram(machine: Machine, name: string): string {
  return `${machine.environment.windowsFolder}\\System32\\${name}`;
}

/**
 * The line that CreateProcess understands: a program that lies in `folder` by its full path, since CreateProcess looks
 * in the folder of the engine; batch files and commands of cmd through cmd.exe.
 * @param line expanded
 * @param folder current folder of the program; undefined looks nowhere
 */
export function startable(machine: Machine, line: string, folder: string | undefined): string {
  const { program, rest } = splitCommand(line);
  const found = folder === undefined ? undefined : lookIn(machine, folder, program);
  const whole = found === undefined ? line : quote(found) + rest;
  return /\.(bat|cmd)$/i.test(found ?? program) ? throughCmd(machine, whole) : whole;
}

/** `/s` takes off exactly the outer quotes, whatever the line holds. */
export function throughCmd(machine: Machine, line: string): string {
  return `${quote(systemProgram(machine, 'cmd.exe'))} /d /s /c "${line}"`;
}

/** Whether cmd.exe will read the line, and so expands %Name% from the environment by itself. */
export function isReadByCmd(machine: Machine, line: string, folder: string | undefined): boolean {
  const { program } = splitCommand(startable(machine, line, folder));
  return /(^|\\)cmd(\.exe)?$/i.test(program);
}

/** The file of a relative program in the folder, with the extension that a shell would add. */
function lookIn(machine: Machine, folder: string, program: string): string | undefined {
  if (program === '' || /^([A-Za-z]:|\\)/.test(program)) return undefined;
  const path = `${folder}\\${program.replace(/\//g, '\\').replace(/^\.\\/, '')}`;
  if (isFile(machine, path)) return path;
  for (const extension of EXTENSIONS) if (isFile(machine, path + extension)) return path + extension;
  return undefined;
}

function isFile(machine: Machine, path: string): boolean {
  const stat = machine.files.stat(path);
  return stat !== undefined && !stat.folder;
}
