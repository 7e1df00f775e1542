/** Files through Scripting.FileSystemObject, hashes through certutil, flushing through WMI. */
import type { Drive, FileStat, Files } from '../machine.js';
import { isoTime } from '../text.js';
import { driveList } from './drives.js';
import { flushDrive } from './flush.js';
import {
  ANSI,
  elementsOf,
  FOR_APPENDING,
  FOR_READING,
  FOR_WRITING,
  numberOf,
  type TextStream,
  textOf,
  UNICODE,
} from './host.js';
import { isAscii, isUtf16File, readOemText } from './oem-text.js';
import { createProtectedFolder } from './protected-folder.js';
import { comReasonOf, runToFile, type System, temporaryName, windowsProgram } from './system.js';

/** Files of this computer. */
export class WshFiles implements Files {
  private readonly system: System;
  private isCertutilSilent = false;
  private readonly wait: (milliseconds: number) => void;
  /** open for the life of the process: that is the lock */
  private readonly locks: TextStream[] = [];

  constructor(system: System, wait: (milliseconds: number) => void) {
    this.system = system;
    this.wait = wait;
  }

  readText(path: string): string {
    this.mustBeFile(path);
    return readOemText(this.system, path);
  }

  readTail(path: string, length: number): string {
    this.mustBeFile(path);
    const size = numberOf(this.system.files.GetFile(path).Size);
    // in code pages of several bytes a character there are fewer characters than bytes, and Skip would run past the end
    if (size <= length * 2) return tailOf(readOemText(this.system, path), length);
    if (isUtf16File(this.system, path)) return this.readUtf16Tail(path, size, length);
    const end = endOf(this.system.files.OpenTextFile(path, FOR_READING, false, ANSI), size - length * 2);
    if (end !== undefined && (isAscii(end) || size > LARGEST_DECODED)) return tailOf(replaced(end), length);
    return tailOf(readOemText(this.system, path), length);
  }

  private readUtf16Tail(path: string, size: number, length: number): string {
    // the mark is no character to the stream
    const stream = this.system.files.OpenTextFile(path, FOR_READING, false, UNICODE);
    const end = endOf(stream, Math.max(0, Math.floor(size / 2) - 1 - length));
    return tailOf(end ?? readOemText(this.system, path), length);
  }

  writeText(path: string, text: string): void {
    const stream = this.open(() => this.system.files.CreateTextFile(path, true, false), path);
    writeAll(stream, path, text);
  }

  appendText(path: string, text: string): void {
    const stream = this.open(() => this.system.files.OpenTextFile(path, FOR_APPENDING, true, ANSI), path);
    writeAll(stream, path, text);
  }

  stat(path: string): FileStat | undefined {
    const { files } = this.system;
    if (files.FileExists(path)) {
      const file = files.GetFile(path);
      return { folder: false, size: numberOf(file.Size), modified: timeOf(() => file.DateLastModified) };
    }
    if (!files.FolderExists(path)) return undefined;
    const folder = files.GetFolder(path);
    return { folder: true, size: 0, modified: timeOf(() => folder.DateLastModified) };
  }

  version(path: string): string {
    try {
      return textOf(this.system.files.GetFileVersion(path));
    } catch {
      return '';
    }
  }

  list(folder: string): readonly string[] {
    if (!this.system.files.FolderExists(folder)) return [];
    try {
      const { SubFolders, Files: inside } = this.system.files.GetFolder(folder);
      return [...namesOf(SubFolders), ...namesOf(inside)];
    } catch {
      return this.listByCmd(folder);
    }
  }

  createFolder(path: string): void {
    const { files } = this.system;
    if (files.FolderExists(path)) return;
    const parent = path.substring(0, path.lastIndexOf('\\'));
    if (parent !== '' && !/^[A-Za-z]:$/.test(parent)) this.createFolder(parent);
    try {
      files.CreateFolder(path);
    } catch (error) {
      // another process may have been quicker
      if (!files.FolderExists(path)) throw new Error(`The folder "${path}" could not be made: ${comReasonOf(error)}`);
    }
  }

  createProtectedFolder(path: string): void {
    const isNew = !this.system.files.FolderExists(path);
    createProtectedFolder(this.system, path);
    // between the two calls of Windows that make and protect it, others may have been quick
    if (isNew && this.list(path).length > 0) {
      throw new Error(`"${path}" had something in it before it was protected, and is not used: remove it`);
    }
  }

  copyFile(from: string, to: string): void {
    const { files } = this.system;
    this.mustBeFile(from);
    try {
      // a copy of a read-only file is read-only, and is not replaced unless it goes first
      if (files.FileExists(to)) files.DeleteFile(to, true);
      files.CopyFile(from, to, true);
    } catch (error) {
      throw new Error(`"${from}" could not be copied to "${to}": ${comReasonOf(error)}`);
    }
  }

  remove(path: string): void {
    const { files } = this.system;
    try {
      if (files.FileExists(path)) files.DeleteFile(path, true);
      else if (files.FolderExists(path)) files.DeleteFolder(path, true);
    } catch (error) {
      throw new Error(`"${path}" could not be removed: ${comReasonOf(error)}`);
    }
  }

