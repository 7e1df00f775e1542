import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, iniLine, iniValue, parseIni } from '../../src/upgrade-package/ini.js';

const TEXT = '; comment\r\nfirst=1\r\n[PID]\r\n Value = "a=b" \r\n\r\n[Channel]\r\nRetail\r\n[pid]\r\nOther=2\r\n';

describe('parseIni', () => {
  it('finds values and lines by section and key in any case', () => {
    const ini = parseIni(Buffer.from(TEXT));
    expect(iniValue(ini, 'Pid', 'VALUE')).toBe('a=b');
    expect(iniValue(ini, 'PID', 'other')).toBe('2');
    expect(iniValue(ini, '', 'first')).toBe('1');
    expect(iniLine(ini, 'channel')).toBe('Retail');
    expect([iniValue(ini, 'PID', 'none'), iniValue(ini, 'none', 'x'), iniLine(ini, 'none')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['UTF-16LE', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
    ['UTF-16BE', Buffer.from(`\ufeff${TEXT}`, 'utf16le').swap16()],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${TEXT}`)],
    ['LF alone', Buffer.from(TEXT.replaceAll('\r', ''))],
  ])('reads %s', (_, bytes) => {
    expect(parseIni(bytes)).toEqual(parseIni(Buffer.from(TEXT)));
  });

  it('reads text without a mark byte by byte', () => {
    expect(decodeText(Uint8Array.of(0x47, 0xfc, 0x80))).toBe('Gü\x80');
  });

  it('takes any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom([], [0xff, 0xfe], [0xfe, 0xff], [0xef, 0xbb, 0xbf]),
        (bytes, mark) => {
          const ini = parseIni(Uint8Array.from([...mark, ...bytes]));
          for (const lines of ini.values()) for (const line of lines) expect(line).toBe(line.trim());
          iniValue(ini, '', '__proto__');
        },
      ),
    );
  });
});
