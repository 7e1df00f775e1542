/**
 * Everything the engine can do to the computer it upgrades, and all it can know of it (design/architecture.md).
 * The engine sees nothing else: no WScript, no ActiveXObject, no Node. Every call is synchronous, and after each one
 * the power may be gone: what is written is on the disk only after `Files.flush`, where Windows has it.
 * A call that cannot be done throws an Error whose message says why in plain words.
 */
export interface Machine {
  readonly files: Files;
  readonly registry: Registry;
  readonly processes: Processes;
  readonly wmi: Wmi;
  readonly tasks: Tasks;
  readonly clock: Clock;
  readonly power: Power;
  readonly console: Console;
  readonly environment: MachineEnvironment;
}

/** Paths are Windows paths, absolute, not case-sensitive. */
export interface Files {
  /** ASCII text, or text of the OEM code page with what cannot be decoded replaced; throws when there is no such file */
  readText(path: string): string;
  /** the last characters of a text file, at most `length` */
  readTail(path: string, length: number): string;
  /** replaces the file; a power cut can leave the old text, the new text, or damage */
  writeText(path: string, text: string): void;
  appendText(path: string, text: string): void;
  /** undefined when there is no file or folder of this name */
  stat(path: string): FileStat | undefined;
  /** file version of a program, `10.0.19041.1`; empty when it has none */
  version(path: string): string;
  /** names in a folder; empty when there is no such folder */
  list(folder: string): readonly string[];
  /** with all folders above it; no error when it is there */
  createFolder(path: string): void;
  /** a new folder that only Local System and Administrators can enter; throws when it belongs to somebody else */
  createProtectedFolder(path: string): void;
  /** replaces the file */
  copyFile(from: string, to: string): void;
  /** a file or a folder with everything in it; no error when it is not there */
  remove(path: string): void;
  /** lower-case hex; undefined when it could not be computed, which is not the same as wrong */
  sha256(path: string): string | undefined;
  /** everything written to this drive is on the disk afterwards; false when Windows has no way (before 8.1) */
  flush(drive: string): boolean;
  /** takes a lock that ends with this process; false when another process has it */
  lock(path: string): boolean;
  drives(): readonly Drive[];
}

export interface FileStat {
  readonly folder: boolean;
  readonly size: number;
  /** ISO 8601 in UTC, whole seconds */
  readonly modified: string;
}

export interface Drive {
  /** `C:` */
  readonly name: string;
  readonly kind: 'fixed' | 'removable' | 'optical' | 'network' | 'other';
  readonly label: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** The 64-bit view unless the key says WOW6432Node. Keys begin with HKEY_LOCAL_MACHINE, HKEY_CURRENT_USER … */
export interface Registry {
  /** undefined when there is no such value; the empty name is the default value; lists are joined with line feeds */
  read(key: string, value: string): string | number | undefined;
  exists(key: string): boolean;
  subkeys(key: string): readonly string[];
  /** numbers become REG_DWORD, text REG_SZ */
  write(key: string, value: string, data: string | number): void;
  removeValue(key: string, value: string): void;
}

export interface Command {
  /** program and arguments, quoted as CreateProcess wants them */
  readonly line: string;
  readonly workingDirectory: string;
  /** added to the environment of the process: the place for secret values */
  readonly environment: Readonly<Record<string, string>>;
  /** text files that get the exit code, as a decimal number with a line end, and the output; they outlive this engine */
  readonly resultFile: string;
  readonly outputFile: string;
  /** somebody sits before it: it gets a window with a keyboard, and only its errors go to the output file */
  readonly attended?: boolean;
}

/** Programs are started and then looked at: the engine that started one may not be the one that sees its end. */
export interface Processes {
  /** returns a name for the process; throws when it cannot be started */
  start(command: Command): string;
  /**
   * The name of a process whose start an engine of this start of Windows did not survive, by its result file. Undefined: it has not begun, and
   * never will, for a start that is still on its way is called off.
   */
  adopt(resultFile: string): string | undefined;
  /** whether the process, or one it started, still runs */
  isRunning(process: string): boolean;
  /** whether any process with this image name runs: `SetupHost.exe` */
  isImageRunning(image: string): boolean;
  /** ends the process and all it started; throws when it runs on */
  end(process: string): void;
}

/** Values are text, numbers, booleans or undefined; arrays are joined with line feeds. */
export type WmiRow = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Wmi {
  /** throws when the namespace or the class does not exist, or the query is not WQL */
  query(namespace: string, wql: string): readonly WmiRow[];
  /**
   * Calls a method on every row of a query.
   * @returns the return value of the first that is not 0; 0 when all are 0 or there is no row
   */
  invoke(
    namespace: string,
    wql: string,
    method: string,
    parameters: Readonly<Record<string, string | number | boolean>>,
  ): number;
}

/** Scheduled tasks of Local System. */
export interface Tasks {
  /** creates or replaces */
  register(name: string, xml: string): void;
  exists(name: string): boolean;
  /** starts it now, in a process of its own */
  run(name: string): void;
  /** no error when it is not there */
  remove(name: string): void;
}

export interface Clock {
  /** milliseconds since 1970 in UTC; may jump in both directions */
  now(): number;
  /** minutes to add to local time to get UTC, as CMTrace writes it */
  bias(): number;
  /** the machine may go down while it sleeps */
  sleep(milliseconds: number): void;
}

export interface Power {
  /** asks Windows to restart after this many seconds; returns at once, and the restart may not happen */
  restart(seconds: number, message: string): void;
  /** changes with every start of Windows and stays the same until the next one */
  bootId(): string;
  /** GUID of the active power plan; undefined where Windows has none (WinPE) */
  plan(): string | undefined;
  /**
   * Makes a copy of the plan active in which the computer does not fall asleep by itself (power-plan.ts). It stays so
   * over restarts until `letSleep`. Throws when it cannot be done; nothing is changed then.
   */
  stayAwake(plan: string): void;
  /** removes the copy; the plan is active again, unless somebody has chosen another one meanwhile */
  letSleep(plan: string): void;
}

/** What a person at the machine sees; nothing is shown when nobody is there. */
export interface Console {
  write(line: string): void;
}

/** What does not change while the engine runs. */
export interface MachineEnvironment {
  readonly computerName: string;
  /** `C:` */
  readonly systemDrive: string;
  /** `C:\Windows` */
  readonly windowsFolder: string;
  readonly temporaryFolder: string;
  /** folder the engine was started from: the root of the media on /start, of the local copy on /resume */
  readonly startedFrom: string;
  /** value of an environment variable; empty when there is none */
  variable(name: string): string;
}
