/**
 * A machine in memory for tests of single parts: every answer is said by the test, and every call can be the last one.
 * The whole world, with time, programs and restarts, is the simulator's (src/target/simulated).
 */
import { createHash } from 'node:crypto';
import type {
  Clock,
  Command,
  Console,
  Drive,
  FileStat,
  Files,
  Machine,
  MachineEnvironment,
  Power,
  Processes,
  Registry,
  Tasks,
  Wmi,
  WmiRow,
} from '../../../src/target/machine.js';

export interface FakeOptions {
  /** `KEY|VALUE` and its data; a key alone is there without values */
  readonly registry?: Readonly<Record<string, string | number | null>>;
  /** by the start of the query, or `NAMESPACE|start of the query` where it is not root\cimv2; the longest start counts */
  readonly wmi?: Readonly<Record<string, readonly WmiRow[]>>;
  /** text by path */
  readonly files?: Readonly<Record<string, string>>;
  readonly drives?: readonly Drive[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly startedFrom?: string;
  /** false: Windows 7, which cannot flush */
  readonly canFlush?: boolean;
  /** folders that belong to somebody else, or are reparse points */
  readonly foreign?: readonly string[];
  /** exit code of a program, which ends at once; undefined leaves none */
  readonly program?: (command: Command) => number | undefined;
  /** programs never end by themselves */
  readonly hangs?: boolean;
  /** paths whose hash cannot be computed */
  readonly unhashable?: RegExp;
  /** what the clock says; left out: 2026-11-25 */
  readonly now?: number;
  /** minutes to add to local time to get UTC */
  readonly bias?: number;
}

/** Thrown out of a call: the process is no more (src/target/gone.ts). */
export class FakeEnd extends Error {
  readonly machineGone = true;
}

interface Node {
  readonly path: string;
  /** undefined for a folder */
  readonly text: string | undefined;
}

const NOW = Date.UTC(2026, 10, 25);

/** What survives a power cut, and what a process sees of it. */
export class FakeMachine implements Machine {
  readonly nodes = new Map<string, Node>();
  readonly registered = new Map<string, string>();
  readonly tasksRun: string[] = [];
  readonly screen: string[] = [];
  readonly commands: Command[] = [];
  readonly protectedFolders: string[] = [];
  /** names of the calls that change something, with their first argument */
  readonly changes: string[] = [];
  /** calls so far */
  calls = 0;
  /** the call that is the last one; its effect is there, its return is not seen */
  cutAt = Number.POSITIVE_INFINITY;
  copyFault: ((from: string, to: string) => void) | undefined;
  /** the change that was made last */
  #last: { readonly kind: 'file' | 'task'; readonly key: string } | undefined;
  #durable: { nodes: Map<string, Node>; registered: Map<string, string> };
  readonly options: FakeOptions;

  constructor(options: FakeOptions = {}) {
    this.options = options;
    this.#now = options.now ?? NOW;
    for (const [path, text] of Object.entries(options.files ?? {})) this.#put(path, text);
    this.#durable = this.#state();
  }

  /**
   * The power goes: what was not flushed is lost, or all of it is there, or it has its size and is full of zeros, or the
   * last change alone is there, for a disk writes in any order.
   */
  cut(unflushed: 'lost' | 'kept' | 'zeroed' | 'lastOnly'): void {
    if (unflushed === 'zeroed') this.#zero();
    const last = unflushed === 'lastOnly' ? this.#last : undefined;
    const file = last === undefined ? undefined : this.nodes.get(last.key);
    const task = last === undefined ? undefined : this.registered.get(last.key);
    if (unflushed === 'lost' || unflushed === 'lastOnly') {
      this.nodes.clear();
      this.registered.clear();
      for (const [key, node] of this.#durable.nodes) this.nodes.set(key, node);
      for (const [key, xml] of this.#durable.registered) this.registered.set(key, xml);
    }
    if (last?.kind === 'file' && file?.text !== undefined) this.#put(file.path, file.text);
    if (last?.kind === 'task' && task !== undefined) this.registered.set(last.key, task);
    this.cutAt = Number.POSITIVE_INFINITY;
    this.tasksRun.length = 0;
  }

  #zero(): void {
    for (const [key, node] of this.nodes) {
      const { text } = node;
      if (text === undefined || this.#durable.nodes.get(key)?.text === text) continue;
      this.nodes.set(key, { ...node, text: '\0'.repeat(text.length) });
    }
    for (const [name, xml] of this.registered) {
      if (this.#durable.registered.get(name) !== xml) this.registered.set(name, '');
    }
  }

  text(path: string): string | undefined {
    return this.nodes.get(path.toLowerCase())?.text;
  }

  /** Paths below a folder, sorted. */
  below(folder: string): string[] {
    const start = `${folder.toLowerCase()}\\`;
    return [...this.nodes.entries()]
      .filter(([key, node]) => key.startsWith(start) && node.text !== undefined)
      .map(([, { path }]) => path)
      .sort();
  }

  #state() {
    return { nodes: new Map(this.nodes), registered: new Map(this.registered) };
  }

  #put(path: string, text: string): void {
    const folder = path.slice(0, path.lastIndexOf('\\'));
    if (folder !== '') this.#folder(folder);
    this.nodes.set(path.toLowerCase(), { path, text });
    this.#last = { kind: 'file', key: path.toLowerCase() };
  }

  #folder(path: string): void {
    const parent = path.lastIndexOf('\\');
    if (parent > 2) this.#folder(path.slice(0, parent));
    if (!this.nodes.has(path.toLowerCase())) this.nodes.set(path.toLowerCase(), { path, text: undefined });
  }

