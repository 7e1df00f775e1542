/** A task sequence as the media carries it. In this version it is one upgrade step. */
export interface TaskSequence {
  readonly name: string;
  readonly description?: string;
  readonly upgrade: UpgradeStep;
}

/** Runs this media's Windows Setup as an in-place upgrade. */
export interface UpgradeStep {
  readonly name: string;
  readonly description?: string;
  /** names of the groups around the step, outermost first */
  readonly groups: readonly string[];
  /** edition id of the image to upgrade to, as the WIM spells it: Enterprise, Professional, ServerStandard */
  readonly edition?: string;
  /** only ask Setup whether it would upgrade */
  readonly scanOnly: boolean;
  /** go on where Setup has warnings a person could click away; left out: only on servers */
  readonly ignoreDismissible?: boolean;
  /** folder on the media with drivers that Setup installs: `deploy/packages/ID`, or `deploy/packages` for all */
  readonly drivers?: string;
  /** folder on the media with drivers of a disk encryption product */
  readonly reflectDrivers?: string;
  /** which of the machine's drivers Setup keeps; left out: Setup decides driver by driver */
  readonly migrateDrivers?: 'all' | 'none';
  /** name of the variable that holds the product key, as the definition spells it */
  readonly key?: string;
}

/** What can be asked of the upgrade step. */
export type UpgradeOption = Exclude<keyof UpgradeStep, 'name' | 'description' | 'groups'>;

/** What a sequence must know about the media it runs from. */
export interface SequenceMedia {
  /** `kind` is left out where the definition does not say it rightly, which is reported elsewhere */
  readonly packages: readonly { readonly id: string; readonly kind?: string }[];
  readonly variables: readonly { readonly name: string; readonly value: string }[];
}

/** Folder of all packages on the media. */
export const PACKAGES_PATH = 'deploy/packages';
