/** Media with several upgrade packages, a prestart command and dates: where everything lies, and what is refused. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DemoPackageOptions, writeDemoPackage } from '../../scripts/fixtures/demo-package.mjs';
import { readBytes } from '../../src/content/content.js';
import { build, type CheckResult, check, InplaceError, inspect, verify } from '../../src/index.js';
import { planMedia } from '../../src/library/plan.js';
import type { CompiledSequence } from '../../src/target/contract.js';
import { makeProject, type ProjectOptions } from '../support/project.js';
import { describeWith, runOk, temporaryFolder } from '../support/tools.js';

const base = temporaryFolder();
let count = 0;

const NORWEGIAN = { languages: ['nb-NO'], editions: ['Enterprise'] } satisfies DemoPackageOptions;
const SMALL = { architecture: 'x86', build: 19045, editions: ['Professional'] } satisfies DemoPackageOptions;

const LIST = `  - { id: EN, source: windows }
  - { id: NB, source: nb }
  - { id: OLD, source: old, edition: Professional }
`;

/** A project whose definition lists packages; `windows` is there always. */
function project(
  list: string,
  packages: Readonly<Record<string, DemoPackageOptions>>,
  { yaml = '', files = {} }: ProjectOptions = {},
): { folder: string; definition: string } {
  count += 1;
  const folder = join(base, `p${count}`);
  const made = makeProject(folder, {
    files: { 'media.yaml': `name: Three\nupgradePackages:\n${list}${yaml}`, ...files },
  });
  for (const [name, options] of Object.entries(packages)) writeDemoPackage(join(folder, name), options);
  return made;
}

const three = (options: ProjectOptions = {}) => project(LIST, { nb: NORWEGIAN, old: SMALL }, options);

function expectSame(path: string, source: string): void {
  expect(readFileSync(path).equals(readFileSync(source)), path).toBe(true);
}

async function findings(work: Promise<unknown>): Promise<string[]> {
  return await work.then(
    () => ['it passed'],
    (error: unknown) => {
      if (!(error instanceof InplaceError)) throw error;
      return error.findings.map(({ code, message, where }) => `${code} ${where?.field ?? ''} ${message}`);
    },
  );
}

const PRESTART = `prestart: { command: ask.cmd %Site%, files: prestart }
validity: { from: 2026-11-01, until: 2027-02-01 }
variables: { Site: Oslo }
`;
const PRESTART_FILES = { 'prestart/ask.cmd': '@echo off\r\n', 'prestart/data/list.txt': 'list' };

