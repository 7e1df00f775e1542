/** What this computer is called: the read-only variables that Set Dynamic Variables fills (facts/configmgr.md, B.6). */
import { rethrowGone } from '../gone.js';
import type { Machine, WmiRow } from '../machine.js';

/** Identity of a computer; lists in the order Windows gives them. Empty text for what it does not say. */
export interface HardwareNames {
  readonly make: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly assetTag: string;
  readonly uuid: string;
  readonly macAddresses: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly defaultGateways: readonly string[];
}

const CIMV2 = 'root\\cimv2';
const ADAPTERS =
  'SELECT MACAddress, IPAddress, DefaultIPGateway FROM Win32_NetworkAdapterConfiguration WHERE IPEnabled = TRUE';

/** Asks WMI; a class that does not answer leaves its names empty. */
export function readHardwareNames(machine: Machine): HardwareNames {
  const system = rows(machine, 'SELECT Manufacturer, Model FROM Win32_ComputerSystem')[0];
  const bios = rows(machine, 'SELECT SerialNumber FROM Win32_BIOS')[0];
  const enclosure = rows(machine, 'SELECT SMBIOSAssetTag FROM Win32_SystemEnclosure')[0];
  const product = rows(machine, 'SELECT UUID FROM Win32_ComputerSystemProduct')[0];
  const adapters = rows(machine, ADAPTERS);
  return {
    make: text(system, 'Manufacturer'),
    model: text(system, 'Model'),
    serialNumber: text(bios, 'SerialNumber'),
    assetTag: text(enclosure, 'SMBIOSAssetTag'),
    uuid: text(product, 'UUID'),
    macAddresses: lists(adapters, 'MACAddress'),
    ipAddresses: lists(adapters, 'IPAddress'),
    defaultGateways: lists(adapters, 'DefaultIPGateway'),
  };
}

function rows(machine: Machine, query: string): readonly WmiRow[] {
  try {
    return machine.wmi.query(CIMV2, query);
  } catch (error) {
    rethrowGone(error);
    return [];
  }
}

function text(row: WmiRow | undefined, property: string): string {
  return String(row?.[property] ?? '').replace(/^\s+|\s+$/g, '');
}

/** Arrays of WMI come joined with line feeds. */
function lists(adapters: readonly WmiRow[], property: string): readonly string[] {
  const values: string[] = [];
  for (const adapter of adapters) {
    for (const value of text(adapter, property).split('\n')) if (value !== '') values.push(value);
  }
  return values;
}
