/** Rows of WMI where no answer is an answer, too: a class or namespace that this Windows does not have. */
import { rethrowGone } from './gone.js';
import type { Machine, WmiRow } from './machine.js';

export const CIMV2 = 'root\\cimv2';

/** The rows of a query; undefined when it could not be asked, which is not the same as no row. */
export function rowsOf(machine: Machine, namespace: string, query: string): readonly WmiRow[] | undefined {
  try {
    return machine.wmi.query(namespace, query);
  } catch (error) {
    rethrowGone(error);
    return undefined;
  }
}

/** A number of a row, also where WMI has it as text (64 bits); undefined when it is none. */
export function numberOf(row: WmiRow | undefined, property: string): number | undefined {
  const text = String(row?.[property] ?? '');
  return /^-?\d{1,18}(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
