/**
 * The semantics table goes on: one test for each rule of facts/configmgr.md B.6 and of the design about what a single type
 * of step does, on the simulated machine. checkReadiness has files of its own, Windows Setup is in semantics.test.ts.
 */
import { describe, expect, it } from 'vitest';
import type { EngineCase, EngineEnd } from '../support/engine-run.js';
import { command, commandsOf, type Draft, MODEL, RESTART, runSequence, setVariable } from '../support/engine-run.js';

const TOOLS = 'C:\\Inplace\\packages\\TOOLS';
const step = (type: Draft['type'], more: Readonly<Record<string, unknown>>): Draft => ({ type, ...more }) as Draft;
const see = (text: string): Draft => setVariable('Seen', text);
const programs = (end: EngineEnd): string[] => end.pc.started.map((line) => line.replaceAll(TOOLS, 'TOOLS'));
const seen = (end: EngineEnd): string | undefined =>
  end.records.find(({ variables }) => variables?.['Seen'] !== undefined)?.variables?.['Seen'];

/** Runs steps with these files in the package TOOLS. */
function run(steps: readonly Draft[], files: readonly string[] = [], more: Partial<EngineCase> = {}): EngineEnd {
  return runSequence({
    steps,
    prepared: ({ files: disk }) => {
      for (const name of files) {
        disk.createFolder(`${TOOLS}\\${name}`.replace(/\\[^\\]*$/, ''));
        disk.writeText(`${TOOLS}\\${name}`, name);
      }
    },
    ...more,
  });
}

const withCommands = (codes: Parameters<typeof commandsOf>[0]) => ({ model: { commands: commandsOf(codes) } });

describe('runCommand', () => {
  it('the output goes into the variable, the line into the log unless OSDDoNotLogCommand is TRUE', () => {
    const model = withCommands({ x: { exitCodes: [0], output: 'hello' } });
    const logged = run([command('x', { outputVariable: 'Out' }), see('%Out%')], [], model);
    expect([seen(logged), logged.log.includes('Command: tool.exe x')]).toEqual(['hello', true]);
    const silent = run([setVariable('OSDDoNotLogCommand', 'TRUE'), command('x')], [], model);
    expect(silent.log).not.toContain('tool.exe x');
  });

  it('runs in the folder of its package, or in startIn below it; a folder that is not there is a failure', () => {
    const inside = { package: 'TOOLS', startIn: 'sub', command: 'tool.exe' };
    expect(run([step('runCommand', { ...inside, successCodes: [0] })], ['sub\\a.txt']).outcomes).toEqual(['1 success']);
    const missing = run([step('runCommand', { ...inside, successCodes: [0] })]);
    expect(missing.summary).toMatchObject({ outcome: 'failed', message: expect.stringContaining('does not exist') });
  });
});

