import { chmod, mkdir, mkdtemp, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBytes } from '../../src/content/content.js';
import type { FileContent } from '../../src/content/file.js';
import { readFolderTree } from '../../src/content/folder-tree.js';
import { byCodeUnit } from '../../src/content/tree.js';
import { InplaceError } from '../../src/errors.js';
import { long, runOk, temporaryFolder } from '../support/tools.js';

const base = temporaryFolder();

/** A folder with these files; each holds its own path. */
async function folderWith(...paths: string[]): Promise<string> {
  const root = await mkdtemp(join(base, 'tree-'));
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), path);
  }
  return root;
}

async function read(root: string) {
  const { tree, findings } = await readFolderTree(root);
  return {
    files: tree.files.map((file) => file.path),
    directories: tree.directories,
    findings: findings.map((finding) => `${finding.code} ${finding.where?.path}: ${finding.message}`),
    tree,
  };
}

describe('readFolderTree', () => {
  it('lists files and directories by code unit, whatever order the system gives', async () => {
    const root = await folderWith('b.txt', 'a/z.txt', 'a/Z.txt', 'ä.txt', 'a.txt', 'a-b/x', '𝄞', '\uffee');
    await mkdir(join(root, 'empty'));
    const { files, directories, findings } = await read(root);
    expect(files).toEqual(['a-b/x', 'a.txt', 'a/Z.txt', 'a/z.txt', 'b.txt', 'ä.txt', '𝄞', '\uffee']);
    expect(files).toEqual([...files].sort(byCodeUnit));
    expect([directories, findings]).toEqual([['a', 'a-b', 'empty'], []]);
  });

  it('gives contents that read the files, and times in whole seconds', async () => {
    const root = await folderWith('a/file.txt');
    await utimes(join(root, 'a/file.txt'), 1_700_000_000.987, 1_700_000_000.987);
    const [file] = (await read(root)).tree.files;
    expect(new TextDecoder().decode(await readBytes(file!.content))).toBe('a/file.txt');
    expect(file?.modified).toEqual(new Date(1_700_000_000_000));
    // a worker compares this with its own stat, so the fraction stays
    expect(file?.content.local?.seen.modifiedMs).toBeCloseTo(1_700_000_000_987, 0);
    await (file!.content as FileContent).close();
  });

  it('follows links that stay inside, to files and to folders', async () => {
    const root = await folderWith('real/file.txt', 'real/deep/x.txt');
    await symlink('real/file.txt', join(root, 'link.txt'));
    await symlink(join(root, 'real'), join(root, 'folder'));
    await symlink('../real/deep', join(root, 'real/again'));
    const { files, findings, tree } = await read(root);
    expect(findings).toEqual([]);
    expect(files).toEqual([
      'folder/again/x.txt',
      'folder/deep/x.txt',
      'folder/file.txt',
      'link.txt',
      'real/again/x.txt',
      'real/deep/x.txt',
      'real/file.txt',
    ]);
    const places = tree.files.filter((file) => file.path.endsWith('x.txt')).map((file) => file.content.local?.path);
    expect(new Set(places).size).toBe(1);
  });

  it('reports every link that leaves, dangles or goes round, at once', async () => {
    const outside = await folderWith('secret.txt');
    const root = await folderWith('a/b/file.txt', 'ok.txt');
    await symlink(join(outside, 'secret.txt'), join(root, 'out-file'));
    await symlink(outside, join(root, 'out-folder'));
    await symlink('..', join(root, 'a/up'));
    await symlink('../../..', join(root, 'a/b/far-up'));
    await symlink('nothing', join(root, 'dangling'));
    await symlink('self', join(root, 'self'));
    await symlink('.', join(root, 'a/b/here'));
    // a folder whose name begins like the root's is outside all the same
    await mkdir(`${root}-beside`);
    await symlink(`${root}-beside`, join(root, 'beside'));
    const { files, findings } = await read(root);
    expect(files).toEqual(['a/b/file.txt', 'ok.txt']);
    const inside = findings.map((line) => line.replace(/, to ".*"$/, ''));
    expect(inside).toEqual([
      'PACKAGE_LINK a/b/far-up: The symbolic link leads out of the folder',
      'PACKAGE_LINK a/b/here: The symbolic link leads back to a folder it lies in',
      'PACKAGE_LINK a/up: The symbolic link leads back to a folder it lies in',
      'PACKAGE_LINK beside: The symbolic link leads out of the folder',
      'PACKAGE_LINK dangling: The symbolic link leads nowhere',
      'PACKAGE_LINK out-file: The symbolic link leads out of the folder',
      'PACKAGE_LINK out-folder: The symbolic link leads out of the folder',
      'PACKAGE_LINK self: The symbolic link leads back to itself',
    ]);
  });

  it.skipIf(process.platform === 'win32')('leaves out what it is told to, without opening it', async () => {
    const root = await folderWith('a/x.txt', 'left/b/y.txt', 'z/left.txt');
    await symlink('/nowhere', join(root, 'left/dangling'));
    await symlink('/nowhere', join(root, 'link'));
    await runOk('mkfifo', [join(root, 'pipe')]);
    const asked: string[] = [];
    const { tree, findings, skipped } = await readFolderTree(root, {
      skip: (path) => asked.push(path) > 0 && ['left', 'link', 'pipe', 'z/left.txt'].includes(path),
    });
    expect(tree.files.map((file) => file.path)).toEqual(['a/x.txt']);
    expect([tree.directories, findings, skipped]).toEqual([['a', 'z'], [], ['left', 'link', 'pipe', 'z/left.txt']]);
    expect(asked.filter((path) => path.startsWith('left/'))).toEqual([]);
  });

  it('refuses every link when told to', async () => {
    const root = await folderWith('real/file.txt');
    await symlink('real/file.txt', join(root, 'link.txt'));
    await symlink('real', join(root, 'folder'));
    const { tree, findings } = await readFolderTree(root, { links: 'refuse' });
    expect(tree.files.map((file) => file.path)).toEqual(['real/file.txt']);
    expect(findings.map(({ code, where, message }) => [code, where?.path, message])).toEqual([
      ['PACKAGE_LINK', 'folder', 'The symbolic link stands where a file or folder should'],
      ['PACKAGE_LINK', 'link.txt', 'The symbolic link stands where a file or folder should'],
    ]);
  });

  it('ends where links multiply a folder without end', async () => {
    const root = await folderWith('0/file');
    for (let level = 1; level < 25; level++) {
      await mkdir(join(root, `${level}`));
      for (const side of ['left', 'right']) await symlink(`../${level - 1}`, join(root, `${level}`, side));
    }
    const { findings } = await readFolderTree(root, { maximumEntries: 5000 });
    expect(findings.map((finding) => finding.code)).toEqual(['PACKAGE_LINK']);
    expect(findings[0]?.message).toBe('The folder lists more than 5000 files');
  });

  it.skipIf(process.platform === 'win32')('reports pipes and sockets', async () => {
    const root = await folderWith('ok.txt');
    await runOk('mkfifo', [join(root, 'pipe')]);
    await symlink('pipe', join(root, 'link-to-pipe'));
    const server = createServer();
    await new Promise<void>((done) => server.listen(join(root, 'socket'), done));
    const { files, findings } = await read(root);
    server.close();
    expect(files).toEqual(['ok.txt']);
    expect(findings).toEqual([
      'SOURCE_UNSUPPORTED link-to-pipe: Neither a file nor a folder but a pipe',
      'SOURCE_UNSUPPORTED pipe: Neither a file nor a folder but a pipe',
      'SOURCE_UNSUPPORTED socket: Neither a file nor a folder but a socket',
    ]);
  });

  it.skipIf(process.platform !== 'linux')('reports names that are no UTF-8, and takes a real U+FFFD', async () => {
    const root = await folderWith('ok.txt', 'real-\ufffd.txt');
    await writeFile(Buffer.concat([Buffer.from(`${root}/bad-`), Buffer.of(0xff, 0xe4)]), '');
    await mkdir(Buffer.concat([Buffer.from(`${root}/`), Buffer.of(0xc3)]));
    const { files, directories, findings } = await read(root);
    expect([files, directories]).toEqual([['ok.txt', 'real-\ufffd.txt'], []]);
    expect(findings).toEqual([
      'MEDIA_NAME : The name "bad-\\xff\\xe4" is not valid UTF-8',
      'MEDIA_NAME : The name "\\xc3" is not valid UTF-8',
    ]);
  });

  it.skipIf(process.platform === 'win32')('reports files and folders that may not be read', async () => {
    const root = await folderWith('closed/file.txt', 'closed.txt', 'open.txt');
    await chmod(base, 0o755);
    await chmod(root, 0o755);
    await chmod(join(root, 'closed'), 0);
    await chmod(join(root, 'closed.txt'), 0);
    const user = process.geteuid?.();
    // root may read everything, so the test is nobody for a moment
    if (user === 0) process.seteuid?.(65_534);
    try {
      const { files, findings } = await read(root);
      expect(files).toEqual(['open.txt']);
      expect(findings).toEqual([
        'SOURCE_UNREADABLE closed: Cannot read the folder: EACCES (permission denied)',
        'SOURCE_UNREADABLE closed.txt: Cannot read: EACCES (permission denied)',
      ]);
    } finally {
      if (user === 0) process.seteuid?.(0);
      await chmod(join(root, 'closed'), 0o755);
    }
  });

  it('refuses a folder that does not exist or is a file', async () => {
    const root = await folderWith('file');
    await expect(readFolderTree(join(root, 'missing'))).rejects.toMatchObject({ code: 'SOURCE_MISSING' });
    await expect(readFolderTree(join(root, 'file'))).rejects.toThrow(InplaceError);
  });

  it('is not stopped by a root that is a link itself', async () => {
    const root = await folderWith('a/file.txt');
    await symlink(root, `${root}-link`);
    await symlink('file.txt', join(root, 'a/link.txt'));
    expect(await read(`${root}-link`)).toMatchObject({ files: ['a/file.txt', 'a/link.txt'], findings: [] });
  });

  it(`lists ${long ? '100,000' : '3,000'} files`, async () => {
    const count = long ? 100_000 : 3000;
    const root = await mkdtemp(join(base, 'many-'));
    for (let i = 0; i < count / 1000; i++) {
      await mkdir(join(root, `d${i}`));
      await Promise.all(Array.from({ length: 1000 }, (_, j) => writeFile(join(root, `d${i}`, `f${j}`), '')));
    }
    const { files, directories } = await read(root);
    expect([files.length, directories.length]).toEqual([count, count / 1000]);
  });
});
