/** What goes where on the media, under which name, at which time, in which order. */
import { mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { writeDemoPackage } from '../../scripts/fixtures/demo-package.mjs';
import { readBytes } from '../../src/content/content.js';
import type { InplaceError } from '../../src/errors.js';
import { readBootCatalog } from '../../src/formats/eltorito/reading.js';
import { type MediaPlan, type PlanOptions, planMedia } from '../../src/library/plan.js';
import { engineProgram } from '../../src/staging/engine.js';
import { makeProject, type Project, type ProjectOptions } from '../support/project.js';
import { temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
let projects = 0;

function project(options: ProjectOptions = {}): Project {
  projects += 1;
  return makeProject(join(folder, `p${projects}`), options);
}

async function planned<T>(
  { definition }: { definition: string },
  use: (plan: MediaPlan) => T | Promise<T>,
  options: PlanOptions = {},
): Promise<T> {
  const plan = await planMedia(definition, options);
  try {
    return await use(plan);
  } finally {
    await plan.close();
  }
}

/** Every finding of a definition that must not pass. */
async function refusal(target: { definition: string }, options: PlanOptions = {}): Promise<string> {
  return await planned(target, () => 'it passed', options).catch((error: InplaceError) => error.message);
}

async function textOf(plan: MediaPlan, path: string): Promise<string> {
  const file = plan.files.find((candidate) => candidate.path === path);
  return file ? Buffer.from(await readBytes(file.content)).toString('utf8') : `no ${path}`;
}

const mediaId = (target: { definition: string }, options: PlanOptions = {}) =>
  planned(target, (plan) => plan.staged.mediaId, options);

describe('the order on the media', () => {
  it('is the package largest first, boot image, packages by id, generated files, manifest', async () => {
    const target = project({
      yaml: 'bootImage: boot/own.wim\npackages:\n  - { id: ZED, kind: files, source: z }\n  - { id: ALPHA, kind: files, source: a }\n',
      files: { 'z/1.txt': '1', 'a/large.txt': 'x'.repeat(10_000), 'boot/own.wim': '' },
    });
    writeFileSync(join(target.folder, 'boot/own.wim'), readFileSync(join(target.windows, 'sources/boot.wim')));
    await planned(target, ({ placed }) => {
      const roles = placed!.image.extents.filter(({ kind }) => kind === 'file' || kind === 'late');
      const paths = roles.map(({ role }) => role);
      const own = paths.indexOf('sources/boot.wim');
      const sizes = roles.slice(0, own).map(({ content }) => content.size);
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      expect(paths.slice(own)).toEqual([
        'sources/boot.wim',
        'deploy/packages/ALPHA/large.txt',
        'deploy/packages/ZED/1.txt',
        'autorun.inf',
        'deploy/engine.js',
        'deploy/media.json',
        'deploy/sequence.json',
        'deploy/variables.json',
        'upgrade.cmd',
        'deploy/manifest.json',
      ]);
    });
  });
});

describe('packages', () => {
  it('lie by id, also where one id begins with another', async () => {
    const target = project({
      yaml: 'packages:\n  - { id: A-B, kind: files, source: z }\n  - { id: A, kind: files, source: a }\n',
      files: { 'z/1.txt': 'one', 'a/2.txt': 'two' },
    });
    await planned(target, ({ files }) => {
      const paths = files.map(({ path }) => path).filter((path) => path.startsWith('deploy/packages/'));
      expect(paths).toEqual(['deploy/packages/A/2.txt', 'deploy/packages/A-B/1.txt']);
    });
  });

  it('of drivers without any .inf file are warned about', async () => {
    const target = project({
      yaml: 'packages: [{ id: D, kind: drivers, source: d }]\n',
      files: { 'd/setup.exe': 'x' },
    });
    await planned(target, ({ warnings }) => {
      expect(warnings.map(({ message }) => message).join()).toContain('"D" holds no .inf file');
    });
  });
});

describe('times', () => {
  it('of folder files are kept without an epoch, and generated files take the newest', async () => {
    const target = project({ files: { 'a/new.txt': 'n' }, yaml: 'packages: [{ id: A, kind: files, source: a }]\n' });
    utimesSync(join(target.folder, 'a/new.txt'), 1_750_000_000.75, 1_750_000_000.75);
    await planned(target, ({ files, staged }) => {
      const time = (path: string) => files.find((file) => file.path === path)!.modified.toISOString();
      expect(time('setup.exe')).toBe('2024-04-01T12:00:00.000Z');
      expect(time('deploy/packages/A/new.txt')).toBe('2025-06-15T15:06:40.000Z');
      expect(time('upgrade.cmd')).toBe(staged.time.toISOString());
      expect(time('upgrade.cmd')).toBe('2025-06-15T15:06:40.000Z');
    });
  });

  it('are the epoch for folder and generated files', async () => {
    await planned(
      project(),
      ({ files }) =>
        expect(new Set(files.map((file) => file.modified.getTime()))).toEqual(new Set([1_600_000_000_000])),
      { sourceDateEpoch: 1_600_000_000 },
    );
  });
});

describe('the media id', () => {
  it('does not depend on where the project lies or what its inputs hold, as long as names, sizes and times agree', async () => {
    const [one, two] = [project({ files: { 'a/x.txt': 'one' } }), project({ files: { 'a/x.txt': 'two' } })];
    for (const { folder: root, definition } of [one, two]) {
      utimesSync(join(root, 'a/x.txt'), 1000, 1000);
      writeFileSync(definition, `${readFileSync(definition, 'utf8')}packages: [{ id: A, kind: files, source: a }]\n`);
    }
    expect(await mediaId(one)).toBe(await mediaId(two));
  });

  it.each([
    ['the name', { name: 'Other' }],
    ['a size', { demo: { extraFiles: { 'x.txt': 'longer' } } }],
    ['a time', { demo: { modified: new Date('2024-04-01T12:00:02Z') } }],
    ['a variable', { yaml: 'variables: { Site: Oslo }\n' }],
    ['the format', { yaml: 'output: { format: zip }\n' }],
    [
      'the step',
      {
        yaml: 'taskSequence: s.yaml\n',
        files: { 's.yaml': 'name: S\nsteps:\n  - upgrade: { migrateDrivers: all }\n  - restart:\n' },
      },
    ],
  ])('changes with %s', async (_, options: ProjectOptions) => {
    expect(await mediaId(project(options))).not.toBe(await mediaId(project()));
  });

  it('changes with an empty folder', async () => {
    const yaml = 'packages: [{ id: A, kind: files, source: a }]\n';
    const [one, two] = [project({ yaml, files: { 'a/x.txt': '' } }), project({ yaml, files: { 'a/x.txt': '' } })];
    for (const { folder: root } of [one, two]) utimesSync(join(root, 'a/x.txt'), 1000, 1000);
    mkdirSync(join(two.folder, 'a/empty'));
    expect(await mediaId(one)).not.toBe(await mediaId(two));
  });

  it('does not change with a secret value, which only the media hold', async () => {
    const yaml = 'variables: { ProductKey: { secret: true, env: KEY } }\ntaskSequence: s.yaml\n';
    const files = { 's.yaml': 'name: S\nsteps:\n  - upgrade: { key: ProductKey }\n  - restart:\n' };
    const target = project({ yaml, files });
    const [a, b] = ['AAAAA-BBBBB-CCCCC-DDDDD-EEEEE', 'FFFFF-GGGGG-HHHHH-JJJJJ-KKKKK'];
    expect(await mediaId(target, { environment: { KEY: a } })).toBe(await mediaId(target, { environment: { KEY: b } }));
    await planned(
      target,
      async (plan) => {
        expect(await textOf(plan, 'deploy/variables.json')).toContain(a);
        expect(plan.staged.setupCommand).toContain('/pkey {ProductKey}');
        const rest =
          JSON.stringify([plan.warnings, plan.definition.describe()]) +
          (await textOf(plan, 'deploy/media.json')) +
          (await textOf(plan, 'deploy/sequence.json'));
        expect(rest).not.toContain(a);
        expect(plan.warnings.map(({ code }) => code)).toContain('SECRET_READABLE');
      },
      { environment: { KEY: a } },
    );
  });
});

describe('what is replaced', () => {
  it('is autorun.inf, by one that starts upgrade.cmd, or by none', async () => {
    await planned(project(), async (plan) => expect(await textOf(plan, 'autorun.inf')).toContain('open=upgrade.cmd'));
    await planned(project({ yaml: 'autorun: false\n' }), async (plan) => {
      expect(await textOf(plan, 'autorun.inf')).toBe('no autorun.inf');
    });
  });

  it('is boot.wim, by one that can boot', async () => {
    const target = project({ yaml: 'bootImage: bad.wim\n', files: { 'bad.wim': 'MSWIM\0\0\0 and nothing more' } });
    expect(await refusal(target)).toContain('bad.wim');
    const wim = readFileSync(join(target.windows, 'sources/boot.wim'));
    wim.writeUInt32LE(0, 0x78);
    writeFileSync(join(target.folder, 'bad.wim'), wim);
    expect(await refusal(target)).toContain('No image of the WIM is marked as the one that boots');
  });
});

describe('a boot image', () => {
  it('of another architecture is warned about', async () => {
    const target = project({ yaml: 'bootImage: ../other/sources/boot.wim\n' });
    writeDemoPackage(join(folder, 'other'), { architecture: 'arm64' });
    await planned(target, ({ warnings }) => {
      expect(warnings.map(({ message }) => message)).toContain(
        'The boot image is for arm64, the Windows on the media for x64',
      );
    });
  });
});

describe('what is refused', () => {
  it('is told all at once: names, links, editions', async () => {
    const target = project({
      yaml: 'packages: [{ id: A, kind: files, source: a }]\ntaskSequence: s.yaml\n',
      files: {
        'a/con.txt': '',
        'a/x.': '',
        [`a/${'é'.repeat(50)}日${'x'.repeat(80)}`]: '',
        's.yaml': 'name: S\nsteps:\n  - upgrade: { edition: Home }\n  - restart:\n',
      },
    });
    symlinkSync('/etc', join(target.folder, 'a/out'));
    const message = await refusal(target);
    expect(message).toContain('con.txt');
    expect(message).toContain('A/x.');
    expect(message).toContain('leads out of the folder');
    expect(message).toContain('UDF holds 254, or 127');
    expect(message).toContain('the edition "Home", which is not on this Windows media');
    expect(message).toContain('It holds Professional, Enterprise');
  });

  it('is Windows media older than Windows 10', async () => {
    expect(await refusal(project({ demo: { build: 9600 } }))).toContain('build 9600, expected 10240 or later');
  });

  it('is no Windows media at all', async () => {
    const target = project();
    mkdirSync(join(target.folder, 'empty'));
    writeFileSync(target.definition, 'name: X\nupgradePackage: { source: empty }\n');
    expect(await refusal(target)).toContain('no Windows install media');
  });
});

describe('the task sequence on the media', () => {
  const json = async (plan: MediaPlan, path: string) => JSON.parse(await textOf(plan, path)) as Record<string, never>;

  it('is compiled: every step, the packages, and Setup of each image, in ASCII', async () => {
    const files = {
      's.yaml':
        'name: Gr\u00f6\u00dfe\nsteps:\n  - checkReadiness:\n  - installApplication: APP\n    repeatable: true\n  - upgrade: { edition: enterprise, expect: 2 h }\n  - restart:\n',
      'app/setup.exe': 'x',
    };
    const yaml =
      'packages: [{ id: APP, kind: application, source: app, install: setup.exe /q }]\ntaskSequence: s.yaml\n';
    await planned(project({ yaml, files }), async (plan) => {
      const sequence = await json(plan, 'deploy/sequence.json');
      expect(sequence).toMatchObject({
        format: 2,
        name: 'Gr\u00f6\u00dfe',
        steps: [
          { type: 'checkReadiness' },
          { type: 'installApplication', packages: ['APP'] },
          { type: 'upgrade', edition: 'enterprise', expect: 7200 },
          { type: 'restart' },
        ],
        packages: [{ id: 'APP', path: 'deploy/packages/APP', install: 'setup.exe /q', bytes: 1 }],
        upgradePackages: [
          { id: 'windows', path: '', images: [{ edition: 'Professional' }, { edition: 'Enterprise' }] },
        ],
      });
      expect(await textOf(plan, 'deploy/sequence.json')).toMatch(/^[\n -~]+$/);
      expect(await json(plan, 'deploy/media.json')).toMatchObject({ mediaId: plan.staged.mediaId });
      expect(plan.staged.setupCommand).toContain('/imageindex {image}');
    });
  });

  it('is that for servers when the Windows is one', async () => {
    await planned(project({ demo: { server: true } }), async (plan) => {
      expect((await json(plan, 'deploy/sequence.json'))['name']).toBe('In-place upgrade of Windows Server');
    });
  });

  it('has a secret of its own only where the engine reads it: the media id does not come from it', async () => {
    const files = (value: string) => ({
      's.yaml': `name: S\nsteps:\n  - setVariable: { name: Pin, value: "${value}", secret: true }\n  - upgrade:\n  - restart:\n`,
    });
    const [one, two] = ['1111', '2222'].map((value) =>
      project({ yaml: 'taskSequence: s.yaml\n', files: files(value) }),
    );
    await planned(one!, async (plan) => {
      expect(await textOf(plan, 'deploy/sequence.json')).toContain('1111');
      expect(await mediaId(two!)).toBe(plan.staged.mediaId);
    });
  });
});

describe('the engine', () => {
  it('is on the media as it was built, and upgrade.cmd knows its hash', async () => {
    await planned(project(), async (plan) => {
      const { bytes, sha256 } = engineProgram();
      const file = plan.files.find(({ path }) => path === 'deploy/engine.js')!;
      expect(Buffer.compare(await readBytes(file.content), Buffer.from(bytes))).toBe(0);
      expect(await textOf(plan, 'upgrade.cmd')).toContain(`set "ENGINE_SHA256=${sha256}"`);
    });
  });

  it('that was not built is an error that says how', () => {
    const missing = () => engineProgram(pathToFileURL(join(folder, 'none.js')));
    expect(missing).toThrow(expect.objectContaining({ code: 'ENGINE_MISSING' }));
    expect(missing).toThrow(/npm run build/);
  });
});

describe('boot entries', () => {
  it('name efisys_noprompt.bin when no question is wanted', async () => {
    const target = project({
      yaml: 'output: { bootPrompt: false }\n',
      demo: { extraFiles: { 'efi/microsoft/boot/efisys_noprompt.bin': 'no prompt' } },
    });
    await planned(target, async ({ placed }) => {
      const [, uefi] = await readBootCatalog(placed!.image);
      expect(Buffer.from(await readBytes(placed!.image, uefi!.lba * 2048, 9)).toString()).toBe('no prompt');
    });
    const without = project({
      yaml: 'output: { bootPrompt: false }\n',
      demo: { without: ['efi/microsoft/boot/efisys_noprompt.bin'] },
    });
    expect(await refusal(without)).toContain('Leave output.bootPrompt out');
    await planned(without, ({ format }) => expect(format).toBe('zip'), { format: 'zip' });
  });

  it('are UEFI alone on arm64, and none without boot files, with a warning', async () => {
    await planned(project({ demo: { architecture: 'arm64' } }), async ({ placed }) => {
      expect((await readBootCatalog(placed!.image)).map(({ platform }) => platform)).toEqual([0xef]);
    });
    const bare = project({ demo: { without: ['boot/etfsboot.com', 'efi/microsoft/boot/efisys.bin'] } });
    await planned(bare, async ({ placed, warnings }) => {
      expect(await readBootCatalog(placed!.image)).toEqual([]);
      expect(warnings.map(({ message }) => message).join()).toContain('no machine will boot from the ISO');
    });
  });
});
