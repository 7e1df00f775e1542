import type { Place } from '../errors.js';
import type { TaskSequence } from '../task-sequence/model.js';
import type { OutputFormat, UsbLayout } from './formats.js';
import type { PACKAGE_KINDS } from './schema.js';

/** A media definition with everything filled in: paths are absolute, defaults are there, the sequence is compiled. */
export interface MediaDefinition {
  /** host path of media.yaml, absolute */
  readonly file: string;
  readonly name: string;
  /** volume label, legal on UDF and ISO 9660, and usable as a file name */
  readonly label: string;
  /** the one at the root of the media, which boots; of several the first */
  readonly upgradePackage: MediaUpgradePackage;
  /** the others in the order of the definition, each in `deploy/os/ID` */
  readonly otherUpgradePackages: readonly MediaUpgradePackage[];
  /** `default`, or the absolute host path of a boot.wim */
  readonly bootImage: string;
  /** ids of driver packages that the boot image loads when a machine starts from the media; sorted */
  readonly bootDrivers: readonly string[];
  /** sorted by id */
  readonly packages: readonly MediaPackage[];
  /** sorted by name */
  readonly variables: readonly MediaVariable[];
  readonly prestart?: Prestart;
  readonly validity?: Validity;
  readonly autorun: boolean;
  /** which Secure Boot authority signs what boots */
  readonly bootManager: 'asIs' | '2011' | '2023';
  readonly output: {
    readonly format: OutputFormat;
    /** false takes efisys_noprompt.bin */
    readonly bootPrompt: boolean;
    /** bytes of the stick, for `usb` */
    readonly size: number;
  };
  /** how a stick is divided, for `usb` */
  readonly usb: { readonly layout: UsbLayout };
  /** absolute host path; left out for the built-in sequence */
  readonly sequenceFile?: string;
  /** by what the upgrade package brings: the same file twice, or the built-in sequences */
  readonly sequences: Readonly<Record<SequenceKind, TaskSequence>>;
  /** The definition without host paths and secret values, in a stable order: what the media id is made from. */
  describe(): unknown;
  /**
   * File, line and column of a field, for findings that can be made only when the inputs are open; of what is nearest
   * around it when the field was left out.
   */
  place(field: MediaField): Place;
  /** The same for a field of an upgrade package, by the id of it. */
  placeOfUpgradePackage(id: string, field: UpgradePackageField): Place;
}

/** Windows for workstations and for servers are upgraded by different steps. */
export type SequenceKind = 'client' | 'server';

/** Windows install media. */
export interface MediaUpgradePackage {
  /** fit for the name of a folder; `windows` where the definition gives none */
  readonly id: string;
  /** host path of an ISO or a folder */
  readonly source: string;
  /** lower-case hex; only for an ISO */
  readonly sha256?: string;
  /** the images of this edition stay on the media; not beside `image` */
  readonly edition?: string;
  /** the image of this number stays on the media */
  readonly image?: number;
}

/** A command that runs on the machine before the task sequence, in the session of the person who starts it. */
export interface Prestart {
  readonly command: string;
  /** host path of the folder that goes to deploy/prestart, absolute */
  readonly files?: string;
  /** seconds */
  readonly timeout: number;
}

/** Whole days, both included, in the machine's own time: `2026-11-30`. At least one is there. */
export interface Validity {
  readonly from?: string;
  readonly until?: string;
}

/** Fields of an upgrade package that `MediaDefinition.placeOfUpgradePackage` finds. */
export type UpgradePackageField = 'id' | 'source' | 'sha256' | 'edition' | 'image';

/** Fields that `MediaDefinition.place` finds: of the definition, and of a package by its id. */
export type MediaField =
  | 'name'
  | 'label'
  | 'prestart.command'
  | 'prestart.files'
  | 'validity.until'
  | 'bootImage'
  | 'bootDrivers'
  | 'taskSequence'
  | 'autorun'
  | 'bootManager'
  | 'output.format'
  | 'output.bootPrompt'
  | 'output.size'
  | 'usb.layout'
  | `packages.${string}`
  | `install.${string}`;

export type PackageKind = (typeof PACKAGE_KINDS)[number];

/** A folder that goes to deploy/packages/ID. */
export interface MediaPackage {
  readonly id: string;
  readonly kind: PackageKind;
  /** host path of the folder, absolute */
  readonly source: string;
  /** command line that installs it, run in its folder on the machine */
  readonly install?: string;
}

/** A task sequence variable. Its value is read by name only: no printing, spreading or JSON shows a secret one. */
export class MediaVariable {
  readonly #value: string;

  constructor(
    readonly name: string,
    value: string,
    readonly secret: boolean,
  ) {
    this.#value = value;
  }

  get value(): string {
    return this.#value;
  }

  toJSON(): { name: string; secret: boolean; value?: string } {
    return { name: this.name, secret: this.secret, ...(this.secret ? {} : { value: this.#value }) };
  }
}
