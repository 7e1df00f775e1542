/**
 * What the builder hands to the engine, and what the engine leaves behind: the only types both sides share
 * (design/architecture.md, The target engine). Everything here is plain JSON, written and read as ASCII.
 * Durations are seconds, sizes are bytes, times are ISO 8601 in UTC, paths on the media have `/` between names.
 */

/** deploy/sequence.json: a task sequence, checked and with everything filled in. */
export interface CompiledSequence {
  readonly format: 2;
  readonly name: string;
  readonly description?: string;
  readonly steps: readonly CompiledNode[];
  /** packages the steps may name, by id */
  readonly packages: readonly CompiledPackage[];
  /** what Windows this media can bring, the first that fits the machine is taken */
  readonly upgradePackages: readonly CompiledUpgradePackage[];
}

/** The days on which media may be used: `2026-11-30`, both included, in the machine's own time; at least one is there. */
export interface MediaValidity {
  readonly from?: string;
  readonly until?: string;
}

/** The command of the media that runs before the sequence. */
export interface MediaPrestart {
  /** may hold %variables% */
  readonly command: string;
  /** seconds */
  readonly timeout: number;
}

export interface CompiledPackage {
  readonly id: string;
  readonly kind: 'drivers' | 'application' | 'files';
  /** folder on the media: `deploy/packages/ID` */
  readonly path: string;
  /** command that installs it, run from its folder */
  readonly install?: string;
  readonly bytes: number;
}

/** Windows install media as the engine needs to know it. */
export interface CompiledUpgradePackage {
  readonly id: string;
  /** folder of setup.exe on the media; empty for the root */
  readonly path: string;
  readonly images: readonly UpgradeImage[];
  readonly bytes: number;
  /** Setup's arguments of every upgrade step by its path (`CompiledStep.path`), by the build of this package */
  readonly setup: Readonly<Record<string, readonly SetupArgument[]>>;
  /** Setup's arguments for /scan, whatever the sequence holds */
  readonly scan: readonly SetupArgument[];
}

/** One Windows that this media can bring, and the rule of what it upgrades. */
export interface UpgradeImage {
  /** number in install.wim, from 1 */
  readonly index: number;
  readonly name: string;
  readonly edition: string;
  /** as the machine's registry spells it: Client, Server, Server Core */
  readonly installationType: string;
  readonly architecture: 'x86' | 'x64' | 'arm64';
  /** base language: en-US */
  readonly language: string;
  /** 10.0.26100.1742 */
  readonly version: string;
  readonly build: number;
  /** the paths of facts F that end here; a machine that none of them fits is refused */
  readonly from: readonly UpgradePath[];
  /** hardware floor of this Windows */
  readonly floor: HardwareFloor;
}

/** A row of Microsoft's upgrade path tables: which installed Windows may become the image and keep everything. */
export interface UpgradePath {
  /** first and last build of the installed Windows, both included */
  readonly minimumBuild: number;
  readonly maximumBuild: number;
  /** EditionID values of the installed Windows, as its registry spells them */
  readonly editions: readonly string[];
  /** Client, Server, Server Core; left out: that of the image */
  readonly installationType?: string;
  /** another edition than the machine's: only when the sequence names the edition and gives a key */
  readonly changesEdition: boolean;
  /** words for people: `Windows 10 Pro 2004 and later` */
  readonly words: string;
}

export interface HardwareFloor {
  readonly memory: number;
  /** size of the disk of Windows */
  readonly disk: number;
  readonly cores: number;
  /** MHz */
  readonly processorSpeed: number;
  readonly uefi: boolean;
  readonly secureBootCapable: boolean;
  /** 2 for TPM 2.0, 0 for none */
  readonly tpm: number;
}

/** One argument of setup.exe; what is not text is filled in on the machine. */
export type SetupArgument =
  /** text that may hold %variables% of the sequence */
  | { readonly text: string }
  /** value of a task sequence variable; never shown or logged when it is secret */
  | { readonly variable: string }
  /** a package's folder in the local copy; an empty id is the folder of all packages */
  | { readonly package: string }
  /** the folder Setup copies its logs to */
  | { readonly logs: true }
  /** number of the chosen image */
  | { readonly imageIndex: true }
  /** one of the hooks that the engine leaves on the system drive */
  | { readonly hook: 'postoobe' | 'postrollback' };

/** Fields of steps and groups. */
interface CompiledCommon {
  /** place in the sequence, from 1: `2.1.3`; the steps of a child sequence count below the step that runs it */
  readonly path: string;
  readonly name: string;
  readonly description?: string;
  readonly disabled?: true;
  readonly continueOnError?: true;
  /** all of these must hold */
  readonly when?: readonly Condition[];
}

export interface CompiledGroup extends CompiledCommon {
  readonly type: 'group';
  /** runs once, after the first unhandled failure or a rollback; only on the top level */
  readonly onFailure?: true;
  readonly steps: readonly CompiledNode[];
}

