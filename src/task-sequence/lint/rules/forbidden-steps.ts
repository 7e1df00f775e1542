/**
 * Steps that ConfigMgr and MDT have and an in-place upgrade may not contain. The language has none of them: they are found
 * where a person has written one all the same, or where an import has left one for review.
 */
import { type Hit, type LintRule, PAGES, type RuleSource } from '../rule.js';
import { type LintSequence, type LintStep, textField } from '../sequence.js';

interface Forbidden {
  readonly id: string;
  /** what the step does, behind "The step" */
  readonly does: string;
  readonly reason: string;
  readonly hint: string;
  readonly source: RuleSource;
  /** names of the step in lower case and letters only: ConfigMgr's class without SMS_TaskSequence_ and Action, and what people write */
  readonly names: readonly string[];
}

const seed = (says: string): RuleSource => ({ page: PAGES.seed, says });
const OTHER_MEDIA = 'Do it by other means before or after the upgrade';

const FORBIDDEN: readonly Forbidden[] = [
  {
    id: 'step-changes-domain',
    does: 'changes the domain or workgroup',
    reason:
      'An upgrade keeps the domain membership; changing it in between leaves accounts and policies that do not fit.',
    hint: OTHER_MEDIA,
    source: seed('Changing the domain membership is not compatible with an in-place upgrade'),
    names: [
      'joindomain',
      'joinworkgroup',
      'joindomainworkgroup',
      'joindomainorworkgroup',
      'leavedomain',
      'applynetworksettings',
      'capturenetworksettings',
      'bddrecoverdomainjoin',
      'recoverdomainjoin',
    ],
  },
  {
    id: 'step-changes-administrators',
    does: 'changes local administrators',
    reason: 'An upgrade keeps local accounts; settings of a new installation do not apply to it.',
    hint: OTHER_MEDIA,
    source: seed('Updating the local Administrators group is not compatible with an in-place upgrade'),
    names: ['applywindowssettings', 'capturewindowssettings', 'localadministrators', 'addlocaladministrator'],
  },
  {
    id: 'step-partitions-disks',
    does: 'partitions, formats or converts disks',
    reason: 'An upgrade keeps the volumes with everything on them.',
    hint: 'Partition disks only where Windows is installed anew',
    source: seed('Partitioning disks is not compatible with an in-place upgrade'),
    names: ['partitiondisk', 'formatandpartitiondisk', 'formatdisk', 'convertdisk', 'partition', 'diskpart'],
  },
  {
    id: 'step-switches-to-uefi',
    does: 'switches the machine to UEFI',
    reason: 'The installed Windows boots as it was installed; a switch of the firmware needs another partition table.',
    hint: 'Switch with the tool of the manufacturer and MBR2GPT when the upgrade is done',
    source: seed('Implementing UEFI is not compatible with an in-place upgrade'),
    names: ['tsuefidrive', 'convertmbrtogpt', 'mbrgpt', 'switchtouefi', 'uefi'],
  },
  {
    id: 'step-changes-language',
    does: 'changes the language of Windows',
    reason: 'Windows Setup keeps applications and data only when the base language stays.',
    hint: 'Take media in the base language of the machines',
    source: seed('Modifying the base language of Windows is not compatible with an in-place upgrade'),
    names: [
      'installlanguagepacks',
      'bddinstalllanguagepacks',
      'bddinstalllanguagepacksonline',
      'setlanguage',
      'language',
    ],
  },
  {
    id: 'step-handles-image',
    does: 'applies or captures an image',
    reason:
      'An upgrade is what Windows Setup does with Microsoft’s own image; an image that is applied replaces everything.',
    hint: 'Write "- upgrade: {}"',
    source: seed('Custom base images are not compatible with an in-place upgrade'),
    names: [
      'applyoperatingsystem',
      'applyoperatingsystemimage',
      'applyosimage',
      'applydataimage',
      'applyimage',
      'capturesystemimage',
      'captureoperatingsystemimage',
      'captureimage',
      'prepareos',
      'preparewindowsforcapture',
      'prepareconfigmgrclientforcapture',
      'preparesmsclient',
      'installdeploytools',
      'sysprep',
      'bddinstallos',
    ],
  },
  {
    id: 'step-needs-winpe',
    does: 'works in WinPE only',
    reason: 'An upgrade runs in the installed Windows; nothing of it starts WinPE.',
    hint: 'Drivers go to the upgrade as "drivers"; for the rest find a way in the running Windows',
    source: seed('Operations that run offline in WinPE are not compatible with an in-place upgrade'),
    names: [
      'autoapplydrivers',
      'autoapply',
      'applydriverpackage',
      'setupwindowsandsms',
      'setupwindowsandconfigmgr',
      'offlineenablebitlocker',
      'preprovisionbitlocker',
      'bddinstallupdatesoffline',
      'bddinstalllanguagepacksoffline',
      'bddinjectdrivers',
    ],
  },
  {
    id: 'step-moves-user-state',
    does: 'captures or restores user state',
    reason: 'An upgrade keeps user data and settings where they are.',
    hint: 'Remove the step',
    source: seed('The upgrade keeps applications, settings and user data'),
    names: [
      'captureuserstate',
      'restoreuserstate',
      'requeststatestore',
      'releasestatestore',
      'capturegroups',
      'restoregroups',
      'userstate',
    ],
  },
  {
    id: 'step-downloads',
    does: 'needs a network or a site server',
    reason: 'The media is made for machines without a network: everything must be on it.',
    hint: 'Put the files into a package of media.yaml; .msu and .cab files are installed by "installUpdates"',
    source: {
      page: PAGES.media,
      says: 'Stand-alone media does not support Download Package Content, software updates from a server, or content that is found dynamically',
    },
    names: [
      'downloadpackagecontent',
      'downloadcontent',
      'download',
      'installupdate',
      'installsoftwareupdates',
      'connectnetworkfolder',
      'connecttonetworkfolder',
    ],
  },
];

