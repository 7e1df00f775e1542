/** The language of sequence files: every form that is accepted, and every refusal with its place. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompiledStep } from '../../src/target/contract.js';
import { compileSequence } from '../../src/task-sequence/compile.js';
import { compileDocument } from '../../src/task-sequence/load.js';
import { STEP_TYPES } from '../../src/task-sequence/schema/steps.js';
import { sequenceSchema, taskSequenceJsonSchema } from '../../src/task-sequence/schema.js';
import { checkChoices } from '../../src/yaml/choice.js';
import { parseYamlDocument } from '../../src/yaml/yaml-document.js';
import { lines } from '../definition/project.js';
import { anySequence, SEQUENCE_MEDIA, STEP_ARBITRARIES } from '../support/sequences.js';
import { long } from '../support/tools.js';

const CODE = 'SEQUENCE_INVALID';

const read = (yaml: string) => compileDocument(parseYamlDocument(yaml, '/m/s.yaml', CODE), SEQUENCE_MEDIA, {});

/** What the first step of a sequence compiles to. */
function compiled(step: string): CompiledStep {
  const { sequence, findings } = read(`steps:\n  - ${step}\n  - upgrade:\n  - restart:\n`);
  expect(lines(findings)).toEqual([]);
  const media = { packages: [], variables: [], upgradePackages: [] };
  return compileSequence(sequence!, media).steps[0] as CompiledStep;
}

