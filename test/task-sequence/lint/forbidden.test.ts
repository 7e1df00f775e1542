/** Every construct that design/task-sequence.md refuses, in the words of ConfigMgr, of MDT, and of people. */
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/tools.js';
import { lintText, ofRule, rulesOf } from './lint-text.js';

const base = temporaryFolder();
const around = (step: string): string => `steps:\n  - ${step}\n  - upgrade:\n  - restart:\n`;

describe('a step that an in-place upgrade may not contain', () => {
  it.each([
    ['SMS_TaskSequence_JoinDomainWorkgroupAction', 'step-changes-domain'],
    ['SMS_TaskSequence_ApplyNetworkSettingsAction', 'step-changes-domain'],
    ['SMS_TaskSequence_CaptureNetworkSettingsAction', 'step-changes-domain'],
    ['BDD_RecoverDomainJoin', 'step-changes-domain'],
    ['SMS_TaskSequence_ApplyWindowsSettingsAction', 'step-changes-administrators'],
    ['SMS_TaskSequence_PartitionDiskAction', 'step-partitions-disks'],
    ['SMS_TaskSequence_ConvertDiskAction', 'step-partitions-disks'],
    ['BDD_InstallLanguagePacksOnline', 'step-changes-language'],
    ['SMS_TaskSequence_ApplyOperatingSystemAction', 'step-handles-image'],
    ['SMS_TaskSequence_ApplyDataImageAction', 'step-handles-image'],
    ['SMS_TaskSequence_CaptureSystemImageAction', 'step-handles-image'],
    ['SMS_TaskSequence_PrepareOSAction', 'step-handles-image'],
    ['SMS_TaskSequence_PrepareSMSClientAction', 'step-handles-image'],
    ['BDD_InstallOS', 'step-handles-image'],
    ['SMS_TaskSequence_SetupWindowsAndSMSAction', 'step-needs-winpe'],
    ['SMS_TaskSequence_AutoApplyAction', 'step-needs-winpe'],
    ['SMS_TaskSequence_ApplyDriverPackageAction', 'step-needs-winpe'],
    ['SMS_TaskSequence_OfflineEnableBitLockerAction', 'step-needs-winpe'],
    ['BDD_InstallUpdatesOffline', 'step-needs-winpe'],
    ['BDD_InstallLanguagePacksOffline', 'step-needs-winpe'],
    ['BDD_InjectDrivers', 'step-needs-winpe'],
    ['SMS_TaskSequence_CaptureUserStateAction', 'step-moves-user-state'],
    ['SMS_TaskSequence_RestoreUserStateAction', 'step-moves-user-state'],
    ['SMS_TaskSequence_RequestStateStoreAction', 'step-moves-user-state'],
    ['SMS_TaskSequence_ReleaseStateStoreAction', 'step-moves-user-state'],
    ['SMS_TaskSequence_DownloadPackageContentAction', 'step-downloads'],
    ['SMS_TaskSequence_InstallUpdateAction', 'step-downloads'],
    ['SMS_TaskSequence_ConnectNetworkFolderAction', 'step-downloads'],
    ['SMS_TaskSequence_RebootAction', 'review-step'],
    ['BDD_Gather', 'review-step'],
  ])('%s left for review: %s, disabled or not', async (type, rule) => {
    for (const more of ['', ', disabled: true']) {
      const { findings } = await lintText(base, around(`{ review: { source: x, type: ${type} }${more} }`));
      expect(rulesOf(findings)).toEqual([rule]);
      expect(findings[0]).toMatchObject({ code: 'SEQUENCE_REFUSED', where: { line: 2, column: 7 } });
    }
  });

  it.each([
    ['Join Domain or Workgroup: x', 'step-changes-domain'],
    ['partitionDisk: { disk: 0 }', 'step-partitions-disks'],
    ['convertMbrToGpt:', 'step-switches-to-uefi'],
    ['applyOperatingSystemImage: {}', 'step-handles-image'],
    ['preProvisionBitLocker:', 'step-needs-winpe'],
    ['connectToNetworkFolder: x', 'step-downloads'],
    ['installSoftwareUpdates: all', 'step-downloads'],
  ])('written as %s: %s, told once and with the reason', async (step, rule) => {
    const { findings } = await lintText(base, around(step));
    expect(findings.map(({ rule: id, code }) => [id, code])).toEqual([[rule, 'SEQUENCE_REFUSED']]);
    expect(findings[0]!.hint).toMatch(/\. .+/);
  });

  it('that says it runs in WinPE is refused, beside what the schema says', async () => {
    const { findings } = await lintText(base, around('{ runCommand: a.exe, runIn: WinPE, repeatable: true }'));
    expect(ofRule(findings, 'step-needs-winpe')).toEqual([expect.stringContaining('2:26 steps[0].runIn ')]);
  });

  it('whose name is only mistyped is told so', async () => {
    const { findings } = await lintText(base, around('{ runComand: a }'));
    expect(findings.map(({ code, hint }) => [code, hint])).toEqual([
      ['SEQUENCE_INVALID', 'Did you mean "runCommand"?'],
    ]);
  });
});
