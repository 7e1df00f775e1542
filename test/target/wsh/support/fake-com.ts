/**
 * Windows Script Host in Node, made by hand: the globals that src/target/wsh/host.ts names, files, the shell, and whatever
 * COM classes a test adds. Kinds of nothing differ between script engines: JScript 5.8 gives `undefined` for VT_EMPTY and
 * `null` for VT_NULL; JScript9Legacy is not documented there, so `nothing` takes either place.
 */
import { afterEach } from 'vitest';

/** A COM error: Windows gives a number, and words only sometimes. */
export function comError(number: number, description = ''): Error {
  return Object.assign(new Error(''), { number: number | 0, description });
}

export const FILE_NOT_FOUND = 0x800a0035;
export const PERMISSION_DENIED = 0x800a0046;

/** A COM collection: only an Enumerator sees into it. */
export class Collection {
  readonly #items: readonly unknown[];
  constructor(items: readonly unknown[]) {
    this.#items = items;
  }
  static itemsOf(collection: Collection): readonly unknown[] {
    return collection.#items;
  }
  get Count(): number {
    return this.#items.length;
  }
}

/** A SAFEARRAY: only a VBArray sees into it. */
export class SafeArray {
  constructor(readonly hidden: readonly unknown[]) {}
}

/** A VT_DATE: no number, but Date takes it. */
export class VariantDate {
  constructor(readonly iso: string) {}
  valueOf(): number {
    return Date.parse(this.iso);
  }
}

interface Node {
  /** one character a byte; undefined: a folder */
  bytes: string | undefined;
  readOnly: boolean;
  attributes: number;
}

export interface FakeDrive {
  readonly type: number;
  readonly ready?: boolean;
  readonly label?: unknown;
  readonly free?: number;
  readonly total?: number;
  /** of a network drive */
  readonly share?: unknown;
}

/** What a program does: its exit code, after whatever it does to the machine. */
export type Program = (line: string, windows: FakeWindows) => number;

export class FakeWindows {
  readonly nodes = new Map<string, Node>();
  readonly registry = new Map<string, unknown>();
  readonly drives: Record<string, FakeDrive> = {};
  readonly environment: Record<string, string> = {
    SystemRoot: 'C:\\Windows',
    TEMP: 'C:\\Windows\\Temp',
    COMPUTERNAME: 'PC-1',
    SystemDrive: 'C:',
  };
  /** lines given to Shell.Run */
  readonly lines: string[] = [];
  /** how each was shown (0: no window, 1: as usual), and whether its end was waited for */
  readonly shown: (readonly [style: number, wait: boolean])[] = [];
  readonly echoed: string[] = [];
  readonly slept: number[] = [];
  /** bytes above 0x7F as the script host's own streams read them: windows-1252, near enough */
  program: Program = () => 0;
  classes: Record<string, () => unknown> = {};
  hasEnumerator = true;
  hasSleep = true;
  hasSkip = true;
  hasAttributes = true;
  script = 'E:\\deploy\\engine.js';
  words: string[] = [];
  exitCode: number | undefined;
  /** streams that nobody has closed */
  streams = 0;
  /** writes to a file that is open for writing elsewhere */
  readonly open = new Set<string>();

  constructor() {
    for (const folder of ['C:', 'C:\\Windows', 'C:\\Windows\\Temp']) this.folder(folder);
  }

  folder(path: string, attributes = 16): void {
    this.nodes.set(path.toLowerCase(), { bytes: undefined, readOnly: false, attributes });
  }

  /** @param bytes one character a byte */
  file(path: string, bytes: string, readOnly = false): void {
    this.nodes.set(path.toLowerCase(), { bytes, readOnly, attributes: 32 });
  }

  bytes(path: string): string | undefined {
    return this.nodes.get(path.toLowerCase())?.bytes;
  }

  /** Names of what Shell.Run was given, without `"C:\Windows\System32\…"`. */
  get ran(): string[] {
    return this.lines.map((line) => line.replace(/"C:\\Windows\\System32\\([^"]+)"/g, '$1'));
  }

