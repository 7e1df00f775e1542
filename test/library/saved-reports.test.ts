/** What of a stick is kept on this computer, and what a receipt says: without a drive. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PatchedContent } from '../../src/content/patched.js';
import { textContent } from '../../src/content/views.js';
import type { Finding } from '../../src/errors.js';
import type { VolumeTree } from '../../src/image/disk.js';
import { openDisk } from '../../src/image/disk.js';
import { planPutBack } from '../../src/library/put-back.js';
import { nameFor, type Receipt, saveReceipt } from '../../src/library/receipts.js';
import { keptFile, loadReports, mediaTrees, reportsOf, saveReports } from '../../src/library/saved-reports.js';
import { placedFiles, usbExfatImage, usbImage } from '../support/disk-media.js';
import { temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const modified = new Date('2026-02-03T04:05:06Z');

function treeOf(texts: Readonly<Record<string, string>>, directories: readonly string[] = []): VolumeTree {
  const files = Object.entries(texts).map(([path, text]) => {
    const content = textContent(text);
    return { path, content, size: content.size, modified, extents: [{ offset: 0, size: content.size }] };
  });
  const asBuilt = async () => ({ patches: [], free: { offset: 0, size: 0 } });
  return { label: 'X', files, directories, asBuilt, fillFolder: async () => undefined };
}

describe('saved reports', () => {
  it('hold every file under a name that this computer can have, and the index says which is which', async () => {
    const names = [
      'REPORTS/a/b.txt',
      'Reports/CON',
      'Reports/..\\..\\evil',
      'Reports/%41',
      'Reports/x?.',
      'Reports/é 日',
    ];
    const tree = treeOf({
      'setup.exe': 'no',
      Reports: 'a file',
      ...Object.fromEntries(names.map((name) => [name, name])),
    });
    const saved = await saveReports([tree], join(folder, 'kept'), 'one');
    expect(saved.files.map(({ path }) => path)).toEqual(names);
    for (const file of saved.files) {
      const kept = keptFile(saved, file);
      expect(kept.startsWith(join(folder, 'kept', 'one'))).toBe(true);
      expect(readFileSync(kept, 'utf8')).toBe(file.path);
      expect(file.kept).not.toMatch(/[\\?:*]|\.\./);
    }
    expect(existsSync(join(folder, 'kept/one/REPORTS/a/b.txt'))).toBe(true);
    expect(readdirSync(join(folder, 'kept'))).toEqual(['one']);
    expect(await loadReports(join(folder, 'kept'), 'one')).toEqual(saved);
    expect(await loadReports(join(folder, 'kept'), 'two')).toBeUndefined();
    await expect(saveReports([tree], join(folder, 'kept'), 'one')).rejects.toThrow(/EEXIST|ENOTEMPTY/);
  });

  it('are those of media of inplace only, unless it is known to be one', async () => {
    const tree = treeOf({ 'Reports/x': 'x' });
    const disk = {
      partitions: [],
      volumes: [{ fileSystem: 'fat32', partition: {} as never, tree: async () => tree }],
    } as const;
    expect(await mediaTrees(disk)).toEqual([]);
    expect(reportsOf(await mediaTrees(disk, true)).length).toBe(1);
  });

  it('are not put back when they were changed meanwhile, do not fit, or there is no folder for them', async () => {
    const saved = await saveReports([treeOf({ 'Reports/x/y': 'y'.repeat(5000) })], join(folder, 'kept'), 'three');
    const { image } = usbImage(placedFiles({ 'deploy/manifest.json': '{}' }), ['Reports', 'deploy']);
    const trees = await mediaTrees((await openDisk(image, 'x'))!);
    const plan = await planPutBack(image, trees, saved, image.size);
    expect(plan?.contents.map(({ content }) => content.size)).toEqual([5000]);
    await plan?.close();
    expect(await planPutBack(image, trees, saved, 4 * 1024 * 1024)).toBeUndefined();
    const without = usbImage(placedFiles({ 'deploy/manifest.json': '{}' }), ['deploy']).image;
    expect(
      await planPutBack(without, await mediaTrees((await openDisk(without, 'x'))!), saved, image.size),
    ).toBeUndefined();
    writeFileSync(keptFile(saved, saved.files[0]!), 'z'.repeat(5000));
    expect(await planPutBack(image, trees, saved, image.size)).toBeUndefined();
  });

  it.each(['usb', 'exfat'] as const)(
    'go back into all their folders, whichever of them are listed (%s)',
    async (layout) => {
      const saved = await saveReports([treeOf({ 'REPORTS/a/b/c.txt': 'c' })], join(folder, 'kept'), `deep-${layout}`);
      expect(saved.directories).toEqual([]);
      const make = layout === 'usb' ? usbImage : usbExfatImage;
      const { image } = make(placedFiles({ 'deploy/manifest.json': '{}' }), ['Reports', 'deploy']);
      const trees = await mediaTrees((await openDisk(image, 'x'))!);
      for (const directories of [[], ['REPORTS/a/b', 'REPORTS/empty/deep']]) {
        const plan = (await planPutBack(image, trees, { ...saved, directories }, image.size))!;
        const patched = new PatchedContent(image, plan.patches);
        const after = await (await openDisk(patched, 'x'))!.volumes[0]!.tree();
        expect(after.files.map(({ path }) => path)).toContain('Reports/a/b/c.txt');
        expect(after.directories.includes('Reports/empty/deep')).toBe(directories.length > 0);
        await plan.close();
      }
      const onlyFolders = { ...saved, files: [], directories: ['Reports/empty'] };
      const plan = (await planPutBack(image, trees, onlyFolders, image.size))!;
      const after = await (await openDisk(new PatchedContent(image, plan.patches), 'x'))!.volumes[0]!.tree();
      expect(after.directories).toContain('Reports/empty');
    },
  );
});

describe('a receipt', () => {
  const receipt: Receipt = {
    drive: '/dev/sdx',
    model: 'M',
    sizeBytes: 1,
    started: modified.toISOString(),
    finished: modified.toISOString(),
    mode: 'whole',
    imageBytes: 1,
    writtenBytes: 1,
    bytesPerSecond: 1,
    writeSeconds: 1,
  };
  const drive = { path: '/dev/sdx', serial: 'A/../B' } as Parameters<typeof nameFor>[0];

  it('has a name of time, serial and run, and is a file of its own', async () => {
    const name = nameFor(drive, modified, '0123456789');
    expect(name).toBe('20260203T040506Z-A-B-01234567');
    const saved = await saveReceipt(receipt, join(folder, 'receipts'), name, () => expect.unreachable());
    expect(JSON.parse(readFileSync(saved.file!, 'utf8'))).toEqual(saved);
  });

  it('that cannot be saved is a warning: RECEIPT_FAILED', async () => {
    writeFileSync(join(folder, 'file'), '');
    const found: Finding[] = [];
    const saved = await saveReceipt(receipt, join(folder, 'file'), 'x', (finding) => found.push(finding));
    expect(saved).toEqual(receipt);
    expect(found).toMatchObject([{ code: 'RECEIPT_FAILED', severity: 'warning' }]);
  });
});
