/** The same definition gives the same bytes, wherever and however it is built. */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { inplaceOk, MAIN, makeProject } from '../support/project.js';
import { sha256File } from '../support/sums.js';
import { describeWith, temporaryFolder } from '../support/tools.js';
import { windowsNode, windowsNodeTools } from '../support/windows-node.js';
import { useWine, windowsPath } from '../support/wine.js';

const folder = temporaryFolder();
const project = makeProject(join(folder, 'project'), {
  demo: { extraFiles: { 'support/Äö 日本.txt': 'names', 'support/a.txt': 'same', 'support/b.txt': 'same' } },
  files: { 'files/one.txt': '1', 'files/sub/two.txt': '2', 'drivers/x.inf': '; x' },
  yaml: 'packages:\n  - { id: FILES, kind: files, source: files }\n  - { id: NET, kind: drivers, source: drivers }\noutput: { format: iso, size: 300 MiB }\n',
});
const epoch = { SOURCE_DATE_EPOCH: '1700000000' };

async function buildSum(definition: string, name: string, env: Record<string, string> = {}): Promise<string> {
  const iso = join(folder, `${name}.iso`);
  await inplaceOk(['build', definition, '-o', iso], { env });
  return sha256File(iso);
}

/** Copies a folder, last names first, so that the file system lists them in another order; times are kept. */
function copyBackwards(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from).sort().reverse()) {
    const [source, target] = [join(from, name), join(to, name)];
    const status = statSync(source);
    if (status.isDirectory()) copyBackwards(source, target);
    else cpSync(source, target);
    utimesSync(target, status.atime, status.mtime);
  }
}

describe('a build', () => {
  let sum = '';
  beforeAll(async () => {
    sum = await buildSum(project.definition, 'first');
  });

  it('gives the same bytes again', async () => {
    expect(await buildSum(project.definition, 'again')).toBe(sum);
  });

  it.each([
    ['another time zone', { TZ: 'Pacific/Chatham' }],
    ['another locale', { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' }],
  ])('gives the same bytes in %s', async (name, env) => {
    expect(await buildSum(project.definition, name, env)).toBe(sum);
  });

  it('gives the same bytes under another umask and with one core', async () => {
    const iso = join(folder, 'umask.iso');
    const script = 'umask 077; exec taskset -c 0 "$0" "$1" build "$2" -o "$3"';
    await execa('bash', ['-c', script, process.execPath, MAIN, project.definition, iso]);
    expect(sha256File(iso)).toBe(sum);
  });

  it('gives the same bytes in another folder, whose files are listed in another order', async () => {
    const other = join(folder, 'deep', 'other place');
    copyBackwards(project.folder, other);
    expect(await buildSum(join(other, 'media.yaml'), 'other')).toBe(sum);
  });

  it('gives other bytes when a file or its time is another', async () => {
    const other = join(folder, 'changed');
    copyBackwards(project.folder, other);
    utimesSync(join(other, 'files', 'one.txt'), 1_700_000_000, 1_700_000_000);
    expect(await buildSum(join(other, 'media.yaml'), 'changed')).not.toBe(sum);
  });
});

describe('a build with SOURCE_DATE_EPOCH', () => {
  it('does not depend on the times of files in folders', async () => {
    const sum = await buildSum(project.definition, 'epoch', epoch);
    const other = join(folder, 'touched');
    copyBackwards(project.folder, other);
    for (const name of ['files/one.txt', 'windows/setup.exe', 'media.yaml']) utimesSync(join(other, name), 5, 5);
    expect(await buildSum(join(other, 'media.yaml'), 'touched', epoch)).toBe(sum);
    expect(sum).not.toBe(await buildSum(project.definition, 'epoch-2', { SOURCE_DATE_EPOCH: '1700000002' }));
  });
});

describe.each(['folder', 'zip'])('a %s', (format) => {
  it('has the same manifest and bytes each time', async () => {
    const [one, two] = [1, 2].map((n) => join(folder, `${format}-${n}`)) as [string, string];
    await inplaceOk(['build', project.definition, '--format', format, '-o', one]);
    await inplaceOk(['build', project.definition, '--format', format, '-o', two], { env: { TZ: 'Asia/Tokyo' } });
    const sums = [one, two].map((path) => sha256File(format === 'zip' ? path : join(path, 'deploy', 'manifest.json')));
    expect(sums[0]).toBe(sums[1]);
  });
});

/** Sticks have what discs have not: serial numbers, times of a local time zone, short names, an order of clusters. */
const disks = ['hybrid', 'usb'] as const;
const diskSum = new Map<string, string>();

async function buildDisk(format: (typeof disks)[number], definition = project.definition): Promise<string> {
  const image = join(folder, `first-${format}.img`);
  await inplaceOk(['build', definition, '--format', format, '-o', image]);
  const sum = sha256File(image);
  rmSync(image);
  return sum;
}

describe.each(disks)('a %s', (format) => {
  beforeAll(async () => {
    diskSum.set(format, await buildDisk(format));
  });

  it('has the same bytes in another time zone, locale and folder, under another umask and with one core', async () => {
    const other = join(folder, `other-${format}`, 'place');
    copyBackwards(project.folder, other);
    const image = join(folder, `other-${format}.img`);
    const script = 'umask 077; exec taskset -c 0 "$0" "$1" build "$2" --format "$3" -o "$4"';
    await execa('bash', ['-c', script, process.execPath, MAIN, join(other, 'media.yaml'), format, image], {
      env: { TZ: 'Pacific/Chatham', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' },
    });
    expect(sha256File(image)).toBe(diskSum.get(format));
    rmSync(image);
  });

  it('has other bytes when the time of a file is another', async () => {
    const other = join(folder, `changed-${format}`);
    copyBackwards(project.folder, other);
    utimesSync(join(other, 'files', 'one.txt'), 1_700_000_000, 1_700_000_000);
    expect(await buildDisk(format, join(other, 'media.yaml'))).not.toBe(diskSum.get(format));
  });
});

describeWith(windowsNodeTools, 'Node for Windows, under Wine', () => {
  useWine();

  it.each(['iso', ...disks] as const)('builds the same %s as Node for Linux', async (format) => {
    const image = join(folder, format === 'usb' ? 'windows-built.img' : `windows-built-${format}.iso`);
    const { exitCode, stdout, stderr } = await windowsNode(
      [windowsPath(MAIN), 'build', windowsPath(project.definition), '--format', format, '-o', windowsPath(image)],
      { cwd: folder, timeout: 300_000 },
    );
    expect([exitCode, existsSync(image)], `${stdout}\n${stderr}`).toEqual([0, true]);
    const wanted = format === 'iso' ? await buildSum(project.definition, 'linux-built') : diskSum.get(format);
    expect(sha256File(image)).toBe(wanted);
    rmSync(image);
  });
});
