/**
 * Disk encryption of other makers: Setup cannot start a disk that it has no driver for (facts/configmgr.md, seed and B.3).
 * Found by its driver, which Windows starts at boot; names as the products install them (U: from public lists, none was
 * seen by us). A product that is not listed is found by Setup's own scan, or not at all; the sequence can check more.
 */
import { type Check, failed, PASSED } from './outcome.js';

const SERVICES = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services';
/** SERVICE_BOOT_START: loaded by the boot loader, as the driver of the disk Windows is on must be. */
const BOOT_START = 0;

/** Driver and product. */
export const ENCRYPTION_DRIVERS: readonly (readonly [driver: string, product: string])[] = [
  ['veracrypt', 'VeraCrypt'],
  ['truecrypt', 'TrueCrypt'],
  ['dcrypt', 'DiskCryptor'],
  ['MfeEpePc', 'McAfee (Trellix) Drive Encryption'],
  ['MfeEEPC', 'McAfee Endpoint Encryption'],
  ['Prot_2k', 'Check Point Full Disk Encryption'],
  ['PGPwded', 'Symantec (PGP) Encryption Desktop'],
  ['eedDiskEncryptionDriver', 'Symantec Endpoint Encryption'],
  ['SGNBEFLT', 'Sophos SafeGuard'],
  ['SDDisk2K', 'WinMagic SecureDoc'],
  ['DDPDiskFilter', 'Dell Data Protection'],
  ['bcfnt', 'BestCrypt Volume Encryption'],
  ['TMEEFDE', 'Trend Micro Endpoint Encryption'],
  ['kldrvfde', 'Kaspersky Full Disk Encryption'],
];

/** Passes when the sequence gives the product's drivers to Setup. */
export const thirdPartyEncryption: Check = ({ machine: { registry }, reflectsDrivers }) => {
  if (reflectsDrivers) return PASSED;
  for (const [driver, product] of ENCRYPTION_DRIVERS) {
    const start = registry.read(`${SERVICES}\\${driver}`, 'Start');
    if (start === undefined || Number(start) !== BOOT_START) continue;
    return failed(
      'thirdPartyEncryption',
      `The disk is encrypted by ${product}`,
      `Decrypt it first, or give the drivers that ${product} has for Windows Setup with "reflectDrivers" of the upgrade step`,
    );
  }
  return PASSED;
};
