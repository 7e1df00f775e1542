/**
 * `bootManager` of the definition: which Secure Boot authority signs what boots. 2023 swaps in the files that the boot image holds for it, as
 * Microsoft's procedure for media does (KB5025885; facts/configmgr.md G.4); 2011 only checks that the media have those of 2011.
 */
import { type Authority, MICROSOFT_AUTHORITIES } from '../boot-trust/authorities.js';
import type { BootFile, Boots } from '../boot-trust/boot-file.js';
import { type BootImageFile, examineBootImageFiles, readBootImageFiles } from '../boot-trust/boot-image-files.js';
import { examineBootTrust } from '../boot-trust/boot-trust.js';
import type { Content } from '../content/content.js';
import { isOptical } from '../definition/formats.js';
import type { MediaDefinition } from '../definition/model.js';
import { type Finding, InplaceError } from '../errors.js';
import type { UpgradePackage } from '../upgrade-package/open.js';

/** The boot image that the media will carry. */
export interface StagedBootImage {
  readonly content: Content;
  readonly modified: Date;
  /** how messages call it */
  readonly file: string;
}

export interface BootManagerFiles {
  /** files that go onto the media in place of the package's, or beside them */
  readonly files: readonly { readonly path: string; readonly content: Content }[];
  /** the FAT image for the UEFI entry of an ISO */
  readonly efisys?: Content;
  readonly findings: readonly Finding[];
}

const LOADERS: Readonly<Record<string, string>> = { x64: 'efi/boot/bootx64.efi', arm64: 'efi/boot/bootaa64.efi' };
const FONTS = 'efi/microsoft/boot/fonts';

/** `asIs` gives nothing. Problems are findings at the definition's field. */
export async function planBootManager(
  definition: MediaDefinition,
  upgradePackage: UpgradePackage,
  bootImage: StagedBootImage | undefined,
  authorities: readonly Authority[] = MICROSOFT_AUTHORITIES,
): Promise<BootManagerFiles> {
  if (definition.bootManager === 'asIs') return { files: [], findings: [] };
  const plan = new BootManagerPlan(definition, upgradePackage, authorities);
  try {
    return definition.bootManager === '2011' ? await plan.check2011() : await plan.swap(bootImage);
  } catch (error) {
    if (!(error instanceof InplaceError)) throw error;
    return { files: [], findings: error.findings };
  }
}

class BootManagerPlan {
  readonly #findings: Finding[] = [];

  constructor(
    readonly definition: MediaDefinition,
    readonly upgradePackage: UpgradePackage,
    readonly authorities: readonly Authority[],
  ) {}

