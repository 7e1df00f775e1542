/** Every check of readiness: a machine that it refuses, one that it does not, and one that does not say. */
import { describe, expect, it } from 'vitest';
import { READINESS_CHECKS, type ReadinessChecks } from '../../../src/target/contract.js';
import { ENCRYPTION_DRIVERS } from '../../../src/target/readiness/encryption.js';
import type { ReadinessInput } from '../../../src/target/readiness/outcome.js';
import { resultVariables, runChecks } from '../../../src/target/readiness/run-checks.js';
import { neededSpace } from '../../../src/target/readiness/space.js';
import { checkUpgrade, upgradeSource } from '../../../src/target/upgrade-check.js';
import { type FakeMachine, SYSTEM_DRIVE } from '../support/fake-machine.js';
import { CONTROL, type PcChange, pc, server, TPM, upgradePackage } from '../support/machines.js';

const GIB = 1024 ** 3;
const SERVICES = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services';
const SETUP = 'HKEY_LOCAL_MACHINE\\SYSTEM\\Setup';
const WINDOWS = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion';
const VM = '8c3c1a5e-0d4c-4f5e-9a7b-1f2e3d4c5b6a';
const STORAGE = 'root\\Microsoft\\Windows\\Storage|MSFT_Disk';
const ADAPTER = 'root\\StandardCimv2|MSFT_NetAdapter';

/** What a whole machine answers on top of `pc`: nothing of it is left unchecked. */
const WHOLE: Readonly<Record<string, readonly Record<string, string | number | boolean>[]>> = {
  [STORAGE]: [{ BusType: 17 }],
  Win32_NetworkAdapter: [{ Name: 'Intel I219-LM' }],
  [ADAPTER]: [{ InterfaceDescription: 'Intel I219-LM', Name: 'Ethernet', InterfaceType: 6, NdisPhysicalMedium: 14 }],
};

function whole(change: PcChange = {}, make: (change: PcChange) => FakeMachine = pc): FakeMachine {
  return make({ ...change, wmi: { ...WHOLE, ...change.wmi } });
}

interface RunOptions extends Partial<ReadinessInput> {
  readonly only?: Partial<ReadinessChecks>;
  readonly media?: ReturnType<typeof upgradePackage>;
}

function run(machine: FakeMachine, { only = {}, media = upgradePackage(), ...more }: RunOptions = {}) {
  const source = upgradeSource(machine);
  const { chosen, refusals } = checkUpgrade(source, [media], [{ hasKey: false }]);
  const checks: ReadinessChecks = { skip: [], ...only };
  const before = machine.changes.length;
  const readiness = runChecks({
    machine,
    checks,
    source,
    chosen,
    refusals,
    toCopy: 0,
    reflectsDrivers: false,
    setupFolder: 'E:',
    ...more,
  });
  expect(machine.changes.length, 'a check changes nothing').toBe(before);
  return { ...readiness, rules: readiness.refusals.map(({ rule }) => rule) };
}

it('a machine that is ready passes every check of the design, and nothing is left unchecked', () => {
  const { refusals, unchecked, ran } = run(
    whole({ files: { 'E:\\sources\\cversion.ini': '[HostBuild]\r\nMinClient=7601.0\r\n' } }),
  );
  expect(refusals).toEqual([]);
  expect(unchecked).toEqual([]);
  expect(ran).toEqual([...READINESS_CHECKS]);
});

const reg = (name: string, data: string | number) => ({ registry: { [name]: data } });
const svr = (change: PcChange = {}) => whole(change, (all) => server(17763, all));

