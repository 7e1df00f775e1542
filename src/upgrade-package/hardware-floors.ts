/**
 * The least hardware of each Windows (facts/configmgr.md, F.2 and F.3; Windows 10: Microsoft's specifications, of which
 * the facts hold only the free space (U)). Which processors Windows 11 takes is left to Setup's own scan.
 */
import type { HardwareFloor, UpgradeImage } from '../target/contract.js';
import { CLIENT_BUILDS } from './windows-builds.js';

const GIB = 1024 ** 3;
/** Disks are sold in powers of ten. */
const GB = 1000 ** 3;

const NO_FIRMWARE = { uefi: false, secureBootCapable: false, tpm: 0 };

const WINDOWS_10: HardwareFloor = { memory: 2 * GIB, disk: 20 * GB, cores: 1, processorSpeed: 1000, ...NO_FIRMWARE };
const WINDOWS_10_X86: HardwareFloor = { ...WINDOWS_10, memory: GIB, disk: 16 * GB };

const WINDOWS_11: HardwareFloor = {
  memory: 4 * GIB,
  disk: 64 * GB,
  cores: 2,
  processorSpeed: 1000,
  uefi: true,
  secureBootCapable: true,
  tpm: 2,
};

const SERVER_CORE: HardwareFloor = {
  memory: 0.5 * GIB,
  disk: 32 * GB,
  cores: 1,
  processorSpeed: 1400,
  ...NO_FIRMWARE,
};
const SERVER_DESKTOP: HardwareFloor = { ...SERVER_CORE, memory: 2 * GIB };

/** The floor of an image. */
export function hardwareFloor({
  build,
  architecture,
  installationType,
}: Pick<UpgradeImage, 'build' | 'architecture' | 'installationType'>): HardwareFloor {
  if (/^server core$/i.test(installationType)) return SERVER_CORE;
  if (/^server/i.test(installationType)) return SERVER_DESKTOP;
  if (build >= CLIENT_BUILDS.eleven) return WINDOWS_11;
  return architecture === 'x86' ? WINDOWS_10_X86 : WINDOWS_10;
}
