/** What single steps become: one case for each rule of the translation (facts/configmgr.md, B.6, D.3, D.4). */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { REFUSED, TRANSLATIONS, typeKey } from '../../../src/task-sequence/import/steps/table.js';
import type { StepYaml } from '../../../src/task-sequence/schema.js';
import { importSteps, packedScript, stepXml, unnamed } from '../../support/import.js';

/** The steps that a step of an export becomes, what was said of the last, and everything else. */
async function become(xml: string, version?: string) {
  const result = await importSteps(xml, version);
  const steps = (parse(result.yaml) as { steps: StepYaml[] }).steps.map(unnamed);
  const last = result.sequences[0]!.steps.at(-1)!;
  return { ...result, steps, last, step: steps.at(-1)! };
}

const command = { CommandLine: 'a.exe' };

describe('a step becomes', () => {
  it.each<[string, string, StepYaml]>([
    ['a command', stepXml('RunCommandLineAction', command), { runCommand: 'a.exe' }],
    ['the command of its action', '<step name="A step"><action>a.exe /x</action></step>', { runCommand: 'a.exe /x' }],
    [
      'success codes that are not the usual ones',
      stepXml('RunCommandLineAction', command, 'successCodeList="0,1641 0x10"'),
      { runCommand: 'a.exe', successCodes: [0, 1641, 16] },
    ],
    [
      'no success codes where they are the usual ones',
      stepXml('RunCommandLineAction', command, 'successCodeList="3010 0"'),
      { runCommand: 'a.exe' },
    ],
    [
      'a time limit in minutes',
      stepXml('RunCommandLineAction', command, 'timeout="900"'),
      { runCommand: 'a.exe', timeout: '15 min' },
    ],
    ['no time limit for 0', stepXml('RunCommandLineAction', command, 'timeout="0"'), { runCommand: 'a.exe' }],
    ['retries', stepXml('RunCommandLineAction', command, 'retryCount="3"'), { runCommand: 'a.exe', retry: 3 }],
    [
      'what continues on error and is disabled',
      stepXml('RunCommandLineAction', command, 'continueOnError="TRUE" disable="1" description="d"'),
      { runCommand: 'a.exe', description: 'd', continueOnError: true, disabled: true },
    ],
    [
      'a script of a package',
      stepXml('RunPowerShellScriptAction', {
        OSDRunPowerShellScriptScriptName: 'x.ps1',
        OSDRunPowerShellScriptPackageID: 'ABC00001',
        OSDRunPowerShellScriptExecutionPolicy: 'Bypass',
      }),
      { runPowerShell: { file: 'x.ps1' }, package: 'ABC00001' },
    ],
    [
      'a script that must be signed where nothing is said',
      stepXml('RunPowerShellScriptAction', { ScriptName: 'x.ps1', PackageID: 'ABC00001' }),
      { runPowerShell: { file: 'x.ps1', executionPolicy: 'allSigned' }, package: 'ABC00001' },
    ],
    [
      'a variable',
      stepXml('SetVariableAction', { VariableName: 'Ring', VariableValue: 'pilot' }),
      { setVariable: { name: 'Ring', value: 'pilot' } },
    ],
    [
      'a variable that its action names',
      '<step type="SMS_TaskSequence_SetVariableAction"><action>tsenv.exe "Ring=a=b" /hiddenflag:False</action></step>',
      { setVariable: { name: 'Ring', value: 'a=b' } },
    ],
    [
      'a hidden variable that names another',
      stepXml('SetVariableAction', { VariableName: 'Pin', VariableValue: '%Other%', DoNotShowVariableValue: 'true' }),
      { setVariable: { name: 'Pin', value: '%Other%', secret: true } },
    ],
    ['a restart', stepXml('RebootAction', { SMSRebootTarget: 'HD', SMSRebootTimeout: '60' }), { restart: {} }],
    [
      'a restart at once',
      stepXml('RebootAction', { SMSRebootTimeout: '0', SMSRebootMessage: 'now' }),
      { restart: { message: 'now', delay: '0 s' } },
    ],
    [
      'an upgrade',
      stepXml('UpgradeOperatingSystemAction', {
        OSDUpgradeInstallEditionIndex: '1',
        OSDUpgradeIgnoreMessages: 'false',
      }),
      { upgrade: {} },
    ],
    [
      'a scan',
      stepXml('UpgradeOperatingSystemAction', { ScanOnly: 'true', DriverPackageID: 'ABC00007' }),
      { upgrade: { scanOnly: true, drivers: 'ABC00007' } },
    ],
    [
      'BitLocker off until it is resumed',
      stepXml('DisableBitLockerAction', { OSDBitLockerRebootCount: '0' }),
      { disableBitLocker: { restarts: 'untilResumed' } },
    ],
    ['BitLocker off for one restart', stepXml('DisableBitLockerAction', {}), { disableBitLocker: {} }],
    ['BitLocker on again', stepXml('EnableBitLockerAction', { OSDBitLockerMode: 'TPM' }), { enableBitLocker: {} }],
    [
      'an application that may run again after an unexpected restart',
      stepXml(
        'InstallApplicationAction',
        { ApplicationName: 'App_1', RetryCount: '2' },
        'retryCount="2" successCodeList="0"',
      ),
      { installApplication: 'A-STEP', repeatable: true },
    ],
    [
      'readiness with nothing of its own',
      stepXml('PrestartCheckAction', { OSDCheckMemory: 'false', OSDMemory: '1024' }),
      { checkReadiness: {} },
    ],
    [
      'readiness in GB and MB',
      stepXml('PrestartCheckAction', {
        CheckMemory: 'true',
        Memory: '2048',
        CheckFreeDiskSpace: 'true',
        FreeDiskSpace: '1500',
        CheckOSArchitecture: 'true',
        OSArchitecture: '32',
      }),
      { checkReadiness: { memory: '2 GB', freeSpace: '1500 MB', operatingSystem: { architecture: 'x86' } } },
    ],
  ])('%s', async (_, xml, wanted) => {
    const { step, last } = await become(xml);
    expect(step).toEqual(wanted);
    expect(last.outcome).not.toBe('review');
  });
});

