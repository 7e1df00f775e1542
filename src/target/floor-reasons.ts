/** Where a machine is below the least hardware of a Windows (facts/configmgr.md, F.2 and F.3). */
import type { HardwareFloor, UpgradeImage } from './contract.js';
import type { Hardware } from './hardware.js';
import { sizeWords } from './size-words.js';
import type { Refusal } from './step.js';

/** One for each that is missing; what the machine does not say refuses nothing. Processor models are left to Setup. */
export function floorReasons({ name, floor }: Pick<UpgradeImage, 'name' | 'floor'>, hardware: Hardware): Refusal[] {
  const reasons: Refusal[] = [];
  const below = (found: number | undefined, least: number): found is number => found !== undefined && found < least;
  const add = (rule: string, message: string, advice: string): void => {
    reasons.push({ rule, message: `${name} needs ${message}`, advice });
  };
  const { memory, disk, cores, processorSpeed } = hardware;
  if (below(memory, floor.memory)) {
    add('memory', `${sizeWords(floor.memory)} of memory, and this computer has ${sizeWords(memory)}`, 'Add memory');
  }
  if (below(disk, floor.disk)) {
    add('disk', `a disk of ${sizeWords(floor.disk)}, and this one has ${sizeWords(disk)}`, 'Use a larger disk');
  }
  if (below(cores, floor.cores)) {
    add(
      'processor',
      `${floor.cores} processor cores, and this computer has ${cores}`,
      'A virtual machine can be given more; else keep the Windows it has',
    );
  }
  if (below(processorSpeed, floor.processorSpeed)) {
    add(
      'processor',
      `a processor of ${floor.processorSpeed} MHz, and this one has ${processorSpeed} MHz`,
      'Keep the Windows it has',
    );
  }
  firmwareReasons(floor, hardware, add);
  return reasons;
}

function firmwareReasons(
  floor: HardwareFloor,
  { uefi, secureBootCapable, tpm }: Hardware,
  add: (rule: string, message: string, advice: string) => void,
): void {
  if (floor.uefi && !uefi) {
    const advice =
      'Changing to UEFI is no part of an upgrade: change it first, with MBR2GPT and the firmware setup. A virtual machine of generation 1 cannot be changed';
    add('uefi', 'UEFI, and this computer starts by BIOS', advice);
  }
  // Without UEFI there is no Secure Boot to speak of: one reason is enough.
  if (floor.secureBootCapable && uefi && !secureBootCapable) {
    add(
      'secureBoot',
      'firmware that knows Secure Boot, and this one does not',
      'Look for it in the firmware setup, or update the firmware',
    );
  }
  if (tpm.version < floor.tpm) {
    const found = tpm.version === 0 ? 'none was found' : `this one is ${tpm.version}`;
    add('tpm', `TPM ${floor.tpm}.0, and ${found}`, 'Switch the TPM on in the firmware setup, or update its firmware');
  } else if (floor.tpm > 0 && !tpm.on) {
    add('tpm', 'a TPM that is on, and this one is switched off', 'Switch the TPM on in the firmware setup');
  }
}