const REVIEW: LintRule = {
  id: 'review-step',
  severity: 'refusal',
  family: 'forbidden',
  reason: 'What an import could not translate does nothing: a person must say what belongs in its place.',
  hint: 'Replace it by a step, or remove it',
  source: { page: PAGES.inplace, says: 'An import keeps what it does not understand for a person to look at' },
  find: ({ steps }) =>
    steps
      .filter((step) => step.type === 'review' && !FORBIDDEN.some((entry) => isNamed(entry, reviewType(step))))
      .map((step) => ({ message: 'This step still needs a person', step, at: ['review'], key: true })),
};

const RESTART_TO_WINPE: LintRule = {
  id: 'restart-to-winpe',
  severity: 'refusal',
  family: 'forbidden',
  reason: 'An upgrade runs in the installed Windows; a restart into WinPE never comes back to the sequence.',
  hint: 'Write "- restart:", which restarts into the installed Windows',
  source: seed('The restart after the upgrade goes to the currently installed default operating system'),
  find: ({ steps }) =>
    steps.flatMap((step) => {
      if (step.type !== 'restart') return [];
      const key = RESTART_TARGETS.find((name) => isWinPe(textField(step, 'restart', name)));
      return key === undefined ? [] : [{ message: 'The restart goes to WinPE', step, at: ['restart', key], key: true }];
    }),
};

const RESTART_TARGETS = ['to', 'target', 'Target', 'bootImage', 'into'];

function isWinPe(text: string | undefined): boolean {
  return text !== undefined && /^(?:winpe|pe|bootimage|boot\.wim|yes|true)$/i.test(text.replaceAll(/[ _-]/g, ''));
}

export const forbiddenStepRules: readonly LintRule[] = [
  ...FORBIDDEN.map(
    (entry): LintRule => ({
      id: entry.id,
      severity: 'refusal',
      family: 'forbidden',
      reason: entry.reason,
      hint: entry.hint,
      source: entry.source,
      find: (sequence) => find(sequence, entry),
    }),
  ),
  RESTART_TO_WINPE,
  REVIEW,
];

function find({ steps }: LintSequence, entry: Forbidden): readonly Hit[] {
  return steps.flatMap((step): Hit[] => {
    const message = `The step ${entry.does}, which an in-place upgrade cannot contain`;
    if (step.type === 'review') {
      return isNamed(entry, reviewType(step)) ? [{ message, step, at: ['review'], key: true }] : [];
    }
    if (entry.id === 'step-needs-winpe' && isWinPe(textField(step, 'runIn'))) {
      return [{ message, step, at: ['runIn'], key: true }];
    }
    if (step.type !== undefined) return [];
    const key = Object.keys(step.value).find((name) => isNamed(entry, name));
    return key === undefined ? [] : [{ message, step, at: [key], key: true }];
  });
}

function reviewType(step: LintStep): string {
  return textField(step, 'review', 'type') ?? '';
}

/** `SMS_TaskSequence_PartitionDiskAction`, `BDD_InstallOS`, `Format and Partition Disk`, `partitionDisk`. */
function isNamed({ names }: Forbidden, name: string): boolean {
  if (name.length > 100) return false;
  const plain = name
    .toLowerCase()
    .replace(/^sms_tasksequence_/, '')
    .replace(/action$/, '')
    .replaceAll(/[^a-z]/g, '');
  return names.includes(plain);
}