describe('a step is left for review, word for word, with the reason:', () => {
  it.each<[string, string, RegExp]>([
    [
      'another account',
      stepXml('RunCommandLineAction', { ...command, RunAsUser: 'true' }),
      /Runs as another user|runs as another user/,
    ],
    ['no command', stepXml('RunCommandLineAction', {}), /no command line/],
    [
      'a package found when it runs',
      stepXml('RunCommandLineAction', { ...command, PackageID: '%P01%' }),
      /known only when it runs/,
    ],
    ['success codes that are none', stepXml('RunCommandLineAction', command, 'successCodeList="ok"'), /"ok"/],
    ['a time limit that is none', stepXml('RunCommandLineAction', command, 'timeout="soon"'), /"soon"/],
    [
      'an output variable that cannot be one',
      stepXml('RunCommandLineAction', { ...command, OutputVariableName: '_X' }),
      /read-only/,
    ],
    [
      'a command that is too long',
      stepXml('RunCommandLineAction', { CommandLine: 'x'.repeat(32_001) }),
      /32000 characters/,
    ],
    ['no script', stepXml('RunPowerShellScriptAction', {}), /holds no script/],
    [
      'a script that is neither text nor base64',
      stepXml('RunPowerShellScriptAction', { SourceScript: '*/*', ExecutionPolicy: 'Bypass' }),
      /neither text nor base64/,
    ],
    [
      'half a character',
      stepXml('RunPowerShellScriptAction', { SourceScript: '//4A', ExecutionPolicy: 'Bypass' }),
      /not the text/,
    ],
    [
      'an execution policy that is unknown',
      stepXml('RunPowerShellScriptAction', { ScriptName: 'x', PackageID: 'A', ExecutionPolicy: 'Maybe' }),
      /"Maybe"/,
    ],
    [
      'a value that is too long',
      stepXml('SetVariableAction', { VariableName: 'A', VariableValue: 'x'.repeat(4001) }),
      /4000 characters/,
    ],
    [
      'a name that cannot be one',
      stepXml('SetVariableAction', { VariableName: 'A B', VariableValue: 'x' }),
      /not a name/,
    ],
    ['no rules', stepXml('SetDynamicVariablesAction', {}), /no rules/],
    ['rules that cannot be read', stepXml('SetDynamicVariablesAction', { Rules: '<Rules><Rule>' }), /cannot be read/],
    [
      'a rule with what nobody knows',
      stepXml('SetDynamicVariablesAction', { Rules: '<Rules><Rule><Moon/></Rule></Rules>' }),
      /"moon"/,
    ],
    ['Windows PE', stepXml('RunCommandLineAction', command, 'runIn="WinPE"'), /Windows PE/],
    ['a restart into Windows PE', stepXml('RebootAction', { Target: 'WinPE' }), /Windows PE/],
    ['a feature update', stepXml('UpgradeOperatingSystemAction', { FeatureUpdateID: '1' }), /feature update/],
    ['too many restarts without BitLocker', stepXml('DisableBitLockerAction', { RebootCount: '16' }), /0 to 15/],
    ['a limit that is no number', stepXml('PrestartCheckAction', { CheckMemory: 'true', Memory: 'much' }), /"much"/],
    [
      'a language that is unknown',
      stepXml('PrestartCheckAction', { CheckOSLanguageID: 'true', OSLanguageID: '9' }),
      /"9"/,
    ],
    [
      'a list of applications',
      stepXml('InstallApplicationAction', { BaseVariableName: 'APP' }),
      /known only when it runs/,
    ],
    ['a child that is not there', stepXml('SubTasksequence', { TsPackageID: 'ABC00009' }), /not in this export/],
    ['a type of tomorrow', stepXml('TomorrowAction', {}), /Tomorrow/],
    ['a part that nobody knows', '<step type="SMS_TaskSequence_RebootAction"><moon/></step>', /"moon"/],
    ['a script of MDT', '<step><action>cscript.exe "%SCRIPTROOT%\\ZTIGather.wsf"</action></step>', /ZTIGather/],
    ['a file of the deployment share', '<step><action>"%DEPLOYROOT%\\a.exe"</action></step>', /%DEPLOYROOT%/],
  ])('%s', async (_, xml, reason) => {
    const { step, last } = await become(xml);
    expect([last.outcome, last.notes[0]]).toEqual(['review', expect.stringMatching(reason)]);
    expect(step.review).toMatchObject({ reason: expect.stringMatching(reason), source: expect.any(String) });
    const inside = xml.length < 8000 ? xml : xml.slice(0, 400);
    expect(step.review!.source).toContain(inside);
  });

  it.each([...REFUSED.keys()])('the type %s', async (type) => {
    const xml = `<step type="${type.startsWith('bdd_') ? '' : 'SMS_TaskSequence_'}${type}Action" name="n" disable="true"/>`;
    const { step } = await become(xml);
    expect(step).toMatchObject({ disabled: true, review: { source: xml } });
  });
});

