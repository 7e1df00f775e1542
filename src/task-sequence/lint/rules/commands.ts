/**
 * Command text that does what an in-place upgrade may not contain. Text can be read in many ways, so that this is advice:
 * a person looks at it and acknowledges it. Patterns have no unbounded gaps: hostile text is searched in linear time.
 */
import { quoteValue } from '../../../yaml/product-keys.js';
import { type Hit, type LintRule, PAGES, type RuleSource } from '../rule.js';
import type { LintSequence } from '../sequence.js';
import { commandTexts } from '../texts.js';

interface TextRule {
  readonly id: string;
  /** behind "The command" */
  readonly does: string;
  readonly reason: string;
  readonly hint?: string;
  readonly source: RuleSource;
  /** what is shown of the text is the match: it must not reach into what may be secret */
  readonly patterns: readonly RegExp[];
}

const ACKNOWLEDGE = 'Do it by other means before or after the upgrade; acknowledge the rule where it does no harm';

const seed = (says: string): RuleSource => ({ page: PAGES.seed, says });

const TEXT_RULES: readonly TextRule[] = [
  {
    id: 'command-changes-domain',
    does: 'changes the domain or workgroup',
    reason:
      'An upgrade keeps the domain membership; changing it in between leaves accounts and policies that do not fit.',
    source: seed('Changing the domain membership is not compatible with an in-place upgrade'),
    patterns: [
      /\bnetdom(?:\.exe)?["']?\s+(?:join|add|move|remove)\b/i,
      /\b(?:Add|Remove)-Computer\b/i,
      /\bdjoin(?:\.exe)?["']?\s+\//i,
      /\b(?:Join|Unjoin)DomainOrWorkgroup\b/i,
    ],
  },
  {
    id: 'command-changes-administrators',
    does: 'changes local administrators',
    reason: 'An upgrade keeps local accounts; who may administer the machine is no matter of an upgrade.',
    source: seed('Updating the local Administrators group is not compatible with an in-place upgrade'),
    patterns: [
      // the group has another name in other languages: Administratoren, Administrateurs, Järjestelmänvalvojat
      /\bnet1?(?:\.exe)?["']?\s+localgroup\s+"?(?:admin|amministr|järj|rendszerg|rendszergaz|%)\w{0,20}"?(?=.{0,300}\/(?:add|del))/i,
      /\b(?:Add|Remove)-LocalGroupMember\b/i,
      /\bnet1?(?:\.exe)?["']?\s+user\s+"?admin\w{0,20}/i,
      /\bS-1-5-32-544\b/i,
    ],
  },
  {
    id: 'command-partitions-disks',
    does: 'partitions, formats or converts disks',
    reason: 'An upgrade keeps the volumes with everything on them.',
    source: seed('Partitioning disks is not compatible with an in-place upgrade'),
    patterns: [
      /\bdiskpart(?:\.exe)?\b/i,
      /\b(?:Clear-Disk|Initialize-Disk|Set-Disk|(?:New|Remove|Resize|Set)-Partition|Format-Volume)\b/i,
      /(?:^|[\s&|("])format(?:\.com)?\s+[a-z]:/i,
      /\bconvert(?:\.exe)?\s+[a-z]:\s*\/fs/i,
    ],
  },
  {
    id: 'command-switches-to-uefi',
    does: 'switches the machine to UEFI',
    reason: 'The installed Windows boots as it was installed; firmware and partition table must be switched together.',
    hint: 'Only after the upgrade, together with the tool of the manufacturer; acknowledge it there',
    source: {
      page: PAGES.upgrade,
      says: 'MBR2GPT may follow in post-processing, together with the firmware tool of the manufacturer and a restart',
    },
    patterns: [
      /\bmbr2gpt(?:\.exe)?\b/i,
      /\bgptgen(?:\.exe)?\b/i,
      /\b(?:cctk|biosconfigutility(?:64)?|thinkbiosconfig|wfubios)(?:\.exe)?\b(?=.{0,300}(?:uefi|secure-?boot|legacy|bootmode))/i,
    ],
  },
  {
    id: 'command-changes-boot',
    does: 'changes how the machine boots',
    reason: 'Windows Setup writes the boot files and entries itself, and the way back needs those that are there.',
    source: seed('Fundamental changes of the machine are not compatible with an in-place upgrade'),
    patterns: [
      /\b(?:bcdboot|bootrec|bootsect)(?:\.exe)?\b/i,
      /\bbcdedit(?:\.exe)?["']?\s+\/(?:set|delete|create|default|import)\b/i,
    ],
  },
  {
    id: 'command-changes-language',
    does: 'changes the language of Windows',
    reason: 'Windows Setup keeps applications and data only when the base language stays.',
    source: seed('Modifying the base language of Windows is not compatible with an in-place upgrade'),
    patterns: [
      /\blpksetup(?:\.exe)?\b/i,
      /\bdism(?:\.exe)?["']?\s(?=.{0,300}\/set-(?:uilang|allintl|syslocale|skuintldefaults))/i,
      /\b(?:Install-Language|Set-SystemPreferredUILanguage)\b/i,
    ],
  },
  {
    id: 'command-handles-image',
    does: 'applies, captures or generalizes an image',
    reason:
      'An upgrade is what Windows Setup does with Microsoft’s own image; an image that is applied replaces everything.',
    source: seed('Custom base images are not compatible with an in-place upgrade'),
    patterns: [
      /\bdism(?:\.exe)?["']?\s(?=.{0,300}\/(?:apply|capture|append)-(?:image|ffu|customdataimage))/i,
      /\b(?:Expand-WindowsImage|New-WindowsImage|Add-WindowsImage)\b/i,
      /\b(?:imagex|wimlib-imagex|wimapply|wimcapture)(?:\.exe)?\b/i,
      /\bsysprep(?:\.exe)?\b/i,
    ],
  },
  {
    id: 'command-needs-winpe',
    does: 'belongs to WinPE',
    reason: 'An upgrade runs in the installed Windows; nothing of it starts WinPE.',
    source: seed('Operations that run offline in WinPE are not compatible with an in-place upgrade'),
    patterns: [
      /\b(?:wpeutil|wpeinit|winpeshl|drvload)(?:\.exe)?\b/i,
      /\breagentc(?:\.exe)?["']?\s+\/boottore\b/i,
      /(?:^|[\s"'=])X:\\(?:windows|sources|sms)\b/i,
    ],
  },
  {
    id: 'command-moves-user-state',
    does: 'captures or restores user state',
    reason: 'An upgrade keeps user data and settings where they are; restoring them doubles or overwrites them.',
    source: seed('The upgrade keeps applications, settings and user data'),
    patterns: [/\b(?:scanstate|loadstate)(?:\.exe)?\b/i],
  },
  {
    id: 'command-starts-setup',
    does: 'starts Windows Setup',
    reason: 'Only the upgrade step waits for Windows Setup, understands its result and survives a rollback.',
    hint: 'Write "- upgrade: {}"',
    source: seed('The upgrade step is the only one that a sequence must have'),
    patterns: [/\/auto["']?\s+upgrade\b/i, /\bsetup(?:prep|host)\.exe\b/i],
  },
  {
    id: 'command-decrypts-disk',
    does: 'switches disk encryption off',
    reason: 'Decrypting takes hours and leaves the disk open; an upgrade needs protection to be suspended only.',
    hint: 'Remove it: Windows Setup suspends BitLocker by itself, and "- disableBitLocker:" suspends it earlier',
    source: { page: PAGES.upgrade, says: 'Windows Setup suspends BitLocker by itself' },
    patterns: [/\bmanage-bde(?:\.exe)?["']?\s+-off\b/i, /\bDisable-BitLocker\b/i],
  },
  {
    id: 'command-restarts',
    does: 'restarts or shuts down the machine',
    reason:
      'The sequence learns nothing of a restart that a command makes by itself, and runs the command again after it.',
    hint: 'Let the command end with 3010 (msiexec and wusa: /norestart), or write "- restart:" behind it',
    source: {
      page: PAGES.steps,
      says: 'A command must not restart the computer itself; exit code 3010 asks for a restart',
    },
    patterns: [
      /\bshutdown(?:\.exe)?["']?\s(?=.{0,100}[-/](?:r|s|g|sg|p|o|h)\b)/i,
      /\b(?:Restart-Computer|Stop-Computer)\b/i,
      // a quiet msiexec restarts without a question
      /\bmsiexec(?:\.exe)?["']?\s(?=.{0,600}[-/](?:q[nb]?|quiet)\b)(?!.{0,600}(?:norestart|REBOOT\s*=\s*"?R))/i,
      /\bwusa(?:\.exe)?["']?\s(?=.{0,600}\/quiet\b)(?!.{0,600}\/norestart\b)/i,
    ],
  },
  {
    id: 'command-waits-for-person',
    does: 'waits for a person',
    reason: 'Steps run as Local System, where nobody sees a question: the sequence waits for ever.',
    hint: 'Use the quiet switch of the program, and give the step a "timeout"',
    source: { page: PAGES.steps, says: 'Programs run as Local System and must be silent' },
    patterns: [
      /^\s*@?pause\s*$/i,
      /\bset\s+\/p\b/i,
      /\bRead-Host\b/i,
      /\bchoice(?:\.exe)?\s(?!.{0,200}\/t\b)/i,
      /\bmsiexec(?:\.exe)?["']?\s+[-/](?:i|x|package|uninstall)\b(?!.{0,600}[-/](?:q|quiet|passive))/i,
      /\bMessageBox\b/i,
    ],
  },
  {
    id: 'command-needs-network',
    does: 'needs a network',
    reason: 'The media is made for machines without a network: what a step needs must be on it.',
    hint: 'Put the files into a package of media.yaml',
    source: { page: PAGES.media, says: 'Stand-alone media carries everything and is used where there is no network' },
    patterns: [
      /\b(?:https?|ftp):\/\//i,
      /(?:^|[\s"'=])\\\\(?![.?]\\)(?!localhost\\)[\w.-]{1,64}\\/i,
      /\bnet1?(?:\.exe)?["']?\s+use\b/i,
      /\b(?:Invoke-WebRequest|Invoke-RestMethod|Start-BitsTransfer|Install-Module|DownloadFile|DownloadString)\b/i,
      /\b(?:bitsadmin|winget|choco|usoclient|wuauclt)(?:\.exe)?\b/i,
    ],
  },
];

export const commandRules: readonly LintRule[] = TEXT_RULES.map(
  ({ id, reason, hint = ACKNOWLEDGE, source, ...rule }): LintRule => ({
    id,
    severity: 'advice',
    family: 'commands',
    reason,
    hint,
    source,
    find: (sequence) => findText(sequence, rule),
  }),
);

/** One hit for each line that does it. */
function findText(sequence: LintSequence, { does, patterns }: Pick<TextRule, 'does' | 'patterns'>): readonly Hit[] {
  return sequence.steps.flatMap((step) => {
    if (!step.enabled) return [];
    return commandTexts(step, sequence).flatMap(({ text, at, where }): Hit[] => {
      const found = patterns.map((pattern) => pattern.exec(text)?.[0]).find((match) => match !== undefined);
      return found === undefined ? [] : [{ message: `The command ${does}: ${shown(found)}${where}`, step, at }];
    });
  });
}

function shown(match: string): string {
  return quoteValue(match.replace(/^[\s&|("'=]+/, '').trim());
}