  async check2011(): Promise<BootManagerFiles> {
    const { media } = await examineBootTrust(this.upgradePackage.tree, this.authorities);
    this.#require(media, 'only2011', 'Take an ISO from before the change of certificates, or write bootManager: asIs');
    if (media.length === 0) this.#refuse('The upgrade package has no boot files for UEFI', 'Write bootManager: asIs');
    return { files: [], findings: this.#findings };
  }

  async swap(bootImage: StagedBootImage | undefined): Promise<BootManagerFiles> {
    if (bootImage === undefined) {
      this.#refuse('There is no boot image to take the boot managers of 2023 from', 'Write bootManager: asIs');
      return { files: [], findings: this.#findings };
    }
    const inside = await readBootImageFiles(bootImage.content, bootImage.file);
    const find = (path: string): BootImageFile | undefined =>
      inside.find((each) => each.path.toLowerCase() === path.toLowerCase());
    const files = [...this.#programs(find, bootImage), ...fonts(inside), ...this.#stl(find)];
    const efisys = this.#efisys(inside, bootImage);
    const taken = inside.filter((each) => [...files, efisys].some((file) => file?.content === each.content));
    const examined = await examineBootImageFiles(taken, bootImage.file, this.authorities);
    this.#require(examined, 'only2023', 'Update the boot image with the updates of Windows of April 2024 or later');
    return {
      files: [
        ...files.map(({ path, content }) => ({ path: this.#spelled(path), content })),
        ...(efisys === undefined ? [] : [{ path: this.#spelled(efisys.to), content: efisys.content }]),
      ],
      ...(efisys === undefined ? {} : { efisys: efisys.content }),
      findings: this.#findings,
    };
  }

  #programs(find: (path: string) => BootImageFile | undefined, bootImage: StagedBootImage) {
    const { architectures } = this.upgradePackage.facts;
    const loaders = architectures.map((architecture) => LOADERS[architecture]);
    if (loaders.length === 0 || loaders.includes(undefined)) {
      const names = architectures.join(' and ') || 'an unknown architecture';
      this.#refuse(`There are no boot managers of 2023 for ${names}`, 'Write bootManager: asIs');
    }
    const wanted = [
      ...loaders.map((to) => ({ from: 'EFI_EX/bootmgfw_EX.efi', to })),
      { from: 'EFI_EX/bootmgr_EX.efi', to: 'bootmgr.efi' },
    ];
    return wanted.flatMap(({ from, to }) => {
      const content = find(from)?.content;
      if (content === undefined) this.#missing(`Windows/Boot/${from}`, bootImage);
      return content === undefined || to === undefined ? [] : [{ path: to, content }];
    });
  }

  /** Which program the FAT image holds is the same in every language; en-US, else the first there is. */
  #efisys(inside: readonly BootImageFile[], bootImage: StagedBootImage) {
    const prompt = this.definition.output.bootPrompt;
    const name = prompt ? 'efisys_EX.bin' : 'efisys_noprompt_EX.bin';
    const fits = inside.filter(({ path }) =>
      new RegExp(`^DVD_EX/EFI/[^/]+/${name.replace('.', '\\.')}$`, 'i').test(path),
    );
    const content = (fits.find(({ path }) => /\/en-us\//i.test(path)) ?? fits[0])?.content;
    if (content !== undefined) return { to: `efi/microsoft/boot/${name.toLowerCase()}`, content };
    // only optical media start from it
    if (isOptical(this.definition.output.format)) this.#missing(`Windows/Boot/DVD_EX/EFI/en-US/${name}`, bootImage);
    return undefined;
  }

  /** boot.stl, when the media have none. */
  #stl(find: (path: string) => BootImageFile | undefined) {
    const to = 'efi/microsoft/boot/boot.stl';
    const content = (find('EFI_EX/boot.stl') ?? find('EFI/boot.stl'))?.content;
    return content === undefined || this.upgradePackage.find(to) !== undefined ? [] : [{ path: to, content }];
  }

  /** As the package spells it, when it is there. */
  #spelled(path: string): string {
    return this.upgradePackage.find(path)?.path ?? path;
  }

  #require(examined: readonly BootFile[], what: keyof Boots, hint: string): void {
    const year = what === 'only2011' ? 2011 : 2023;
    for (const { path, boots, signatures, problem } of examined) {
      if (boots[what]) continue;
      const signers = signatures.map((each) => `${each.signedBy}${each.problem ? ` (${each.problem})` : ''}`);
      const is = problem ?? (signers.length === 0 ? 'it is not signed' : `it is signed by ${signers.join(' and ')}`);
      this.#refuse(`${path} does not start where only the authorities of ${year} are trusted: ${is}`, hint);
    }
  }

  #missing(path: string, bootImage: StagedBootImage): void {
    this.#findings.push({
      code: 'BOOT_TRUST',
      message: `The boot image has no ${path}, which bootManager: 2023 puts onto the media`,
      where: { file: bootImage.file, path },
      hint: 'Take a boot image with the updates of April 2024 or later, or write bootManager: asIs',
    });
  }

  #refuse(message: string, hint: string): void {
    this.#findings.push({ code: 'BOOT_TRUST', message, where: this.definition.place('bootManager'), hint });
  }
}

/** `FONTS_EX/wgl4_boot_EX.ttf` becomes `wgl4_boot.ttf` in the fonts of the boot manager. */
function fonts(inside: readonly BootImageFile[]) {
  return inside.flatMap(({ path, content }) => {
    const name = /^FONTS_EX\/([^/]+)_EX\.ttf$/i.exec(path)?.[1];
    return name === undefined ? [] : [{ path: `${FONTS}/${name}.ttf`, content }];
  });
}
