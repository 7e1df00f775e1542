/** /scan: Setup's own scan from the media, after the checks; nothing begins, and the engine writes nothing outside %TEMP%. */
import { describe, expect, it } from 'vitest';
import type { CompiledNode } from '../../src/target/contract.js';
import type { Command } from '../../src/target/machine.js';
import { scan } from '../../src/target/scan.js';
import { start } from '../../src/target/start.js';
import { type FakeMachine, SYSTEM_DRIVE } from './support/fake-machine.js';
import { CONTROL, type PcChange, pc } from './support/machines.js';
import { onDrive, READINESS, RESTART, UPGRADE } from './support/start-media.js';

const SCAN = { ...UPGRADE, scanOnly: true } as CompiledNode;
const STEPS = [READINESS, SCAN, { ...UPGRADE, path: '3' } as CompiledNode, { ...RESTART, path: '4' }];
const COMPATIBLE = 0xc1900210;

interface Setup extends PcChange {
  readonly exitCode?: number | undefined;
  readonly steps?: readonly CompiledNode[];
  readonly media?: Readonly<Record<string, string | undefined>>;
}

function machineWith({ steps = STEPS, media, exitCode = COMPATIBLE, ...change }: Setup = {}): FakeMachine {
  return pc({
    drives: [SYSTEM_DRIVE, { ...SYSTEM_DRIVE, name: 'E:', kind: 'removable' }],
    files: onDrive('E:', steps, media),
    program: (_: Command) => exitCode,
    ...change,
  });
}

/** Whatever happened, no upgrade has begun. */
function scanned(machine: FakeMachine) {
  const ended = scan(machine);
  expect(machine.registered.size).toBe(0);
  expect(machine.protectedFolders).toEqual([]);
  const written = machine.changes.filter((change) => /^(writeText|appendText|createFolder|copyFile) /.test(change));
  expect(written.every((change) => change.includes(' C:\\Windows\\Temp\\inplace-scan'))).toBe(true);
  return { end: ended.end, rules: 'problems' in ended ? ended.problems.map(({ rule }) => rule) : [], ended };
}

describe('scan', () => {
  it('runs Setup of the media with the command line of the scan', () => {
    const machine = machineWith();
    expect(scanned(machine).end).toBe('ready');
    expect(machine.commands.map(({ line, workingDirectory }) => [line, workingDirectory])).toEqual([
      ['"E:\\setup.exe" /auto upgrade /compat scanonly', 'E:'],
    ]);
    expect(machine.screen.join('\n')).toContain('0xC1900210');
  });

  it.each([
    [0xc1900208, 'refused', 'scan'],
    [0xc1900200, 'refused', 'scan'],
    [0xc1900107, 'refused', 'scan'],
    [0, 'failed', 'scan'],
  ])('exit code %i of Setup: %s', (exitCode, end, rule) => {
    const { ended, ...found } = scanned(machineWith({ exitCode }));
    expect(found).toEqual({ end, rules: [rule] });
    expect('problems' in ended && ended.problems[0]!.advice.length).toBeGreaterThan(10);
  });

  it('an end that Setup does not explain is a failure', () => {
    expect(scanned(machineWith({ program: () => undefined })).end).toBe('failed');
  });

  it('does not start Setup where the checks refuse', () => {
    const machine = machineWith({ registry: { [`${CONTROL}\\SafeBoot\\Option|OptionValue`]: 1 } });
    expect(scanned(machine)).toMatchObject({ end: 'refused', rules: ['safeMode'] });
    expect(machine.commands).toEqual([]);
  });

  it.each(['setup.exe', 'deploy/sequence.json'])('nor where %s is damaged', (path) => {
    const machine = machineWith({ media: { [path]: 'damaged' } });
    expect(scanned(machine).end).toBe('damaged');
    expect(machine.commands).toEqual([]);
  });

  it('leaves a run that is under way alone', () => {
    const machine = machineWith();
    start(machine);
    expect(scan(machine)).toMatchObject({ end: 'refused', problems: [{ rule: 'underWay' }] });
    expect(machine.commands).toEqual([]);
  });
});
