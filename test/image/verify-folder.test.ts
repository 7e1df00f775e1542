/** What verify says of folders that were used, damaged or changed. */
import { chmodSync, cpSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { BytesContent } from '../../src/content/views.js';
import { InplaceError } from '../../src/errors.js';
import { renderManifest } from '../../src/image/manifest.js';
import { verifyTree } from '../../src/image/verify-tree.js';
import { build, inspect, verify } from '../../src/index.js';
import { openUpgradePackage } from '../../src/upgrade-package/open.js';
import { makeProject } from '../support/project.js';
import { runOk, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const project = makeProject(folder, {
  demo: { extraFiles: { 'boot/bootstat.dat': Buffer.alloc(65536), 'efi/microsoft/boot/BCD.LOG': 'log' } },
});
const whole = join(folder, 'whole');
const posix = process.platform !== 'win32';

beforeAll(async () => {
  mkdirSync(join(project.windows, 'support', 'empty', 'deep'), { recursive: true });
  await build(project.definition, { output: whole, format: 'folder' });
});

let count = 0;
/** A copy of the media. */
function copy(): string {
  const target = join(folder, `copy-${++count}`);
  cpSync(whole, target, { recursive: true });
  return target;
}

function put(root: string, path: string, text = 'x'): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

async function problemsOf(root: string): Promise<{ problems: string[]; expected: readonly string[] }> {
  const { findings, expected } = await verify(root);
  expect(findings.filter(({ code }) => !code.startsWith('VERIFY_'))).toEqual([]);
  return { problems: findings.map(({ where, message }) => `${where?.path ?? ''}: ${message}`), expected };
}

/** What root may not read, nobody may not: the work runs as nobody where this is root. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  chmodSync(folder, 0o755);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe('media that were used hold', () => {
  it('with what Windows, macOS and the field leave behind, which is listed', async () => {
    const used = copy();
    const added = [
      'Reports/PC-1/status.jsonl',
      'system volume information/x',
      '$Recycle.Bin/y',
      '.Trashes/z',
      '.fseventsd/1',
    ];
    for (const path of [...added, '.Spotlight-V100/2']) put(used, path);
    expect(await problemsOf(used)).toEqual({
      problems: [],
      expected: ['$Recycle.Bin', '.Spotlight-V100', '.Trashes', '.fseventsd', 'Reports', 'system volume information'],
    });
  });

  it.runIf(posix)('when some of that may not be read, is a link, or is a pipe', async () => {
    const used = copy();
    put(used, 'System Volume Information/IndexerVolumeGuid');
    chmodSync(join(used, 'System Volume Information'), 0);
    put(used, '$RECYCLE.BIN/x');
    symlinkSync('/etc', join(used, '$RECYCLE.BIN', 'link'));
    symlinkSync('/nowhere', join(used, '.Trashes'));
    mkdirSync(join(used, 'Reports'));
    await runOk('mkfifo', [join(used, 'Reports', 'pipe')]);
    expect((await asNobody(() => problemsOf(used))).problems).toEqual([]);
    chmodSync(join(used, 'System Volume Information'), 0o755);
  });

  it('when booting wrote boot status files, new ones and those that the manifest lists', async () => {
    const used = copy();
    put(used, 'boot/bootstat.dat', 'y'.repeat(65536));
    put(used, 'efi/microsoft/boot/BCD.LOG', 'a longer log');
    put(used, 'boot/BCD.LOG1', 'new');
    const { problems, expected } = await problemsOf(used);
    expect(problems).toEqual([]);
    expect([...expected].sort()).toEqual(['boot/BCD.LOG1', 'boot/bootstat.dat', 'efi/microsoft/boot/BCD.LOG']);
  });

  it('but not when such a name stands elsewhere', async () => {
    const used = copy();
    for (const path of ['sources/Reports/x', 'sources/bootstat.dat', 'Reports2/x']) put(used, path);
    const later = 'The file is not in the manifest: it was added later';
    expect((await problemsOf(used)).problems).toEqual([
      `Reports2/x: ${later}`,
      `sources/Reports/x: ${later}`,
      `sources/bootstat.dat: ${later}`,
    ]);
  });

  it('and not when a boot status file is gone, or it is a zip or an ISO that was changed', async () => {
    const used = copy();
    rmSync(join(used, 'boot/bootstat.dat'));
    expect((await problemsOf(used)).problems).toEqual(['boot/bootstat.dat: The file is missing']);
    const content = new BytesContent(Buffer.from('text'));
    const sum = 'a'.repeat(64);
    const manifest = renderManifest({ mediaId: sum, files: [{ path: 'boot/bootstat.dat', size: 4, sha256: sum }] });
    const files = [
      { path: 'boot/bootstat.dat', content, modified: new Date(0) },
      { path: 'deploy/manifest.json', content: new BytesContent(manifest), modified: new Date(0) },
    ];
    const tree = { files, directories: ['boot', 'deploy'], findings: [] };
    expect((await verifyTree(tree)).findings).toHaveLength(1);
    expect((await verifyTree({ ...tree, leftToUse: [] })).findings).toEqual([]);
  });
});

describe('verify of a folder finds', () => {
  it('empty folders that were added or are gone', async () => {
    const root = copy();
    mkdirSync(join(root, 'evil', 'deep'), { recursive: true });
    rmSync(join(root, 'support', 'empty'), { recursive: true });
    put(root, 'other/deep/x');
    expect((await problemsOf(root)).problems).toEqual([
      'other/deep/x: The file is not in the manifest: it was added later',
      'support/empty/deep: The folder is missing',
      'evil: The folder is not in the manifest: it was added later',
    ]);
  });

  it.runIf(posix)('links, even to the right content, pipes, and what may not be read', async () => {
    const root = copy();
    for (const name of ['setup.exe', 'autorun.inf', 'bootmgr']) rmSync(join(root, name));
    symlinkSync(join(whole, 'setup.exe'), join(root, 'setup.exe'));
    cpSync(join(whole, 'autorun.inf'), join(root, 'Reports', 'autorun.inf'));
    symlinkSync('Reports/autorun.inf', join(root, 'autorun.inf'));
    await runOk('mkfifo', [join(root, 'bootmgr')]);
    chmodSync(join(root, 'upgrade.cmd'), 0);
    chmodSync(join(root, 'sources'), 0);
    const { problems } = await asNobody(() => problemsOf(root));
    chmodSync(join(root, 'sources'), 0o755);
    expect(problems).toEqual([
      'autorun.inf: The symbolic link stands where a file or folder should',
      'bootmgr: Neither a file nor a folder but a pipe',
      'setup.exe: The symbolic link stands where a file or folder should',
      'sources: Cannot read the folder: EACCES (permission denied)',
      'upgrade.cmd: Cannot read: EACCES (permission denied)',
    ]);
  });

  it.runIf(posix)('names that are no text, and still says what else is missing', async () => {
    const root = copy();
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.of(0xff)]), '');
    rmSync(join(root, 'setup.exe'));
    expect((await problemsOf(root)).problems).toEqual([
      ': The name "\\xff" is not valid UTF-8',
      'setup.exe: The file is missing',
    ]);
  });

  it('names that differ in case only, where the disk tells them apart', async () => {
    const root = copy();
    put(root, 'SETUP.EXE');
    const { problems } = await problemsOf(root);
    expect(problems.join('\n')).toMatch(
      posix ? /Windows takes this name and "SETUP.EXE" for the same one/ : /setup.exe/,
    );
  });

  it('that there is no manifest, and only that', async () => {
    const root = copy();
    rmSync(join(root, 'deploy', 'manifest.json'));
    expect((await problemsOf(root)).problems).toEqual([
      'deploy/manifest.json: There is no manifest: this was not made by inplace, or the file was removed',
    ]);
    truncateSync(join(root, 'setup.exe'), 0);
    expect((await problemsOf(root)).problems).toHaveLength(1);
  });

  it('a file that ends while it is read, and goes on with the others', async () => {
    const sum = 'a'.repeat(64);
    const files = ['a', 'b'].map((path) => ({ path, size: 4, sha256: sum }));
    const manifest = new BytesContent(renderManifest({ mediaId: sum, files }));
    const broken = {
      size: 4,
      read: () => Promise.reject(new InplaceError({ code: 'SOURCE_UNREADABLE', message: 'Cannot read: EIO' })),
    };
    const contents = { a: broken, b: new BytesContent(Buffer.from('text')), 'deploy/manifest.json': manifest };
    const tree = Object.entries(contents).map(([path, content]) => ({ path, content, modified: new Date(0) }));
    const { findings } = await verifyTree({ files: tree, directories: ['deploy'], findings: [] });
    expect(findings.map(({ where, message }) => `${where?.path}: ${message}`)).toEqual([
      'a: Cannot read: EIO',
      'b: The content is damaged',
    ]);
  });

  it('a thousand problems at most, and how many more there are', async () => {
    const sum = 'a'.repeat(64);
    const paths = Array.from({ length: 5000 }, (_, i) => `f${String(i).padStart(5, '0')}`);
    const bytes = renderManifest({ mediaId: sum, files: paths.map((path) => ({ path, size: 1, sha256: sum })) });
    const files = [{ path: 'deploy/manifest.json', content: new BytesContent(bytes), modified: new Date(0) }];
    const { findings } = await verifyTree({ files, directories: ['deploy'], findings: [] });
    expect(findings).toHaveLength(1001);
    expect(findings.at(-1)?.message).toBe('4000 more problems are not listed');
  });
});

it('a folder that is not there is no finding', async () => {
  await expect(verify(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'SOURCE_MISSING' });
});

describe.runIf(posix)('the root of a drive with Windows media', () => {
  it('is an upgrade package, and can be inspected, without what the system keeps there', async () => {
    const drive = join(folder, 'drive');
    cpSync(project.windows, drive, { recursive: true });
    put(drive, '$RECYCLE.BIN/S-1-5-18/desktop.ini');
    mkdirSync(join(drive, 'System Volume Information'));
    chmodSync(join(drive, 'System Volume Information'), 0);
    await asNobody(async () => {
      const opened = await openUpgradePackage(drive);
      expect(opened.tree.files.map(({ path }) => path)).toEqual([...project.windowsFiles].sort());
      expect(opened.tree.directories.filter((path) => /system|recycle/i.test(path))).toEqual([]);
      expect((await inspect(drive)).files).toBe(project.windowsFiles.length);
    });
    chmodSync(join(drive, 'System Volume Information'), 0o755);
  });
});
