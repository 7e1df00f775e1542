/** What a person names as a drive, and what is said when it is none. */
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseLsblk } from '../../src/devices/linux.js';
import { isDrive, namedDrive, openNamedDrive } from '../../src/library/named-drive.js';
import { temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const file = join(folder, 'image.img');
writeFileSync(file, 'x');
const [toNull, toStick] = [join(folder, 'null'), join(folder, 'stick')];
symlinkSync('/dev/null', toNull);
symlinkSync(file, toStick);
const stick = {
  name: 'x',
  path: file,
  type: 'disk',
  size: 512,
  children: [{ name: 'p', path: `${file}1`, type: 'part' }],
};
const listing = { drives: parseLsblk(JSON.stringify({ blockdevices: [stick] })), witnessed: [] };

it('is a drive by its path, and by a link to it', async () => {
  for (const path of [file, toStick]) expect(await namedDrive(listing, path)).toBe(listing.drives[0]);
});

it.each([
  [`${file}1`, `it is a part of the drive "${file}": name the whole drive`],
  [join(folder, 'none'), 'there is no such drive'],
  [folder, 'it is a folder; name the drive'],
  [import.meta.filename, 'it is a file and no drive'],
  ['/dev/null', 'it is no whole drive that the system lists'],
  [toNull, 'it is no whole drive that the system lists'],
])('%s is none: %s', async (path, reason) => expect(await namedDrive(listing, path)).toEqual({ reason }));

it('is none when it is a file or a device of another kind, and cannot be opened as one', async () => {
  expect(await Promise.all([file, '/dev/null', folder, '/none'].map(isDrive))).toEqual([false, false, false, false]);
  expect(await isDrive('\\\\.\\PHYSICALDRIVE12')).toBe(true);
  await expect(openNamedDrive('/dev/null')).rejects.toMatchObject({ code: 'SOURCE_UNSUPPORTED' });
});
