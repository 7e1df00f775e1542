/** From a machine file to a simulated machine: everything that the file leaves out is filled in. */
import { parseSize } from '../bytes/size.js';
import type {
  CommandModel,
  DriveModel,
  FileModel,
  HardwareModel,
  MachineModel,
  MediaModel,
  SetupModel,
  SetupRun,
  WindowsModel,
} from '../target/simulated/model.js';
import { parseDuration } from '../task-sequence/schema/durations.js';
import { machineRegistry } from './machine-registry.js';
import type { MachineYaml } from './machine-schema.js';
import { windowsName } from './windows-name.js';

const GB = 2 ** 30;
const MB = 2 ** 20;

/** The first Windows that has MSFT_Volume.Flush: 8.1 and Server 2012 R2 (design/task-sequence.md, 7). */
const FLUSH_SINCE = 9600;

/** When a simulated run begins where the machine says nothing else: runs can be compared. */
export const BEGAN = Date.parse('2026-11-24T08:00:00Z');

/** The media as a machine sees them. */
export type MediaContent = Pick<MediaModel, 'files' | 'images'>;

/** @param media what is on the media of this run */
export function machineModel(yaml: MachineYaml, media: MediaContent): MachineModel {
  const windows = windowsOf(yaml);
  const drive = yaml.media?.drive ?? 'E:';
  const kind = yaml.media?.kind ?? 'stick';
  return {
    computerName: yaml.computer?.name ?? 'PC-1',
    windows,
    hardware: hardwareOf(yaml),
    drives: drivesOf(yaml, drive),
    bitLocker: bitLockerOf(yaml),
    files: [{ path: 'C:\\Windows', folder: true }, { path: 'C:\\Windows\\Temp', folder: true }, ...filesOf(yaml)],
    registry: machineRegistry(yaml),
    wmi: [...(yaml.windows.started === 'vhd' ? [STARTED_FROM_VHD] : []), ...(yaml.wmi ?? [])],
    media: {
      ...media,
      drive: kind === 'share' ? SHARE : drive,
      survivesRestart: kind === 'stick' || kind === 'dvd',
      ...(yaml.media?.laterDrive === undefined ? {} : { laterDrive: yaml.media.laterDrive }),
      ...(yaml.media?.pulled ? { pulled: pulledOf(yaml.media.pulled) } : {}),
    },
    commands: (yaml.commands ?? []).map(commandOf),
    setup: setupOf(yaml),
    clock: { began: beganOf(yaml), bias: -60, jumps: (yaml.clock?.jumps ?? []).map(jumpOf) },
    canFlush: yaml.canFlush ?? windows.build >= FLUSH_SINCE,
    restartsIgnored: yaml.restartsIgnored ?? 0,
    ...(yaml.signIn === 'never' ? {} : { signIn: yaml.signIn === undefined ? 180 : parseDuration(yaml.signIn) }),
  };
}

function beganOf({ clock }: MachineYaml): number {
  return clock?.starts === undefined ? BEGAN : Date.parse(clock.starts);
}

/** MSFT_Disk.BusType 15: a disk that is a file. */
const STARTED_FROM_VHD = {
  namespace: 'root\\Microsoft\\Windows\\Storage',
  class: 'MSFT_Disk',
  rows: [{ Number: 0, BusType: 15, IsBoot: true }],
};

const SHARE = '\\\\SERVER\\Media';

/** The Windows that is installed. */
export function windowsOf({ windows, updates = [] }: MachineYaml): WindowsModel {
  const [major = '10', minor = '0', build = '0', revision] = windows.version.split('.');
  const isServer = /^Server/.test(windows.edition);
  const types = { client: 'Client', server: 'Server', serverCore: 'Server Core' } as const;
  return {
    build: Number(build),
    version: `${major}.${minor}.${build}`,
    edition: windows.edition,
    installationType: types[windows.type ?? (isServer ? 'server' : 'client')],
    architecture: windows.architecture ?? 'x64',
    language: windows.language ?? 'en-US',
    productName: windows.name ?? windowsName(Number(build), windows.edition),
    servicePack: windows.servicePack ?? 0,
    ...(revision === undefined ? {} : { revision: Number(revision) }),
    updates,
  };
}

function hardwareOf({ computer = {}, disk = {} }: MachineYaml): HardwareModel {
  const uefi = computer.firmware !== 'bios';
  const tpm = computer.tpm ?? (uefi ? '2.0' : 'none');
  return {
    make: computer.make ?? 'Contoso',
    model: computer.model ?? 'Model 1',
    serialNumber: computer.serialNumber ?? 'SERIAL-1',
    assetTag: computer.assetTag ?? '',
    uuid: computer.uuid ?? '00000000-0000-4000-8000-000000000001',
    memory: bytes(computer.memory, 8 * GB),
    cores: computer.cores ?? 4,
    processorSpeed: computer.processorSpeed ?? 2400,
    uefi,
    secureBoot: uefi && (computer.secureBoot ?? true),
    tpm: tpm === 'none' ? 0 : Number(tpm),
    power: computer.power ?? 'desktop',
    network: computer.network ?? 'none',
    macAddress: '02:00:00:00:00:01',
    ipAddress: '192.0.2.10',
    gateway: '192.0.2.1',
    systemPartition: { size: 100 * MB, free: bytes(disk.systemPartitionFree, 60 * MB) },
  };
}