export interface CompiledStepCommon extends CompiledCommon {
  /** seconds; a program that takes longer is ended, but never Windows Setup */
  readonly timeout?: number;
  /** tried again after a failure */
  readonly retry?: { readonly count: number; readonly delay: number };
  /** may run again after a power cut inside it */
  readonly repeatable: boolean;
}

export type CompiledNode = CompiledGroup | CompiledStep;
export type CompiledStep = CompiledStepCommon & StepAction;
export type StepType = StepAction['type'];

/** How a step's program is started and judged. */
export interface ProgramOptions {
  /** package whose folder is the current folder */
  readonly package?: string;
  /** current folder; relative to the package's when there is one */
  readonly startIn?: string;
  /** exit codes that are success; 3010 among them restarts the machine before the next step */
  readonly successCodes: readonly number[];
  /** variable that gets the last 1000 characters of the output */
  readonly outputVariable?: string;
}

/** What each type of step does; one file in steps/ for each. */
export type StepAction =
  | ({ readonly type: 'checkReadiness' } & ReadinessChecks)
  | ({ readonly type: 'runCommand'; readonly command: string } & ProgramOptions)
  | ({
      readonly type: 'runPowerShell';
      /** text of the script, or the file in the package */
      readonly script?: string;
      readonly file?: string;
      readonly parameters?: string;
      readonly executionPolicy: 'allSigned' | 'undefined' | 'bypass';
    } & ProgramOptions)
  | {
      readonly type: 'installApplication';
      readonly packages: readonly string[];
      readonly continueOnInstallError: boolean;
      readonly successCodes: readonly number[];
    }
  | {
      readonly type: 'installPackage';
      readonly package: string;
      readonly program: string;
      readonly successCodes: readonly number[];
    }
  | { readonly type: 'installUpdates'; readonly package: string }
  | { readonly type: 'installDrivers'; readonly package: string }
  /** `from` is a file or folder in the package, everything when left out */
  | { readonly type: 'copyFiles'; readonly package: string; readonly from?: string; readonly to: string }
  | { readonly type: 'setVariable'; readonly variable: string; readonly value: string; readonly secret?: true }
  | { readonly type: 'setDynamicVariables'; readonly rules: readonly DynamicRule[] }
  /** restarts: 0 is until it is resumed */
  | { readonly type: 'disableBitLocker'; readonly drive?: string; readonly restarts: number }
  | { readonly type: 'enableBitLocker'; readonly drive?: string }
  | UpgradeAction
  | { readonly type: 'restart'; readonly message?: string; readonly delay: number }
  /** the steps of the child are its own; the environment is shared */
  | { readonly type: 'runTaskSequence'; readonly sequence: string; readonly steps: readonly CompiledNode[] }
  | { readonly type: 'collectLogs'; readonly include: readonly string[] }
  /** ends the sequence as failed, with this message */
  | { readonly type: 'stop'; readonly message: string };

export interface UpgradeAction {
  readonly type: 'upgrade';
  readonly scanOnly: boolean;
  /** upgrade to this edition; left out: the machine's own */
  readonly edition?: string;
  /** variable with the product key */
  readonly key?: string;
  /** whether drivers of disk encryption are given to Setup: third-party encryption then stops nothing */
  readonly reflectsDrivers: boolean;
  /** seconds after which somebody is told; Setup is never ended */
  readonly expect: number;
}

/**
 * What must hold. The checks that need no value run unless `skip` names them; the others run when their value is there.
 */
export interface ReadinessChecks {
  /** bytes; left out: what this Windows needs */
  readonly memory?: number;
  /** MHz */
  readonly processorSpeed?: number;
  /** bytes on the system drive; left out: 20 GB (16 for x86) + what is copied + 2 GB */
  readonly freeSpace?: number;
  readonly operatingSystem?: OperatingSystemTest;
  readonly networkConnected?: boolean;
  readonly networkWired?: boolean;
  readonly uefi?: boolean;
  readonly tpm?: boolean;
  readonly skip: readonly ReadinessCheck[];
}

/** The checks that run by default. */
export const READINESS_CHECKS = [
  'upgradePath',
  'memory',
  'freeSpace',
  'systemPartition',
  'pendingRestart',
  'acPower',
  'language',
  'safeMode',
  'vhdBoot',
  'windowsToGo',
  'auditMode',
  'servicePack',
  'mediaMinimum',
  'thirdPartyEncryption',
  'cluster',
  'nicTeaming',
  'virtualMachines',
] as const;

export type ReadinessCheck = (typeof READINESS_CHECKS)[number];