describe('each check of the design', () => {
  const server2022 = { media: upgradePackage('windows-server-2022') };
  const seven = (updates: readonly Record<string, string>[]) => ({
    windows: { CurrentBuildNumber: '7601' },
    wmi: { Win32_QuickFixEngineering: updates },
  });
  const cases: readonly [string, string, () => FakeMachine, RunOptions?][] = [
    ['upgradePath', 'the edition', () => whole({ windows: { EditionID: 'Cloud' } })],
    [
      'memory',
      'less than Windows 11 needs',
      () => whole({ wmi: { Win32_PhysicalMemory: [{ Capacity: String(2 * GIB) }] } }),
    ],
    ['freeSpace', '21 GB', () => whole({ drives: [{ ...SYSTEM_DRIVE, freeBytes: 21 * GIB }] })],
    [
      'systemPartition',
      '5 MB',
      () => whole({ wmi: { Win32_Volume: [{ FreeSpace: '5000000', Capacity: '104857600' }] } }),
    ],
    ['pendingRestart', 'servicing', () => whole(reg(`${WINDOWS}\\Component Based Servicing\\RebootPending|x`, 1))],
    [
      'pendingRestart',
      'Windows Update',
      () => whole(reg(`${WINDOWS}\\WindowsUpdate\\Auto Update\\RebootRequired|x`, 1)),
    ],
    [
      'pendingRestart',
      'file renames',
      () => whole(reg(`${CONTROL}\\Session Manager|PendingFileRenameOperations`, '\\??\\C:\\a\n')),
    ],
    ['acPower', 'on battery', () => whole({ wmi: { Win32_Battery: [{ BatteryStatus: 1 }] } })],
    ['language', 'German', () => whole(reg(`${CONTROL}\\Nls\\Language|InstallLanguage`, '0407'))],
    ['safeMode', 'minimal', () => whole(reg(`${CONTROL}\\SafeBoot\\Option|OptionValue`, 1))],
    ['vhdBoot', 'a file', () => whole({ wmi: { [STORAGE]: [{ BusType: 15 }] } })],
    ['windowsToGo', 'a workspace', () => whole(reg(`${CONTROL}|PortableOperatingSystem`, 1))],
    ['auditMode', 'in progress', () => whole(reg(`${SETUP}|AuditInProgress`, 1))],
    [
      'auditMode',
      'resealed',
      () => whole(reg(`${WINDOWS}\\Setup\\State|ImageState`, 'IMAGE_STATE_SPECIALIZE_RESEAL_TO_AUDIT')),
    ],
    ['servicePack', 'Windows 10 of before September 2021', () => whole({ windows: { UBR: 1165 } })],
    ['servicePack', 'Windows 7 without SHA-2', () => whole(seven([])), { media: upgradePackage('windows-10-22h2') }],
    [
      'mediaMinimum',
      'cversion.ini',
      () =>
        whole({
          files: { 'E:\\sources\\cversion.ini': '[HostBuild]\r\nMinServer=9200.0\r\n minclient = 20000.0\r\n' },
        }),
    ],
    ['thirdPartyEncryption', 'VeraCrypt', () => whole(reg(`${SERVICES}\\VeraCrypt|Start`, 0))],
    ['cluster', 'a node', () => svr(reg(`${SERVICES}\\ClusSvc|Start`, 2)), server2022],
    [
      'nicTeaming',
      'a team',
      () => svr({ wmi: { 'root\\StandardCimv2|MSFT_NetLbfoTeam': [{ Name: 'Team 1' }] } }),
      server2022,
    ],
    [
      'virtualMachines',
      'running',
      () =>
        svr({
          wmi: { 'root\\virtualization\\v2|Msvm_ComputerSystem': [{ Name: VM, ElementName: 'DC', EnabledState: 2 }] },
        }),
      server2022,
    ],
    [
      'virtualMachines',
      'saved',
      () =>
        svr({
          wmi: { 'root\\virtualization\\v2|Msvm_ComputerSystem': [{ Name: VM, ElementName: 'DC', EnabledState: 6 }] },
        }),
      server2022,
    ],
  ];

  it('is among the cases', () => {
    expect([...new Set(cases.map(([name]) => name))].sort()).toEqual([...READINESS_CHECKS].sort());
  });

  it.each(cases)('%s refuses: %s', (name, _, machine, options) => {
    const { rules, refusals } = run(machine(), options);
    expect(rules).toHaveLength(1);
    expect(refusals[0]!.message.length).toBeGreaterThan(15);
    expect(refusals[0]!.advice.length).toBeGreaterThan(8);
    // skipped, it refuses nothing
    const skip = [...READINESS_CHECKS].filter((check) => check === name);
    expect(run(machine(), { ...options, only: { skip } }).rules).toEqual([]);
  });
});

