/** The registry of a simulated machine: changes reach the disk later, like those of files. */
import type { Registry } from '../machine.js';
import { DurableMap } from './durable-map.js';
import type { RegistryModel } from './model.js';
import type { Random } from './random.js';

interface Value {
  readonly key: string;
  /** undefined: the key itself */
  readonly name: string | undefined;
  readonly data: string | number;
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  HKLM: 'HKEY_LOCAL_MACHINE',
  HKCU: 'HKEY_CURRENT_USER',
  HKCR: 'HKEY_CLASSES_ROOT',
  HKU: 'HKEY_USERS',
};

/** A key as the engine writes it: `HKLM\x` is `HKEY_LOCAL_MACHINE\x`. */
export function longKey(key: string): string {
  const end = key.indexOf('\\');
  const root = end < 0 ? key : key.slice(0, end);
  return `${SHORT_NAMES[root.toUpperCase()] ?? root}${end < 0 ? '' : key.slice(end)}`;
}

export class SimulatedRegistry implements Registry {
  readonly #values: DurableMap<Value>;
  /** every key that is there, with those above it: lower case, and as it was written */
  #keys = new Map<string, string>();

  /** @param uptime milliseconds since the simulation began */
  constructor(
    values: readonly RegistryModel[],
    readonly uptime: () => number,
  ) {
    this.#values = new DurableMap();
    for (const value of values) this.setDurable(value);
  }

  read(key: string, value: string): string | number | undefined {
    return this.#values.get(idOf(key, value))?.data;
  }

  exists(key: string): boolean {
    return this.#keys.has(longKey(key).toLowerCase());
  }

  subkeys(key: string): readonly string[] {
    const start = `${longKey(key).toLowerCase()}\\`;
    const names: string[] = [];
    for (const [known, written] of this.#keys) {
      if (known.startsWith(start) && !known.includes('\\', start.length)) names.push(written.slice(start.length));
    }
    return names;
  }

  write(key: string, value: string, data: string | number): void {
    const long = longKey(key);
    this.#values.set(idOf(key, value), { key: long, name: value, data }, this.uptime());
    this.#addKey(long);
  }

  removeValue(key: string, value: string): void {
    if (this.#values.get(idOf(key, value))) this.#values.set(idOf(key, value), undefined, this.uptime());
  }

  /** Changes something for good. */
  setDurable({ key, value, data = '' }: RegistryModel): void {
    const long = longKey(key);
    this.#values.setDurable(idOf(key, value), { key: long, name: value, data });
    this.#addKey(long);
  }

  flush(): void {
    this.#values.flush();
  }

  cut(random: Random, at: number): void {
    this.#values.cut(random, at, (value) => ({ ...value, data: typeof value.data === 'number' ? 0 : '' }));
    this.#keys = new Map();
    for (const [, { key }] of this.#values.entries()) this.#addKey(key);
  }

  #addKey(key: string): void {
    let long = key;
    while (!this.#keys.has(long.toLowerCase())) {
      this.#keys.set(long.toLowerCase(), long);
      const end = long.lastIndexOf('\\');
      if (end < 0) return;
      long = long.slice(0, end);
    }
  }
}

/** A key and a value can be told apart from each other: no name holds a line feed twice. */
function idOf(key: string, value: string | undefined): string {
  return `${longKey(key)}\n${value === undefined ? '\n' : value}`.toLowerCase();
}
