/** The registry through WScript.Shell and reg.exe. */
import { describe, expect, it } from 'vitest';
import { WshRegistry } from '../../../src/target/wsh/registry.js';
import { openSystem } from '../../../src/target/wsh/system.js';
import { fakeWindows, type Program, redirectedTo, SafeArray } from './support/fake-com.js';

const KEY = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Test';

function registryOf(program: Program = () => 0) {
  const windows = fakeWindows({ program });
  return { windows, registry: new WshRegistry(openSystem()) };
}

describe('a value', () => {
  it.each([
    ['text', 'a b', 'a b'],
    ['a number of 32 bits, which comes signed', -1, 4294967295],
    ['a small number', 5, 5],
    ['a list: lists are joined with line feeds', new SafeArray(['a', 'b']), 'a\nb'],
    ['a list without elements', new SafeArray([]), ''],
    ['bytes', new SafeArray([1, 255]), '1\n255'],
    ['empty text, which some script engines give as nothing', null, undefined],
    ['nothing', undefined, undefined],
  ])('is %s', (_, data, expected) => {
    const { windows, registry } = registryOf();
    windows.registry.set(`${KEY}\\v`.toLowerCase(), data);
    expect(registry.read(KEY, 'v')).toBe(expected);
  });

  it('that is not there is undefined; the empty name is the default value', () => {
    const { windows, registry } = registryOf();
    windows.registry.set(`${KEY}\\`.toLowerCase(), 'the default');
    expect([registry.read(KEY, 'v'), registry.read(KEY, '')]).toEqual([undefined, 'the default']);
  });

  it('is written as COM takes it, and comes back', () => {
    const { registry } = registryOf();
    registry.write(KEY, 'n', 0xc1900208);
    registry.write(KEY, 't', 'text');
    expect([registry.read(KEY, 'n'), registry.read(KEY, 't')]).toEqual([0xc1900208, 'text']);
  });

  it('that may not be written is an error with its place', () => {
    const { windows, registry } = registryOf();
    windows.shell.RegWrite = () => {
      throw Object.assign(new Error(''), { number: 0x80070005 | 0 });
    };
    expect(() => registry.write(KEY, 'n', 1)).toThrow(
      `The value "n" of "${KEY}" could not be written: error 0x80070005`,
    );
  });

  it('of the other view is named by its key, and no view is switched', () => {
    const { windows, registry } = registryOf();
    const narrow = KEY.replace('SOFTWARE', 'SOFTWARE\\WOW6432Node');
    registry.write(narrow, 'v', 32);
    registry.exists(narrow);
    expect(registry.read(KEY, 'v')).toBeUndefined();
    expect(windows.ran).toEqual([`reg.exe query "${narrow}"`]);
  });

  it('is removed by its name, the default value by its own word', () => {
    const { windows, registry } = registryOf();
    registry.write(KEY, 'v', 1);
    registry.write(KEY, '', 1);
    registry.removeValue(KEY, 'v');
    registry.removeValue(KEY, '');
    registry.removeValue(KEY, 'not there');
    expect(windows.ran).toEqual([`reg.exe delete "${KEY}" /v "v" /f`, `reg.exe delete "${KEY}" /ve /f`]);
  });

  it('that cannot be removed is an error', () => {
    const { registry } = registryOf(() => 1);
    registry.write(KEY, 'v', 1);
    expect(() => registry.removeValue(KEY, 'v')).toThrow('could not be removed: reg ended with 1');
  });
});

describe('subkeys', () => {
  it('are read of lines that begin with the key; localised lines and values are not', () => {
    const lines = ['', KEY, '    v    REG_SZ    x', `${KEY}\\A b`, `${KEY.toLowerCase()}\\KB1`, 'Vorgang beendet.', ''];
    const { windows, registry } = registryOf((line, { file }) => {
      file.call(windows, redirectedTo(line)!, lines.join('\r\n'));
      return 0;
    });
    expect(registry.subkeys(KEY)).toEqual(['A b', 'KB1']);
    expect([...windows.nodes.keys()].filter((path) => path.endsWith('.keys'))).toEqual([]);
  });

  it('of a key that is not there are none', () => {
    expect(registryOf(() => 1).registry.subkeys(KEY)).toEqual([]);
  });
});