/** facts/configmgr.md, D.3, D.4 and L. */
const FACTS = `RunCommandLineAction RunPowerShellScriptAction SetVariableAction SetDynamicVariablesAction PrestartCheckAction
RebootAction UpgradeOperatingSystemAction InstallSoftwareAction InstallApplicationAction InstallUpdateAction
DownloadPackageContentAction ConnectNetworkFolderAction EnableBitLockerAction DisableBitLockerAction SubTasksequence
JoinDomainWorkgroupAction PartitionDiskAction ConvertDiskAction OfflineEnableBitLockerAction ApplyOperatingSystemAction
ApplyDataImageAction SetupWindowsAndSMSAction AutoApplyAction ApplyDriverPackageAction PrepareOSAction
PrepareSMSClientAction InstallDeployToolsAction CaptureSystemImageAction CaptureUserStateAction RestoreUserStateAction
RequestStateStoreAction ReleaseStateStoreAction CaptureNetworkSettingsAction ApplyNetworkSettingsAction
CaptureWindowsSettingsAction ApplyWindowsSettingsAction BDD_UsePackage BDD_Gather BDD_Validate BDD_RunPowerShellAction
BDD_InstallLanguagePacksOffline BDD_InstallLanguagePacksOnline BDD_InstallRoles BDD_UninstallRoles BDD_ConfigureADDS
BDD_ConfigureDNS BDD_ConfigureDHCP BDD_InstallUpdatesOffline BDD_ExecuteRunbook BDD_InjectDrivers BDD_InstallOS
BDD_InstallApplication BDD_RecoverDomainJoin BDD_UpgradeOS`;

