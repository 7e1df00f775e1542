/**
 * What a person makes of each import before it can go onto media: an answer for every step that was left for review, and
 * what else the sequence needs for an in-place upgrade. Beside it: machines on which it then runs, and how it ends there.
 */
import type { FIXTURE_NAMES } from '../../support/import.js';

/** A step or group as plain data: what the YAML holds. */
export type PlainStep = { steps?: PlainStep[] } & Record<string, unknown>;

/** In place of a reviewed step: nothing, with the reason why not; or another step. */
export type Answer = { readonly without: string } | PlainStep;

export interface Answers {
  /** by the name of the reviewed step; of one without a name by the reason for the review */
  readonly reviewed: Readonly<Record<string, Answer>>;
  /** the sequence after that: what else a person changes */
  finish?(steps: PlainStep[]): void;
  /** machine files, by a name */
  readonly machines: Readonly<Record<string, string>>;
}

const BARE_METAL = { without: 'It belongs to a new machine; the upgrade keeps what is there' };
const UPGRADE: readonly PlainStep[] = [
  { name: 'Upgrade Windows', upgrade: {} },
  { name: 'Restart into the new Windows', restart: {} },
];

/** A sequence for bare metal becomes one for an upgrade. */
const addUpgrade = (steps: PlainStep[]): void => void steps.splice(1, 0, ...UPGRADE.map((step) => ({ ...step })));

const find = (steps: PlainStep[], name: string): PlainStep => {
  const all = (list: readonly PlainStep[]): PlainStep[] => list.flatMap((step) => [step, ...all(step.steps ?? [])]);
  return all(steps).find((step) => step['name'] === name || step['group'] === name)!;
};

const NEW_WINDOWS = { variable: '_SMSTSSetupRollback', notEquals: 'true' };
const LATITUDE = { wmi: "SELECT * FROM Win32_ComputerSystem WHERE Model LIKE '%Latitude 5440%'" };
const PRO = 'windows: { version: 10.0.19045.3803, edition: Professional }\n';
const upgraded = (steps: string): string => `expect: { windows: { build: 26100 }, steps: ${steps} }\n`;

