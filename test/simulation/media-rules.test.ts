/** A definition with several packages, dates and a prestart command on simulated machines: the engine that is on the media. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeDemoPackage } from '../../scripts/fixtures/demo-package.mjs';
import { type SimulationReport, simulate } from '../../src/index.js';
import { makeProject } from '../support/project.js';
import { temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const SEQUENCE = `name: Both
steps:
  - setVariable: { name: Seen, value: "%Site% %AssetTag%" }
  - upgrade: {}
  - restart: {}
`;
const DEFINITION = `name: Field upgrade
upgradePackages:
  - { id: EN, source: windows }
  - { id: NB, source: nb }
  - { id: SRV, source: srv }
taskSequence: both.yaml
variables: { Site: Oslo }
prestart: { command: ask.cmd, files: prestart, timeout: 10 min }
validity: { from: 2026-11-01, until: 2027-02-01 }
`;

const PC = 'windows: { version: 10.0.19045.3803, edition: Professional';
const ASKED = 'commands: [{ command: ask.cmd, sets: { AssetTag: A-17 } }]\n';
const UPGRADED = (edition: string) =>
  `expect: { windows: { build: 26100, edition: ${edition} }, variables: { Seen: Oslo A-17 } }\n`;

/** Machines by name. */
const MACHINES: Readonly<Record<string, string>> = {
  english: `${PC} }\n${ASKED}${UPGRADED('Professional')}`,
  norwegian: `${PC}, language: nb-NO }\n${ASKED}media: { kind: iso }\n${UPGRADED('Professional')}`,
  server: `windows: { version: 10.0.17763, edition: ServerStandard }\n${ASKED}${UPGRADED('ServerStandard')}`,
  german: `${PC}, language: de-DE }\n${ASKED}`,
  tooLate: `${PC} }\n${ASKED}clock: { starts: 2027-02-02T08:00:00Z }\n`,
  deadBattery: `${PC} }\n${ASKED}clock: { starts: 2002-01-01T00:00:00Z }\n`,
  // Oslo is an hour before UTC: there it is the first already
  firstDay: `${PC} }\n${ASKED}clock: { starts: 2026-10-31T23:30:00Z }\n`,
  overMidnight: `${PC} }\n${ASKED}clock: { starts: 2027-02-01T22:00:00Z }\n`,
  refused: `${PC} }\ncommands: [{ command: ask.cmd, exitCode: 5, output: No such asset }]\n`,
  hangs: `${PC} }\ncommands: [{ command: ask.cmd, hangs: true }]\n`,
  badName: `${PC} }\ncommands: [{ command: ask.cmd, sets: { _Own: x } }]\n`,
};

let report: SimulationReport;
beforeAll(async () => {
  const { definition } = makeProject(folder, {
    files: { 'media.yaml': DEFINITION, 'both.yaml': SEQUENCE, 'prestart/ask.cmd': '@echo off\r\n' },
  });
  writeDemoPackage(join(folder, 'nb'), { languages: ['nb-NO'] });
  writeDemoPackage(join(folder, 'srv'), { server: true });
  const machines = Object.entries(MACHINES).map(([name, yaml]) => {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, yaml);
    return file;
  });
  report = await simulate(definition, { machines });
}, 120_000);

function machine(name: string): SimulationReport['machines'][number] {
  return report.machines.find((one) => one.name === name)!;
}

describe('machines × packages', () => {
  it.each(['english', 'norwegian', 'server'])(
    '%s is upgraded by the package that fits; the sequence knows what the prestart command asked',
    (name) => {
      const { outcome, differences, ending } = machine(name);
      expect([outcome, differences], ending).toEqual(['success', []]);
    },
  );

  it.each([
    ['english', /"E:\\setup\.exe"/],
    ['server', /"E:\\deploy\\os\\SRV\\setup\.exe"/],
    // a mounted ISO is gone after the restart: what was chosen is copied, and nothing else
    ['norwegian', /"C:\\Inplace\\os\\NB\\setup\.exe"/],
  ])('%s starts the setup.exe of its package', (name, line) => {
    expect(machine(name).log).toMatch(line);
  });

  it('a language that no package has is refused, with the reason of each', () => {
    const { outcome, ending } = machine('german');
    expect(outcome).toBe('refused');
    for (const id of ['EN', 'NB', 'SRV']) expect(ending).toContain(`Upgrade package "${id}"`);
  });
});

describe('dates', () => {
  it.each([
    ['tooLate', 'The media could be used until 2027-02-01, and the clock of this computer says 2027-02-02'],
    ['deadBattery', 'The clock of this computer says 2002-01-01, which is before the media were made (2026-11-24)'],
  ])('%s is refused', (name, words) => {
    const { outcome, ending } = machine(name);
    expect([outcome, ending]).toEqual(['refused', `Refused: ${words}`]);
  });

  it.each(['firstDay', 'overMidnight'])(
    '%s is upgraded: whole days in local time, and a run that began goes on',
    (name) => {
      expect(machine(name).outcome, machine(name).ending).toBe('success');
    },
  );
});

describe('the prestart command', () => {
  it.each([
    ['refused', 'ended with exit code 5, expected 0. It said: No such asset'],
    ['hangs', 'did not end in 10 min and was ended'],
    ['badName', 'The variable "_Own" is read-only'],
  ])('%s stops before anything has begun', (name, words) => {
    const { outcome, ending, records } = machine(name);
    expect(outcome).toBe('failed');
    expect(ending).toContain(words);
    expect(records).toEqual([]);
  });
});

it('a power cut at any of a hundred calls ends as the uncut run, or fails orderly', async () => {
  const definition = join(folder, 'media.yaml');
  const whole = await simulate(definition, { machines: [join(folder, 'norwegian.yaml')] });
  expect(whole.findings).toEqual([]);
  for (let cut = 1; cut <= 300; cut += 13) {
    const { machines } = await simulate(definition, { machines: [join(folder, 'norwegian.yaml')], cut });
    expect(machines[0]?.outcome, `cut at ${cut}: ${machines[0]?.ending}`).toBe('success');
    expect(machines[0]?.differences).toEqual([]);
  }
}, 120_000);