describe('every type of step in its forms', () => {
  it.each<[string, object]>([
    ['checkReadiness:', { type: 'checkReadiness', skip: [] }],
    [
      'checkReadiness: { memory: 4 GB, freeSpace: 1.5 GiB, processorSpeed: 1000, tpm: true, skip: [acPower] }',
      { memory: 2 ** 32, freeSpace: 1.5 * 2 ** 30, processorSpeed: 1000, tpm: true, skip: ['acPower'] },
    ],
    [
      'checkReadiness: { acPower: true, pendingRestart: false, operatingSystem: { type: server, minimum: "10.0" } }',
      { type: 'checkReadiness', operatingSystem: { type: 'server', minimum: '10.0' }, skip: [] },
    ],
    ['runCommand: a b', { type: 'runCommand', command: 'a b', successCodes: [0, 3010], repeatable: false }],
    [
      '{ runCommand: a, package: TOOLS, startIn: x, successCodes: [0, -1], outputVariable: Out, repeatable: true }',
      { package: 'TOOLS', startIn: 'x', successCodes: [0, 4294967295], outputVariable: 'Out', repeatable: true },
    ],
    ['runPowerShell: Get-Date', { type: 'runPowerShell', script: 'Get-Date', executionPolicy: 'bypass' }],
    [
      'runPowerShell: { file: a.ps1, parameters: -x, executionPolicy: allSigned }',
      { file: 'a.ps1', parameters: '-x', executionPolicy: 'allSigned', repeatable: false },
    ],
    ['installApplication: OFFICE', { packages: ['OFFICE'], continueOnInstallError: false, repeatable: false }],
    ['installApplication: [AGENT, OFFICE]', { packages: ['AGENT', 'OFFICE'], successCodes: [0, 3010] }],
    [
      'installApplication: { packages: [AGENT], continueOnInstallError: true }',
      { packages: ['AGENT'], continueOnInstallError: true },
    ],
    [
      'installPackage: { package: TOOLS, program: a.exe }',
      { type: 'installPackage', package: 'TOOLS', program: 'a.exe' },
    ],
    ['installUpdates: TOOLS', { type: 'installUpdates', package: 'TOOLS', repeatable: true }],
    ['installDrivers: DRIVERS', { type: 'installDrivers', package: 'DRIVERS', repeatable: true }],
    ["copyFiles: { package: TOOLS, from: a, to: 'C:\\b' }", { type: 'copyFiles', from: 'a', to: 'C:\\b' }],
    ['setVariable: { name: A, value: 0012 }', { type: 'setVariable', variable: 'A', value: '0012' }],
    ['setVariable: { name: A, value: True, secret: true }', { value: 'True', secret: true }],
    [
      'setDynamicVariables: { rules: [{ make: "Dell*", set: { A: 1.10, B: { value: x, secret: true } } }] }',
      {
        rules: [
          {
            make: 'Dell*',
            set: [
              { name: 'A', value: '1.10' },
              { name: 'B', value: 'x', secret: true },
            ],
          },
        ],
      },
    ],
    ['disableBitLocker:', { type: 'disableBitLocker', restarts: 1 }],
    ['disableBitLocker: { drive: "D:", restarts: untilResumed }', { drive: 'D:', restarts: 0 }],
    ['enableBitLocker: { drive: "D:" }', { type: 'enableBitLocker', drive: 'D:' }],
    ['upgrade:', { type: 'upgrade', scanOnly: false, reflectsDrivers: false, expect: 14_400, repeatable: true }],
    ['upgrade: { expect: 2 h, reflectDrivers: DRIVERS, key: productkey }', { expect: 7200, reflectsDrivers: true }],
    ['restart:', { type: 'restart', delay: 60 }],
    ['restart: { message: m, delay: 5 min }', { message: 'm', delay: 300 }],
    ['collectLogs:', { type: 'collectLogs', include: [] }],
    ["collectLogs: { include: ['C:\\a.log'] }", { include: ['C:\\a.log'] }],
    ['stop: Enough', { type: 'stop', message: 'Enough' }],
  ])('%s', (step, expected) => {
    expect(compiled(step)).toMatchObject(expected);
  });

  it('common fields', () => {
    const step =
      'setVariable: { name: A, value: x }\n    name: N\n    description: D\n    disabled: true\n    timeout: 20 min\n';
    expect(
      compiled(`${step}    retry: { count: 2, delay: 10 s }\n    continueOnError: true\n    repeatable: false`),
    ).toEqual({
      path: '1',
      type: 'setVariable',
      variable: 'A',
      value: 'x',
      name: 'N',
      description: 'D',
      disabled: true,
      timeout: 1200,
      retry: { count: 2, delay: 10 },
      continueOnError: true,
      repeatable: false,
    });
    expect(compiled('{ stop: x, retry: 3, continueOnError: false, disabled: false }')).toEqual({
      path: '1',
      type: 'stop',
      name: 'Stop',
      message: 'x',
      retry: { count: 3, delay: 60 },
      repeatable: true,
    });
  });

  it('the generator knows each of them', () => {
    const others = ['group', 'runTaskSequence', 'review'];
    expect(Object.keys(STEP_ARBITRARIES).sort()).toEqual(STEP_TYPES.filter((type) => !others.includes(type)).sort());
  });
});

describe('every condition in its forms', () => {
  it.each<[string, object]>([
    ['variable: A, exists: true', { type: 'variable', variable: 'A', exists: true }],
    ['variable: A, equals: 3247440400', { type: 'variable', test: { operator: 'equals', value: '3247440400' } }],
    ['variable: A, notLike: "x*"', { type: 'variable', test: { operator: 'notLike', value: 'x*' } }],
    [
      'operatingSystem: { type: client, architecture: x64, minimum: "10.0.1", maximum: "11", language: en-US }',
      {
        type: 'operatingSystem',
        operatingSystem: { type: 'client', architecture: 'x64', minimum: '10.0.1', maximum: '11', language: 'en-US' },
      },
    ],
    ['file: a.exe', { type: 'file', path: 'a.exe', exists: true }],
    [
      'file: a.exe, exists: false, version: { less: 10.20 }',
      { exists: false, version: { operator: 'less', value: '10.20' } },
    ],
    [
      'folder: a, modified: { greater: "2024-01-31T00:00:00Z" }',
      { type: 'folder', path: 'a', exists: true, modified: { operator: 'greater', value: '2024-01-31T00:00:00Z' } },
    ],
    ['registry: { key: K }', { type: 'registry', key: 'K', exists: true }],
    ['registry: { key: K, value: "", exists: false }', { key: 'K', value: '', exists: false }],
    ['registry: { key: K, value: V, equals: 1 }', { value: 'V', test: { operator: 'equals', value: '1' } }],
    ['wmi: SELECT * FROM X', { type: 'wmi', namespace: 'root\\cimv2', query: 'SELECT * FROM X' }],
    ["wmi: S, namespace: 'root\\x'", { namespace: 'root\\x', query: 'S' }],
    [
      'software: { productCode: "{90160000-008C-0000-1000-0000000FF1CE}", version: { greaterEqual: "4" } }',
      { type: 'software', version: { operator: 'greaterEqual', value: '4' } },
    ],
    [
      'any: [{ variable: A, equals: "" }, { none: [{ all: [{ file: x }] }] }]',
      { type: 'any', of: [{ type: 'variable' }, { type: 'none', of: [{ type: 'all', of: [{ type: 'file' }] }] }] },
    ],
  ])('{ %s }', (condition, expected) => {
    expect(compiled(`{ stop: x, when: { ${condition} } }`).when).toMatchObject([expected]);
    expect(compiled(`{ stop: x, when: [{ ${condition} }, { file: b }] }`).when).toMatchObject([
      expected,
      { path: 'b' },
    ]);
  });
});