export const ANSWERS: Readonly<Record<(typeof FIXTURE_NAMES)[number], Answers>> = {
  'configmgr-upgrade.xml': {
    reviewed: {
      'Download drivers for the Latitude 5440': { without: 'The package lies on the media' },
      'Upgrade Operating System': {
        name: 'Upgrade the Latitude',
        upgrade: { drivers: 'CON00077', ignoreDismissible: true, key: 'ProductKey', expect: '240 min' },
        when: LATITUDE,
      },
    },
    finish: (steps) => {
      find(steps, 'Upgrade Operating System')['when'] = { none: [LATITUDE] };
    },
    machines: {
      latitude: `${PRO}computer: { model: Latitude 5440, power: mains }
software: [{ productCode: "{00000000-5162-4738-89AB-CDEF01234567}", upgradeCode: "{1D2E3F40-5162-4738-89AB-CDEF01234567}" }]
commands: [{ command: remove.cmd, exitCode: 1605 }]
${upgraded('{ Remove the old VPN client: success, Suspend the filter driver: skipped, Upgrade the Latitude: success, Upgrade Operating System: skipped, Default applications: success, Collect logs: notReached }')}`,
      'desktop that rolls back': `${PRO}setup: { rollback: 0x30018 }
expect: { outcome: rolledBack, windows: { build: 19045 }, steps: { Remove the old VPN client: skipped, Upgrade Operating System: rolledBack, Default applications: notReached } }
`,
      'Setup fails': `${PRO}setup: { upgrade: { exitCode: 0xC1900101, extendCode: 0x10003 } }
expect: { outcome: failed, failedAt: Upgrade Operating System, windows: { build: 19045 }, steps: { Default applications: notReached, Collect logs: success } }
`,
      'laptop on battery': `${PRO}computer: { power: battery }
expect: { outcome: refused, message: battery }
`,
      'an application is in the way': `${PRO}setup: { scan: { exitCode: 0xC1900208 } }
expect: { outcome: failed, failedAt: Stop when the scan found something, steps: { Collect logs: notReached } }
`,
    },
  },
  'configmgr-bare-metal.xml': {
    reviewed: {
      'Restart in Windows PE': BARE_METAL,
      'Partition Disk 0 - UEFI': BARE_METAL,
      'Pre-provision BitLocker': BARE_METAL,
      'Apply Operating System': BARE_METAL,
      'Apply Windows Settings': BARE_METAL,
      'Apply Network Settings': BARE_METAL,
      'Apply Device Drivers': BARE_METAL,
      'Setup Windows and Configuration Manager': BARE_METAL,
      'Join Domain': BARE_METAL,
      'Install Updates': { name: 'Install Updates', installUpdates: 'UPDATES' },
      'Install packages of the site': { name: 'Install packages of the site', installApplication: 'SITE-TOOLS' },
      'Map the share as the service account': { without: 'There is no network' },
      Connect: { without: 'There is no network' },
    },
    finish: addUpgrade,
    machines: {
      office: `${PRO}${upgraded('{ Install Updates: success, Register agent: success, Install packages of the site: success, Office and Teams: success, Activate: success }')}`,
      'an installer fails': `${PRO}commands: [{ command: CON00040-REGISTER, exitCode: 1603 }]
expect: { outcome: failed, failedAt: Register agent, windows: { build: 26100 }, steps: { Install agent: success, Activate: notReached } }
`,
    },
  },
  'configmgr-2007.xml': {
    reviewed: {
      'Package of the day': { name: 'Package of today', runCommand: 'prepare.exe', package: 'CEN00051' },
      'No command': { without: 'It does nothing' },
    },
    machines: {
      'node of a cluster, to 2019': `windows: { version: 6.3.9600, edition: ServerStandard }
computer: { memory: 16 GB }
media: { windows: windows-server-2019 }
expect: { windows: { build: 17763 }, steps: { Stop the cluster node: success, Package of today: success, Start the cluster node: skipped } }
`,
      'to 2022, which does not go': `windows: { version: 6.3.9600, edition: ServerStandard }
computer: { memory: 16 GB }
media: { windows: windows-server-2022 }
expect: { outcome: refused, windows: { build: 9600 } }
`,
    },
  },
  'messy.xml': {
    reviewed: {
      'It sets "_Internal", and names that begin with _ are read-only here': { without: 'Nothing reads it' },
      'Read-only': { without: 'The engine sets it' },
      'Which computer is it': {
        name: 'Which computer is it',
        runPowerShell: { file: 'Which-computer-is-it.ps1' },
        package: 'messy-scripts',
        outputVariable: 'Ring',
        description: 'Rewritten: it prints the ring',
      },
      'Vendor tool': { name: 'Vendor tool', runCommand: 'fw.exe', package: 'FIRMWARE', disabled: true },
      'An element "note" is not known here': { without: 'A note' },
      'Condition of the group': { without: 'Nobody has Windows RT' },
      'Condition of the future': { name: 'No condition', runCommand: 'cmd /c exit 0' },
    },
    finish: (steps) => void steps.push(...UPGRADE.map((step) => ({ ...step }))),
    machines: {
      'laptop in Oslo': `${PRO}computer: { name: NO-OSL-0042, power: mains }
bitLocker: on
commands: [{ command: Which-computer-is-it.ps1, output: pilot }]
expect:
  windows: { build: 26100 }
  steps: { Site from the machine: success, Log in: success, Suspend BitLocker for three restarts: success, All of it: notReached }
  variables: { Site: Oslo, Ring: pilot }
`,
      'where the conditions hold': `${PRO}registry: [{ key: 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Contoso', value: Level, data: "5" }]
software: [{ productCode: "{90160000-008C-0000-1000-0000000FF1CE}" }]
wmi: [{ namespace: 'root\\SecurityCenter2', class: AntiVirusProduct, rows: [{ displayName: Contoso AV }] }]
${upgraded('{ All of it: success, No condition: success, Vendor tool: skipped }')}`,
    },
  },
  'mdt-client-upgrade.xml': {
    reviewed: {
      'Gather local only': { without: 'Nothing reads what it gathers' },
      'Extra options': { without: 'inplace accepts the licence by itself' },
      'Condition of the group': { without: 'The group has the condition below' },
      'Install Applications': { without: 'It was disabled' },
      'Windows Update (Post-Application Installation)': { name: 'Updates', installUpdates: 'UPDATES', disabled: true },
    },
    finish: (steps) => {
      find(steps, 'State Restore')['when'] = NEW_WINDOWS;
    },
    machines: {
      office: `${PRO}${upgraded('{ Validate: success, Check the machine: success, Install Contoso Reader: success, Clean up: success, Updates: skipped }')}`,
      'the reader fails': `${PRO}commands: [{ command: CONTOSO-READER, exitCode: 1603 }]
${upgraded('{ Install Contoso Reader: ignored, Clean up: success }')}`,
      'too little memory': `${PRO}computer: { memory: 1 GB }
expect: { outcome: refused, message: memory }
`,
    },
  },
  'mdt-bare-metal.xml': {
    reviewed: {
      'Tools kopieren': { name: 'Tools kopieren', copyFiles: { package: 'TOOLS', from: 'x64', to: 'C:\\Tools' } },
      Diskpart: BARE_METAL,
      'Nur auf Notebooks': {
        name: 'Nur auf Notebooks',
        runCommand: 'powercfg.exe /h off',
        when: { wmi: 'SELECT * FROM Win32_Battery' },
      },
      'Als anderer Benutzer': { without: 'Every step runs as Local System' },
      Leer: { without: 'It does nothing' },
      'Install Operating System': BARE_METAL,
      'Inject Drivers': BARE_METAL,
      'Recover From Domain': BARE_METAL,
      Nacharbeiten: { without: 'It is written anew in the next round' },
    },
    finish: (steps) => {
      const install = find(steps, 'Install');
      install.steps = UPGRADE.map((step) => ({ ...step }));
    },
    machines: {
      notebook: `windows: { version: 10.0.19045.3803, edition: Enterprise }
computer: { power: mains }
${upgraded('{ Tools kopieren: success, Energieplan: success, Nur auf Notebooks: success, Upgrade Windows: success }')}`,
      desktop: `${PRO}${upgraded('{ Energieplan: skipped, Nur auf Notebooks: skipped, Upgrade Windows: success }')}`,
    },
  },
  'export.zip': {
    reviewed: { 'Not exported': { without: 'It was disabled' } },
    machines: {
      office: `${PRO}${upgraded('{ Reset the agent: success, Stop services: success, Upgrade Operating System: success }')}`,
      'the child fails': `${PRO}commands: [{ command: reset.cmd, exitCode: 5 }]
expect: { outcome: failed, failedAt: Reset the agent, steps: { Upgrade Operating System: notReached } }
`,
    },
  },
};