  readonly fileSystem = {
    FileExists: (path: string) => this.bytes(path) !== undefined,
    FolderExists: (path: string) => this.#isFolder(path),
    GetFile: (path: string) => this.#object(path),
    GetFolder: (path: string) => this.#object(path),
    GetFileVersion: (path: string) => {
      if (this.bytes(path) === undefined) throw comError(FILE_NOT_FOUND, 'File not found');
      return this.bytes(path)!.startsWith('MZ') ? '10.0.1.2' : '';
    },
    CreateFolder: (path: string) => {
      if (this.nodes.has(path.toLowerCase())) throw comError(0x800a003a, 'File already exists');
      if (!this.#isFolder(parentOf(path))) throw comError(0x800a004c, 'Path not found');
      this.folder(path);
    },
    CopyFile: (from: string, to: string) => {
      const { bytes, readOnly } = this.#node(from);
      if (this.nodes.get(to.toLowerCase())?.readOnly) throw comError(PERMISSION_DENIED, 'Permission denied');
      this.file(to, bytes!, readOnly);
    },
    DeleteFile: (path: string, force: boolean) => {
      if (this.#node(path).readOnly && !force) throw comError(PERMISSION_DENIED, 'Permission denied');
      if (this.open.has(path.toLowerCase())) throw comError(PERMISSION_DENIED, 'Permission denied');
      this.nodes.delete(path.toLowerCase());
    },
    DeleteFolder: (path: string, force: boolean) => {
      const start = path.toLowerCase();
      const inside = [...this.nodes].filter(([key]) => key === start || key.startsWith(`${start}\\`));
      if (!force && inside.some(([, { readOnly }]) => readOnly)) throw comError(PERMISSION_DENIED, 'Permission denied');
      for (const [key] of inside) this.nodes.delete(key);
    },
    OpenTextFile: (path: string, mode: number, create: boolean, format: number) => {
      if (this.bytes(path) === undefined && !create) throw comError(FILE_NOT_FOUND, 'File not found');
      return this.#stream(path, mode, format === -1);
    },
    CreateTextFile: (path: string, overwrite: boolean, unicode: boolean) => {
      if (!overwrite && this.bytes(path) !== undefined) throw comError(0x800a003a, 'File already exists');
      return this.#stream(path, 2, unicode);
    },
    DriveExists: (name: string) => name in this.drives,
    GetDrive: (name: string) => {
      const drive = this.drives[name]!;
      return {
        IsReady: drive.ready ?? true,
        DriveType: drive.type,
        get VolumeName() {
          if (drive.label instanceof Error) throw drive.label;
          return drive.label;
        },
        get ShareName() {
          if (drive.share instanceof Error) throw drive.share;
          return drive.share ?? '';
        },
        FreeSpace: drive.free ?? 0,
        TotalSize: drive.total ?? 0,
      };
    },
  };

  readonly shell = {
    Run: (line: string, style: number, wait: boolean) => {
      this.lines.push(line);
      this.shown.push([style, wait]);
      return this.program(line, this) | 0;
    },
    ExpandEnvironmentStrings: (text: string) => {
      const name = /^%(.*)%$/.exec(text)?.[1] ?? '';
      const key = Object.keys(this.environment).find((known) => known.toLowerCase() === name.toLowerCase());
      return key === undefined ? text : this.environment[key];
    },
    RegRead: (path: string) => {
      const key = path.toLowerCase();
      if (!this.registry.has(key)) throw comError(0x80070002, `Unable to open registry key "${path}" for reading.`);
      return this.registry.get(key);
    },
    RegWrite: (path: string, value: string | number, type: string) => {
      if (type === 'REG_DWORD' && (value as number) > 0x7fffffff) throw comError(0x80020005, 'Type mismatch');
      this.registry.set(path.toLowerCase(), value);
    },
  };

  /** Puts the globals of the script host in place. */
  install(): this {
    const windows = this;
    // constructors, which arrow functions and methods are not
    function activeXObject(name: string): unknown {
      const made = windows.create(name);
      if (made === undefined) throw comError(0x800a01ad, "Automation server can't create object");
      return made;
    }
    function enumerator(collection: unknown): unknown {
      if (!windows.hasEnumerator || !(collection instanceof Collection)) throw comError(0x80070057);
      const items = Collection.itemsOf(collection);
      let index = 0;
      return { atEnd: () => index >= items.length, item: () => items[index], moveNext: () => void index++ };
    }
    function vbArray(value: unknown): unknown {
      if (!(value instanceof SafeArray)) throw new TypeError('VBArray expected');
      return { toArray: () => [...value.hidden] };
    }
    const host = {
      WScript: {
        get ScriptFullName() {
          return windows.script;
        },
        get Arguments() {
          return { length: windows.words.length, Item: (index: number) => windows.words[index] };
        },
        Echo: (line: string) => void windows.echoed.push(line),
        get Sleep() {
          if (!windows.hasSleep) return undefined;
          return (milliseconds: number) => void windows.slept.push(milliseconds);
        },
        Quit: (code: number) => {
          windows.exitCode = code;
        },
      },
      ActiveXObject: activeXObject,
      Enumerator: enumerator,
      VBArray: vbArray,
    };
    Object.assign(globalThis, host);
    return this;
  }

  /** An object of a class; undefined when it is not registered. */
  create(name: string): unknown {
    if (name === 'WScript.Shell') return this.shell;
    if (name === 'Scripting.FileSystemObject') return this.fileSystem;
    return this.classes[name]?.();
  }

  #isFolder(path: string): boolean {
    const node = this.nodes.get(path.toLowerCase());
    return node !== undefined && node.bytes === undefined;
  }

  #node(path: string): Node {
    const node = this.nodes.get(path.toLowerCase());
    if (!node) throw comError(FILE_NOT_FOUND, 'File not found');
    return node;
  }

