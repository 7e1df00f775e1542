/** upgrade.cmd is started again with rights, from where an administrator sees it too. */
import { describe, expect, it } from 'vitest';
import { elevate } from '../../../src/target/wsh/elevation.js';
import { openSystem } from '../../../src/target/wsh/system.js';
import { comError, type FakeWindows, fakeWindows } from './support/fake-com.js';

/** Shell.Application, and what it was asked for. */
function asked(windows: FakeWindows): unknown[] {
  const all: unknown[] = [];
  windows.classes['Shell.Application'] = () => ({ ShellExecute: (...words: unknown[]) => void all.push(words) });
  return all;
}

describe('elevation', () => {
  it('asks for cmd.exe with the script, its words and a sign that it was asked for', () => {
    const calls = asked(fakeWindows());
    elevate(openSystem(), 'E:\\media & more', ['/start']);
    const line = '/d /c ""E:\\media & more\\upgrade.cmd" /start /elevated"';
    expect(calls).toEqual([['C:\\Windows\\System32\\cmd.exe', line, '', 'runas', 1]]);
  });

  it.each([
    ['a mapped drive becomes its share', { type: 3, share: '\\\\server\\share' }, '\\\\server\\share\\media'],
    ['a mapped drive whose share is not known stays', { type: 3, share: comError(0x80004001) }, 'X:\\media'],
    ['one without a share stays', { type: 3, share: null }, 'X:\\media'],
    ['another drive stays, whatever it says', { type: 2, share: '\\\\server\\share' }, 'X:\\media'],
  ])('%s', (_, drive, root) => {
    const windows = fakeWindows();
    windows.drives['X:'] = drive;
    const calls = asked(windows);
    elevate(openSystem(), 'X:\\media', []);
    expect(calls).toEqual([expect.arrayContaining([`/d /c ""${root}\\upgrade.cmd" /elevated"`])]);
  });

  it('leaves a share as it is', () => {
    const calls = asked(fakeWindows());
    elevate(openSystem(), '\\\\server\\share', ['/scan']);
    expect(calls).toEqual([expect.arrayContaining(['/d /c ""\\\\server\\share\\upgrade.cmd" /scan /elevated"'])]);
  });

  it('that Windows refuses is an error with words', () => {
    const windows = fakeWindows();
    windows.classes['Shell.Application'] = () => {
      throw comError(0x80070005);
    };
    expect(() => elevate(openSystem(), 'E:', [])).toThrow(
      'Windows could not be asked for administrator rights: error 0x80070005',
    );
  });
});
