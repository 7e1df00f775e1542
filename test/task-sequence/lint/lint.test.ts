import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatFinding } from '../../../src/errors.js';
import { builtInFile, builtInSequence, loadTaskSequence } from '../../../src/task-sequence/load.js';
import { project } from '../../definition/project.js';
import { temporaryFolder } from '../../support/tools.js';
import { LINT_MEDIA, SERVER_WINDOWS } from './cases.js';
import { lintText, ofRule, rulesOf } from './lint-text.js';

const base = temporaryFolder();
const UP = '  - upgrade:\n  - restart:\n';
const RUN = '{ runCommand: a.exe, package: TOOLS }';

describe('schema and lint', () => {
  it('are told together, in the order of the file', async () => {
    const { findings } = await lintText(
      base,
      'steps:\n  - runCommand: diskpart\n    timeout: 5\n  - pakage: x\n  - upgrade: { continueOnEror: 1 }\n    continueOnError: true\n',
    );
    expect(findings.map(({ code, rule, where }) => `${where?.line} ${rule ?? code}`)).toEqual([
      '2 not-repeatable',
      '2 command-partitions-disks',
      '3 SEQUENCE_INVALID',
      '4 SEQUENCE_INVALID',
      '5 SEQUENCE_INVALID',
      '6 upgrade-continues-on-error',
    ]);
  });

  it.each([
    ['a step that cannot be recognised', 'steps:\n  - upgrad: {}\n  - restart:\n'],
    ['a child that is not there', 'steps:\n  - runTaskSequence: other.yaml\n'],
    ['YAML that is broken', 'steps:\n  - "upgrade: {}\n'],
    ['a step of two types', 'steps:\n  - { upgrade: , restart: }\n'],
    ['steps that are no list', 'steps: upgrade\n'],
  ])('nothing is said to be missing after %s', async (_, text) => {
    const { findings } = await lintText(base, text);
    expect(findings).not.toEqual([]);
    expect(findings.filter(({ rule }) => rule !== undefined)).toEqual([]);
  });

  it('a warning shows its rule, so that it can be acknowledged', async () => {
    const { findings } = await lintText(base, `steps:\n${UP}  - stop: "%Siet%"\n`);
    expect(findings.map((finding) => formatFinding(finding).replace(/^.*s\.yaml/, 's.yaml'))).toEqual([
      's.yaml:4:11, steps[2].stop: Nothing sets "Siet" [variable-never-set]\n    A variable that nothing sets is the empty text: conditions on it always end the same way. Did you mean "Site"?',
    ]);
  });
});

describe('the built-in sequences', () => {
  it.each(['client', 'server'] as const)('for a %s break no rule', async (kind) => {
    const media = { packages: [], variables: [] };
    const { sequence, findings } = await builtInSequence(kind, media, { file: 'media.yaml' });
    expect([findings, sequence?.acknowledged]).toEqual([[], []]);
    const windows = { ...SERVER_WINDOWS, products: [kind] };
    expect(await lintText(base, readFileSync(builtInFile(kind), 'utf8'), { media, windows })).toEqual({
      findings: [],
      acknowledged: [],
    });
  });
});

describe('advice is acknowledged', () => {
  const acknowledged = async (text: string) => {
    const result = await lintText(base, text);
    return [ofRule(result.findings, 'not-repeatable').length, ofRule(result.acknowledged, 'not-repeatable').length];
  };
  const failure = (steps: string, more = '') =>
    `${more}steps:\n${UP}  - group: F\n    onFailure: true\n    steps: [${steps}]\n`;

  it('by nobody, a step, a group, the sequence', async () => {
    expect(await acknowledged(failure(`${RUN}, ${RUN}`))).toEqual([2, 0]);
    expect(
      await acknowledged(
        failure(`{ runCommand: a.exe, package: TOOLS, acknowledge: [not-repeatable] }, { runCommand: b.exe }`),
      ),
    ).toEqual([1, 1]);
    expect(await acknowledged(failure(`{ group: g, steps: [${RUN}], acknowledge: [not-repeatable] }, ${RUN}`))).toEqual(
      [1, 1],
    );
    expect(await acknowledged(failure(`${RUN}, ${RUN}`, 'acknowledge: [not-repeatable]\n'))).toEqual([0, 2]);
  });

  it('by the file of a child for itself only, by the sequence that runs it for both, each told once', async () => {
    const child = `steps: [{ group: g, steps: [{ runCommand: 'C:\\a.exe' }] }]\n`;
    const main = `steps:\n${UP}  - group: F\n    onFailure: true\n    steps: [{ runTaskSequence: c.yaml }, { runTaskSequence: c.yaml }, ${RUN}]\n`;
    const load = async (mine: string, its: string) => {
      const folder = await project(base, { 'm.yaml': mine + main, 'c.yaml': its + child });
      const { findings, sequence } = await loadTaskSequence(join(folder, 'm.yaml'), LINT_MEDIA, {});
      const file = ({ where }: { where?: { file?: string } }) => where?.file?.slice(-6);
      return [findings.map(file), sequence?.acknowledged.map(file)];
    };
    const line = 'acknowledge: [not-repeatable]\n';
    expect(await load('', '')).toEqual([['m.yaml', 'c.yaml'], []]);
    expect(await load('', line)).toEqual([['m.yaml'], ['c.yaml']]);
    expect(await load(line, '')).toEqual([[], ['c.yaml', 'm.yaml']]);
  });

  it('only by an id that there is', async () => {
    const text = `acknowledge: [not-repeatabel, no-such-thing-at-all]\nsteps:\n  - upgrade:\n    acknowledge: [not_repeatable]\n  - restart:\n    acknowledge: [no-restart]\n`;
    const { findings } = await lintText(base, text);
    expect(findings.map(({ message, hint, where }) => `${where?.line}:${where?.column} ${message} | ${hint}`)).toEqual([
      '1:15 There is no rule "not-repeatabel" | Did you mean "not-repeatable"?',
      '1:31 There is no rule "no-such-thing-at-all" | "inplace check --rules" lists them',
      '4:19 Found "not_repeatable", expected the id of a rule, as the warning shows it in brackets | undefined',
      '6:19 The rule "no-restart" cannot be acknowledged, because it refuses | Add "- restart:" right behind the upgrade',
    ]);
  });
});

