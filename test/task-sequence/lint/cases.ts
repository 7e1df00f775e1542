/** For every rule a sequence that breaks it and one that does not. */
import type { LintWindows } from '../../../src/task-sequence/lint/sequence.js';
import type { SequenceMedia } from '../../../src/task-sequence/model.js';

/** Steps as they stand below `steps:`. */
export interface RuleCase {
  readonly triggers: string;
  readonly clean: string;
  /** where the first finding stands, and how its message goes on */
  readonly says: string;
}

export const LINT_MEDIA: SequenceMedia = {
  packages: [
    { id: 'TOOLS', kind: 'files' },
    { id: 'OFFICE', kind: 'application', install: 'setup.exe /quiet' },
    { id: 'BAD', kind: 'application', install: 'diskpart /s x.txt' },
    { id: 'DRIVERS', kind: 'drivers' },
  ],
  variables: [
    { name: 'Site', value: 'Oslo' },
    { name: 'AdminPassword', value: 'x', secret: true },
  ],
};

export const LINT_WINDOWS: LintWindows = { products: ['client'], architectures: ['x64'], languages: ['en-US'] };

export const SERVER_WINDOWS: LintWindows = { ...LINT_WINDOWS, products: ['server'] };

const UP = '- upgrade:\n- restart:\n';
/** Steps that run in the new Windows only. */
const after = (steps: string): string =>
  `${UP}- group: After\n  when: { variable: _SMSTSSetupRollback, notEquals: "true" }\n  steps:\n${steps.replace(/^/gm, '    ').trimEnd()}\n`;
const ROLLBACK = `- group: Back\n  when: { variable: _SMSTSSetupRollback, equals: "true" }\n  steps: [{ collectLogs: }]\n`;
const FAILURE = '- group: Failed\n  onFailure: true\n  steps: [{ collectLogs: }]\n';
const command = (text: string): string => after(`- runCommand: ${JSON.stringify(text)}\n  repeatable: true`);
const commands = (bad: string, good: string, at: string): RuleCase => ({
  triggers: command(bad),
  clean: command(good),
  says: `7:19 steps[2].steps[0].runCommand The command ${at}`,
});
/** A step of ConfigMgr that a person has written, and the same left by an import. */
const forbidden = (key: string, does: string): RuleCase => ({
  triggers: `- ${key}: {}\n${UP}`,
  clean: UP,
  says: `2:3 steps[0].${key} The step ${does}, which an in-place upgrade cannot contain`,
});

