/** A simulated machine for tests: Windows 10 Pro with BitLocker, and media for Windows 11. */
import type { Machine } from '../../../src/target/machine.js';
import type { MachineModel } from '../../../src/target/simulated/model.js';
import { type Engine, World, type WorldOptions } from '../../../src/target/simulated/world.js';

export const BEGAN = Date.parse('2026-11-24T08:00:00Z');
const GB = 2 ** 30;

export const MODEL: MachineModel = {
  computerName: 'PC-1',
  windows: {
    build: 19045,
    version: '10.0.19045',
    edition: 'Professional',
    installationType: 'Client',
    architecture: 'x64',
    language: 'en-US',
    productName: 'Windows 10 Pro',
    servicePack: 0,
  },
  hardware: {
    make: 'Contoso',
    model: 'Book 1',
    serialNumber: 'SN1',
    assetTag: 'A1',
    uuid: '11111111-2222-3333-4444-555555555555',
    memory: 8 * GB,
    cores: 4,
    processorSpeed: 2400,
    uefi: true,
    secureBoot: true,
    tpm: 2,
    power: 'mains',
    network: 'wired',
    macAddress: '00:11:22:33:44:55',
    ipAddress: '10.0.0.5',
    gateway: '10.0.0.1',
    systemPartition: { size: 100 * 2 ** 20, free: 60 * 2 ** 20 },
  },
  drives: [
    { name: 'C:', kind: 'fixed', label: 'Windows', totalBytes: 256 * GB, freeBytes: 100 * GB },
    { name: 'E:', kind: 'removable', label: 'MEDIA', totalBytes: 16 * GB, freeBytes: 2 * GB },
  ],
  bitLocker: [{ drive: 'C:', state: 'on' }],
  files: [{ path: 'C:\\Users\\Public\\note.txt', text: 'hello' }],
  registry: [{ key: 'HKLM\\SOFTWARE\\Contoso', value: 'Ring', data: 2 }],
  wmi: [],
  media: {
    drive: 'E:',
    survivesRestart: true,
    files: [{ path: 'setup.exe', size: 1000 }],
    images: [
      {
        packageId: 'windows',
        path: '',
        images: [
          {
            index: 1,
            build: 26100,
            version: '10.0.26100.1742',
            edition: 'Professional',
            installationType: 'Client',
            name: 'Windows 11 Pro',
          },
        ],
      },
    ],
  },
  commands: [],
  setup: {
    scan: { exitCodes: [0xc1900210], seconds: 300, hostSeconds: 0 },
    upgrade: { exitCodes: [0], seconds: 1800, hostSeconds: 0 },
    offlineSeconds: 1200,
    oobeSeconds: 120,
    ignoresHooks: false,
    losesTasks: false,
  },
  clock: { began: BEGAN, bias: -60, jumps: [] },
  canFlush: true,
  restartsIgnored: 0,
  signIn: 180,
};

/** A task that runs the engine as the media's bootstrap registers it. */
export const TASK_XML = `<?xml version="1.0"?><Task><Triggers><BootTrigger/><LogonTrigger/><TimeTrigger><Repetition><Interval>PT5M</Interval></Repetition></TimeTrigger></Triggers><Actions><Exec><Command>cscript.exe</Command><Arguments>"C:\\Inplace\\engine.js" /resume</Arguments></Exec></Actions></Task>`;

/** Runs something on the machine as the technician's process; nothing else happens. */
export function onMachine<T>(body: (machine: Machine) => T, model = MODEL, options: WorldOptions = {}): T {
  const results: T[] = [];
  const engine = { start: (machine: Machine) => void results.push(body(machine)) };
  worldOf(engine, model, options).run();
  return results[0]!;
}

/** A world whose engine is this. */
export function worldOf(engine: Partial<Engine>, model = MODEL, options: WorldOptions = {}): World {
  return new World(model, { start: () => {}, resume: () => {}, ...engine }, options);
}
