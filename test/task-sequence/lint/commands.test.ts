import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/tools.js';
import { lintText, rulesOf } from './lint-text.js';

const base = temporaryFolder();

const BEHIND = '  - group: After\n    when: { variable: _SMSTSSetupRollback, notEquals: "true" }\n    steps:\n';

/** The rules that a step behind the upgrade breaks. */
async function rulesFor(step: string): Promise<string[]> {
  const { findings } = await lintText(base, `steps:\n  - upgrade:\n  - restart:\n${BEHIND}      - ${step}\n`);
  return rulesOf(findings);
}

const command = (text: string) => rulesFor(`{ runCommand: ${JSON.stringify(text)}, repeatable: true, package: TOOLS }`);
const script = (text: string) => rulesFor(`{ runPowerShell: ${JSON.stringify(text)}, repeatable: true }`);

describe('command text', () => {
  it.each([
    ['netdom.exe JOIN x /domain:y', 'command-changes-domain'],
    ['cmd /c "netdom remove x"', 'command-changes-domain'],
    ['djoin /requestodj /loadfile a.txt', 'command-changes-domain'],
    ['net1 localgroup Administratoren x /add', 'command-changes-administrators'],
    ['net.exe localgroup "Administrateurs" x /delete', 'command-changes-administrators'],
    ['net user Administrator /active:yes', 'command-changes-administrators'],
    ['cmd /c format D: /q', 'command-partitions-disks'],
    ['convert.exe D: /fs:ntfs', 'command-partitions-disks'],
    ['"C:\\Dell\\cctk.exe" --bootmode=uefi', 'command-switches-to-uefi'],
    ['bootrec /fixmbr', 'command-changes-boot'],
    ['bcdedit /set {default} recoveryenabled no', 'command-changes-boot'],
    ['dism /image:C: /set-uilang:de-DE', 'command-changes-language'],
    ['dism.exe /capture-image /imagefile:a.wim', 'command-handles-image'],
    ['C:\\Windows\\System32\\Sysprep\\sysprep.exe /generalize', 'command-handles-image'],
    ['imagex /apply a.wim 1 C:', 'command-handles-image'],
    ['wpeinit', 'command-needs-winpe'],
    ['reagentc /boottore', 'command-needs-winpe'],
    ['X:\\sms\\bin\\x64\\a.exe', 'command-needs-winpe'],
    ['loadstate C:\\s', 'command-moves-user-state'],
    ['shutdown -r -t 0', 'command-restarts'],
    ['wusa a.msu /quiet', 'command-restarts'],
    ['msiexec /i a.msi /quiet', 'command-restarts'],
    ['cmd /c set /p x=?', 'command-waits-for-person'],
    ['xcopy \\\\server\\share\\x C:\\x', 'command-needs-network'],
    ['cmd /c net use Z: %Share%', 'command-needs-network'],
    ['winget install x', 'command-needs-network'],
    ['slmgr /ipk VK7JG-NPHTM-C97JM-9MPGT-3V66T', 'command-holds-secret'],
    ['net user bob hunter2 /add', 'command-holds-secret'],
    ['a.exe -Password hunter2', 'command-holds-secret'],
    ['setup.exe PASSWORD=hunter2', 'command-holds-secret'],
    ['a.exe > C:\\a.log', 'command-needs-shell'],
    ['a.exe && b.exe', 'command-needs-shell'],
    ['del C:\\a', 'command-needs-shell'],
  ])('%s: %s', async (text, rule) => {
    expect(await command(text)).toContain(rule);
  });

  it.each([
    'msiexec /x {0F1A0000-0000-0000-0000-000000000000} /qn REBOOT=ReallySuppress',
    'wusa a.msu /quiet /norestart',
    'setup.exe /S /v"/qn"',
    'reg add HKLM\\SOFTWARE\\X /v Format /d "a > b && c" /f',
    'pnputil /add-driver *.inf /subdirs /install',
    'dism /online /import-defaultappassociations:a.xml',
    'powershell -NoProfile -ExecutionPolicy Bypass -File a.ps1',
    'net localgroup "Remote Desktop Users" bob /add',
    'net stop Spooler',
    'cmd /c copy a b && del a',
    'a.cmd /password:%AdminPassword%',
    'robocopy \\\\?\\C:\\a C:\\b',
    'SetupDiag.exe /Output:"%_SMSTSLogPath%\\SetupDiagResults.log"',
    'information.exe /format:x',
    'remove.cmd /quiet',
  ])('%s is nothing to be told', async (text) => {
    expect(await command(text)).toEqual([]);
  });

  it.each([
    ['Add-Computer -DomainName x', ['command-changes-domain']],
    ['# diskpart\nGet-Disk | Clear-Disk', ['command-partitions-disks']],
    ['Add-LocalGroupMember -SID S-1-5-32-544 -Member x', ['command-changes-administrators']],
    ['Suspend-BitLocker -MountPoint C: -RebootCount 0', ['bitlocker-not-resumed']],
    ['Suspend-BitLocker -MountPoint C: -RebootCount 2', []],
    ["ConvertTo-SecureString 'hunter2' -AsPlainText", ['command-holds-secret']],
    ['$p = Read-Host', ['command-waits-for-person']],
    ['Restart-Computer -Force', ['command-restarts']],
    ['Get-ChildItem | % { $_.Name } # %a%', []],
    [`Write-Host "\${env:TEMP}" > a.txt`, []],
  ])('in a script: %s', async (text, rules) => {
    expect(await script(text)).toEqual(rules);
  });

  it('says where in the script it stands, and never shows the secret', async () => {
    const text = `steps:\n  - upgrade:\n  - restart:\n${BEHIND}      - runPowerShell: |\n          a\n          # diskpart\n          diskpart /s hunter2\n          b -Password hunter2\n        repeatable: true\n`;
    const { findings } = await lintText(base, text);
    expect(findings.map(({ message, where }) => `${where?.line} ${message}`)).toEqual([
      '7 The command partitions, formats or converts disks: "diskpart" (line 3 of the script)',
      '7 The command seems to hold a password or key (line 4 of the script)',
    ]);
    expect(JSON.stringify(findings)).not.toContain('hunter2');
  });

  it('is looked at where a package is installed, and is not where the step is disabled', async () => {
    expect(await rulesFor('{ installApplication: [OFFICE, BAD], repeatable: true }')).toEqual([
      'command-partitions-disks',
    ]);
    expect(await rulesFor('{ installPackage: { package: TOOLS, program: sysprep }, repeatable: true }')).toEqual([
      'command-handles-image',
    ]);
    expect(await rulesFor('{ runCommand: diskpart, disabled: true }')).toEqual([]);
    expect(await rulesFor('{ group: g, disabled: true, steps: [{ runCommand: diskpart }] }')).toEqual([]);
  });
});