/** The findings for a step on line 2, whose keys begin at column 5. */
const refused = (step: string): string[] => lines(read(`steps:\n  - ${step}\n  - upgrade:\n  - restart:`).findings);

describe('what is refused, with its place', () => {
  it.each([
    [
      'restart: { delay: 60 }',
      '2:23 steps[0].restart.delay SEQUENCE_INVALID Found 60, expected a duration with its unit, such as 60 s, 240 min or 2 h',
    ],
    [
      'restart: { delay: 60 sec }',
      '2:23 steps[0].restart.delay SEQUENCE_INVALID Found "60 sec", expected a duration with its unit, such as 60 s, 240 min or 2 h',
    ],
    [
      '{ stop: x, timeout: 0 s }',
      '2:25 steps[0].timeout SEQUENCE_INVALID Found "0 s", expected a duration with its unit, such as 60 s, 240 min or 2 h',
    ],
    [
      'checkReadiness: { memory: 4 }',
      '2:31 steps[0].checkReadiness.memory SEQUENCE_INVALID Found 4, expected a size with its unit, such as 4 GB, 1.5 GiB or 3800 MB',
    ],
    [
      'checkReadiness: { acPower: false }',
      '2:32 steps[0].checkReadiness.acPower SEQUENCE_INVALID Found false, expected true: it is always checked, unless "skip" names it',
    ],
    [
      'checkReadiness: { skip: [tpm2] }',
      '2:30 steps[0].checkReadiness.skip[0] SEQUENCE_INVALID Found "tpm2", expected one of upgradePath, memory,',
    ],
    [
      'checkReadiness: { operatingSystem: { minimum: 10.0 } }',
      '2:51 steps[0].checkReadiness.operatingSystem.minimum SEQUENCE_INVALID Found 10, expected a version in quotes, such as "10.0.19045"',
    ],
    [
      'checkReadiness: { operatingSystem: {} }',
      '2:23 steps[0].checkReadiness.operatingSystem SEQUENCE_INVALID The test of the operating system does not say what it is, expected one of type, architecture, minimum, maximum, language',
    ],
    [
      '{ upgrade: , timeout: 1 h }',
      '2:18 steps[0].timeout SEQUENCE_INVALID "timeout" cannot stand beside "upgrade" | It belongs to checkReadiness',
    ],
    [
      '{ stop: x, package: TOOLS }',
      '2:16 steps[0].package SEQUENCE_INVALID "package" cannot stand beside "stop" | It belongs to runCommand, runPowerShell',
    ],
    ['{ group: g, steps: [], name: x }', '2:28 steps[0].name SEQUENCE_INVALID "name" cannot stand beside "group"'],
    [
      '{ restart: , repeatable: false }',
      '2:30 steps[0].repeatable SEQUENCE_INVALID Found false, but a step of type "restart" is always repeatable',
    ],
    [
      '{ group: g, steps: [{ group: h, steps: [], onFailure: true }] }',
      '2:48 steps[0].steps[0].onFailure SEQUENCE_INVALID A group that runs after a failure stands inside another group',
    ],
    [
      'upgrade: { switches: [/compactos on] }',
      '2:27 steps[0].upgrade.switches[0] SEQUENCE_INVALID The switch "/compactos on" needs one of enable, disable behind it',
    ],
    [
      'setVariable: { name: _SMSTSX, value: 1 }',
      '2:26 steps[0].setVariable.name SEQUENCE_INVALID Found "_SMSTSX", expected a letter, then letters, digits, _ and -; names that begin with _ are read-only',
    ],
    [
      `setVariable: { name: A, value: ${'x'.repeat(4001)} }`,
      '2:36 steps[0].setVariable.value SEQUENCE_INVALID Found another value, expected at most 4000 characters',
    ],
    ['setVariable: { name: A }', '2:5 steps[0].setVariable.value SEQUENCE_INVALID "value" is missing, expected text'],
    [
      'setDynamicVariables: { rules: [{ set: { _A: x } }] }',
      '2:45 steps[0].setDynamicVariables.rules[0].set._A SEQUENCE_INVALID Found the name "_A", expected a letter',
    ],
    [
      'runPowerShell: { script: a, file: b }',
      '2:33 steps[0].runPowerShell.file SEQUENCE_INVALID The script has "script" and "file", expected one of them | Keep one',
    ],
    [
      'runPowerShell: { parameters: a }',
      '2:5 steps[0].runPowerShell SEQUENCE_INVALID The script does not say what it is, expected one of script, file',
    ],
    ['disableBitLocker: { restarts: 16 }', '2:35 steps[0].disableBitLocker.restarts SEQUENCE_INVALID Found 16, '],
    [
      'disableBitLocker: { drive: D }',
      '2:32 steps[0].disableBitLocker.drive SEQUENCE_INVALID Found "D", expected a drive',
    ],
    [
      '{ runCommand: a, successCodes: [] }',
      '2:36 steps[0].successCodes SEQUENCE_INVALID Found a list, expected at least',
    ],
    ['{ runCommand: a, retry: 0 }', '2:29 steps[0].retry SEQUENCE_INVALID Found 0, '],
    [
      'runCommand: "a\\nb"',
      '2:17 steps[0].runCommand SEQUENCE_INVALID Found "a\\nb", expected 1 to 32000 characters in one line',
    ],
    [
      'installApplication: [TOOLS]',
      '2:26 steps[0].installApplication[0] SEQUENCE_INVALID The package "TOOLS" has no "install" command | Write the command',
    ],
    [
      'installApplication: { packages: [OFICE] }',
      '2:38 steps[0].installApplication.packages[0] SEQUENCE_INVALID No package "OFICE" is on the media | Did you mean "OFFICE"?',
    ],
    [
      'installUpdates: X',
      '2:21 steps[0].installUpdates SEQUENCE_INVALID No package "X" is on the media | Packages: TOOLS, ',
    ],
    [
      'installDrivers: TOOLS',
      '2:21 steps[0].installDrivers SEQUENCE_INVALID The package "TOOLS" is of kind files, expected one of kind drivers',
    ],
    [
      '{ runCommand: a, package: TOLS }',
      '2:31 steps[0].package SEQUENCE_INVALID No package "TOLS" is on the media | Did you mean "TOOLS"?',
    ],
    [
      '{ stop: x, when: { variable: A } }',
      '2:16 steps[0].when SEQUENCE_INVALID Nothing says how "variable" is compared, expected one of exists, equals,',
    ],
    [
      '{ stop: x, when: { variable: A, equals: 1, less: 2 } }',
      '2:48 steps[0].when.less SEQUENCE_INVALID The condition has "equals" and "less", expected one of them',
    ],
    [
      '{ stop: x, when: [{ file: a, folder: b }] }',
      '2:34 steps[0].when[0].folder SEQUENCE_INVALID The condition has "file" and "folder", expected one of them',
    ],
    [
      '{ stop: x, when: { registry: { key: K, equals: 1, exists: true } } }',
      '2:55 steps[0].when.registry.exists SEQUENCE_INVALID The registry test has "equals" and "exists", expected one of them',
    ],
    [
      '{ stop: x, when: {} }',
      '2:16 steps[0].when SEQUENCE_INVALID The condition does not say what it is, expected one of all,',
    ],
    [
      '{ stop: x, when: { all: [] } }',
      '2:29 steps[0].when.all SEQUENCE_INVALID Found a list, expected at least one condition',
    ],
    [
      '{ stop: x, when: { variabel: A, equals: 1 } }',
      '2:24 steps[0].when.variabel SEQUENCE_INVALID Unknown key "variabel" | Did you mean "variable"?',
    ],
    [
      '{ stop: x, when: { software: { productCode: abc } } }',
      '2:49 steps[0].when.software.productCode SEQUENCE_INVALID Found "abc", expected a code such as {',
    ],
  ])('%s', (step, expected) => {
    const [first, ...others] = refused(step);
    expect(first?.slice(0, expected.length)).toBe(expected);
    expect(others).toEqual([]);
  });

  it('everything at once: schema, structure, names on the media', () => {
    const found = refused(
      '{ runCommand: a, package: X, timeout: 5 }\n  - stop: x\n    pakage: y\n  - { restart: , stop: x }',
    );
    expect(found.map((line) => line.replace(/ SEQUENCE_INVALID.*/, ''))).toEqual([
      '2:31 steps[0].package',
      '2:43 steps[0].timeout',
      '4:5 steps[1].pakage',
      '5:18 steps[2].stop',
    ]);
  });

  it('no message repeats the value of a variable', () => {
    const found = [
      ...refused(`setVariable: { name: A, value: ${'hunter2'.repeat(700)} }`),
      ...refused('setVariable: { name: A, value: [hunter2] }'),
      ...refused('setDynamicVariables: { rules: [{ set: { A: [hunter2] } }] }'),
    ];
    expect(found).toHaveLength(3);
    expect(found.join('\n')).not.toContain('hunter2');
  });
});

