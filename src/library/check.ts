import type { MediaDefinition } from '../definition/model.js';
import { type Finding, InplaceError } from '../errors.js';
import type { BootImageChange } from '../staging/boot-menu.js';
import { stepName, walkSteps } from '../task-sequence/walk.js';
import { upgradeImages } from '../upgrade-package/upgrade-images.js';
import { type UpgradeWords, upgradeWords } from '../upgrade-package/upgrade-words.js';
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
  readonly windows: {
    readonly product?: string;
    readonly architectures: readonly string[];
    readonly images: readonly string[];
    /** what each image can upgrade */
    readonly upgrades: readonly UpgradeWords[];
  };
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
  const plan = await planMedia(definitionPath, options, outputWarnings);
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
    return error.findings.map((finding) => ({ ...finding, severity: 'warning' }));
  }
}

function describePlan(plan: MediaPlan): CheckResult {
  const { staged, definition, files, placed } = plan;
  const { facts } = staged.upgradePackage;
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
    windows: {
      ...(facts.product === undefined ? {} : { product: facts.product }),
      architectures: facts.architectures,
      images: facts.images.map((image) => image.displayName ?? image.name ?? `image ${image.index}`),
      upgrades: upgradeWords(upgradeImages(facts)),
    },
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
