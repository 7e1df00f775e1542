/** What the script host says of the computer and of the script, and values of every kind. */
import { describe, expect, it } from 'vitest';
import { WshEnvironment } from '../../../src/target/wsh/environment.js';
import { arrayOf, isNothing, numberOf, scriptArguments, textOf } from '../../../src/target/wsh/host.js';
import { comReasonOf, openSystem } from '../../../src/target/wsh/system.js';
import { comError, fakeWindows, SafeArray } from './support/fake-com.js';

describe('the environment', () => {
  it.each([
    ['E:\\deploy\\engine.js', 'E:'],
    ['E:\\DEPLOY\\engine.js', 'E:'],
    ['C:\\Inplace\\engine.js', 'C:\\Inplace'],
    ['\\\\server\\share\\media 1\\deploy\\engine.js', '\\\\server\\share\\media 1'],
  ])('%s was started from %s', (script, root) => {
    fakeWindows({ script });
    expect(new WshEnvironment(openSystem()).startedFrom).toBe(root);
  });

  it('has variables as they are, and nothing for those that are not there', () => {
    const windows = fakeWindows();
    windows.environment['WITH_NUL'] = 'value\0';
    const environment = new WshEnvironment(openSystem());
    const { computerName, systemDrive, windowsFolder, temporaryFolder } = environment;
    const seen = [computerName, systemDrive, windowsFolder, temporaryFolder];
    expect(seen).toEqual(['PC-1', 'C:', 'C:\\Windows', 'C:\\Windows\\Temp']);
    expect([environment.variable('WITH_NUL'), environment.variable('NONE')]).toEqual(['value', '']);
  });

  it('has the words of the command line', () => {
    fakeWindows({ words: ['/start', '/sentinel', 'C:\\a b'] });
    expect(scriptArguments()).toEqual(['/start', '/sentinel', 'C:\\a b']);
  });
});

describe('a value of COM', () => {
  it.each([
    [undefined, '', 0, true],
    [null, '', 0, true],
    ['', '', 0, false],
    ['5', '5', 5, false],
    ['5x', '5x', 0, false],
    [-1, '-1', -1, false],
    [true, 'true', 1, false],
    [{ valueOf: () => 7, toString: () => 'seven' }, 'seven', 7, false],
  ])('%o is plain', (value, text, number, nothing) => {
    expect([textOf(value), numberOf(value), isNothing(value)]).toEqual([text, number, nothing]);
  });

  it('is an array only when a VBArray takes it', () => {
    fakeWindows();
    expect([arrayOf(new SafeArray([1, null])), arrayOf({}), arrayOf('text'), arrayOf(null)]).toEqual([
      [1, null],
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each([
    [new Error('words'), 'words'],
    [comError(5, 'Permission denied\r\n'), 'Permission denied'],
    [comError(0x80041010), 'error 0x80041010'],
    [{ message: null, description: undefined, number: -2147024891 }, 'error 0x80070005'],
  ])('an error has words', (error, words) => {
    expect(comReasonOf(error)).toBe(words);
  });
});
