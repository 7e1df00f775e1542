/** Rules of SetupDiag in words: what to do when one matched (names: Microsoft's page of SetupDiag, Rules). */
import { hasOwn } from './text.js';

/** Rules that name no failure. */
const WITHOUT_FAILURE: Readonly<Record<string, true>> = { FindSuccessfulUpgrade: true, CompatScanOnly: true };

const SPACE = 'Free space on the drive of Windows, and try again';
const SERVICING = 'Repair Windows first (dism /online /cleanup-image /restorehealth), restart, and try again';
const PROFILE = 'Back up and remove the user profile that the logs name, and try again';
const FEATURE = 'Remove the optional feature or language that is named, restart, and try again';
const DRIVER = 'Update or remove the driver or device that is named, restart, and try again';
const SECURITY = 'Update or remove what hooks into files, such as antivirus and backup programs, and try again';

const ADVICE: Readonly<Record<string, string>> = {
  PlugInComplianceBlock: 'Put in order what the check of the server names, and try again',
  BitLockerHardblock: 'Decrypt the drive first: the new Windows does not know BitLocker',
  VHDHardblock: 'A Windows that was started from a virtual disk file cannot be upgraded',
  PortableWorkspaceHardblock: 'Windows To Go cannot be upgraded',
  AuditModeHardblock: 'Leave audit mode (sysprep /oobe) first',
  SafeModeHardblock: 'Start Windows as usual, not in Safe Mode',
  InsufficientSystemPartitionDiskSpaceHardblock:
    'Make room on the system partition (EFI System or System Reserved): fonts and languages of the boot manager can go',
  CompatBlockedApplicationAutoUninstall: 'Uninstall the application that is named, and try again',
  CompatBlockedApplicationDismissable:
    'Uninstall the application that is named, or let the upgrade step ignore what can be dismissed (ignoreDismissible)',
  CompatBlockedFODDismissable:
    'Remove the optional feature that is named, or let the upgrade step ignore what can be dismissed (ignoreDismissible)',
  CompatBlockedApplicationManualUninstall: 'Remove the files of the application that is named, and try again',
  GenericCompatBlock: 'Compare the computer with the requirements of this version of Windows',
  GatedCompatBlock:
    'Microsoft holds this upgrade back on computers with the device or program that is named: update it, or wait',
  HardblockDeviceOrDriver: DRIVER,
  HardblockMismatchedLanguage: 'Take media in the language of the installed Windows',
  HardblockFlightSigning: 'Take media of a released Windows: this one is a preview, and Secure Boot is on',
  DiskSpaceBlockInDownLevel: SPACE,
  DiskSpaceFailure: SPACE,
  PreReleaseWimMountDriverFound: 'Remove the foreign wimmount.sys (an old ADK), restart, and try again',
  WimMountDriverIssue: 'Repair or remove the driver WimMount.sys (an old ADK), restart, and try again',
  WimMountFailure: 'See whether the file that is named is damaged, and whether a security program holds it',
  WimApplyExtractFailure: 'Verify the media, and check the drive of Windows for errors (chkdsk)',
  DeviceInstallHang: DRIVER,
  DriverPackageMissingFileFailure: DRIVER,
  UnsignedDriverBootFailure: DRIVER,
  DriverMigrationFailure: DRIVER,
  UnknownDriverMigrationFailure: DRIVER,
  UserProvidedDriverInjectionFailure: 'Mend the driver package of the upgrade step: one of its drivers failed',
  BootFailureDetected: DRIVER,
  FindDebugInfoFromRollbackLog: DRIVER,
  WinSetupBootFilterFailure: SECURITY,
  AdvancedInstallerFailed: SERVICING,
  AdvancedInstallerGenericFailure: SERVICING,
  AdvancedInstallerPluginInstallFailed: FEATURE,
  OptionalComponentFailedToGetOCsFromPackage: SERVICING,
  OptionalComponentOpenPackageFailed: SERVICING,
  OptionalComponentInitCBSSessionFailed: SERVICING,
  DISMAddPackageFailed: SERVICING,
  DISMImageSessionFailure: SERVICING,
  DISMproviderFailure: SERVICING,
  UserProfileCreationFailureDuringOnlineApply: PROFILE,
  UserProfileCreationFailureDuringFinalize: PROFILE,
  UserProfileSuffixMismatch: PROFILE,
  DuplicateUserProfileFailure: PROFILE,
};

/** What to do; undefined for rules that only say where Setup stopped, and for those that are not known. */
export function adviceForRule(rule: string): string | undefined {
  return hasOwn(ADVICE, rule) ? ADVICE[rule] : undefined;
}

/** Whether a rule says that nothing failed. */
export function saysNothing(rule: string): boolean {
  return hasOwn(WITHOUT_FAILURE, rule);
}
