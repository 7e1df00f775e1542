/**
 * What SetupDiag found. The three forms are written here after Microsoft's page of SetupDiag, with values of our own;
 * nobody here has seen a file of a real Windows.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDiagnosis } from '../../src/target/setup-diag.js';
import type { FileModel } from '../../src/target/simulated/model.js';
import { commandsOf, runSequence, command as step } from './support/engine-run.js';

const FOLDER = 'C:\\Windows\\Logs\\SetupDiag';

const xml = (rule: string, more: string) => `\uFEFF<?xml version="1.0" encoding="utf-16"?>
<SetupDiag xmlns:xsd="urn:a" xmlns="urn:b">
  <Version>1.7.0.0</Version>
  <ProfileName>${rule}</ProfileName>
  <ProfileGuid>A4028172-1B09-48F8-AD3B-86CDD7D55852</ProfileGuid>
  <SystemInfo>
    <MachineName>PC-1</MachineName>
    <BiosVersion />
  </SystemInfo>
  <LogErrorLine>2026-11-24 09:47:11, Error  SP  Something</LogErrorLine>
${more}
</SetupDiag>
`;

const DATA = `  <FailureData>
Error: SetupDiag reports Fatal Error.
Last Setup Phase = Downlevel
Error: 0x00000057</FailureData>
  <FailureData>LogEntry: 2026-11-24 09:47:11, Error  SP  a &lt;b&gt;</FailureData>
  <FailureData>LogEntry: 2026-11-24 09:47:11, Error  SP  a &lt;b&gt;</FailureData>
  <FailureData>
Refer to "urn:errors" for error information.</FailureData>`;
const DETAILS =
  '  <FailureDetails>Err = 0x00000057, LastOperation = Gather &amp; data, LastPhase = Downlevel</FailureDetails>';

const json = (more: object) => ({
  Version: '1.6.0.0',
  ProfileName: 'FindRollbackFailure',
  SystemInfo: { MachineName: 'PC-1', TargetOSArchitecture: null },
  FailureData: ['\nError: SetupDiag reports rollback failure found.\nLast Phase = First Boot', 'LogEntry: x'],
  FailureDetails: 'Err = 0xC1900101, LastPhase = First Boot',
  DeviceDriverInfo: null,
  Remediation: [],
  ...more,
});

const LOG = `Matching Profile found: WimMountFailure - BE6DF2F1-19A6-48C6-AEF8-D3B0CE3D4549
Matching Profile found: OptionalComponentOpenPackageFailed - 22952520-EC89-4FBD-94E0-B67DF88347F6
System Information:
    Machine Name = PC-1
    HostOSVersion = 10.0.15063

Error: SetupDiag reports Optional Component installation failed to open OC Package. Package Name: Foundation, Error: 0x8007001F
Recommend you check the service.
Refer to urn:errors for error information.
`.replaceAll('\n', '\r\n');

describe('the result of SetupDiag', () => {
  it('is read from XML: the rule, and the details of the failure', () => {
    expect(parseDiagnosis(xml('FindSPFatalError', `${DATA}\n${DETAILS}`))).toEqual({
      rule: 'FindSPFatalError',
      failure: 'Err = 0x00000057, LastOperation = Gather & data, LastPhase = Downlevel',
    });
  });

  it('is read from XML without details: what failed, without log lines and addresses', () => {
    expect(parseDiagnosis(xml('FindSPFatalError', DATA))?.failure).toBe(
      'Error: SetupDiag reports Fatal Error. Last Setup Phase = Downlevel Error: 0x00000057',
    );
  });

  it('is read from JSON, also where a text holds bare line ends as in the samples', () => {
    const expected = { rule: 'FindRollbackFailure', failure: 'Err = 0xC1900101, LastPhase = First Boot' };
    expect(parseDiagnosis(JSON.stringify(json({}), null, 4))).toEqual(expected);
    const text = JSON.stringify(json({ LogErrorLine: 'structure[HERE]' })).replace('[HERE]', '[\n   gle=0x57\n  ]');
    expect(parseDiagnosis(text)).toEqual(expected);
    expect(parseDiagnosis(JSON.stringify(json({ FailureDetails: null })))?.failure).toBe(
      'Error: SetupDiag reports rollback failure found. Last Phase = First Boot',
    );
  });

  it('is read from a log: of several rules the last one, and its words', () => {
    const found = parseDiagnosis(LOG);
    expect(found?.rule).toBe('OptionalComponentOpenPackageFailed');
    expect(found?.failure).toMatch(
      /^Error: SetupDiag reports Optional .* 0x8007001F; Recommend you check the service\.$/,
    );
  });

  it('has advice of ours for rules that name a cause, else what SetupDiag advises', () => {
    expect(parseDiagnosis(xml('SafeModeHardblock', ''))?.advice).toBe('Start Windows as usual, not in Safe Mode');
    expect(parseDiagnosis(JSON.stringify(json({ Remediation: ['Do this.', 'And that.'] })))?.advice).toBe(
      'Do this.; And that.',
    );
    expect(parseDiagnosis(xml('NewRuleOfNextYear', '<Remediation>Do this.</Remediation>'))).toEqual({
      rule: 'NewRuleOfNextYear',
      advice: 'Do this.',
    });
  });

  it.each([
    ['a success', xml('FindSuccessfulUpgrade', '')],
    ['a scan', xml('CompatScanOnly', '')],
    ['no rule', xml('', '')],
    ['a rule that is no name', xml('a b <i>', '')],
    ['a rule without end', xml('x'.repeat(5000), '')],
    ['another XML', '<a><b/></a>'],
    ['torn XML', xml('FindSPFatalError', '').slice(0, 150)],
    ['torn JSON', JSON.stringify(json({})).slice(0, -5)],
    ['JSON of something else', '{"ProfileName":{"a":1}}'],
    ['deep JSON', `{"ProfileName":${'['.repeat(100_000)}`],
    ['names that objects have', '{"ProfileName":"constructor"'],
    ['nothing', ''],
    ['zeros', '\0'.repeat(5000)],
    ['blanks', ' '.repeat(256 * 1024)],
  ])('says nothing when it is %s', (_, text) => {
    expect(parseDiagnosis(text)).toBeUndefined();
  });

  it('has no advice by a name that every object has', () => {
    expect(parseDiagnosis('{"ProfileName":"constructor"}')).toEqual({ rule: 'constructor' });
  });

  it('is short, whatever the file holds', () => {
    const long = `<FailureData>${'x '.repeat(50_000)}</FailureData>`;
    const found = parseDiagnosis(xml('FindSPFatalError', long.repeat(2)));
    expect(found?.failure?.length).toBeLessThan(610);
    const many = Array.from({ length: 5000 }, (_, index) => `<Remediation>${index}</Remediation>`).join('');
    expect(parseDiagnosis(xml('FindSPFatalError', many))?.advice?.length).toBeLessThan(610);
  });

  it('takes anything, and never throws', () => {
    const piece = fc.constantFrom(
      '<ProfileName>',
      '</ProfileName>',
      'A',
      '<FailureData>',
      '&#x41;',
      '&amp',
      '{"',
      '":[',
      '"}',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((all) => all.join('')),
        ),
        (text) => {
          const found = parseDiagnosis(text);
          if (found) expect(found.rule).toMatch(/^\w{1,100}$/);
        },
      ),
      { seed: 7 },
    );
  });
});

describe('a run that failed', () => {
  const leaves = (files: readonly FileModel[]) => commandsOf({ upgrade: { files }, bad: 5 });
  const steps = [step('upgrade'), step('bad')];
  const result = (name: string, text: string): FileModel => ({ path: `${FOLDER}\\${name}`, text });

  it('says in summary.json and in the log what SetupDiag found, secrets masked, and brings the file', () => {
    const text = xml('DuplicateUserProfileFailure', '<FailureDetails>SID 5, User = GEHEIM-1</FailureDetails>');
    const end = runSequence({
      steps,
      variables: [{ name: 'Key', value: 'geheim-1', secret: true }],
      model: { commands: leaves([result('SetupDiagResults.xml', text)]) },
    });
    expect(end.summary?.outcome).toBe('failed');
    expect(end.summary?.setupDiag).toEqual({
      rule: 'DuplicateUserProfileFailure',
      failure: 'SID 5, User = ***',
      advice: 'Back up and remove the user profile that the logs name, and try again',
    });
    expect(end.summary?.advice).toMatch(/^Back up and remove the user profile that the logs name, and try again\. /);
    expect(end.log).toContain('SetupDiag: DuplicateUserProfileFailure, SID 5, User = ***');
    const copy = 'E:\\Reports\\PC-1-SN1\\run-1\\Collected\\Windows\\SetupDiag\\SetupDiagResults.xml';
    expect(end.machine.files.readText(copy)).toContain('User = ***');
  });

  it('takes the newest of several results', () => {
    const first = commandsOf({
      upgrade: { files: [result('SetupDiagResults.log', LOG)] },
      again: { files: [result('SetupDiagResults.json', JSON.stringify(json({})))] },
      bad: 5,
    });
    const end = runSequence({ steps: [step('upgrade'), step('again'), step('bad')], model: { commands: first } });
    expect(end.summary?.setupDiag?.rule).toBe('FindRollbackFailure');
  });

  it('is not blamed on what an earlier attempt has left', () => {
    const end = runSequence({
      steps: [step('bad')],
      model: {
        commands: commandsOf({ bad: 5 }),
        files: [result('SetupDiagResults.xml', xml('SafeModeHardblock', ''))],
      },
    });
    expect(end.summary?.outcome).toBe('failed');
    expect(end.summary?.setupDiag).toBeUndefined();
    expect(JSON.stringify(end.summary)).not.toContain('Safe Mode');
  });

  it('and one that ended well asks nobody', () => {
    const files = [result('SetupDiagResults.xml', xml('SafeModeHardblock', ''))];
    const end = runSequence({ steps: [step('upgrade')], model: { commands: commandsOf({ upgrade: { files } }) } });
    expect([end.summary?.outcome, end.summary?.setupDiag]).toEqual(['success', undefined]);
  });
});