it('knows every type of the facts, each in one way', () => {
  expect([...TRANSLATIONS.keys()].filter((type) => REFUSED.has(type))).toEqual([]);
  const both = new Set([...TRANSLATIONS.keys(), ...REFUSED.keys()]);
  expect(
    FACTS.split(/\s+/)
      .map(typeKey)
      .filter((type) => !both.has(type)),
  ).toEqual([]);
});

describe('a script', () => {
  const run = (text: string) => stepXml('RunPowerShellScriptAction', { SourceScript: text, ExecutionPolicy: 'Bypass' });

  it.each([
    ['UTF-16 with its mark', packedScript('exit 0\r\n')],
    ['UTF-16 without one', Buffer.from('exit 0\r\n', 'utf16le').toString('base64')],
    ['UTF-8', Buffer.from('exit 0\r\n').toString('base64')],
    ['lines of base64', packedScript('exit 0\r\n').replace(/(.{4})/g, '$1\n')],
  ])('is decoded from %s', async (_, source) => {
    expect((await become(run(source))).files.get('s-scripts/A-step.ps1')).toBe('exit 0\r\n');
  });

  it('that is plain text is taken as it is', async () => {
    expect((await become(run('Write-Output (1)'))).files.get('s-scripts/A-step.ps1')).toBe('Write-Output (1)');
  });

  it('is one file for the same text, and another for another text', async () => {
    const { files, steps } = await become(
      run(packedScript('a b')) + run(packedScript('a b')) + run(packedScript('c d')),
    );
    expect([...files.keys()]).toEqual(['s-scripts/A-step.ps1', 's-scripts/A-step-2.ps1', 's.yaml']);
    expect(steps.map(({ runPowerShell }) => (runPowerShell as { file: string }).file)).toEqual([
      'A-step.ps1',
      'A-step.ps1',
      'A-step-2.ps1',
    ]);
  });

  it('whose name would lead out of its folder does not', async () => {
    const xml = run(packedScript('a b')).replace('A step', '..\\..\\..\\evil/../x');
    expect([...(await become(xml)).files.keys()]).toEqual(['s-scripts/evil-x.ps1', 's.yaml']);
  });

  it('that holds a product key is left for review without it, packed and unpacked', async () => {
    const key = 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE';
    const { files, step } = await become(run(packedScript(`slmgr /ipk ${key}`)));
    expect(files.get('s-scripts/A-step.ps1')).toBe('slmgr /ipk ***');
    const packed = /Script">([^<]*)</.exec(step.review!.source)![1]!;
    expect(Buffer.from(packed, 'base64').toString('utf16le')).toBe('\ufeffslmgr /ipk ***');
  });
});