describe('runPowerShell', () => {
  const script = (more: object): Draft =>
    step('runPowerShell', { executionPolicy: 'bypass', successCodes: [0], ...more });

  it('a script of a package runs by -File, with the policy and the parameters, which are not logged', () => {
    const end = run([script({ file: 'a.ps1', package: 'TOOLS', parameters: '-Key 42' })], ['a.ps1']);
    expect(programs(end)).toEqual([
      expect.stringMatching(/powershell\.exe"? .*-ExecutionPolicy Bypass -File "?TOOLS\\a\.ps1"? -Key 42$/),
    ]);
    expect(end.log).not.toContain('-Key 42');
    const logged = [
      setVariable('OSDLogPowerShellParameters', 'TRUE'),
      script({ script: 'exit 0', parameters: '-A 7' }),
    ];
    expect(run(logged).log).toContain('-A 7');
  });

  it('allSigned and undefined are the policies of the step; undefined leaves it to the computer', () => {
    const policy = (executionPolicy: string) => programs(run([script({ script: 'exit 0', executionPolicy })]))[0];
    expect(policy('allSigned')).toContain('-ExecutionPolicy AllSigned');
    expect(policy('undefined')).not.toContain('-ExecutionPolicy');
  });

  it('a script in the sequence is written, and removed afterwards; one with other characters by PowerShell itself', () => {
    const plain = run([script({ script: "Write-Output '%_SMSTSMachineName%'" })]);
    expect([programs(plain).length, plain.machine.files.stat('C:\\Inplace\\Work\\1.ps1')]).toEqual([1, undefined]);
    expect(
      programs(run([script({ script: "Write-Output 'Grüße'" })])).map((line) => /[\w-]+\.ps1/.exec(line)?.[0]),
    ).toEqual(['1-writer.ps1', '1.ps1']);
  });

  it('3010 restarts only where it is a success code', () => {
    const model = withCommands({ 'powershell.exe': 3010 });
    expect(run([script({ script: 'x', successCodes: [0, 3010] })], [], model).outcomes).toEqual(['1 restarted']);
    expect(run([script({ script: 'x' })], [], model).outcomes).toEqual(['1 failed']);
  });

  it('a script that is not in the package is a failure that says so', () => {
    expect(run([script({ file: 'no.ps1', package: 'TOOLS' })]).summary?.message).toContain('no.ps1" does not exist');
  });
});

describe('installPackage and installApplication', () => {
  const install = (packages: string[], more: object = {}): Draft =>
    step('installApplication', { packages, continueOnInstallError: false, successCodes: [0, 3010], ...more });

  it('a program of a package that ends with 3010 restarts the computer, and the sequence goes on', () => {
    const one = step('installPackage', { package: 'TOOLS', program: 'setup.exe /q', successCodes: [0, 3010] });
    const end = run([one, command('a')], ['setup.exe'], withCommands({ 'setup.exe': 3010 }));
    expect([end.outcomes, end.boots]).toEqual([['1 restarted', '2 success'], 2]);
  });

  it('a package without a command that installs it is a failure, and _TSAppInstallStatus is Error', () => {
    const end = run([{ ...install(['TOOLS']), continueOnError: true } as Draft, see('%_TSAppInstallStatus%')]);
    expect([end.outcomes[0], seen(end)]).toEqual(['1 ignored', 'Error']);
  });

  it('continueOnInstallError goes on with the next one, and the step succeeds', () => {
    const end = run([install(['TOOLS', 'NONE'], { continueOnInstallError: true }), see('%_TSAppInstallStatus%')]);
    expect([end.outcomes[0], seen(end)]).toEqual(['1 success', 'Error']);
    expect(end.records[0]?.reason).toBe(
      'Not installed: TOOLS, NONE; the step goes on, because continueOnInstallError is set',
    );
  });
});

describe('installUpdates', () => {
  const updates = step('installUpdates', { package: 'TOOLS' });

  it('installs .msu by wusa and .cab by dism, in the order of their names', () => {
    const end = run([updates], ['b.cab', 'a.msu', 'c.txt']);
    expect(programs(end).map((line) => /(\w+)\.exe.*\\(\w\.\w+)/.exec(line)?.slice(1))).toEqual([
      ['wusa', 'a.msu'],
      ['dism', 'b.cab'],
    ]);
    expect(end.outcomes).toEqual(['1 success']);
  });

  it.each([
    [0x00240006, '1 success', 'was installed already'],
    [0x80240017, '1 success', 'does not apply'],
    [0x00240005, '1 restarted', 'after a restart'],
    [3010, '1 restarted', 'after a restart'],
    [1058, '1 failed', 'exit code 1058'],
  ])('exit code %d of wusa: %s', (code, outcome, words) => {
    const end = run([updates], ['a.msu'], withCommands({ 'wusa.exe': code }));
    expect([end.outcomes[0], end.records[0]?.reason]).toEqual([outcome, expect.stringContaining(words)]);
  });

  it('the first update that fails ends it; a package without updates is a failure', () => {
    const end = run([updates], ['a.msu', 'b.msu'], withCommands({ 'wusa.exe': [5, 0] }));
    expect([end.outcomes[0], programs(end).length]).toEqual(['1 failed', 1]);
    expect(run([updates]).summary?.message).toContain('holds no update');
  });
});

describe('installDrivers', () => {
  const drivers = step('installDrivers', { package: 'TOOLS' });

  it('one call for the folder since 10 1607, before it one for each driver', () => {
    expect(programs(run([drivers], ['a.inf', 'x\\b.inf']))).toEqual([
      expect.stringMatching(/pnputil\.exe"? \/add-driver "?TOOLS\\\*\.inf"? \/subdirs \/install$/),
    ]);
    const windows = { ...MODEL.windows, build: 9600, version: '6.3.9600' };
    const end = run([drivers], ['a.inf', 'x\\b.inf'], { model: { windows } });
    expect(programs(end).map((line) => /pnputil\.exe"? -i -a .*\\(\w\.inf)/.exec(line)?.[1])).toEqual([
      'a.inf',
      'b.inf',
    ]);
  });

  it.each([
    [259, '1 success'],
    [3010, '1 restarted'],
    [1641, '1 restarted'],
    [5, '1 failed'],
  ])('exit code %d of pnputil: %s', (code, outcome) => {
    expect(run([drivers], ['a.inf'], withCommands({ 'pnputil.exe': code })).outcomes[0]).toBe(outcome);
  });
});

describe('copyFiles', () => {
  const copy = (more: object): Draft => step('copyFiles', { package: 'TOOLS', to: 'C:\\Kit\\%Ring%', ...more });

  it('copies a folder, a file or everything; a file keeps its name, others stay', () => {
    const steps = [setVariable('Ring', 'one'), copy({ from: 'sub' }), copy({ from: 'sub/b.txt', to: 'C:\\B' })];
    const { machine, outcomes } = run(steps, ['sub\\b.txt', 'sub\\deep\\c.txt', 'd.txt']);
    expect(outcomes).toEqual(['1 success', '2 success', '3 success']);
    expect(machine.files.list('C:\\Kit\\one')).toEqual(['b.txt', 'deep']);
    expect(machine.files.readText('C:\\Kit\\one\\deep\\c.txt')).toBe('sub\\deep\\c.txt');
    expect(machine.files.list('C:\\B')).toEqual(['b.txt']);
  });

  it.each([
    [{ from: 'none' }, 'is not in the package'],
    [{ to: 'Kit' }, 'a full path is expected'],
  ])('%j is a failure that says why', (more, words) => {
    expect(run([copy(more)]).summary?.message).toContain(words);
  });
});

describe('setVariable and setDynamicVariables', () => {
  const rules = (list: readonly object[]): Draft => step('setDynamicVariables', { rules: list });
  const set = (value: string) => ({ set: [{ name: 'Seen', value }] });

  it('names that begin with _ are read-only to steps', () => {
    expect(run([setVariable('_SMSTSInWinPE', 'true')]).outcomes).toEqual(['1 failed']);
    expect(run([rules([{ set: [{ name: '_X', value: '1' }] }])]).outcomes).toEqual(['1 failed']);
  });

  it('fills the names of the hardware', () => {
    const { make, model, serialNumber } = MODEL.hardware;
    const end = run([rules([]), see('%_SMSTSMake%|%_SMSTSModel%|%_SMSTSSerialNumber%')]);
    expect(seen(end)).toBe(`${make}|${model}|${serialNumber}`);
  });

  it.each<[string, object, boolean]>([
    ['computer: any of its names', { computer: { assetTag: 'no', serialNumber: MODEL.hardware.serialNumber } }, true],
    ['computer: none of its names', { computer: { assetTag: 'no' } }, false],
    ['make and model, with wildcards', { make: `${MODEL.hardware.make.slice(0, 2)}*`, model: '*' }, true],
    ['make and model: both must fit', { make: MODEL.hardware.make, model: 'no' }, false],
    ['variable', { when: [{ type: 'variable', variable: '_SMSTSMachineName', exists: true }] }, true],
    ['no test at all', {}, true],
  ])('%s', (_, tests, holds) => {
    expect(seen(run([rules([{ ...tests, ...set('yes') }])]))).toBe(holds ? 'yes' : undefined);
  });

  it('every rule that holds sets its variables, in order; the last one stays', () => {
    expect(seen(run([rules([set('1'), set('%Seen%2')])]))).toBe('12');
  });
});

describe('disableBitLocker and enableBitLocker', () => {
  const ON = { bitLocker: [{ drive: 'C:', state: 'on' as const }] };
  const suspend = (restarts: number): Draft => step('disableBitLocker', { restarts });
  /** ProtectionStatus of C: when the restarts are over, before the run ends. */
  const protectedAfter = (
    restarts: number,
    steps: readonly Draft[] = [],
    windows = MODEL.windows,
  ): string | undefined => {
    const query = "SELECT * FROM Win32_EncryptableVolume WHERE DriveLetter = 'C:' AND ProtectionStatus = 1";
    const namespace = 'root\\cimv2\\Security\\MicrosoftVolumeEncryption';
    const look = setVariable('Seen', 'protected', { when: [{ type: 'wmi', namespace, query }] });
    return seen(run([...steps, suspend(restarts), RESTART, look], [], { model: { ...ON, windows } }));
  };

  it('is suspended for so many restarts; 0 is until it is resumed', () => {
    expect([protectedAfter(1), protectedAfter(2), protectedAfter(0)]).toEqual(['protected', undefined, undefined]);
  });

  it('OSDBitLockerRebootCount overrides the step, and OSDBitLockerRebootCountOverride both', () => {
    const count = setVariable('OSDBitLockerRebootCount', '1');
    expect(protectedAfter(2, [count])).toBe('protected');
    expect(protectedAfter(2, [count, setVariable('OSDBitLockerRebootCountOverride', '0')])).toBeUndefined();
  });

  it('where Windows cannot count, the log says 48 hours, and it is given back at the end', () => {
    const windows = { ...MODEL.windows, build: 7601, version: '6.1.7601' };
    const end = run([suspend(3)], [], { model: { ...ON, windows } });
    expect(end.log).toContain('48 hours at most');
    expect(end.pc.bitLocker.status()).toEqual([{ drive: 'C:', status: 1 }]);
  });

  it('enableBitLocker resumes it', () => {
    const end = run([suspend(0), step('enableBitLocker', {})], [], { model: ON });
    expect(end.outcomes).toEqual(['1 success', '2 success']);
    expect(end.log).toContain('BitLocker protects C:');
  });

  it('a drive that is not encrypted is a success; one that is locked is not', () => {
    const both = [suspend(1), step('enableBitLocker', {})];
    expect(run(both).outcomes).toEqual(['1 success', '2 success']);
    const locked = { bitLocker: [{ drive: 'C:', state: 'locked' as const }] };
    expect(run(both, [], { model: locked }).summary?.message).toContain('locked');
  });
});

describe('restart', () => {
  it('SMSRebootTimeout and SMSRebootMessage override its fields', () => {
    const steps = [setVariable('SMSRebootTimeout', '9'), setVariable('SMSRebootMessage', 'Now %_SMSTSMachineName%')];
    expect(run([...steps, RESTART]).log).toContain('Restart in 9 s: Now PC-1');
  });
});

it('facts B.5: the language of the operating system is a question to WMI', () => {
  const when = (number: string) => ({
    when: [
      {
        type: 'wmi',
        namespace: 'root\\cimv2',
        query: `SELECT OsLanguage FROM Win32_OperatingSystem WHERE OsLanguage='${number}'`,
      },
    ],
  });
  expect(run([command('a', when('1033')), command('b', when('1031'))]).outcomes).toEqual(['1 success', '2 skipped']);
});
