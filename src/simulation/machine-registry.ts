/** Registry values of a machine file: those it lists, and those that stand for software, services and states. */

import { productValues } from '../target/simulated/installed-product.js';
import type { RegistryModel } from '../target/simulated/model.js';
import type { MachineYaml } from './machine-schema.js';

const WINDOWS = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion';
const SYSTEM = 'HKLM\\SYSTEM';
const CONTROL = `${SYSTEM}\\CurrentControlSet\\Control`;

/** Each by the place where Windows itself has it. */
const PENDING: Readonly<Record<NonNullable<MachineYaml['pendingRestart']>, RegistryModel>> = {
  servicing: { key: `${WINDOWS}\\Component Based Servicing\\RebootPending` },
  windowsUpdate: { key: `${WINDOWS}\\WindowsUpdate\\Auto Update\\RebootRequired` },
  fileRename: {
    key: `${CONTROL}\\Session Manager`,
    value: 'PendingFileRenameOperations',
    data: '\\??\\C:\\Windows\\Temp\\old.dll\n',
  },
};

/** Start values of services and drivers. */
const STARTS = { boot: 0, automatic: 2, manual: 3, disabled: 4 } as const;

const STARTED: Readonly<Record<NonNullable<MachineYaml['windows']['started']>, readonly RegistryModel[]>> = {
  normal: [],
  safeMode: [{ key: `${CONTROL}\\SafeBoot\\Option`, value: 'OptionValue', data: 1 }],
  auditMode: [{ key: `${SYSTEM}\\Setup`, value: 'AuditInProgress', data: 1 }],
  // WMI says it
  vhd: [],
  toGo: [{ key: CONTROL, value: 'PortableOperatingSystem', data: 1 }],
};

export function machineRegistry({
  windows,
  software = [],
  services = [],
  pendingRestart,
  registry = [],
}: MachineYaml): RegistryModel[] {
  return [
    ...STARTED[windows.started ?? 'normal'],
    ...(pendingRestart === undefined ? [] : [PENDING[pendingRestart]]),
    ...services.map((service) => {
      const { name, start } = typeof service === 'string' ? { name: service, start: 'automatic' as const } : service;
      return { key: `${SYSTEM}\\CurrentControlSet\\Services\\${name}`, value: 'Start', data: STARTS[start] };
    }),
    ...software.flatMap(({ productCode, upgradeCode, name = productCode, version = '1.0' }) =>
      productValues({ productCode, upgradeCode, name, version }),
    ),
    ...registry.map(({ key, value, data }) => ({
      key,
      ...(value === undefined ? {} : { value }),
      ...(data === undefined ? {} : { data }),
    })),
  ];
}
