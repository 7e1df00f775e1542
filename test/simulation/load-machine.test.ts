/** Machine files: everything that is wrong at once, with its place; what is left out is filled in. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMachine } from '../../src/simulation/load-machine.js';
import { machineModel } from '../../src/simulation/machine-model.js';
import { lines } from '../definition/project.js';
import { machineYaml } from '../support/simulated.js';

const WINDOWS = 'windows: { version: 10.0.19045, edition: Professional }\n';
const findings = (text: string) => lines(parseMachine(text, '/m/pc.yaml').findings);
const model = (text: string) => machineModel(machineYaml(WINDOWS + text), { files: [], images: [] });

describe('a machine file with mistakes', () => {
  it('tells all of them, with line, column and the nearest key', () => {
    const text = `widnows: { version: 10.0.19045, edition: Professional }
computer: { memory: 8, firmware: efi }
setup: { rolback: 0x30018 }
expect: { outcome: failed, steps: { A: ok } }
`;
    const { findings: all } = parseMachine(text, '/m/pc.yaml');
    expect(all.map(({ code }) => code)).toEqual(all.map(() => 'MACHINE_INVALID'));
    const places = all.map(({ where }) => `${where?.line}:${where?.column}`);
    expect(places).toEqual(expect.arrayContaining(['1:1', '2:21', '2:34', '3:10', '4:40']));
    expect(all.map(({ hint }) => hint).join('\n')).toMatch(/"windows"[\s\S]*"uefi"[\s\S]*"rollback"/);
  });

  it.each([
    ['', 'The file is empty'],
    [`${WINDOWS}computer: { firmware: bios, secureBoot: true }`, 'A machine with BIOS has no Secure Boot'],
    [`${WINDOWS}expect: { failedAt: X }`, 'A run that succeeds fails at no step'],
    [`${WINDOWS}commands: [{ command: x, hangs: true, exitCode: 1 }]`, 'has no exit code'],
    [`${WINDOWS}drives: [{ name: "C:", size: 1 GB, free: 1 GB }]`, 'The drive "C:" is there twice'],
    [
      `${WINDOWS}drives: [{ name: "D:", size: 1 GB, free: 1 GB }, { name: "D:", size: 1 GB, free: 1 GB }]`,
      '"D:" is there twice',
    ],
    ['windows: { version: 10, edition: Professional }', 'expected a version such as 10.0.19045'],
    [`${WINDOWS}software: [{ productCode: "{1}" }]`, 'expected a GUID in braces'],
  ])('%j: %s', (text, words) => {
    const all = findings(text);
    expect(all.join('\n')).toContain(words);
  });

  it('never crashes, whatever stands in it', () => {
    const key = fc.constantFrom(
      'windows',
      'computer',
      'setup',
      'expect',
      'commands',
      'media',
      'drives',
      '__proto__',
      'x',
    );
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue({ maxDepth: 3 })), (value) => {
        const { machine, findings: all } = parseMachine(JSON.stringify(value), '/m/pc.yaml');
        expect(machine !== undefined || all.length > 0).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('what a machine file leaves out', () => {
  it('is a usual machine', () => {
    expect(model('')).toMatchObject({
      computerName: 'PC-1',
      windows: { build: 19045, installationType: 'Client', architecture: 'x64', language: 'en-US' },
      hardware: { uefi: true, secureBoot: true, tpm: 2, power: 'desktop', network: 'none' },
      bitLocker: [{ drive: 'C:', state: 'none' }],
      canFlush: true,
      signIn: 180,
      restartsIgnored: 0,
      media: { drive: 'E:', survivesRestart: true },
      setup: { scan: { exitCodes: [0xc1900210] }, upgrade: { exitCodes: [0] }, ignoresHooks: false, losesTasks: false },
    });
  });

  it('follows from the rest: flush from Windows 8.1 on, no TPM with BIOS, hooks ignored under an OEM licence', () => {
    const seven = machineYaml(
      'windows: { version: 6.1.7601, edition: Professional, oemLicence: true }\ncomputer: { firmware: bios }',
    );
    expect(machineModel(seven, { files: [], images: [] })).toMatchObject({
      canFlush: false,
      hardware: { tpm: 0, secureBoot: false },
      setup: { ignoresHooks: true },
    });
    const enterprise = machineYaml('windows: { version: 10.0.19045, edition: Enterprise, oemLicence: true }');
    expect(machineModel(enterprise, { files: [], images: [] }).setup.ignoresHooks).toBe(false);
  });

  it('durations, sizes, codes and places arrive as numbers and paths', () => {
    const found = model(`
disk: { size: 128 GB, free: 1.5 GB, systemPartitionFree: 10 MB }
drives: [{ name: "D:", size: 2 GB, free: 1 GB }]
media: { kind: share, pulled: { after: 2 min, back: 1 h } }
clock: { jumps: [{ after: 90 s, by: -2 h }] }
commands: [{ command: a.exe, exitCode: [1, 0], takes: 0 s, removes: ['C:\\x'] }]
signIn: never
`);
    expect(found.drives.map(({ totalBytes, freeBytes }) => [totalBytes, freeBytes])).toEqual([
      [128 * 2 ** 30, 1.5 * 2 ** 30],
      [2 ** 31, 2 ** 30],
      [16 * 2 ** 30, 4 * 2 ** 30],
    ]);
    expect(found.media).toMatchObject({
      drive: '\\\\SERVER\\Media',
      survivesRestart: false,
      pulled: { after: 120, back: 3600 },
    });
    expect(found.clock.jumps).toEqual([{ after: 90, by: -7200 }]);
    expect(found.commands[0]).toMatchObject({ match: 'a.exe', exitCodes: [1, 0], seconds: 0, removes: ['C:\\x'] });
    expect(found.signIn).toBeUndefined();
  });

  it('software, services and states become registry values', () => {
    const keys = model(`
software: [{ productCode: "{11111111-2222-3333-4444-555555555555}", upgradeCode: "{AAAAAAAA-2222-3333-4444-555555555555}" }]
services: [CSFalconService, { name: veracrypt, start: boot }]
pendingRestart: servicing
`).registry;
    expect(keys.map(({ key, data }) => `${key} ${data}`)).toEqual(
      expect.arrayContaining([
        'HKLM\\SYSTEM\\CurrentControlSet\\Services\\CSFalconService 2',
        'HKLM\\SYSTEM\\CurrentControlSet\\Services\\veracrypt 0',
        'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending undefined',
        'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\{11111111-2222-3333-4444-555555555555} 1.0',
        'HKLM\\SOFTWARE\\Classes\\Installer\\UpgradeCodes\\AAAAAAAA222233334444555555555555 ',
      ]),
    );
  });
});

it('the machine file of the README is right', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const text = /```yaml\n(windows: [\s\S]*?)```/.exec(readme)![1]!;
  expect(findings(text)).toEqual([]);
});
