/** A folder that only Local System and Administrators can enter. */
import { describe, expect, it } from 'vitest';
import { createProtectedFolder } from '../../../src/target/wsh/protected-folder.js';
import { openSystem } from '../../../src/target/wsh/system.js';
import { fakeWindows, type Program } from './support/fake-com.js';
import { addWmi, objectOf } from './support/fake-wmi.js';

const FOLDER = 'C:\\Inplace';
const NO_LINK = 1;

/** fsutil finds no link, icacls does what it is told. */
const usual: Program = (line) => (line.includes('fsutil') ? NO_LINK : 0);

function made(change: Parameters<typeof fakeWindows>[0] = {}) {
  const windows = fakeWindows({ program: usual, ...change });
  return { windows, make: () => createProtectedFolder(openSystem(), FOLDER) };
}

/** What WMI says of the owner of a folder. */
function ownerIs(sid: string | null) {
  const owner = sid === null ? null : objectOf({ properties: { SIDString: sid } });
  const Descriptor = objectOf({ properties: { Owner: owner } });
  const GetSecurityDescriptor = () => ({ ReturnValue: 0, Descriptor });
  const path = "root\\cimv2|Win32_LogicalFileSecuritySetting.Path='C:\\\\Inplace'";
  return { [path]: [{ properties: {}, methods: { GetSecurityDescriptor } }] };
}

describe('a protected folder', () => {
  it('is made, and then belongs to Administrators and inherits nothing, by SID', () => {
    const { windows, make } = made();
    make();
    expect(windows.fileSystem.FolderExists(FOLDER)).toBe(true);
    expect(windows.shown.every(([style, wait]) => style === 0 && wait)).toBe(true);
    expect(windows.ran).toEqual([
      `icacls.exe "${FOLDER}" /setowner *S-1-5-32-544 /q`,
      `icacls.exe "${FOLDER}" /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F /q`,
    ]);
  });

  it.each(['S-1-5-18', 'S-1-5-32-544'])('that is there is taken when %s owns it', (sid) => {
    const { windows, make } = made();
    windows.folder(FOLDER);
    addWmi(windows, ownerIs(sid));
    make();
    expect(windows.ran.length).toBe(3);
  });

  it('that belongs to somebody else is refused before anything is changed', () => {
    const { windows, make } = made();
    windows.folder(FOLDER);
    addWmi(windows, ownerIs('S-1-5-21-1-2-3-1001'));
    expect(make).toThrow('"C:\\Inplace" belongs to somebody else (S-1-5-21-1-2-3-1001)');
    expect(windows.ran.filter((line) => line.includes('icacls'))).toEqual([]);
  });

  it.each([
    ['has no WMI', undefined],
    ['gives no owner', null],
  ])('is taken over where Windows %s', (_, sid) => {
    const { windows, make } = made();
    windows.folder(FOLDER);
    if (sid !== undefined) addWmi(windows, ownerIs(sid));
    make();
    expect(windows.ran.at(-1)).toContain('/inheritance:r');
  });

  it('may have other attributes', () => {
    const { windows, make } = made();
    windows.folder(FOLDER, 0xffff & ~1024);
    make();
    expect(windows.ran.at(-1)).toContain('/inheritance:r');
  });

  it('is no link, as its attributes say', () => {
    const { windows, make } = made();
    windows.folder(FOLDER, 16 | 1024);
    expect(make).toThrow('is a link to another place');
  });

  it('is no link, as fsutil says where the script host has no attributes', () => {
    const { windows, make } = made({ hasAttributes: false, program: () => 0 });
    windows.folder(FOLDER);
    expect(make).toThrow('is a link to another place');
    expect(windows.ran).toEqual([`fsutil.exe reparsepoint query "${FOLDER}"`]);
  });

  it('is no file', () => {
    const { windows, make } = made();
    windows.file(FOLDER, 'x');
    expect(make).toThrow('is a file, expected a folder or nothing');
  });

  it.each(['/setowner', '/inheritance'])('that Windows does not protect (%s) is an error', (words) => {
    const { make } = made({ program: (line) => (line.includes(words) ? 1332 : 0) });
    expect(make).toThrow('"C:\\Inplace" could not be protected: icacls ended with 1332');
  });
});
