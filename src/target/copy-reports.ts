/** Copies the reports of a run to the media, when it is there, writable and has room (design/task-sequence.md, 9). */
import { reasonOf } from './gone.js';
import { driveOf } from './local-folder.js';
import type { Machine } from './machine.js';
import { findMedia } from './media-search.js';
import type { Run } from './run.js';
import { readHardwareNames } from './steps/hardware-names.js';
import { filesBelow } from './steps/package-files.js';

/** Bytes that stay free on the media. */
const SPARE = 1024 * 1024;

/** Where the reports went, or why they stay where they are. */
export function copyReports(run: Run): string {
  const { machine, state, reports } = run;
  const stay = `the reports stay in ${reports.folder} until /collect`;
  const root = findMedia(machine, state.start.mediaId, state.start.mediaFolder);
  if (root === undefined) return `The media is not there: ${stay}`;
  const files = filesBelow(machine, reports.folder, /^/);
  if (bytesOf(machine, files) + SPARE > freeBytes(machine, root)) return `The media has no room: ${stay}`;
  const target = `${root}\\Reports\\${computerFolder(machine)}\\${state.start.run}`;
  try {
    for (const file of files) {
      const to = target + file.substring(reports.folder.length);
      machine.files.createFolder(to.substring(0, to.lastIndexOf('\\')));
      machine.files.copyFile(file, to);
    }
    machine.files.flush(driveOf(root));
    return `The reports were copied to ${target}`;
  } catch (error) {
    return `The media cannot be written (${reasonOf(error)}): ${stay}`;
  }
}

/** `COMPUTER-SERIAL`, with nothing that a file name cannot have: serial numbers of some makers hold blanks and slashes. */
export function computerFolder(machine: Machine): string {
  const { serialNumber } = readHardwareNames(machine);
  const name = `${machine.environment.computerName}-${serialNumber === '' ? 'unknown' : serialNumber}`;
  return name.replace(/[^A-Za-z0-9_-]+/g, '_').substring(0, 64);
}

function bytesOf({ files }: Machine, paths: readonly string[]): number {
  let bytes = 0;
  for (const path of paths) bytes += files.stat(path)?.size ?? 0;
  return bytes;
}

/** Media on a share is no drive: whether it has room is found out by writing. */
function freeBytes({ files }: Machine, root: string): number {
  const name = root.substring(0, 2).toUpperCase();
  for (const drive of files.drives()) if (drive.name.toUpperCase() === name) return drive.freeBytes;
  return Number.MAX_VALUE;
}