function drivesOf({ disk, drives = [], media }: MachineYaml, drive: string): DriveModel[] {
  const kind = media?.kind ?? 'stick';
  const kinds = { stick: 'removable', dvd: 'optical', iso: 'optical', share: 'network' } as const;
  const isReadOnly = kind === 'dvd' || kind === 'iso' || media?.readOnly === true;
  return [
    {
      name: 'C:',
      kind: 'fixed',
      label: 'Windows',
      totalBytes: bytes(disk?.size, 256 * GB),
      freeBytes: bytes(disk?.free, 120 * GB),
    },
    ...drives.map(({ name, size, free }) => ({
      name,
      kind: 'fixed' as const,
      label: 'Data',
      totalBytes: bytes(size, 0),
      freeBytes: bytes(free, 0),
    })),
    {
      name: kind === 'share' ? SHARE : drive,
      kind: kinds[kind],
      label: 'INPLACE',
      totalBytes: 16 * GB,
      freeBytes: isReadOnly ? 0 : 4 * GB,
      readOnly: isReadOnly,
      mounted: kind === 'iso',
    },
  ];
}

/** Home editions have no BitLocker to ask (U: they have device encryption, on some machines). */
function bitLockerOf({ bitLocker = 'none', windows }: MachineYaml): MachineModel['bitLocker'] {
  if (bitLocker === 'none' && windows.edition.startsWith('Core')) return [];
  const states = { none: 'none', on: 'on', suspended: 'off', locked: 'locked' } as const;
  return [{ drive: 'C:', state: states[bitLocker] }];
}

function filesOf({ files = [] }: MachineYaml): FileModel[] {
  return files.map((file) => (typeof file === 'string' ? { path: file } : fileOf(file)));
}

type FileYaml = Exclude<NonNullable<MachineYaml['files']>[number], string>;

function fileOf({ size, ...file }: FileYaml): FileModel {
  return withoutUndefined({ ...file, size: size === undefined ? undefined : bytes(size, 0) }) as unknown as FileModel;
}

function commandOf(command: NonNullable<MachineYaml['commands']>[number]): CommandModel {
  const { exitCode = 0, takes, output = '', files = [], registry = [], ...rest } = command;
  return {
    match: command.command,
    exitCodes: typeof exitCode === 'number' ? [exitCode] : exitCode,
    seconds: takes === undefined ? 10 : parseDuration(takes),
    output,
    hangs: rest.hangs ?? false,
    vanishes: rest.vanishes ?? false,
    restarts: rest.restarts ?? false,
    files: files.map(fileOf),
    registry: registry.map((value) => withoutUndefined(value) as { key: string }),
    removes: rest.removes ?? [],
    sets: rest.sets ?? {},
  };
}

/** 0xC1900210: a scan that found nothing. */
const NO_ISSUE = 0xc1900210;

function setupOf({ setup = {}, windows }: MachineYaml): SetupModel {
  const { scan, upgrade, rollback, offline, oobe } = setup;
  return {
    scan: runOf(scan, NO_ISSUE, 300),
    upgrade: runOf(upgrade, 0, 2400),
    ...(rollback === undefined ? {} : { rollback }),
    offlineSeconds: offline === undefined ? 1200 : parseDuration(offline),
    oobeSeconds: oobe === undefined ? 180 : parseDuration(oobe),
    ignoresHooks: setup.ignoresHooks ?? ignoresHooks(windows),
    losesTasks: setup.losesTasks ?? false,
  };
}

/** With an OEM licence, except on Enterprise and Server (facts/configmgr.md, E.5). */
function ignoresHooks({ oemLicence = false, edition }: MachineYaml['windows']): boolean {
  return oemLicence && !/^(Enterprise|Server)/.test(edition);
}

function runOf(run: NonNullable<MachineYaml['setup']>['scan'], exitCode: number, seconds: number): SetupRun {
  const { exitCode: own = exitCode, takes, hostTakes, extendCode } = run ?? {};
  return {
    exitCodes: typeof own === 'number' ? [own] : own,
    seconds: takes === undefined ? seconds : parseDuration(takes),
    hostSeconds: hostTakes === undefined ? 0 : parseDuration(hostTakes),
    hangs: run?.hangs ?? false,
    vanishes: run?.vanishes ?? false,
    ...(extendCode === undefined ? {} : { extendCode }),
  };
}

function pulledOf({ after, back }: { after: string; back?: string | undefined }): NonNullable<MediaModel['pulled']> {
  return { after: parseDuration(after), ...(back === undefined ? {} : { back: parseDuration(back) }) };
}

function jumpOf({ after, by }: { after: string; by: string }): { after: number; by: number } {
  const seconds = parseDuration(by.replace(/^-/, ''));
  return { after: parseDuration(after), by: by.startsWith('-') ? -seconds : seconds };
}

/** Bytes of a size that the schema has accepted. */
function bytes(text: string | undefined, otherwise: number): number {
  return text === undefined ? otherwise : parseSize(text)!;
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
}