describe('scripts in packages', () => {
  const step = (text: string) => `steps:\n${UP}  - group: F\n    onFailure: true\n    steps:\n      - ${text}\n`;
  const rules = async (text: string, files: Record<string, string | Uint8Array>) => {
    const folder = await project(base, {});
    mkdirSync(join(folder, 'sub'));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    writeFileSync(join(base, 'outside.cmd'), 'diskpart\r\n');
    symlinkSync(join(base, 'outside.cmd'), join(folder, 'link.cmd'));
    const media = { packages: [{ id: 'P', folder, install: 'call sub\\b.cmd /q' }], variables: [] };
    const { findings } = await lintText(base, step(text), { media });
    return findings.map(({ message, where }) => `${where?.line}:${where?.column} ${message}`);
  };

  it.each([
    [
      `{ runCommand: 'a.cmd /x', package: P, repeatable: true }`,
      { 'a.cmd': 'rem diskpart\r\n:: diskpart\r\n  diskpart' },
    ],
    [`{ runCommand: 'cmd.exe /d /c "sub\\b.cmd" x', package: P, repeatable: true }`, { 'sub/b.cmd': '\n\ndiskpart\n' }],
    [
      `{ runCommand: 'powershell.exe -NoProfile -File .\\c.ps1', package: P, repeatable: true }`,
      { 'c.ps1': Buffer.from('\ufeff#\r\n# diskpart\r\ndiskpart', 'utf16le') },
    ],
    [`{ runPowerShell: { file: 'sub\\d.ps1' }, package: P, repeatable: true }`, { 'sub/d.ps1': '\n\nClear-Disk 1' }],
    [`{ installPackage: { package: P, program: a.bat }, repeatable: true }`, { 'a.bat': '\n\n@diskpart /s x' }],
    [`{ installApplication: P, repeatable: true }`, { 'sub/b.cmd': '\n\ndiskpart' }],
  ])('%s', async (text, files) => {
    const found = await rules(text, files);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(
      /^7:\d+ The command partitions, formats or converts disks: "(?:diskpart|Clear-Disk)" \(line 3 of ".+" in the package "P"\)$/,
    );
  });

  it.each([
    [`{ runCommand: link.cmd, package: P, repeatable: true }`, {}],
    [`{ runCommand: '..\\outside.cmd', package: P, repeatable: true }`, {}],
    [`{ runCommand: missing.cmd, package: P, repeatable: true }`, {}],
    [`{ runCommand: sub.cmd, package: P, repeatable: true, disabled: true }`, { 'sub.cmd': 'diskpart' }],
    [`{ runCommand: a.exe, package: P, repeatable: true }`, { 'a.exe': 'diskpart' }],
    [`{ runCommand: bytes.cmd, package: P, repeatable: true }`, { 'bytes.cmd': Uint8Array.from([255, 0, 200, 129]) }],
  ])('are not read outside of it, nor when they are none: %s', async (text, files) => {
    expect(await rules(text, files)).toEqual([]);
  });
});

describe('what the Windows of the media says', () => {
  it('is not looked at where nothing is certain: one of several upgrades, a check that may fail', async () => {
    const check = 'operatingSystem: { type: server, architecture: x86, language: de-DE }';
    const texts = [
      `steps:\n  - { checkReadiness: { ${check} }, continueOnError: true }\n${UP}`,
      `steps:\n  - { checkReadiness: { ${check} }, when: { file: a } }\n${UP}`,
      `steps:\n  - upgrade:\n    when: { none: [{ ${check} }] }\n  - restart:\n`,
      `steps:\n${UP}  - checkReadiness: { ${check} }\n`,
    ];
    for (const text of texts) {
      const { findings } = await lintText(base, text);
      expect(rulesOf(findings).filter((rule) => rule.endsWith('-change'))).toEqual([]);
    }
  });
});
