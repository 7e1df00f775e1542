import type { MediaDefinition, Validity } from '../definition/model.js';
import { type Finding, InplaceError } from '../errors.js';
import type { PlacedFile } from '../image/placed-file.js';
import type { BootImageChange } from '../staging/boot-menu.js';
import { MEDIA_PATHS } from '../staging/media-paths.js';
import type { StagedUpgradePackage } from '../staging/staged-upgrade-package.js';
import { stepName, walkSteps } from '../task-sequence/walk.js';
import { upgradeImages } from '../upgrade-package/upgrade-images.js';
import { type UpgradeWords, upgradeWords } from '../upgrade-package/upgrade-words.js';
import { expired } from './expired.js';
import { checkOutput, outputPath } from './output.js';
import { type MediaPlan, type PlanOptions, planMedia } from './plan.js';

/** The same as for a build; nothing is written. */
export type CheckOptions = PlanOptions;

/** What a build would write. */
export interface CheckResult {
  readonly name: string;
  readonly label: string;
  readonly format: MediaPlan['format'];
  readonly mediaId: string;
  readonly files: number;
  /** bytes of all files */
  readonly fileBytes: number;
  /** bytes of the image, for `iso`, `hybrid` and `usb` */
  readonly imageBytes?: number;
  /** bytes that need not be written twice; only an `iso` shares */
  readonly sharedBytes?: number;
  /** bytes of files that are on the FAT32 partition as well, for `usb` in the layout `fat32+exfat` */
  readonly bootCopyBytes?: number;
  /** bytes of the install image that are left out, when the definition names an edition or image */
  readonly savedBytes?: number;
  /** install images that lie on the media in parts, because FAT32 cannot hold them whole */
  readonly split: MediaPlan['staged']['split'];
  /** the days on which the media may be used */
  readonly validity?: Validity;
  /** what runs on the machine before the sequence */
  readonly prestart?: { readonly command: string; readonly files: number; readonly bytes: number };
  /** what the upgrade package at the root brings */
  readonly windows: CheckedWindows;
  /** what the others bring, when several are listed */
  readonly otherWindows: readonly CheckedWindows[];
  readonly packages: readonly {
    readonly id: string;
    readonly kind: string;
    readonly files: number;
    readonly bytes: number;
  }[];
  /** what happens on the machine */
  readonly sequence: {
    readonly name: string;
    /** host path; left out for the built-in sequence */
    readonly file?: string;
    readonly steps: readonly CheckedStep[];
  };
  /** Setup's command line of the upgrade, for people: what the machine fills in stands in braces */
  readonly setup: string;
  readonly boots: { readonly bios: boolean; readonly uefi: boolean };
  /** what the boot menu changes in the boot image; left out when it is on the media as it is, or there is none */
  readonly bootImage?: BootImageChange;
  /** everything on the media, in the order in which it is written */
  readonly listing: readonly { readonly path: string; readonly bytes: number }[];
  readonly warnings: readonly Finding[];
  /** advice of the lint that the sequence acknowledges */
  readonly acknowledged: readonly Finding[];
}

/** An upgrade package of the plan. */
export interface CheckedWindows {
  readonly id: string;
  /** folder on the media; empty for the root */
  readonly path: string;
  readonly product?: string;
  readonly architectures: readonly string[];
  readonly languages: readonly string[];
  readonly images: readonly string[];
  /** what each image can upgrade */
  readonly upgrades: readonly UpgradeWords[];
}

/** A step or group of the sequence. */
export interface CheckedStep {
  /** place in the sequence, from 1: `2.1.3` */
  readonly number: string;
  readonly type: string;
  readonly name: string;
  /** whether it runs only under a condition */
  readonly conditional: boolean;
  readonly disabled: boolean;
}

/**
 * Finds out everything that can be known before building, and what a build would write.
 * @throws InplaceError with every problem at once
 */
export async function check(definitionPath: string, options: CheckOptions = {}): Promise<CheckResult> {
  const plan = await planMedia(definitionPath, options, async (definition) => [
    ...(await outputWarnings(definition)),
    ...expired(definition, options.today).map(asWarning),
  ]);
  try {
    return describePlan(plan);
  } finally {
    await plan.close();
  }
}

/** What would stop `build` without -o from writing beside the definition: -o can name another place, so it is no error. */
async function outputWarnings(definition: MediaDefinition): Promise<readonly Finding[]> {
  try {
    await checkOutput(definition, outputPath(definition, undefined));
    return [];
  } catch (error) {
    if (!(error instanceof InplaceError)) throw error;
    return error.findings.map(asWarning);
  }
}

function asWarning(finding: Finding): Finding {
  return { ...finding, severity: 'warning' };
}

function checkedWindows({ id, path, upgradePackage: { facts } }: StagedUpgradePackage): CheckedWindows {
  return {
    id,
    path,
    ...(facts.product === undefined ? {} : { product: facts.product }),
    architectures: facts.architectures,
    languages: facts.languages,
    images: facts.images.map((image) => image.displayName ?? image.name ?? `image ${image.index}`),
    upgrades: upgradeWords(upgradeImages(facts)),
  };
}

function checkedPrestart(command: string, files: readonly PlacedFile[]): NonNullable<CheckResult['prestart']> {
  const own = files.filter(({ path }) => path.startsWith(`${MEDIA_PATHS.prestart}/`));
  return { command, files: own.length, bytes: own.reduce((sum, { content }) => sum + content.size, 0) };
}

function describePlan(plan: MediaPlan): CheckResult {
  const { staged, definition, files, placed } = plan;
  const [first, ...others] = staged.upgradePackages;
  const fileBytes = files.reduce((sum, file) => sum + file.content.size, 0);
  const stored = placed?.image.extents.filter(({ kind }) => kind === 'file' || kind === 'late');
  const storedBytes = stored?.reduce((sum, extent) => sum + extent.content.size, 0) ?? fileBytes;
  return {
    name: definition.name,
    label: staged.label,
    format: plan.format,
    mediaId: staged.mediaId,
    files: files.length,
    fileBytes,
    ...(placed ? { imageBytes: placed.image.size } : {}),
    ...(placed && storedBytes <= fileBytes ? { sharedBytes: fileBytes - storedBytes } : {}),
    ...(storedBytes > fileBytes ? { bootCopyBytes: storedBytes - fileBytes } : {}),
    ...(plan.savedBytes === undefined ? {} : { savedBytes: plan.savedBytes }),
    split: staged.split,
    ...(definition.validity ? { validity: definition.validity } : {}),
    ...(definition.prestart ? { prestart: checkedPrestart(definition.prestart.command, files) } : {}),
    windows: checkedWindows(first!),
    otherWindows: others.map(checkedWindows),
    packages: staged.packages,
    sequence: {
      name: staged.sequence.name,
      ...(definition.sequenceFile === undefined ? {} : { file: definition.sequenceFile }),
      steps: walkSteps(staged.sequence).map(({ step, type, number }) => ({
        number,
        type,
        name: stepName(step),
        conditional: step.when !== undefined,
        disabled: step.disabled === true,
      })),
    },
    setup: staged.setupCommand,
    boots: { bios: staged.biosBoot !== undefined, uefi: staged.uefiBoot !== undefined },
    ...(staged.bootImage === undefined ? {} : { bootImage: staged.bootImage }),
    listing: files.map(({ path, content }) => ({ path, bytes: content.size })),
    warnings: plan.warnings,
    acknowledged: staged.acknowledged,
  };
}
