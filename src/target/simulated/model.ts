/**
 * What a simulated machine is and how everything on it behaves. Plain data: `inplace simulate` makes it of a machine
 * file, tests write it down. Durations are seconds, sizes are bytes, paths are those of Windows.
 */

export interface MachineModel {
  readonly computerName: string;
  readonly windows: WindowsModel;
  readonly hardware: HardwareModel;
  /** the first is the drive of Windows */
  readonly drives: readonly DriveModel[];
  readonly bitLocker: readonly BitLockerModel[];
  readonly files: readonly FileModel[];
  readonly registry: readonly RegistryModel[];
  /** rows beside those that come from `windows` and `hardware`; a class that is named here has only these */
  readonly wmi: readonly WmiClassModel[];
  readonly media: MediaModel;
  readonly commands: readonly CommandModel[];
  readonly setup: SetupModel;
  readonly clock: ClockModel;
  /** whether Windows can write everything to the disk at once: 8.1, Server 2012 R2 and later */
  readonly canFlush: boolean;
  /** how many requests to restart come to nothing before one works */
  readonly restartsIgnored: number;
  /** seconds after a start until somebody signs in; left out: nobody does */
  readonly signIn?: number;
}

export interface WindowsModel {
  readonly build: number;
  /** 10.0.19045 */
  readonly version: string;
  readonly edition: string;
  /** Client, Server, Server Core */
  readonly installationType: string;
  readonly architecture: 'x86' | 'x64' | 'arm64';
  /** base language: en-US */
  readonly language: string;
  readonly productName: string;
  readonly servicePack: number;
  /** UBR of the registry: 3803 of 10.0.19045.3803; left out: it says none */
  readonly revision?: number;
  /** HotFixID of updates that are installed: KB4474419 */
  readonly updates?: readonly string[];
}

export interface HardwareModel {
  readonly make: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly assetTag: string;
  readonly uuid: string;
  readonly memory: number;
  readonly cores: number;
  /** MHz */
  readonly processorSpeed: number;
  readonly uefi: boolean;
  readonly secureBoot: boolean;
  /** 2, 1.2, 0 for none */
  readonly tpm: number;
  readonly power: 'mains' | 'battery' | 'desktop';
  readonly network: 'wired' | 'wireless' | 'none';
  readonly macAddress: string;
  readonly ipAddress: string;
  readonly gateway: string;
  /** free bytes of the EFI or System Reserved partition, and its size */
  readonly systemPartition: { readonly size: number; readonly free: number };
}

export interface DriveModel {
  /** `C:`; `\\server\share` for media on a share */
  readonly name: string;
  readonly kind: 'fixed' | 'removable' | 'optical' | 'network';
  readonly label: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly readOnly?: boolean;
  /** an optical drive that Windows has made for a mounted ISO */
  readonly mounted?: boolean;
}

export interface BitLockerModel {
  readonly drive: string;
  /** none: not encrypted; off: suspended until it is resumed; locked: nobody has unlocked it */
  readonly state: 'none' | 'on' | 'off' | 'locked';
}

export interface FileModel {
  readonly path: string;
  readonly folder?: boolean;
  readonly text?: string;
  /** left out: that of the text */
  readonly size?: number;
  /** file version: 10.0.19041.1 */
  readonly version?: string;
  /** ISO 8601 */
  readonly modified?: string;
  /** belongs to somebody else than Local System and Administrators, or is a link that leads elsewhere */
  readonly foreign?: boolean;
}

export interface RegistryModel {
  readonly key: string;
  /** left out: the key alone */
  readonly value?: string;
  readonly data?: string | number;
}

export interface WmiClassModel {
  readonly namespace: string;
  readonly class: string;
  readonly rows: readonly Readonly<Record<string, string | number | boolean>>[];
}

/** The media that the technician brings. */
export interface MediaModel {
  /** drive that carries it, one of `drives` */
  readonly drive: string;
  /** a mounted ISO is gone after a restart; a share cannot be reached by Local System */
  readonly survivesRestart: boolean;
  /** paths without the drive: `deploy\sequence.json` */
  readonly files: readonly FileModel[];
  /** seconds after the technician's start at which it is pulled out, and at which it is put back (media-handling.ts) */
  readonly pulled?: { readonly after: number; readonly back?: number };
  /** letter it has after a restart, and when it is put back; left out: the same */
  readonly laterDrive?: string;
  /** which Windows the setup.exe of an upgrade package installs, by the number of the image */
  readonly images: readonly SetupImages[];
}

export interface SetupImages {
  readonly packageId: string;
  /** folder of setup.exe on the media; empty for the root */
  readonly path: string;
  readonly images: readonly {
    readonly index: number;
    readonly build: number;
    readonly version: string;
    readonly edition: string;
    readonly installationType: string;
    readonly name: string;
  }[];
}

/** How a program behaves. */
export interface CommandModel {
  /** found anywhere in the command line; * and ? are wildcards; case does not matter */
  readonly match: string;
  /** of the first run, the second and so on; the last one stays */
  readonly exitCodes: readonly number[];
  readonly seconds: number;
  readonly output: string;
  /** never ends */
  readonly hangs?: boolean;
  /** ends without an exit code, as when somebody ends it */
  readonly vanishes?: boolean;
  /** restarts the machine by itself when it ends */
  readonly restarts?: boolean;
  /** what it leaves when it ends well */
  readonly files?: readonly FileModel[];
  readonly registry?: readonly RegistryModel[];
  /** variables that it leaves for the sequence, when it is the prestart command */
  readonly sets?: Readonly<Record<string, string>>;
  /** paths of files and folders that it removes */
  readonly removes?: readonly string[];
}

/** How Windows Setup behaves. */
export interface SetupModel {
  readonly scan: SetupRun;
  readonly upgrade: SetupRun;
  /** extend code of a rollback after the restart: 0x30018 */
  readonly rollback?: number;
  /** seconds of the phases after the restart, and how long OOBE goes on after Windows has started */
  readonly offlineSeconds: number;
  readonly oobeSeconds: number;
  /** an OEM licence ignores /postoobe on many client machines */
  readonly ignoresHooks: boolean;
  /** scheduled tasks are not carried over to the new Windows */
  readonly losesTasks: boolean;
  /** power plans are those of a new Windows afterwards */
  readonly losesPlans?: boolean;
}

export interface SetupRun {
  readonly exitCodes: readonly number[];
  readonly seconds: number;
  /** seconds that SetupHost.exe goes on after setup.exe has ended */
  readonly hostSeconds: number;
  readonly hangs?: boolean;
  readonly vanishes?: boolean;
  /** extend code in the logs of a run that fails */
  readonly extendCode?: number;
}

export interface ClockModel {
  /** milliseconds since 1970 when the technician starts */
  readonly began: number;
  /** minutes to add to local time to get UTC */
  readonly bias: number;
  readonly jumps: readonly { readonly after: number; readonly by: number }[];
}
