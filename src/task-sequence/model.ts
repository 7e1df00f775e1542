import type { Finding, Place } from '../errors.js';
import type { CompiledPackage, UpgradeImage } from '../target/contract.js';
import type { YamlPath } from '../yaml/field-name.js';
import type { SequenceYaml } from './schema.js';

/** A task sequence that was read and checked: nothing is lost of what the file says. */
export interface TaskSequence {
  /** host path of the file */
  readonly file: string;
  /** the name in the file, or the name of the file */
  readonly name: string;
  readonly description?: string;
  /** the file as it is written; numbers and truth values that stand for text are text */
  readonly yaml: SequenceYaml;
  /** the sequences that its steps run, by `runTaskSequence` as it is written */
  readonly children: Readonly<Record<string, TaskSequence>>;
  /** advice of the lint that the file acknowledges; empty for a child, whose advice is that of the sequence that runs it */
  readonly acknowledged: readonly Finding[];
  /** Line and column of the value of a field in the file; of what is nearest around it when it was left out. */
  place(path: YamlPath): Place;
  /** Line and column of the key of a field. */
  keyPlace(path: YamlPath): Place;
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
  /** package with drivers that Setup installs; empty: the folder of all packages */
  readonly drivers?: string;
  /** package with drivers of a disk encryption product */
  readonly reflectDrivers?: string;
  /** which of the machine's drivers Setup keeps; left out: Setup decides driver by driver */
  readonly migrateDrivers?: 'all' | 'none';
  /** name of the variable that holds the product key, as the definition spells it */
  readonly key?: string;
  /** seconds after which somebody is told */
  readonly expect?: number;
  /** more switches of Setup, each with its value */
  readonly switches?: readonly string[];
}

/** What can be asked of the upgrade step. */
export type UpgradeOption = Exclude<keyof UpgradeStep, 'name' | 'description' | 'groups'>;

/** What a sequence must know about the media it runs from. */
export interface SequenceMedia {
  /** `kind` is left out where the definition does not say it rightly, which is reported elsewhere */
  readonly packages: readonly SequencePackage[];
  readonly variables: readonly { readonly name: string; readonly value: string; readonly secret?: boolean }[];
}

/** A package as a sequence must know it. */
export interface SequencePackage {
  readonly id: string;
  readonly kind?: string;
  readonly install?: string;
  /** host path of its folder: the lint reads the scripts in it that steps run. Left out: they are not read. */
  readonly folder?: string;
}

/** What is known of the media when everything is open: what `compileSequence` fills in. */
export interface CompileMedia {
  readonly packages: readonly CompiledPackage[];
  readonly variables: readonly { readonly name: string; readonly secret: boolean }[];
  /** Windows install media; `path` is the folder of setup.exe on the media, empty for the root */
  readonly upgradePackages: readonly {
    readonly id: string;
    readonly path: string;
    readonly bytes: number;
    readonly images: readonly UpgradeImage[];
  }[];
}

/** Folder of all packages on the media. */
export const PACKAGES_PATH = 'deploy/packages';
