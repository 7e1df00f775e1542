/** WMI queries and methods. */
import type { Wmi, WmiRow } from '../machine.js';
import { arrayOf, elementsOf, isNothing, numberOf, textOf } from './host.js';
import { comReasonOf } from './system.js';
import { connect, rowsOf, type WmiObject, type WmiProperty } from './wmi-objects.js';

/** WMI of this computer. */
export class WshWmi implements Wmi {
  query(namespace: string, wql: string): readonly WmiRow[] {
    const rows: WmiRow[] = [];
    for (const object of found(namespace, wql)) {
      const row: Record<string, string | number | boolean | undefined> = {};
      for (const element of elementsOf(object.Properties_)) {
        const property = element as WmiProperty;
        row[textOf(property.Name)] = plain(property.Value);
      }
      rows.push(row);
    }
    return rows;
  }

  invoke(
    namespace: string,
    wql: string,
    method: string,
    parameters: Readonly<Record<string, string | number | boolean>>,
  ): number {
    for (const object of found(namespace, wql)) {
      const { InParameters } = object.Methods_.Item(method);
      const input = isNothing(InParameters) ? undefined : (InParameters as WmiObject).SpawnInstance_();
      for (const name in parameters) {
        if (input && Object.prototype.hasOwnProperty.call(parameters, name)) {
          input.Properties_.Item(name).Value = parameters[name];
        }
      }
      const output = input ? object.ExecMethod_(method, input) : object.ExecMethod_(method);
      const code = numberOf(output.Properties_.Item('ReturnValue').Value);
      if (code !== 0) return code;
    }
    return 0;
  }
}

/** @throws Error with words: those of WMI may be a number only */
function found(namespace: string, wql: string): WmiObject[] {
  try {
    return rowsOf(connect(namespace), wql);
  } catch (error) {
    throw new Error(`WMI cannot answer "${wql}" in ${namespace}: ${comReasonOf(error)}`);
  }
}

/** A value as the engine takes it; arrays are joined with line feeds. */
function plain(value: unknown): string | number | boolean | undefined {
  if (isNothing(value)) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  const elements = arrayOf(value);
  if (!elements) return textOf(value);
  const texts: string[] = [];
  for (const element of elements) texts.push(textOf(element));
  return texts.join('\n');
}