export const RULE_CASES: Readonly<Record<string, RuleCase>> = {
  'no-upgrade': {
    triggers: '- upgrade: { scanOnly: true }\n- restart:',
    clean: UP,
    says: '2:3 steps[0].upgrade The sequence only scans',
  },
  'no-restart': { triggers: '- restart:\n- upgrade:', clean: UP, says: '3:3 steps[1].upgrade No restart follows' },
  'several-upgrades': {
    triggers: `${UP}- upgrade:\n- restart:`,
    clean:
      '- upgrade:\n  when: { variable: Site, equals: A }\n- upgrade:\n  when: { variable: Site, equals: B }\n- restart:',
    says: '4:3 steps[2].upgrade This is a second upgrade step',
  },
  'several-upgrades-conditional': {
    triggers:
      '- upgrade:\n  when: { variable: Site, equals: A }\n- upgrade:\n  when: { variable: Site, equals: B }\n- restart:',
    clean: `- { upgrade: { scanOnly: true } }\n${UP}`,
    says: '4:3 steps[1].upgrade This is a second',
  },
  'upgrade-in-failure-group': {
    triggers: `- group: F\n  onFailure: true\n  steps: [{ upgrade: }, { restart: }]`,
    clean: UP + FAILURE,
    says: '4:13 steps[0].steps[0].upgrade The upgrade stands in a group that runs only after a failure',
  },
  'upgrade-unreachable': {
    triggers: `- group: G\n  steps: [{ stop: x }]\n${UP}`,
    clean: `- group: G\n  continueOnError: true\n  steps: [{ stop: x }]\n${UP}`,
    says: '4:3 steps[1].upgrade The upgrade is never reached',
  },
  'unreachable-steps': {
    triggers: `${UP}- stop: x\n- collectLogs:`,
    clean: `${UP}- { stop: x, when: { file: a } }\n- collectLogs:`,
    says: '5:3 steps[3] This never runs',
  },
  'upgrade-continues-on-error': {
    triggers: '- group: G\n  continueOnError: true\n  steps: [{ upgrade: }, { restart: }]',
    clean: `- { upgrade: { scanOnly: true }, continueOnError: true }\n${UP}`,
    says: '3:3 steps[0].continueOnError The sequence goes on when the upgrade fails, because a group',
  },
  'scan-result-unread': {
    triggers: `- { upgrade: { scanOnly: true }, continueOnError: true }\n${UP}`,
    clean: `- { upgrade: { scanOnly: true }, continueOnError: true }\n- { stop: x, when: { variable: _SMSTSOSUpgradeActionReturnCode, notEquals: 3247440400 } }\n${UP}`,
    says: '2:5 steps[0].upgrade Nothing reads',
  },
  'steps-before-restart': {
    triggers: '- upgrade:\n- { runCommand: a.exe, repeatable: true }\n- restart:',
    clean: '- upgrade:\n- setVariable: { name: A, value: b }\n- restart:',
    says: '3:5 steps[1].runCommand The step runs between',
  },
  'restart-conditional': {
    triggers: '- upgrade:\n- restart:\n  when: { file: a }',
    clean: '- group: G\n  when: { file: a }\n  steps: [{ upgrade: }, { restart: }]',
    says: '3:3 steps[1].restart The restart after the upgrade depends',
  },
  'language-packs-with-setup': {
    triggers: '- upgrade: { switches: ["/installlangpacks C:\\\\lp"] }\n- restart:',
    clean: '- upgrade: { switches: [/compactos disable] }\n- restart:',
    says: '2:25 steps[0].upgrade.switches[0] Windows Setup installs language packs',
  },
  'rollback-not-distinguished': {
    triggers: `${UP}- { runCommand: a.exe, repeatable: true }`,
    clean: after('- { runCommand: a.exe, repeatable: true }'),
    says: '4:5 steps[2].runCommand The step runs after a rollback too',
  },
  'no-rollback-group': {
    triggers: `- { runCommand: a.exe, repeatable: true }\n${UP}${FAILURE}`,
    clean: `- { runCommand: a.exe, repeatable: true }\n${UP}${ROLLBACK}${FAILURE}`,
    says: '1:1 steps The machine is changed before the upgrade, and nothing is done after a rollback',
  },
  'no-failure-group': {
    triggers: `- { runCommand: a.exe, repeatable: true }\n${UP}${ROLLBACK}`,
    clean: `- { runCommand: a.exe, repeatable: true }\n${UP}${ROLLBACK}${FAILURE}`,
    says: '1:1 steps The machine is changed before the upgrade, and nothing is done after a failure',
  },
  'readiness-continues-on-error': {
    triggers: `- { checkReadiness: , continueOnError: true }\n${UP}`,
    clean: `- { checkReadiness: { skip: [acPower] } }\n${UP}`,
    says: '2:23 steps[0].continueOnError The sequence goes on when the machine is not ready',
  },
  'step-changes-domain': forbidden('joinDomain', 'changes the domain or workgroup'),
  'step-changes-administrators': forbidden('applyWindowsSettings', 'changes local administrators'),
  'step-partitions-disks': forbidden('formatAndPartitionDisk', 'partitions, formats or converts disks'),
  'step-switches-to-uefi': forbidden('TSUEFIDrive', 'switches the machine to UEFI'),
  'step-changes-language': forbidden('installLanguagePacks', 'changes the language of Windows'),
  'step-handles-image': forbidden('captureSystemImage', 'applies or captures an image'),
  'step-needs-winpe': forbidden('applyDriverPackage', 'works in WinPE only'),
  'step-moves-user-state': forbidden('captureUserState', 'captures or restores user state'),
  'step-downloads': forbidden('downloadPackageContent', 'needs a network or a site server'),
  'restart-to-winpe': {
    triggers: '- upgrade:\n- restart: { target: WinPE }',
    clean: '- upgrade:\n- restart: { delay: 60 s }',
    says: '3:14 steps[1].restart.target The restart goes to WinPE',
  },
  'review-step': {
    triggers: `- review: { source: <step/>, type: SMS_TaskSequence_SomethingAction }\n${UP}`,
    clean: UP,
    says: '2:3 steps[0].review This step still needs a person',
  },
  'product-change': {
    triggers: `- checkReadiness: { operatingSystem: { type: server } }\n${UP}`,
    clean: `- checkReadiness: { operatingSystem: { type: client } }\n${UP}`,
    says: '2:46 steps[0].checkReadiness.operatingSystem.type The sequence upgrades a server, and the media has Windows for a client',
  },
  'architecture-change': {
    triggers: '- upgrade:\n  when: { operatingSystem: { architecture: x86 } }\n- restart:',
    clean:
      '- upgrade:\n  when: { any: [{ operatingSystem: { architecture: x86 } }, { operatingSystem: { architecture: x64 } }] }\n- restart:',
    says: '3:44 steps[0].when.operatingSystem.architecture The sequence upgrades Windows for x86, and the media has it for x64',
  },
  'base-language-change': {
    triggers: `- checkReadiness: { operatingSystem: { language: de-DE } }\n${UP}`,
    clean: `- checkReadiness: { operatingSystem: { language: EN-us } }\n${UP}`,
    says: '2:50 steps[0].checkReadiness.operatingSystem.language The sequence upgrades Windows in de-DE, and the media has it in en-US',
  },
  'server-asks-person': {
    triggers: '- upgrade: { ignoreDismissible: false }\n- restart:',
    clean: UP,
    says: '2:33 steps[0].upgrade.ignoreDismissible Windows Setup may wait',
  },
  'content-not-on-media': {
    triggers: after('- installUpdates: OTHER'),
    clean: after('- installUpdates: TOOLS'),
    says: '7:23 steps[2].steps[0].installUpdates No package "OTHER" is on the media',
  },
  'dynamic-content': {
    triggers: after('- installApplication: "%App%"\n  repeatable: true'),
    clean: after('- installApplication: OFFICE\n  repeatable: true'),
    says: '7:27 steps[2].steps[0].installApplication Found a variable in "%App%", expected the id of a package',
  },
  'software-before-upgrade': {
    triggers: `- { installApplication: OFFICE, repeatable: true }\n${UP}${ROLLBACK}${FAILURE}`,
    clean: after('- { installApplication: OFFICE, repeatable: true }'),
    says: '2:5 steps[0].installApplication Software is installed before the upgrade',
  },
  'relative-path-without-package': {
    triggers: after("- { runCommand: 'tools\\x.exe', repeatable: true }"),
    clean: after(
      "- { runCommand: 'tools\\x.exe', package: TOOLS, repeatable: true }\n- { runCommand: 'reg.exe add HKLM\\a', repeatable: true }",
    ),
    says: '7:21 steps[2].steps[0].runCommand The command is a file, and nothing says in which folder it is',
  },
  'media-path-in-command': commands(
    'robocopy D:\\deploy\\packages\\X C:\\X',
    'robocopy D:\\deployment C:\\X',
    'names a path on the media',
  ),
  'command-changes-domain': commands(
    'netdom join %COMPUTERNAME% /domain:x',
    'netdom query fsmo',
    'changes the domain or workgroup: "netdom join"',
  ),
  'command-changes-administrators': commands(
    'net localgroup Administrators bob /add',
    'net localgroup Users bob /add',
    'changes local administrators: "net localgroup Administrators"',
  ),
  'command-partitions-disks': commands(
    'cmd /c diskpart /s x.txt',
    'powershell Get-Disk -Format x',
    'partitions, formats or converts disks: "diskpart"',
  ),
  'command-switches-to-uefi': commands(
    'MBR2GPT.exe /convert /AllowFullOS',
    'cctk --asset=1',
    'switches the machine to UEFI: "MBR2GPT.exe"',
  ),
  'command-changes-boot': commands('bcdboot C:\\Windows', 'bcdedit /enum', 'changes how the machine boots: "bcdboot"'),
  'command-changes-language': commands(
    'lpksetup /i de-DE',
    'control intl.cpl',
    'changes the language of Windows: "lpksetup"',
  ),
  'command-handles-image': commands(
    'dism /Apply-Image /ImageFile:x.wim',
    'dism /online /import-defaultappassociations:a.xml',
    'applies, captures or generalizes an image: "dism"',
  ),
  'command-needs-winpe': commands('wpeutil reboot', 'reagentc /enable', 'belongs to WinPE: "wpeutil"'),
  'command-moves-user-state': commands(
    'scanstate.exe C:\\s',
    'robocopy C:\\a C:\\b',
    'captures or restores user state: "scanstate.exe"',
  ),
  'command-starts-setup': commands(
    'D:\\setup.exe /auto upgrade /quiet',
    'setup.exe /quiet',
    'starts Windows Setup: "/auto upgrade"',
  ),
  'command-decrypts-disk': commands(
    'manage-bde -off C:',
    'manage-bde -status',
    'switches disk encryption off: "manage-bde -off"',
  ),
  'command-restarts': commands(
    'msiexec /x {1} /qn',
    'msiexec /x {1} /qn /norestart',
    'restarts or shuts down the machine: "msiexec"',
  ),
  'command-waits-for-person': commands(
    'msiexec /i a.msi',
    'msiexec /i a.msi /passive /norestart',
    'waits for a person: "msiexec /i"',
  ),
  'command-needs-network': commands(
    'curl https://contoso.com/x',
    'robocopy C:\\a \\\\?\\C:\\b',
    'needs a network: "https://"',
  ),
  'variable-never-set': {
    triggers: after('- { stop: "%Siet% of %WinDir%", when: { variable: Ring, equals: 1 } }'),
    clean: after(
      '- { setVariable: { name: Ring, value: 1 } }\n- { stop: "%Site% 5 % of 6 %", when: { variable: RING, equals: 1 } }',
    ),
    says: '7:15 steps[2].steps[0].stop Nothing sets "Siet"',
  },
  'read-only-variable': {
    triggers: after('- setVariable: { name: _SMSTSX, value: 1 }'),
    clean: after('- setVariable: { name: SMSTSX, value: 1 }'),
    says: '7:28 steps[2].steps[0].setVariable.name Found "_SMSTSX", expected a letter',
  },
  'secret-not-marked': {
    triggers: after('- setVariable: { name: BiosPassword, value: x }'),
    clean: after(
      '- setVariable: { name: BiosPassword, value: "%AdminPassword%" }\n- setVariable: { name: Keyboard, value: a }',
    ),
    says: '7:28 steps[2].steps[0].setVariable.name The value of "BiosPassword" looks like a secret',
  },
  'secret-on-media': {
    triggers: after('- setDynamicVariables: { rules: [{ set: { Pin: { value: 1, secret: true } } }] }'),
    clean: after('- setDynamicVariables: { rules: [{ set: { Code: 1 } }] }'),
    says: '7:52 steps[2].steps[0].setDynamicVariables.rules[0].set.Pin The secret value of "Pin" goes onto the media',
  },
  'command-holds-secret': {
    triggers: command('agent.exe /password:hunter2'),
    clean: command('agent.exe /password:%AdminPassword%'),
    says: '7:19 steps[2].steps[0].runCommand The command seems to hold a password or key',
  },
  'not-repeatable': {
    triggers: after('- runCommand: a.exe'),
    clean: after('- { runCommand: a.exe, repeatable: true }\n- { runCommand: b.exe, repeatable: false }'),
    says: '7:7 steps[2].steps[0].runCommand A power cut inside this step',
  },
  'retry-not-repeatable': {
    triggers: after('- { runCommand: a.exe, retry: 2, repeatable: false }'),
    clean: after('- { runCommand: a.exe, retry: 2, repeatable: true }'),
    says: '7:28 steps[2].steps[0].retry The step is tried again',
  },
  'success-codes-without-zero': {
    triggers: after('- { runCommand: a.exe, repeatable: true, successCodes: [3010] }'),
    clean: after('- { runCommand: a.exe, repeatable: true, successCodes: [0, 1605] }'),
    says: '7:60 steps[2].steps[0].successCodes The exit code 0',
  },
  'timeout-long': {
    triggers: after('- { runCommand: a.exe, repeatable: true, timeout: 17 h }'),
    clean: after('- { runCommand: a.exe, repeatable: true, timeout: 999 min }'),
    says: '7:55 steps[2].steps[0].timeout The time limit is longer than 999 minutes',
  },
  'command-needs-shell': {
    triggers: after("- { runCommand: 'copy a b', repeatable: true }"),
    clean: after(
      "- { runCommand: 'cmd /c copy a b && del a', repeatable: true }\n- { runCommand: 'a.exe \"x > y\"', repeatable: true }",
    ),
    says: '7:21 steps[2].steps[0].runCommand "copy" is part of the command prompt',
  },
  'bitlocker-not-resumed': {
    triggers: `- disableBitLocker: { restarts: untilResumed }\n${UP}${ROLLBACK}${FAILURE}`,
    clean: `- disableBitLocker: { restarts: untilResumed }\n${UP}- enableBitLocker:\n${ROLLBACK}${FAILURE}`,
    says: '2:33 steps[0].disableBitLocker.restarts BitLocker is suspended and no step resumes it',
  },
  'encryption-check-skipped': {
    triggers: `- checkReadiness: { skip: [thirdPartyEncryption] }\n${UP}`,
    clean: '- checkReadiness: { skip: [thirdPartyEncryption] }\n- upgrade: { reflectDrivers: DRIVERS }\n- restart:',
    says: '2:28 steps[0].checkReadiness.skip[0] Disk encryption of other products',
  },
};