describe('what must not refuse', () => {
  it.each<[string, () => FakeMachine, RunOptions?]>([
    ['a battery that is charging', () => whole({ wmi: { Win32_Battery: [{ BatteryStatus: 6 }] } })],
    [
      'a battery that rests while the other says mains',
      () => whole({ wmi: { Win32_Battery: [{ BatteryStatus: 3 }, { BatteryStatus: 2 }] } }),
    ],
    ['an empty list of renames', () => whole(reg(`${CONTROL}\\Session Manager|PendingFileRenameOperations`, '\n\n'))],
    [
      'Windows that starts from its own drive',
      () => whole({ wmi: { Win32_Volume: [{ DriveLetter: 'C:', FreeSpace: '5' }] } }),
    ],
    ['VeraCrypt for containers only', () => whole(reg(`${SERVICES}\\veracrypt|Start`, 1))],
    ['an image that is complete', () => whole(reg(`${WINDOWS}\\Setup\\State|ImageState`, 'IMAGE_STATE_COMPLETE'))],
    [
      'a server that is in no cluster',
      () => svr(reg(`${SERVICES}\\ClusSvc|Start`, 4)),
      { media: upgradePackage('windows-server-2022') },
    ],
    [
      'a host whose virtual machines are off',
      () =>
        svr({
          wmi: {
            'root\\virtualization\\v2|Msvm_ComputerSystem': [
              { Name: 'HOST', EnabledState: 2 },
              { Name: VM, EnabledState: 3 },
            ],
          },
        }),
      { media: upgradePackage('windows-server-2022') },
    ],
    [
      'a client with teams, a cluster service and virtual machines',
      () =>
        whole({
          ...reg(`${SERVICES}\\ClusSvc|Start`, 2),
          wmi: {
            'root\\StandardCimv2|MSFT_NetLbfoTeam': [{ Name: 'T' }],
            'root\\virtualization\\v2|Msvm_ComputerSystem': [{ Name: VM, EnabledState: 2 }],
          },
        }),
    ],
    [
      'Windows 7 with SHA-2',
      () =>
        whole({
          windows: { CurrentBuildNumber: '7601' },
          wmi: { Win32_QuickFixEngineering: [{ HotFixID: 'KB4474419' }] },
        }),
      { media: upgradePackage('windows-10-22h2') },
    ],
    [
      'an old revision on the way to Windows 10',
      () => whole({ windows: { CurrentBuildNumber: '19041', UBR: 264 } }),
      { media: upgradePackage('windows-10-22h2') },
    ],
    ['media without cversion.ini', () => whole()],
  ])('%s', (_, machine, options) => {
    expect(run(machine(), options).refusals).toEqual([]);
  });

  it('every product of encryption is let through by reflectDrivers, and stopped without', () => {
    for (const [driver, product] of ENCRYPTION_DRIVERS) {
      const machine = whole(reg(`${SERVICES}\\${driver}|Start`, 0));
      expect(run(machine).refusals[0]?.message).toContain(product);
      expect(run(machine, { reflectsDrivers: true }).refusals).toEqual([]);
    }
  });
});

describe('space', () => {
  it('is 20 GB, for x86 16, and what is copied, and 2 GB', () => {
    expect(neededSpace('x64', 5 * GIB, undefined)).toBe(27 * GIB);
    expect(neededSpace('x86', 0, undefined)).toBe(18 * GIB);
    expect(neededSpace('x64', 5 * GIB, 30 * GIB)).toBe(35 * GIB);
  });

  it('is enough to the byte', () => {
    const with_ = (freeBytes: number) => whole({ drives: [{ ...SYSTEM_DRIVE, freeBytes }] });
    expect(run(with_(27 * GIB), { toCopy: 5 * GIB }).rules).toEqual([]);
    expect(run(with_(27 * GIB - 1), { toCopy: 5 * GIB }).rules).toEqual(['freeSpace']);
  });
});