  #text(path: string): string {
    const text = this.text(path);
    if (text === undefined) throw new Error(`The file "${path}" does not exist`);
    return text;
  }

  /** Every call goes through here: it may be the last one. */
  #call<T>(name: string, act: () => T, changes?: string): T {
    if (changes !== undefined) this.changes.push(`${name} ${changes}`);
    this.calls += 1;
    const result = act();
    if (this.calls >= this.cutAt) throw new FakeEnd(`cut in ${name}`);
    return result;
  }

  readonly files: Files = {
    readText: (path) => this.#call('readText', () => this.#text(path)),
    readTail: (path, length) => this.#call('readTail', () => this.#text(path).slice(-length)),
    writeText: (path, text) => this.#call('writeText', () => this.#put(path, text), path),
    appendText: (path, text) => this.#call('appendText', () => this.#put(path, (this.text(path) ?? '') + text), path),
    stat: (path) => this.#call('stat', () => this.#stat(path)),
    version: () => this.#call('version', () => ''),
    list: (folder) => this.#call('list', () => this.#list(folder)),
    createFolder: (path) => this.#call('createFolder', () => this.#folder(path), path),
    createProtectedFolder: (path) =>
      this.#call(
        'createProtectedFolder',
        () => {
          if (this.options.foreign?.includes(path)) throw new Error(`The folder "${path}" belongs to somebody else`);
          this.protectedFolders.push(path);
          this.#folder(path);
        },
        path,
      ),
    copyFile: (from, to) =>
      this.#call(
        'copyFile',
        () => {
          this.copyFault?.(from, to);
          this.#put(to, this.#text(from));
        },
        to,
      ),
    remove: (path) =>
      this.#call(
        'remove',
        () => {
          const key = path.toLowerCase();
          for (const one of [...this.nodes.keys()])
            if (one === key || one.startsWith(`${key}\\`)) this.nodes.delete(one);
        },
        path,
      ),
    sha256: (path) =>
      this.#call('sha256', () =>
        this.options.unhashable?.test(path)
          ? undefined
          : createHash('sha256').update(this.#text(path), 'latin1').digest('hex'),
      ),
    flush: (drive) =>
      this.#call(
        'flush',
        () => {
          if (this.options.canFlush === false) return false;
          this.#durable = this.#state();
          return true;
        },
        drive,
      ),
    lock: () => this.#call('lock', () => true),
    drives: () => this.#call('drives', () => this.options.drives ?? [SYSTEM_DRIVE]),
  };

  #stat(path: string): FileStat | undefined {
    if (/^[A-Z]:\\?$/i.test(path)) return { folder: true, size: 0, modified: new Date(NOW).toISOString() };
    const node = this.nodes.get(path.toLowerCase().replace(/\\$/, ''));
    if (!node) return undefined;
    return { folder: node.text === undefined, size: node.text?.length ?? 0, modified: new Date(NOW).toISOString() };
  }

  #list(folder: string): string[] {
    const start = `${folder.toLowerCase().replace(/\\$/, '')}\\`;
    return [...this.nodes.entries()]
      .filter(([key]) => key.startsWith(start) && !key.slice(start.length).includes('\\'))
      .map(([, { path }]) => path.slice(start.length))
      .sort();
  }

  readonly registry: Registry = {
    read: (key, value) => this.#call('registry.read', () => this.#data(`${key}|${value}`) ?? undefined),
    exists: (key) =>
      this.#call('registry.exists', () => {
        const wanted = key.toLowerCase();
        return Object.keys(this.options.registry ?? {}).some((one) => {
          const [name = ''] = one.toLowerCase().split('|');
          return name === wanted || name.startsWith(`${wanted}\\`);
        });
      }),
    subkeys: (key) => this.#call('registry.subkeys', () => this.#subkeys(key)),
    write: (key) => this.#call('registry.write', () => undefined, key),
    removeValue: (key) => this.#call('registry.removeValue', () => undefined, key),
  };

  #subkeys(key: string): string[] {
    const start = `${key.toLowerCase()}\\`;
    const keys = Object.keys(this.options.registry ?? {}).map((name) => name.split('|')[0]!);
    const below = keys.filter((name) => name.toLowerCase().startsWith(start));
    return [...new Set(below.map((name) => name.slice(start.length).split('\\')[0]!))];
  }

  #data(wanted: string): string | number | null | undefined {
    for (const [name, data] of Object.entries(this.options.registry ?? {})) {
      if (name.toLowerCase() === wanted.toLowerCase()) return data;
    }
    return undefined;
  }

  readonly wmi: Wmi = {
    query: (namespace, wql) =>
      this.#call('wmi.query', () => {
        const asked = namespace === 'root\\cimv2' ? wql : `${namespace}|${wql}`;
        const fits = Object.entries(this.options.wmi ?? {}).filter(
          ([start]) => asked.startsWith(start) || wordOf(asked) === start,
        );
        const best = fits.sort(([a], [b]) => b.length - a.length)[0];
        if (!best) throw new Error(`Invalid class or namespace: ${asked}`);
        return best[1];
      }),
    invoke: (_, wql) => this.#call('wmi.invoke', () => 0, wql),
  };

  readonly processes: Processes = {
    start: (command) =>
      this.#call(
        'start',
        () => {
          this.commands.push(command);
          const code = this.options.program?.(command);
          if (code !== undefined) this.#put(command.resultFile, `${code}\r\n`);
          return `process ${this.commands.length}`;
        },
        command.line,
      ),
    isRunning: () => this.#call('isRunning', () => this.options.hangs === true),
    adopt: () => this.#call('adopt', () => undefined),
    isImageRunning: () => this.#call('isImageRunning', () => false),
    end: (process) => this.#call('end', () => undefined, process),
  };

  readonly tasks: Tasks = {
    register: (name, xml) =>
      this.#call(
        'tasks.register',
        () => {
          this.registered.set(name, xml);
          this.#last = { kind: 'task', key: name };
        },
        name,
      ),
    exists: (name) => this.#call('tasks.exists', () => this.registered.has(name)),
    run: (name) => this.#call('tasks.run', () => void this.tasksRun.push(name), name),
    remove: (name) => this.#call('tasks.remove', () => void this.registered.delete(name), name),
  };

  #now = 0;
  readonly clock: Clock = {
    now: () => this.#call('now', () => this.#now),
    bias: () => this.#call('bias', () => this.options.bias ?? 0),
    sleep: (milliseconds) =>
      this.#call('sleep', () => {
        this.#now += milliseconds;
      }),
  };

  readonly power: Power = {
    restart: (seconds) => this.#call('restart', () => undefined, String(seconds)),
    bootId: () => this.#call('bootId', () => 'boot 1'),
    plan: () => this.#call('plan', () => undefined),
    stayAwake: () => this.#call('stayAwake', () => undefined),
    letSleep: () => this.#call('letSleep', () => undefined),
  };

  readonly console: Console = {
    write: (line) => this.#call('console', () => void this.screen.push(line)),
  };

  get environment(): MachineEnvironment {
    return {
      computerName: 'PC-1',
      systemDrive: 'C:',
      windowsFolder: 'C:\\Windows',
      temporaryFolder: 'C:\\Windows\\Temp',
      startedFrom: this.options.startedFrom ?? 'E:\\',
      variable: (name) => this.options.variables?.[name] ?? '',
    };
  }
}

/** The class of a query, with its namespace when it is not root\cimv2. */
function wordOf(asked: string): string {
  const namespace = /^([^|]*\|)/.exec(asked)?.[1] ?? '';
  return namespace + (/ FROM (\w+)/i.exec(asked)?.[1] ?? '');
}

export const SYSTEM_DRIVE: Drive = {
  name: 'C:',
  kind: 'fixed',
  label: 'Windows',
  freeBytes: 100 * 1024 ** 3,
  totalBytes: 250 * 1024 ** 3,
};
