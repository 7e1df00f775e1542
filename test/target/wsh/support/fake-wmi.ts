/** WMI's scripting objects, made by hand: rows with properties, methods with or without parameters. */
import { Collection, comError, type FakeWindows } from './fake-com.js';

export interface FakeRow {
  readonly properties: Readonly<Record<string, unknown>>;
  /** by name: gets the parameters that were set. Its result is the output's ReturnValue, or all of its properties */
  readonly methods?: Readonly<Record<string, (given: Readonly<Record<string, unknown>>) => unknown>>;
  /** names of parameters of all methods; none: InParameters is nothing */
  readonly parameters?: readonly string[];
}

const INVALID_NAMESPACE = 0x8004100e;
const INVALID_CLASS = 0x80041010;
const NOT_FOUND = 0x80041002;

/**
 * @param answers rows by namespace and class, `root\cimv2|Win32_OperatingSystem`, or by namespace and path of one object
 * @param nothing what InParameters is when a method takes none: null or undefined
 */
export function addWmi(
  windows: FakeWindows,
  answers: Readonly<Record<string, readonly FakeRow[]>>,
  nothing: null | undefined = null,
): { readonly connected: string[] } {
  const connected: string[] = [];
  const services = (namespace: string) => ({
    Get: (path: string) => {
      const row = answers[`${namespace}|${path}`]?.[0];
      if (!row) throw comError(NOT_FOUND);
      return objectOf(row, nothing);
    },
    ExecQuery: (wql: string) => {
      const name = /\bFROM (\w+)/i.exec(wql)?.[1] ?? '';
      const rows = answers[`${namespace}|${name}`];
      // the query itself does not fail: walking over its rows does
      if (!rows) throw comError(INVALID_CLASS);
      return new Collection(rows.map((row) => objectOf(row, nothing)));
    },
  });
  windows.classes['WbemScripting.SWbemLocator'] = () => ({
    ConnectServer: (_: string, namespace: string) => {
      connected.push(namespace);
      if (!Object.keys(answers).some((key) => key.startsWith(`${namespace}|`))) throw comError(INVALID_NAMESPACE);
      return services(namespace);
    },
  });
  return { connected };
}

/** A collection that has Item, and that only an Enumerator walks. */
class Properties extends Collection {
  readonly #values: Record<string, unknown>;
  constructor(values: Record<string, unknown>) {
    super(Object.keys(values).map((Name) => ({ Name, Value: values[Name] })));
    this.#values = values;
  }
  Item(name: string): { readonly Name: string; Value: unknown } {
    const values = this.#values;
    const key = Object.keys(values).find((known) => known.toLowerCase() === name.toLowerCase());
    if (key === undefined) throw comError(0x80041002, 'Not found');
    return {
      Name: key,
      get Value() {
        return values[key];
      },
      set Value(value) {
        values[key] = value;
      },
    };
  }
}

export function objectOf({ properties, methods = {}, parameters }: FakeRow, nothing: null | undefined = null): unknown {
  const given: Record<string, unknown> = {};
  for (const name of parameters ?? []) given[name] = null;
  const spawned = { Properties_: new Properties(given) };
  return {
    Properties_: new Properties({ ...properties }),
    Methods_: {
      Item: (name: string) => {
        if (!methods[name]) throw comError(0x80041002, 'Not found');
        return { InParameters: parameters ? { SpawnInstance_: () => spawned } : nothing };
      },
    },
    ExecMethod_: (name: string, ...input: unknown[]) => {
      // a method without parameters takes none, and one with some misses them
      if (parameters ? input[0] !== spawned : input.length > 0) throw comError(0x80041008, 'Invalid parameter');
      const result = methods[name]!(given);
      const output = typeof result === 'object' && result !== null ? result : { ReturnValue: result };
      return { Properties_: new Properties({ ...output }) };
    },
  };
}