  #object(path: string): unknown {
    const node = this.#node(path);
    const start = `${path.toLowerCase()}\\`;
    const inside = [...this.nodes.entries()].filter(
      ([key]) => key.startsWith(start) && !key.includes('\\', start.length),
    );
    const names = (folders: boolean): Collection =>
      new Collection(
        inside
          .filter(([, { bytes }]) => (bytes === undefined) === folders)
          .map(([key]) => ({ Name: key.slice(start.length) })),
      );
    const { hasAttributes } = this;
    return {
      Size: node.bytes?.length ?? 0,
      DateLastModified: new VariantDate('2026-11-24T08:00:00Z'),
      get Attributes() {
        if (!hasAttributes) throw comError(0x80004001);
        return node.attributes;
      },
      Files: names(false),
      SubFolders: names(true),
    };
  }

  #stream(path: string, mode: number, unicode: boolean): unknown {
    const key = path.toLowerCase();
    const isForWriting = mode !== 1;
    if (this.#isFolder(path)) throw comError(PERMISSION_DENIED, 'Permission denied');
    if (!this.#isFolder(parentOf(path))) throw comError(0x800a004c, 'Path not found');
    if (isForWriting && this.open.has(key)) throw comError(PERMISSION_DENIED, 'Permission denied');
    if (mode === 2) this.file(path, unicode ? '\xff\xfe' : '');
    if (mode === 8 && this.bytes(path) === undefined) this.file(path, '');
    if (isForWriting) this.open.add(key);
    this.streams++;
    let position = unicode && this.bytes(path)?.startsWith('\xff\xfe') ? 2 : 0;
    const left = (): string => {
      const bytes = this.bytes(path)!.slice(position);
      return unicode ? Buffer.from(bytes, 'latin1').toString('utf16le') : bytes;
    };
    const skip = (characters: number) => {
      position += unicode ? characters * 2 : characters;
    };
    return {
      get AtEndOfStream() {
        return left() === '';
      },
      ReadAll: () => {
        if (left() === '') throw comError(0x800a003e, 'Input past end of file');
        return left();
      },
      Read: (characters: number) => {
        if (left() === '') throw comError(0x800a003e, 'Input past end of file');
        const read = left().slice(0, characters);
        skip(characters);
        return read;
      },
      ...(this.hasSkip ? { Skip: skip } : {}),
      Write: (text: string) => {
        // what the code page lacks is an invalid argument to the stream
        if (!unicode && /[\u0100-\uffff]/.test(text)) throw comError(0x800a0005, 'Invalid procedure call or argument');
        const bytes = unicode ? Buffer.from(text, 'utf16le').toString('latin1') : text;
        this.file(path, this.bytes(path)! + bytes);
      },
      Close: () => {
        this.streams--;
        this.open.delete(key);
      },
    };
  }
}

/** A Windows for each test; its globals go with it. */
export function fakeWindows(change: Partial<FakeWindows> = {}): FakeWindows {
  const windows = Object.assign(new FakeWindows(), change);
  return windows.install();
}

afterEach(() => {
  for (const name of ['WScript', 'ActiveXObject', 'Enumerator', 'VBArray']) delete (globalThis as never)[name];
});

/** Where `cmd /c "… > "FILE" 2>&1"` sends its output; undefined without a redirection. */
export function redirectedTo(line: string): string | undefined {
  return /> "([^"]*)"/.exec(line)?.[1];
}

function parentOf(path: string): string {
  return path.substring(0, path.lastIndexOf('\\'));
}
