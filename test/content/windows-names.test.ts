import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMediaPath, checkPathLength, checkWindowsName, foldCase } from '../../src/content/windows-names.js';

describe('checkWindowsName', () => {
  it.each([
    ...[
      'setup.exe',
      'a',
      '.hidden',
      'Größe',
      '漢字',
      '😀',
      "a'b&c!d%e^f(g)",
      ' leading',
      'a  b',
      'a..b',
      '~$x',
      '[a]{b}',
      'a\u007fb',
    ],
    ...['console', 'nul1', 'com', 'com10', 'COM1x', 'lpt', 'aux-1', 'prn_', 'xnul.txt', 'conin', 'a'.repeat(255)],
  ])('%j is a name', (name) => {
    expect(checkWindowsName(name)).toEqual([]);
  });

  it.each([
    ...[
      'con',
      'CON',
      'Prn',
      'aux',
      'NUL',
      'com1',
      'COM9',
      'com0',
      'lpt1',
      'LPT9',
      'lpt0',
      'COM¹',
      'com²',
      'LPT³',
      'CONIN$',
      'conout$',
    ],
    ...['nul.txt', 'NUL.tar.gz', 'con .txt', 'aux  .a.b', 'COM1.', 'lpt³.inf', 'conin$.x'],
  ])('%j is a device', (name) => {
    expect(checkWindowsName(name).join()).toMatch(/for a device/);
  });

  it.each([...'<>:"|?*\\/', '\0', '\u0001', '\n', '\u001f'])('the character %j is forbidden', (character) => {
    expect(checkWindowsName(`a${character}b`)).toEqual([
      `Windows does not allow the character ${JSON.stringify(character)} in a name`,
    ]);
  });

  it.each([
    ['', 'the name is empty'],
    ['.', '"." means a folder itself or the one above it'],
    ['..', '".." means a folder itself or the one above it'],
    ['...', 'Windows drops the dot at the end of a name'],
    ['a.', 'Windows drops the dot at the end of a name'],
    ['a ', 'Windows drops the space at the end of a name'],
    [' ', 'Windows drops the space at the end of a name'],
    ['a\ud800', 'the name holds half a character (a lone surrogate)'],
    ['\udc00a', 'the name holds half a character (a lone surrogate)'],
    ['a'.repeat(256), 'the name has 256 characters, Windows allows 255'],
  ])('%j: %s', (name, reason) => {
    expect(checkWindowsName(name)).toEqual([reason]);
  });

  it('lists every reason', () => {
    expect(checkWindowsName(`NUL.<${'x'.repeat(255)} `)).toHaveLength(4);
  });
});

describe('checkMediaPath', () => {
  it('checks every name', () => {
    expect(checkMediaPath('sources/install.wim')).toEqual([]);
    expect(checkMediaPath('a//b')).toEqual(['the name is empty']);
    expect(checkMediaPath('/a')).toEqual(['the name is empty']);
    expect(checkMediaPath('nul/b.')).toHaveLength(2);
  });

  it('drive letter and path have at most 259 characters', () => {
    const path = `${'d'.repeat(200)}/${'f'.repeat(55)}`;
    expect(path).toHaveLength(256);
    expect(checkMediaPath(path)).toEqual([]);
    expect(checkMediaPath(`${path}x`)).toEqual(['with its drive the path has 260 characters, Windows allows 259']);
    expect(checkPathLength(path)).toBeUndefined();
  });

  it('lengths are counted in UTF-16 units', () => {
    expect(checkPathLength('😀'.repeat(128))).toBeUndefined();
    expect(checkPathLength('😀'.repeat(129))).toBeDefined();
  });
});

describe('foldCase', () => {
  it.each([
    ['sources', 'SOURCES'],
    ['größe', 'GRÖßE'],
    ['ÿ', 'Ÿ'],
    ['ж', 'Ж'],
    ['ά', 'Ά'],
    ['ᾀ', 'ᾈ'],
    ['ⅷ', 'Ⅷ'],
    ['ａ', 'Ａ'],
    ['ა', 'Ა'],
  ])('%j is %j', (name, folded) => {
    expect(foldCase(name)).toBe(folded);
  });

  it.each(['ı', 'ſ', 'µ', 'ς', 'ß', 'ŉ', 'ﬁ', 'ϐ', 'ǅ', '𐐨', '漢'])('%j stays itself, as on NTFS', (unit) => {
    expect(foldCase(unit)).toBe(unit);
  });

  it('keeps the length and is idempotent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const folded = foldCase(name);
        expect(folded).toHaveLength(name.length);
        expect(foldCase(folded)).toBe(folded);
      }),
    );
  });

  it('treats ASCII as the rule for all does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (name) => {
        expect(foldCase(`${name}é`)).toBe(`${foldCase(name)}É`);
      }),
    );
  });

  it('agrees with the table of Windows in Wine (l_intl.nls) on every UTF-16 unit that Wine knows', (context) => {
    let table: Uint16Array;
    try {
      const bytes = readFileSync('/usr/share/wine/nls/l_intl.nls');
      table = new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)).subarray(2);
    } catch {
      if (process.env['CI'] === 'true') throw new Error('CI needs Wine for its l_intl.nls');
      return context.skip('Wine is not installed');
    }
    const upperOf = (unit: number): number => {
      const delta = table[table[table[unit >>> 8]! + ((unit >>> 4) & 15)]! + (unit & 15)]!;
      return (unit + delta) & 0xffff;
    };
    const different: string[] = [];
    for (let unit = 0; unit < 0x10000; unit++) {
      const ours = foldCase(String.fromCharCode(unit)).charCodeAt(0);
      if (ours !== upperOf(unit)) different.push(unit.toString(16));
    }
    // Letters of Unicode 15 and later, which this Wine does not know: Node's Unicode decides how many there are.
    expect(different.filter((unit) => !NEWER_THAN_WINE.has(unit))).toEqual([]);
  });
});

/** Lower-case letters whose capitals came with Unicode 16 and 17: U+019B, U+0264, U+1C8A, U+A7CD, A7CF, A7D3, A7D5, A7DB. */
const NEWER_THAN_WINE = new Set(['19b', '264', '1c8a', 'a7cd', 'a7cf', 'a7d3', 'a7d5', 'a7db']);
