/** The programs that start a machine from the media, under BIOS and under UEFI. */
import type { TreeFile } from '../content/tree.js';
import { type Architecture, UEFI_LOADERS } from './architectures.js';
import type { Find } from './lookup.js';

/** Paths as the media have them; undefined for what is not there. */
export interface BootFiles {
  readonly bios: {
    /** El Torito boot image for BIOS */
    readonly etfsboot: string | undefined;
    readonly bootmgr: string | undefined;
  };
  readonly uefi: {
    /** FAT image that El Torito names for UEFI; asks for a key before it boots */
    readonly efisys: string | undefined;
    /** the same without the question */
    readonly efisysNoPrompt: string | undefined;
    readonly bootmgrEfi: string | undefined;
    readonly loaders: readonly { readonly architecture: Architecture; readonly path: string }[];
  };
}

/** Looks for the boot files. */
export function findBootFiles(find: Find): BootFiles {
  const path = (wanted: string): string | undefined => find(wanted)?.path;
  const loaders = UEFI_LOADERS.map(({ architecture, name }) => ({ architecture, file: find(`efi/boot/${name}`) }));
  return {
    bios: { etfsboot: path('boot/etfsboot.com'), bootmgr: path('bootmgr') },
    uefi: {
      efisys: path('efi/microsoft/boot/efisys.bin'),
      efisysNoPrompt: path('efi/microsoft/boot/efisys_noprompt.bin'),
      bootmgrEfi: path('bootmgr.efi'),
      loaders: loaders
        .filter((loader): loader is { architecture: Architecture; file: TreeFile } => loader.file !== undefined)
        .map(({ architecture, file }) => ({ architecture, path: file.path })),
    },
  };
}