describe('checks with a value', () => {
  const good = whole();
  it.each<[string, Partial<ReadinessChecks>, () => FakeMachine]>([
    ['memory', { memory: 16 * GIB }, () => whole()],
    ['freeSpace', { freeSpace: 200 * GIB }, () => whole()],
    ['processorSpeed', { processorSpeed: 3000 }, () => whole()],
    ['networkConnected', { networkConnected: true }, () => whole({ wmi: { Win32_NetworkAdapter: [] } })],
    [
      'networkWired',
      { networkWired: true },
      () => whole({ wmi: { [ADAPTER]: [{ InterfaceDescription: 'Intel I219-LM', Name: 'x', InterfaceType: 71 }] } }),
    ],
    [
      'networkWired',
      { networkWired: true },
      () =>
        whole({
          wmi: {
            [ADAPTER]: [{ InterfaceDescription: 'Intel I219-LM', Name: 'x', InterfaceType: 6, NdisPhysicalMedium: 9 }],
          },
        }),
    ],
    ['operatingSystem', { operatingSystem: { type: 'server' } }, () => whole()],
    ['operatingSystem', { operatingSystem: { architecture: 'x86' } }, () => whole()],
    ['operatingSystem', { operatingSystem: { minimum: '10.0.22000' } }, () => whole()],
    ['operatingSystem', { operatingSystem: { maximum: '10.0.19044' } }, () => whole()],
    ['operatingSystem', { operatingSystem: { language: 'de-DE' } }, () => whole()],
  ])('%s refuses %j', (rule, only, machine) => {
    expect(run(machine(), { only }).rules).toEqual([rule]);
  });

  it.each<[string, RunOptions['only'], PcChange]>([
    ['uefi', { uefi: true }, reg(`${CONTROL}|PEFirmwareType`, 1)],
    ['tpm', { tpm: true }, { wmi: { [TPM]: [] } }],
    [
      'tpm',
      { tpm: true },
      { wmi: { [TPM]: [{ SpecVersion: '1.2, 2, 3', IsEnabled_InitialValue: true, IsActivated_InitialValue: true }] } },
    ],
    [
      'tpm',
      { tpm: true },
      { wmi: { [TPM]: [{ SpecVersion: '2.0', IsEnabled_InitialValue: true, IsActivated_InitialValue: false }] } },
    ],
  ])('%s refuses where the Windows of the media does not ask for it', (rule, only, change) => {
    expect(run(whole(change), { only: only!, media: upgradePackage('windows-10-22h2') }).rules).toEqual([rule]);
  });

  it('all pass on a machine that has what they ask for', () => {
    const only: Partial<ReadinessChecks> = {
      memory: 8 * GIB,
      processorSpeed: 2400,
      freeSpace: 50 * GIB,
      networkConnected: true,
      networkWired: true,
      uefi: true,
      tpm: true,
      operatingSystem: {
        type: 'client',
        architecture: 'x64',
        minimum: '10.0.19041',
        maximum: '10.0.19045',
        language: 'en-us',
      },
    };
    const { refusals, unchecked, variables } = run(good, { only });
    expect([refusals, unchecked]).toEqual([[], []]);
    expect(Object.fromEntries(variables.map(({ name, value }) => [name, value]))).toEqual(
      Object.fromEntries(resultVariables().map((name) => [name, '1'])),
    );
  });

  it('are not run when they are false', () => {
    const only = { networkConnected: false, networkWired: false, uefi: false, tpm: false };
    expect(run(good, { only }).ran).toEqual([...READINESS_CHECKS]);
  });

  it('a value counts even when the check is skipped', () => {
    expect(run(good, { only: { skip: ['memory'], memory: 16 * GIB } }).rules).toEqual(['memory']);
  });
});

it('what a machine does not say is named, refuses nothing, and has no result', () => {
  const silent = pc({ wmi: { Win32_Battery: undefined as never, Win32_Volume: undefined as never } });
  const machine = Object.assign(silent, {});
  const throwing = {
    ...machine.wmi,
    query: () => {
      throw new Error('no WMI');
    },
  };
  const deaf = {
    ...machine,
    wmi: throwing,
    files: machine.files,
    environment: machine.environment,
    registry: machine.registry,
  };
  const source = upgradeSource(deaf as never);
  const checks: ReadinessChecks = {
    skip: [],
    networkConnected: true,
    networkWired: true,
    processorSpeed: 1,
    memory: 1,
  };
  const { refusals, unchecked, variables } = runChecks({
    machine: deaf as never,
    checks,
    source,
    chosen: undefined,
    refusals: [],
    toCopy: 0,
    reflectsDrivers: false,
    setupFolder: undefined,
  });
  expect(refusals).toEqual([]);
  expect(unchecked).toHaveLength(9);
  expect(variables.map(({ name }) => name)).toEqual(['_TS_CRDISK']);
});

it('all reasons come at once', () => {
  const machine = whole({
    registry: {
      [`${CONTROL}\\SafeBoot\\Option|OptionValue`]: 1,
      [`${CONTROL}\\Nls\\Language|InstallLanguage`]: '0407',
    },
    wmi: { Win32_Battery: [{ BatteryStatus: 4 }] },
    drives: [{ ...SYSTEM_DRIVE, freeBytes: 0 }],
  });
  expect(run(machine).rules).toEqual(['freeSpace', 'acPower', 'language', 'safeMode']);
});
