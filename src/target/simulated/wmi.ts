/** WMI of a simulated machine: rows that follow its state, and the methods that switch BitLocker. */
import type { Wmi, WmiRow } from '../machine.js';
import type { BitLocker } from './bitlocker.js';
import type { WmiClassModel } from './model.js';
import { type RowFacts, rowsOf } from './wmi-rows.js';
import { parseWql, propertyOf, type WqlQuery } from './wql.js';

/** WBEM_E_INVALID_NAMESPACE, WBEM_E_INVALID_CLASS and WBEM_E_INVALID_METHOD in words. */
const NO_NAMESPACE = 'Invalid namespace';
const NO_CLASS = 'Invalid class';
const NO_METHOD = 'Invalid method';

/** Every fixed drive lies on the first disk. */
const DISK_OF_DRIVE =
  /^\s*associators of \{win32_logicaldisk\.[^}]*\} where assocclass\s*=\s*win32_logicaldisktopartition/i;

export interface WmiHost {
  readonly bitLocker: BitLocker;
  facts(): RowFacts;
}

export class SimulatedWmi implements Wmi {
  constructor(
    readonly host: WmiHost,
    readonly classes: readonly WmiClassModel[],
  ) {}

  query(namespace: string, wql: string): readonly WmiRow[] {
    if (DISK_OF_DRIVE.test(wql)) return [{ DiskIndex: 0, Index: 0 }];
    const query = parseWql(wql);
    return this.#rows(namespace, query).map((row) => select(row, query.properties));
  }

  invoke(
    namespace: string,
    wql: string,
    method: string,
    parameters: Readonly<Record<string, string | number | boolean>>,
  ): number {
    const query = parseWql(wql);
    const rows = this.#rows(namespace, query);
    if (query.class.toLowerCase() !== 'win32_encryptablevolume') throw new Error(NO_METHOD);
    for (const row of rows) {
      const code = this.host.bitLocker.invoke(String(propertyOf(row, 'DriveLetter')), method, parameters);
      if (code === undefined) throw new Error(NO_METHOD);
      if (code !== 0) return code;
    }
    return 0;
  }

  #rows(namespace: string, query: WqlQuery): readonly WmiRow[] {
    const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
    const own = this.classes.filter((item) => same(item.namespace, namespace));
    const named = own.filter((item) => same(item.class, query.class));
    if (named.length > 0) return named.flatMap(({ rows }) => rows).filter(query.matches);
    const facts = this.host.facts();
    const known = rowsOf(namespace, facts);
    if (!known && own.length === 0) throw new Error(NO_NAMESPACE);
    const rows = known?.[query.class.toLowerCase()];
    if (!rows) throw new Error(NO_CLASS);
    return rows(facts).filter(query.matches);
  }
}

/** The properties that were asked for, by the names they have. */
function select(row: WmiRow, properties: readonly string[] | undefined): WmiRow {
  if (!properties) return row;
  return Object.fromEntries(properties.map((name) => [name, propertyOf(row, name)]));
}
