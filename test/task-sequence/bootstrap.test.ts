import { describe, expect, it } from 'vitest';
import { bootstrapFindings, bootstrapUpgrade } from '../../src/task-sequence/bootstrap.js';
import { compileDocument } from '../../src/task-sequence/load.js';
import { parseYamlDocument } from '../../src/yaml/yaml-document.js';
import { lines } from '../definition/project.js';

const MEDIA = {
  packages: [{ id: 'P', kind: 'drivers', install: 'x.cmd' }],
  variables: [],
};

const load = (yaml: string) => {
  const { sequence, findings } = compileDocument(parseYamlDocument(yaml, '/m/s.yaml', 'SEQUENCE_INVALID'), MEDIA, {});
  expect(lines(findings)).toEqual([]);
  return sequence!;
};

/** The findings for steps that stand below `- upgrade:` on line 2. */
const limits = (steps: string) => lines(bootstrapFindings(load(`steps:\n  - upgrade:\n${steps}`)));

describe('what the bootstrap can do', () => {
  it.each([
    'steps: [{ upgrade: {} }, { restart: {} }]',
    'steps: [{ upgrade: {}, name: a, description: b, acknowledge: [not-repeatable], repeatable: true }, { restart: ~, name: c }]',
    'steps: [{ group: g, continueOnError: false, steps: [{ upgrade: { drivers: P } }, { restart: {} }] }]',
    'steps: [{ group: g, steps: [] }, { upgrade: { scanOnly: true } }]',
    'steps: [{ upgrade: {}, disabled: false, continueOnError: false }, { restart: }]',
  ])('%s', (yaml) => {
    expect(bootstrapFindings(load(yaml))).toEqual([]);
  });
});

describe('what only the engine could do is refused by name, never ignored', () => {
  it.each([
    'checkReadiness: ~',
    'runCommand: a',
    'runPowerShell: a',
    'installApplication: P',
    'installPackage: { package: P, program: a }',
    'installUpdates: P',
    'installDrivers: P',
    'copyFiles: { package: P, to: "C:\\\\x" }',
    'setVariable: { name: A, value: b }',
    'setDynamicVariables: { rules: [{ set: { A: b } }] }',
    'disableBitLocker: ~',
    'enableBitLocker: ~',
    'restart: { delay: 5 min }',
    'collectLogs: ~',
    'stop: x',
    'review: { source: x }',
  ])('%s', (step) => {
    const type = step.slice(0, step.indexOf(':'));
    expect(limits(`  - ${step}\n    name: x`)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^3:5 steps\\[1\\]\\.${type} SEQUENCE_NOT_BUILT "${type}" does not work yet: .+ \\| Remove the step`,
        ),
      ),
    ]);
  });

  it.each([
    ['when', '{ variable: A, equals: b }'],
    ['continueOnError', 'true'],
    ['disabled', 'true'],
  ])('%s of steps and groups', (field, value) => {
    const step = bootstrapFindings(load(`steps:\n  - upgrade: {}\n    ${field}: ${value}`));
    expect(lines(step)).toEqual([expect.stringContaining(`3:5 steps[0].${field} SEQUENCE_NOT_BUILT`)]);
    const group = bootstrapFindings(load(`steps:\n  - group: g\n    ${field}: ${value}\n    steps: [{ upgrade: {} }]`));
    expect(lines(group)).toEqual([expect.stringContaining(`3:5 steps[0].${field} SEQUENCE_NOT_BUILT`)]);
  });

  it('retry of the upgrade, onFailure of a group', () => {
    expect(limits('    retry: 2')).toEqual([expect.stringContaining('3:5 steps[0].retry SEQUENCE_NOT_BUILT')]);
    expect(limits('  - group: g\n    onFailure: true\n    steps: []')).toEqual([
      expect.stringContaining('4:5 steps[1].onFailure SEQUENCE_NOT_BUILT'),
    ]);
  });

  it('expect and switches of the upgrade', () => {
    const yaml = 'steps:\n  - upgrade: { expect: 240 min, switches: [/compactos disable] }';
    expect(lines(bootstrapFindings(load(yaml)))).toEqual([
      expect.stringContaining('2:16 steps[0].upgrade.expect SEQUENCE_NOT_BUILT "expect" does not work yet'),
      expect.stringContaining('2:33 steps[0].upgrade.switches SEQUENCE_NOT_BUILT "switches" does not work yet'),
    ]);
  });

  it('a second upgrade step', () => {
    expect(limits('  - group: g\n    steps:\n      - upgrade: {}')).toEqual([
      '5:9 steps[1].steps[0].upgrade SEQUENCE_NOT_BUILT A second upgrade step does not work yet, the first is steps[0] | Keep one. "upgrade.cmd /scan" only asks Windows Setup',
    ]);
  });

  it('a restart that is not the one of Windows Setup', () => {
    expect(bootstrapFindings(load('steps: [{ restart: {} }, { upgrade: {} }]'))).toHaveLength(1);
    expect(bootstrapFindings(load('steps: [{ upgrade: {} }, { restart: {} }, { restart: {} }]'))).toHaveLength(1);
    expect(bootstrapFindings(load('steps: [{ upgrade: {} }, { restart: {}, disabled: true }]'))).toHaveLength(1);
  });
});

describe('the upgrade step that the bootstrap carries', () => {
  it('is the first that is no scan, else the first', () => {
    const scan = '{ upgrade: { scanOnly: true }, name: scan }';
    const upgrade = '{ upgrade: {}, name: up }';
    expect(bootstrapUpgrade(load(`steps: [${scan}, ${upgrade}, ${upgrade}]`), MEDIA)?.name).toBe('up');
    expect(bootstrapUpgrade(load(`steps: [${scan}]`), MEDIA)?.name).toBe('scan');
    expect(bootstrapUpgrade(load('steps: []'), MEDIA)).toBeUndefined();
  });
});
