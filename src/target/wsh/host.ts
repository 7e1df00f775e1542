/**
 * What Windows Script Host gives a script, typed: the only file that names its globals. Every value that comes out of a
 * COM object is `unknown` until `textOf` or `numberOf` has made it plain: JScript9Legacy gives other kinds of nothing
 * than JScript 5.8 (design/task-sequence.md, Text).
 */

declare const WScript: {
  readonly ScriptFullName: unknown;
  readonly Arguments: { readonly length: unknown; Item(index: number): unknown };
  Echo(line: string): void;
  Sleep(milliseconds: number): void;
  Quit(code: number): void;
};

declare const ActiveXObject: new (name: string) => unknown;

/** Walks a COM collection. */
declare const Enumerator: new (collection: unknown) => { atEnd(): boolean; item(): unknown; moveNext(): void };

/** Makes an array of a SAFEARRAY. */
declare const VBArray: new (array: unknown) => { toArray(): unknown[] };

/** The part of Scripting.FileSystemObject that is used. */
export interface FileSystemObject {
  FileExists(path: string): unknown;
  FolderExists(path: string): unknown;
  GetFile(path: string): FileObject;
  GetFolder(path: string): FolderObject;
  GetFileVersion(path: string): unknown;
  CreateFolder(path: string): unknown;
  CopyFile(from: string, to: string, overwrite: boolean): void;
  DeleteFile(path: string, force: boolean): void;
  DeleteFolder(path: string, force: boolean): void;
  OpenTextFile(path: string, mode: number, create: boolean, format: number): TextStream;
  CreateTextFile(path: string, overwrite: boolean, unicode: boolean): TextStream;
  DriveExists(letter: string): unknown;
  GetDrive(letter: string): DriveObject;
}

export interface FileObject {
  readonly Size: unknown;
  readonly DateLastModified: unknown;
  readonly Attributes: unknown;
}

export interface FolderObject {
  readonly DateLastModified: unknown;
  readonly Attributes: unknown;
  readonly Files: unknown;
  readonly SubFolders: unknown;
}

export interface TextStream {
  readonly AtEndOfStream: unknown;
  Read(characters: number): unknown;
  ReadAll(): unknown;
  Skip(characters: number): void;
  Write(text: string): void;
  Close(): void;
}

export interface DriveObject {
  readonly IsReady: unknown;
  readonly DriveType: unknown;
  /** UNC path of a network drive; empty else, and missing in Wine 8 */
  readonly ShareName: unknown;
  readonly VolumeName: unknown;
  readonly FreeSpace: unknown;
  readonly TotalSize: unknown;
}

/** The part of WScript.Shell that is used. */
export interface Shell {
  /** @param style 0: no window. @returns the exit code when it waits, signed */
  Run(line: string, style: number, wait: boolean): unknown;
  ExpandEnvironmentStrings(text: string): unknown;
  RegRead(path: string): unknown;
  RegWrite(path: string, value: string | number, type: string): void;
}

/** Modes and formats of OpenTextFile. */
export const FOR_READING = 1;
export const FOR_WRITING = 2;
export const FOR_APPENDING = 8;
/** the code page of the system for programs without Unicode */
export const ANSI = 0;
/** UTF-16 */
export const UNICODE = -1;

/** @throws Error when the class is not registered or may not be used */
export function createObject<T>(name: string): T {
  return new ActiveXObject(name) as T;
}

/** Text of a COM value; empty for every kind of nothing. */
export function textOf(value: unknown): string {
  return isNothing(value) ? '' : String(value);
}

/** Number of a COM value; 0 for what is none. */
export function numberOf(value: unknown): number {
  const number = isNothing(value) ? 0 : Number(value);
  return isNaN(number) ? 0 : number;
}

/** Whether a COM value is VT_EMPTY, VT_NULL or not there. */
export function isNothing(value: unknown): boolean {
  const kind = typeof value;
  // loose on purpose: what COM gives for nothing is not the same under both script engines
  return kind === 'undefined' || value == null;
}

/** The elements of a SAFEARRAY; undefined when the value is none. */
export function arrayOf(value: unknown): unknown[] | undefined {
  if (isNothing(value) || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return undefined;
  }
  try {
    return new VBArray(value).toArray();
  } catch {
    return undefined;
  }
}

/** Every element of a COM collection. @throws Error when it cannot be walked */
export function elementsOf(collection: unknown): unknown[] {
  const elements: unknown[] = [];
  const walker = new Enumerator(collection);
  for (; !walker.atEnd(); walker.moveNext()) elements.push(walker.item());
  return elements;
}

/** Full path of this script. */
export function scriptPath(): string {
  return textOf(WScript.ScriptFullName);
}

/** The words after the script on its command line. */
export function scriptArguments(): string[] {
  const words: string[] = [];
  const count = numberOf(WScript.Arguments.length);
  for (let index = 0; index < count; index++) words.push(textOf(WScript.Arguments.Item(index)));
  return words;
}

/** Writes a line on the console. */
export function echo(line: string): void {
  WScript.Echo(line);
}

/** Waits; some script hosts (that of Wine 8) have no Sleep, and say so by an exception. */
export function sleep(milliseconds: number, otherwise: (milliseconds: number) => void): void {
  try {
    WScript.Sleep(milliseconds);
  } catch {
    otherwise(milliseconds);
  }
}

/** Ends the script with an exit code. */
export function quit(code: number): void {
  WScript.Quit(code);
}