describe('an editor and the program accept the same', () => {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
  const accepts = ajv.compile(taskSequenceJsonSchema());
  const program = (value: unknown): boolean => {
    const document = parseYamlDocument(JSON.stringify(value), 's.yaml', CODE);
    return sequenceSchema.safeParse(value).success && checkChoices(document, sequenceSchema, CODE).length === 0;
  };

  it('of random sequences', () => {
    fc.assert(
      fc.property(anySequence, (sequence) => {
        expect([accepts(sequence), program(sequence)]).toEqual([true, true]);
      }),
      { numRuns: long ? 2000 : 60 },
    );
  });

  it('of random sequences with one thing changed', () => {
    let refusedByBoth = 0;
    const changed = long ? 6000 : 180;
    const change = fc.record({
      at: fc.nat(),
      key: fc.constantFrom(
        'name',
        'when',
        'equals',
        'exists',
        'steps',
        'package',
        'stop',
        'file',
        'x',
        'timeout',
        'delay',
      ),
      value: fc.constantFrom<unknown>('', 'a', 0, 1.5, true, null, '1 min', '4 GB', {}, [], { file: 'x' }, [
        { stop: 'x' },
      ]),
    });
    fc.assert(
      fc.property(anySequence, change, (sequence, { at, key, value }) => {
        const copy = JSON.parse(JSON.stringify(sequence)) as object;
        const places = mappings(copy);
        places[at % places.length]![key] = value;
        const ours = program(copy);
        refusedByBoth += ours ? 0 : 1;
        expect(accepts(copy)).toBe(ours);
      }),
      { numRuns: changed },
    );
    expect(refusedByBoth).toBeGreaterThan(changed / 6);
  });
});

/** Every mapping in a value. */
function mappings(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(mappings);
  if (typeof value !== 'object' || value === null) return [];
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(mappings)];
}