  /**
   * `certutil -hashfile`: the line that is 64 hex digits once blanks are removed, since its other words are localised
   * and old versions put blanks between the bytes. An empty file is an error to it, and has a sum that is known.
   * Without a sum it is asked once more: a virus scanner may have held it, or the file, for a moment, and a run must not end for that;
   * where it is blocked, only the first file waits.
   */
  sha256(path: string): string | undefined {
    this.mustBeFile(path);
    if (numberOf(this.system.files.GetFile(path).Size) === 0) return SHA256_OF_NOTHING;
    let sum = this.askCertutil(path);
    if (sum === undefined && !this.isCertutilSilent) {
      this.wait(1000);
      sum = this.askCertutil(path);
    }
    this.isCertutilSilent = sum === undefined;
    return sum;
  }

  private askCertutil(path: string): string | undefined {
    const output = temporaryName(this.system, 'sum');
    try {
      runToFile(this.system, `${windowsProgram(this.system, 'certutil.exe')} -hashfile "${path}" SHA256`, output);
      const lines = readOemText(this.system, output).split('\n');
      for (const line of lines) {
        const digits = line.replace(/\s+/g, '');
        if (/^[0-9A-Fa-f]{64}$/.test(digits)) return digits.toLowerCase();
      }
      return undefined;
    } catch {
      return undefined;
    } finally {
      this.remove(output);
    }
  }

  flush(drive: string): boolean {
    return flushDrive(drive);
  }

  lock(path: string): boolean {
    try {
      this.locks.push(this.system.files.OpenTextFile(path, FOR_WRITING, true, ANSI));
      return true;
    } catch {
      return false;
    }
  }

  drives(): readonly Drive[] {
    return driveList(this.system);
  }

  private mustBeFile(path: string): void {
    if (!this.system.files.FileExists(path)) throw new Error(`There is no file "${path}"`);
  }

  /** Whoever follows the log, and virus scanners, have a file open for a moment: then it is tried again. */
  private open(how: () => TextStream, path: string): TextStream {
    for (let attempt = 1; ; attempt++) {
      try {
        return how();
      } catch (error) {
        const { number } = error as { readonly number?: unknown };
        const code = numberOf(number) >>> 0;
        const isBusy = (code === PERMISSION_DENIED || code === UNSPECIFIED) && this.system.files.FileExists(path);
        if (!isBusy || attempt === ATTEMPTS) {
          throw new Error(`"${path}" could not be written: ${comReasonOf(error)}`);
        }
        this.wait(100);
      }
    }
  }

  /** `dir` writes UTF-16 when cmd was started with /u, so that every name comes through. */
  private listByCmd(folder: string): string[] {
    const output = temporaryName(this.system, 'dir');
    try {
      const cmd = windowsProgram(this.system, 'cmd.exe');
      this.system.shell.Run(`${cmd} /u /d /s /c "dir /b /a "${folder}" > "${output}""`, 0, true);
      const stream = this.system.files.OpenTextFile(output, FOR_READING, false, UNICODE);
      const text = stream.AtEndOfStream ? '' : textOf(stream.ReadAll());
      stream.Close();
      const names: string[] = [];
      for (const line of text.split('\n')) {
        const name = line.replace(/^\uFEFF/, '').replace(/\r$/, '');
        if (name !== '') names.push(name);
      }
      return names;
    } finally {
      this.remove(output);
    }
  }
}

/** Error 70 of the script host: a file that may not be written, or is open elsewhere. */
const PERMISSION_DENIED = 0x800a0046;
/** What Wine says of a file that is open elsewhere. */
const UNSPECIFIED = 0x80004005;
const ATTEMPTS = 20;

/** Bytes of a file that is read as a whole for the right letters at its end. */
const LARGEST_DECODED = 4_000_000;

/** SHA-256 of no bytes (FIPS 180-4). */
const SHA256_OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function writeAll(stream: TextStream, path: string, text: string): void {
  try {
    // what is not ASCII depends on the code page, and a character that it lacks is an error to the stream
    stream.Write(isAscii(text) ? text : replaced(text));
  } catch (error) {
    throw new Error(`"${path}" could not be written: ${comReasonOf(error)}`);
  } finally {
    stream.Close();
  }
}

/** What follows so many characters; undefined where the script host cannot skip (Wine 8). */
function endOf(stream: TextStream, characters: number): string | undefined {
  try {
    stream.Skip(characters);
    return textOf(stream.ReadAll());
  } catch {
    return undefined;
  } finally {
    stream.Close();
  }
}

function replaced(text: string): string {
  return text.replace(/[^\t\n\r -~]/g, '?');
}

function tailOf(text: string, length: number): string {
  return text.length > length ? text.substring(text.length - length) : text;
}

function namesOf(collection: unknown): string[] {
  const names: string[] = [];
  for (const element of elementsOf(collection)) names.push(textOf((element as { Name: unknown }).Name));
  return names;
}

/** A time of a file; empty where the script host does not give it (Wine 8). */
function timeOf(read: () => unknown): string {
  try {
    const date = new Date(read() as number);
    return isNaN(date.getTime()) ? '' : isoTime(date.getTime());
  } catch {
    return '';
  }
}