describe('three packages', () => {
  let target: { folder: string; definition: string };
  let result: CheckResult;
  beforeAll(async () => {
    target = three({ yaml: `${PRESTART}output: { format: folder }\n`, files: PRESTART_FILES });
    result = await check(target.definition, { today: '2026-11-25' });
    await build(target.definition, { output: join(target.folder, 'out'), today: '2026-11-25' });
  }, 60_000);

  it('check shows each of them, the dates and the command', () => {
    expect(result.windows).toMatchObject({ id: 'EN', path: '', architectures: ['x64'], languages: ['en-US'] });
    expect(result.otherWindows.map(({ id, path, languages }) => [id, path, languages])).toEqual([
      ['NB', 'deploy/os/NB', ['nb-NO']],
      ['OLD', 'deploy/os/OLD', ['en-US']],
    ]);
    expect(result.validity).toEqual({ from: '2026-11-01', until: '2027-02-01' });
    expect(result.prestart).toEqual({ command: 'ask.cmd %Site%', files: 2, bytes: 15 });
  });

  it('the first lies at the root, the others in deploy/os, each whole and untouched', () => {
    const out = join(target.folder, 'out');
    for (const [from, to] of [
      ['nb', 'deploy/os/NB'],
      ['old', 'deploy/os/OLD'],
    ] as const) {
      const files = readdirSync(join(target.folder, from), { recursive: true, encoding: 'utf8' });
      expect(files.length).toBeGreaterThan(10);
      for (const file of files) {
        const source = join(target.folder, from, file);
        if (statSync(source).isFile()) expectSame(join(out, to, file), source);
      }
    }
    expectSame(join(out, 'setup.exe'), join(target.folder, 'windows/setup.exe'));
    expect(readFileSync(join(out, 'deploy/prestart/ask.cmd'), 'latin1')).toBe('@echo off\r\n');
    expect(existsSync(join(out, 'deploy/os/EN'))).toBe(false);
  });

  it('media.json and sequence.json say what the engine needs', () => {
    const read = (name: string) => JSON.parse(readFileSync(join(target.folder, 'out/deploy', name), 'utf8'));
    const media = read('media.json');
    expect(media).toMatchObject({
      validity: { from: '2026-11-01', until: '2027-02-01' },
      prestart: { command: 'ask.cmd %Site%', timeout: 3600 },
      upgradePackage: { id: 'EN', path: '' },
      otherUpgradePackages: [
        { id: 'NB', path: 'deploy/os/NB', languages: ['nb-NO'] },
        { id: 'OLD', path: 'deploy/os/OLD', architectures: ['x86'] },
      ],
    });
    const { upgradePackages } = read('sequence.json') as CompiledSequence;
    expect(
      upgradePackages.map(({ id, path, images }) => [
        id,
        path,
        images.map(({ edition, language }) => [edition, language]),
      ]),
    ).toEqual([
      [
        'EN',
        '',
        [
          ['Professional', 'en-US'],
          ['Enterprise', 'en-US'],
        ],
      ],
      ['NB', 'deploy/os/NB', [['Enterprise', 'nb-NO']]],
      ['OLD', 'deploy/os/OLD', [['Professional', 'en-US']]],
    ]);
  });

  it('inspect shows all of them, and verify knows every file', async () => {
    const out = join(target.folder, 'out');
    const seen = await inspect(out);
    expect(seen.media).toMatchObject({ validity: { until: '2027-02-01' }, prestart: 'ask.cmd %Site%' });
    expect(seen.otherWindows?.map(({ id, windows }) => [id, windows.languages, windows.architectures])).toEqual([
      ['NB', ['nb-NO'], ['x64']],
      ['OLD', ['en-US'], ['x86']],
    ]);
    expect((await verify(out)).findings).toEqual([]);
  });

  describeWith(['7z'], 'as an ISO, unpacked by 7-Zip', () => {
    it('is the same tree; what packages have alike is stored once', async () => {
      const iso = join(target.folder, 'three.iso');
      await build(target.definition, { output: iso, format: 'iso', today: '2026-11-25' });
      const seven = join(target.folder, 'seven');
      await runOk('7z', ['x', '-y', `-o${seven}`, iso]);
      const image = 'sources/install.wim';
      expectSame(join(seven, 'deploy/os/NB', image), join(target.folder, 'nb', image));
      expect((await verify(seven)).findings).toEqual([]);
      const shared = await check(target.definition, { format: 'iso' });
      const setup = statSync(join(target.folder, 'nb/setup.exe')).size;
      expect(shared.sharedBytes).toBeGreaterThan(setup);
    }, 60_000);
  });
});

describe('what is refused', () => {
  it('clients and servers without a sequence of their own', async () => {
    const list = '  - { id: PC, source: windows }\n  - { id: SRV, source: srv }\n';
    const target = project(list, { srv: { server: true } });
    expect(await findings(check(target.definition))).toEqual([
      'DEFINITION_INVALID upgradePackages[1].id The upgrade packages are for clients (PC) and for servers (SRV), and their built-in task sequences differ',
    ]);
    const own = project(
      list,
      { srv: { server: true } },
      {
        yaml: 'taskSequence: both.yaml\n',
        files: { 'both.yaml': 'name: Both\nsteps: [{ upgrade: {} }, { restart: {} }]\n' },
      },
    );
    const plan = await planMedia(own.definition, {});
    expect(plan.staged.upgradePackages.map(({ id }) => id)).toEqual(['PC', 'SRV']);
    await plan.close();
  });

  it('an edition that no package has; one that a further package has is fine', async () => {
    const sequence = (edition: string) => ({
      yaml: 'taskSequence: one.yaml\n',
      files: { 'one.yaml': `name: One\nsteps: [{ upgrade: { edition: ${edition} } }, { restart: {} }]\n` },
    });
    const list = '  - { id: A, source: windows, edition: Professional }\n  - { id: NB, source: nb }\n';
    expect(await findings(check(project(list, { nb: NORWEGIAN }, sequence('Education')).definition))).toEqual([
      'SEQUENCE_INVALID steps[0].upgrade.edition The upgrade step names the edition "Education", which is not on this Windows media',
    ]);
    expect(await findings(check(project(list, { nb: NORWEGIAN }, sequence('Enterprise')).definition))).toEqual([
      'it passed',
    ]);
  });

  it('problems of every package at once, each with its own line', async () => {
    const list = `  - { id: A, source: windows, edition: Nothing }\n  - { id: NB, source: nb, image: 9 }\n  - { id: X, source: x }\n`;
    const target = project(list, { nb: NORWEGIAN }, { files: { 'x/readme.txt': '' } });
    const found = await findings(check(target.definition));
    expect(found.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'DEFINITION_INVALID upgradePackages[0].edition',
      'DEFINITION_INVALID upgradePackages[1].image',
    ]);
  });

  it('a further package with another SHA-256', async () => {
    const target = project(
      `  - { id: A, source: windows }\n  - { id: B, source: b.iso, sha256: ${'0a'.repeat(32)} }\n`,
      {},
      { files: { 'b.iso': 'no iso' } },
    );
    expect((await findings(check(target.definition)))[0]).toMatch(/^CHECKSUM_MISMATCH upgradePackages\[1\]\.sha256 /);
  });

  it('media that inplace built, as a further package', async () => {
    const target = project('  - { id: A, source: windows }\n  - { id: B, source: b }\n', {
      b: { extraFiles: { 'deploy/media.json': '{}' } },
    });
    expect((await findings(check(target.definition)))[0]).toContain('NOT_WINDOWS_MEDIA');
  });
});

