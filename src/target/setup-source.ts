/** Whether Windows Setup runs from the media or from a copy (design/task-sequence.md, 3). */
import type { CompiledNode, CompiledSequence } from './contract.js';
import { driveOf } from './local-folder.js';
import type { Drive, Machine } from './machine.js';
import { CIMV2, rowsOf } from './wmi-rows.js';

export interface SetupSource {
  readonly from: 'local' | 'media';
  /** for people */
  readonly why: string;
}

/**
 * A stick and a disk are found again by the media's id, whatever restarts; a share and a mounted ISO are gone after a
 * restart and are always copied; a disc in its drive is copied when something can restart before Setup has run.
 */
export function setupSource(machine: Machine, root: string, sequence: Pick<CompiledSequence, 'steps'>): SetupSource {
  const kind = /^[A-Za-z]:/.test(root) ? kindOf(machine, driveOf(root)) : 'network';
  switch (kind) {
    case 'removable':
    case 'fixed':
      return { from: 'media', why: 'it is found again on any drive, and stays in until Setup has returned' };
    case 'optical':
      if (isMountedImage(machine, driveOf(root)))
        return { from: 'local', why: 'a mounted ISO is gone after a restart' };
      if (mayRestartBeforeSetup(sequence)) return { from: 'local', why: 'the computer may restart before Setup runs' };
      return { from: 'media', why: 'nothing restarts before Setup runs; the disc stays in until it has returned' };
    case 'network':
      return { from: 'local', why: 'a share is not there after a restart' };
    default:
      return { from: 'local', why: 'whether the drive is there after a restart is not known' };
  }
}

function kindOf(machine: Machine, name: string): Drive['kind'] | 'unknown' {
  for (const drive of machine.files.drives()) if (drive.name.toUpperCase() === name.toUpperCase()) return drive.kind;
  return 'unknown';
}

/**
 * The drive that Windows makes for a mounted ISO says so in its device id (U); that of a Hyper-V machine says the same.
 * What WMI does not say counts as mounted: a copy too many harms less than media that are gone.
 */
function isMountedImage(machine: Machine, drive: string): boolean {
  const row = rowsOf(machine, CIMV2, `SELECT PNPDeviceID FROM Win32_CDROMDrive WHERE Drive = '${drive}'`)?.[0];
  return !row || /VIRTUAL_DVD-ROM/i.test(String(row['PNPDeviceID'] ?? ''));
}

/** Whether a step before the first upgrade that is no scan can restart the machine, whatever its conditions say. */
export function mayRestartBeforeSetup({ steps }: Pick<CompiledSequence, 'steps'>): boolean {
  return restartsIn(steps) === 'restarts';
}

/** In the order of the steps: which comes first, a restart or the upgrade. */
function restartsIn(nodes: readonly CompiledNode[]): 'restarts' | 'upgrades' | 'neither' {
  for (const node of nodes) {
    if (node.disabled || (node.type === 'group' && node.onFailure)) continue;
    const inside = node.type === 'group' || node.type === 'runTaskSequence' ? restartsIn(node.steps) : ofStep(node);
    if (inside !== 'neither') return inside;
  }
  return 'neither';
}

/** Any program may ask for a restart by its exit code or by SMSTSRebootRequested (facts/configmgr.md, B.4). */
function ofStep(
  step: Exclude<CompiledNode, { type: 'group' | 'runTaskSequence' }>,
): 'restarts' | 'upgrades' | 'neither' {
  switch (step.type) {
    case 'restart':
    case 'runCommand':
    case 'runPowerShell':
    case 'installApplication':
    case 'installPackage':
    case 'installUpdates':
    case 'installDrivers':
      return 'restarts';
    case 'upgrade':
      // under a condition it may be left out, and the next one counts
      return step.scanOnly || step.when ? 'neither' : 'upgrades';
    default:
      return 'neither';
  }
}