describe('what is not as it was is said', () => {
  it.each([
    [
      'a variable that means nothing here',
      stepXml('RunCommandLineAction', { ...command, Colour: 'red' }),
      'the variable "Colour" ("red") was left out',
    ],
    [
      'a variable given twice',
      '<step><defaultVarList><variable name="CommandLine">a</variable><variable name="CommandLine">b</variable></defaultVarList></step>',
      'the variable "CommandLine" is given twice; the last value was taken',
    ],
    [
      'an attribute that means nothing here',
      stepXml('RebootAction', {}, 'moon="full"'),
      'the attribute "moon" ("full") was left out',
    ],
    ['a time limit of what has none', stepXml('RebootAction', {}, 'timeout="60"'), 'timeout ("60") was left out'],
    [
      'text between the parts',
      '<step type="SMS_TaskSequence_RebootAction">hello</step>',
      'the text "hello" in it was left out',
    ],
    [
      'a long name',
      `<step type="SMS_TaskSequence_RebootAction" name="${'n'.repeat(101)}"/>`,
      'the name was cut to 100 characters',
    ],
  ])('%s', async (_, xml, note) => {
    const { last, yaml } = await become(xml);
    expect(last).toMatchObject({ outcome: 'changed', notes: [note] });
    expect(yaml).toContain(`# Imported: ${note}`);
  });

  it('and a step that is as it was has no comment', async () => {
    const { last, yaml } = await become(stepXml('RunCommandLineAction', command));
    expect([last.outcome, last.notes, yaml.includes('# Imported:')]).toEqual(['understood', [], false]);
  });
});

it('a source that is long is a file beside the YAML', async () => {
  const { files, step } = await become(stepXml('TomorrowAction', { Data: 'x'.repeat(20_000) }));
  expect(files.get('s-review/01-A-step.xml')).toContain('x'.repeat(20_000));
  expect(step.review!.source).toContain('in "s-review/01-A-step.xml"');
});

it('drivers that are found when the sequence runs are a review step before the upgrade', async () => {
  const { steps } = await become(stepXml('UpgradeOperatingSystemAction', { StagedContent: '%D01%' }));
  expect(steps).toMatchObject([{ review: { reason: expect.stringContaining('"%D01%"') } }, { upgrade: {} }]);
});

it('two programs of a package are two packages, and the same one is one', async () => {
  const install = (program: string) =>
    stepXml('InstallSoftwareAction', { PackageID: 'ABC00001', ProgramName: program });
  const { steps, packages } = await become(install('One') + install('Two') + install('One'));
  expect(steps.map((step) => step.installApplication)).toEqual(['ABC00001', 'ABC00001-TWO', 'ABC00001']);
  expect(packages.map(({ id, kind }) => `${id} ${kind}`)).toEqual(['ABC00001 application', 'ABC00001-TWO application']);
});

describe('rules of dynamic variables', () => {
  const rules = (text: string) => stepXml('SetDynamicVariablesAction', { Rules: text });
  const set = '<Variables><Variable Name="A">1</Variable></Variables>';
  const test = (type: string, fields: string) =>
    `<Rules><Rule><condition><expression type="SMS_TaskSequence_${type}ConditionExpression">${fields}</expression></condition>${set}</Rule></Rules>`;

  it.each([
    ['Computer', '<variable name="UUID">u</variable>', { computer: { uuid: 'u' } }],
    [
      'MakeModel',
      '<variable name="Make">Dell*</variable><variable name="Model">Lat*</variable>',
      { make: 'Dell*', model: 'Lat*' },
    ],
    ['Location', '<variable name="DefaultGateway">10.0.0.1</variable>', { defaultGateway: '10.0.0.1' }],
    [
      'Variable',
      '<variable name="Variable">X</variable><variable name="Operator">exists</variable>',
      { when: [{ variable: 'X', exists: true }] },
    ],
  ])('test by %s', async (type, fields, wanted) => {
    const { step } = await become(rules(test(type, fields)));
    expect(step.setDynamicVariables!.rules).toEqual([{ ...wanted, set: { A: '1' } }]);
  });

  it('do not reach the prototype of anything', async () => {
    const { step } = await become(
      rules('<Rules><Rule><Variables><Variable Name="__proto__">x</Variable></Variables></Rule></Rules>'),
    );
    expect(step.review).toBeDefined();
    const { step: other } = await become(
      rules('<Rules><Rule><Variables><Variable Name="constructor">x</Variable></Variables></Rule></Rules>'),
    );
    expect(Object.keys(other.setDynamicVariables!.rules[0]!.set)).toEqual(['constructor']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});