describe('media that have expired', () => {
  const target = () => three({ yaml: `${PRESTART}output: { format: folder }\n`, files: PRESTART_FILES });

  it('are not built after the last day, and are on it', async () => {
    const { folder, definition } = target();
    const output = join(folder, 'out');
    expect(await findings(build(definition, { output, today: '2027-02-02' }))).toEqual([
      'MEDIA_EXPIRED validity.until The media were valid until 2027-02-01, and today is 2027-02-02: every computer would refuse them',
    ]);
    expect(existsSync(output)).toBe(false);
    expect(await findings(build(definition, { output, today: '2027-02-01' }))).toEqual(['it passed']);
  }, 60_000);

  it('check warns, and the plan is shown', async () => {
    const { warnings } = await check(target().definition, { today: '2028-01-01' });
    expect(warnings.map(({ code, severity }) => [code, severity])).toEqual([['MEDIA_EXPIRED', 'warning']]);
  });

  it('the media are the same whatever day it is', async () => {
    const { definition } = target();
    const id = async (today: string) => (await check(definition, { today, sourceDateEpoch: 1_700_000_000 })).mediaId;
    expect(await id('2026-11-02')).toBe(await id('2027-01-31'));
  });
});

it('the media id changes with the id of a package, and with the command', async () => {
  const id = async (list: string, yaml: string): Promise<string> => {
    const target = project(list, { nb: NORWEGIAN, old: SMALL }, { yaml, files: PRESTART_FILES });
    return (await check(target.definition, { sourceDateEpoch: 1_700_000_000 })).mediaId;
  };
  const one = await id(LIST, PRESTART);
  expect(await id(LIST, PRESTART)).toBe(one);
  expect(await id(LIST.replace('id: NB', 'id: NO'), PRESTART)).not.toBe(one);
  expect(await id(LIST, PRESTART.replace('ask.cmd', 'other.cmd'))).not.toBe(one);
});

it('the bytes of each package lie together, the first before the others, and the prestart files behind', async () => {
  const target = three({ yaml: `${PRESTART}output: { format: iso }\n`, files: PRESTART_FILES });
  const plan = await planMedia(target.definition, {});
  const paths = plan.files.map(({ path }) => path);
  const at = (start: string) => paths.flatMap((path, index) => (path.startsWith(start) ? [index] : []));
  const [nb, old] = [at('deploy/os/NB/'), at('deploy/os/OLD/')];
  expect(nb).toEqual(nb.map((_, index) => nb[0]! + index));
  expect(nb.at(-1)! + 1).toBe(old[0]);
  expect(paths.indexOf('setup.exe')).toBeLessThan(nb[0]!);
  expect(at('deploy/prestart/')[0]).toBeGreaterThan(old.at(-1)!);
  const text = Buffer.from(await readBytes(plan.files.find(({ path }) => path === 'deploy/prestart/ask.cmd')!.content));
  expect(text.toString('latin1')).toBe('@echo off\r\n');
  await plan.close();
});