/** Sets variables where its tests hold; all tests of a rule must hold. */
export interface DynamicRule {
  readonly name?: string;
  /** any of them identifies the computer */
  readonly computer?: {
    readonly assetTag?: string;
    readonly macAddress?: string;
    readonly serialNumber?: string;
    readonly uuid?: string;
  };
  /** wildcards * and ? */
  readonly make?: string;
  readonly model?: string;
  readonly defaultGateway?: string;
  readonly when?: readonly Condition[];
  readonly set: readonly { readonly name: string; readonly value: string; readonly secret?: true }[];
}

/** How two values are compared: numbers as numbers, versions part by part, all else as text without case. */
export type Comparison =
  | 'equals'
  | 'notEquals'
  | 'greater'
  | 'greaterEqual'
  | 'less'
  | 'lessEqual'
  | 'like'
  | 'notLike';

export interface Test {
  readonly operator: Comparison;
  readonly value: string;
}

export interface OperatingSystemTest {
  /** client: a workstation; server: a server or a domain controller */
  readonly type?: 'client' | 'server';
  readonly architecture?: 'x86' | 'x64' | 'arm64';
  /** 10.0.19045; parts left out are not compared */
  readonly minimum?: string;
  readonly maximum?: string;
  /** base language: en-US */
  readonly language?: string;
}

export type Condition =
  | { readonly type: 'all'; readonly of: readonly Condition[] }
  | { readonly type: 'any'; readonly of: readonly Condition[] }
  | { readonly type: 'none'; readonly of: readonly Condition[] }
  /** no test: exists asks whether it has a value */
  | { readonly type: 'variable'; readonly variable: string; readonly exists?: boolean; readonly test?: Test }
  | { readonly type: 'operatingSystem'; readonly operatingSystem: OperatingSystemTest }
  | {
      readonly type: 'file';
      readonly path: string;
      readonly exists: boolean;
      readonly version?: Test;
      /** ISO 8601 */
      readonly modified?: Test;
    }
  | { readonly type: 'folder'; readonly path: string; readonly exists: boolean; readonly modified?: Test }
  | {
      readonly type: 'registry';
      /** HKEY_LOCAL_MACHINE\SOFTWARE\Contoso */
      readonly key: string;
      /** empty is the default value; left out, the key itself is meant */
      readonly value?: string;
      readonly exists?: boolean;
      readonly test?: Test;
    }
  | { readonly type: 'wmi'; readonly namespace: string; readonly query: string }
  | {
      readonly type: 'software';
      readonly productCode?: string;
      readonly upgradeCode?: string;
      readonly version?: Test;
    };

/** One line of status.jsonl. */
export interface StatusRecord {
  readonly format: 1;
  readonly run: string;
  /** of records in this run, from 1; the same number twice is the same event written again after a power cut */
  readonly record: number;
  readonly path: string;
  readonly group: readonly string[];
  readonly name: string;
  readonly type: StepType | 'group';
  /** how often the step was begun, 1 the first time */
  readonly attempt: number;
  readonly start: string;
  readonly end: string;
  readonly outcome: StepOutcome;
  /** it took longer than `exceeded`, in which it was expected, and was not ended: Windows Setup never is */
  readonly overdue?: true;
  /** for `skipped`: disabled, or the condition that did not hold; for `failed`: what happened */
  readonly reason?: string;
  readonly exitCode?: number;
  /** the last 1000 characters */
  readonly output?: string;
  /** values of secret variables are `***` */
  readonly variables?: Readonly<Record<string, string>>;
  /** seconds: its program was ended because this time was over, or Windows Setup took longer than this was expected */
  readonly exceeded?: number;
}

export type StepOutcome = 'success' | 'failed' | 'ignored' | 'skipped' | 'restarted' | 'rolledBack';

/** How a run ended. */
export type RunOutcome = 'success' | 'failed' | 'refused' | 'rolledBack';

/** summary.json: what happened, in one place. */
export interface RunSummary {
  readonly format: 1;
  readonly run: string;
  readonly sequence: string;
  readonly computer: string;
  readonly outcome: RunOutcome;
  /** plain words */
  readonly message: string;
  readonly advice?: string;
  /** the step at which it failed */
  readonly failedAt?: { readonly path: string; readonly name: string };
  readonly start: string;
  readonly end: string;
  readonly restarts: number;
  readonly before: WindowsIdentity;
  readonly after: WindowsIdentity;
  /** id of the upgrade package that was chosen */
  readonly upgradePackage?: string;
  /** unsigned 32-bit */
  readonly setupCode?: number;
  /** 0x30018 */
  readonly extendCode?: string;
  /** what SetupDiag found after Windows Setup had failed in this run */
  readonly setupDiag?: SetupDiagnosis;
}

/** The result of SetupDiag in short. */
export interface SetupDiagnosis {
  /** the rule that matched: FindSPFatalError */
  readonly rule: string;
  /** what failed, in SetupDiag's words */
  readonly failure?: string;
  /** what to do */
  readonly advice?: string;
}

/** Which Windows runs: from HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion. */
export interface WindowsIdentity {
  readonly build: number;
  readonly edition: string;
  readonly installationType: string;
}
