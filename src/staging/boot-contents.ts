/** What El Torito names: the boot programs of the upgrade package, from its own files. */
import type { Content } from '../content/content.js';
import { isOptical } from '../definition/formats.js';
import type { MediaDefinition } from '../definition/model.js';
import type { Finding } from '../errors.js';
import type { UpgradePackage } from '../upgrade-package/open.js';

export interface BootContents {
  readonly biosBoot?: Content;
  readonly uefiBoot?: Content;
  readonly findings: readonly Finding[];
}

/** Only an optical image boots by El Torito. Finds boot/etfsboot.com and efisys.bin, or efisys_noprompt.bin when no question is wanted. @param swapped takes the place of the latter two */
export function bootContents(
  definition: MediaDefinition,
  upgradePackage: UpgradePackage,
  swapped?: Content,
): BootContents {
  if (!isOptical(definition.output.format)) return { findings: [] };
  const { bios, uefi } = upgradePackage.facts.boot;
  const asked = definition.output.bootPrompt;
  const efisys = asked ? uefi.efisys : uefi.efisysNoPrompt;
  const content = (path: string | undefined) => (path === undefined ? undefined : upgradePackage.find(path)?.content);
  const [biosBoot, uefiBoot] = [content(bios.etfsboot), swapped ?? content(efisys)];
  const findings: Finding[] = [];
  if (!asked && !uefiBoot) {
    findings.push({
      code: 'DEFINITION_INVALID',
      message:
        'The upgrade package has no efi/microsoft/boot/efisys_noprompt.bin, which boots without asking for a key',
      where: definition.place('output.bootPrompt'),
      hint: 'Leave output.bootPrompt out',
    });
  }
  if (!biosBoot && !uefiBoot) {
    findings.push({
      code: 'NOT_WINDOWS_MEDIA',
      severity: 'warning',
      message:
        'There is neither boot/etfsboot.com nor efi/microsoft/boot/efisys.bin: no machine will boot from the ISO',
      where: { file: upgradePackage.path },
      hint: 'It can still be opened in Windows to start upgrade.cmd',
    });
  }
  return { ...(biosBoot ? { biosBoot } : {}), ...(uefiBoot ? { uefiBoot } : {}), findings };
}
