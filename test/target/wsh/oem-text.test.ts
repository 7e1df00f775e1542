/** What programs print, in the OEM code page. The streams decode with iconv: another program than ours. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readOemText, writeOemText } from '../../../src/target/wsh/oem-text.js';
import { openSystem } from '../../../src/target/wsh/system.js';
import { describeWith } from '../../support/tools.js';
import { comError, type FakeWindows, fakeWindows } from './support/fake-com.js';

const OEMCP = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage\\OEMCP'.toLowerCase();
const PATH = 'C:\\out.txt';

const iconv = (from: string, to: string, bytes: Buffer): Buffer =>
  execFileSync('iconv', ['-f', from, '-t', to], { input: bytes, stdio: ['pipe', 'pipe', 'ignore'] });

/** undefined for a letter that the code page lacks. */
function encoded(charset: string, letter: string): Buffer | undefined {
  try {
    return iconv('UTF-8', charset, Buffer.from(letter));
  } catch {
    return undefined;
  }
}

const MARK = [0xef, 0xbb, 0xbf];

/** ADODB.Stream; the names of MLang that iconv has under another name. */
function addAdo(windows: FakeWindows, charsets: string[], closed: string[] = []): void {
  const names: Readonly<Record<string, string>> = {
    shift_jis: 'CP932',
    'dos-862': 'CP862',
    ibm00858: 'CP858',
    'windows-874': 'CP874',
  };
  windows.classes['ADODB.Stream'] = () => {
    let bytes: Buffer = Buffer.alloc(0);
    let type = 2;
    const stream = {
      // that of text, until another is said
      get Type() {
        return type;
      },
      set Type(to) {
        if (stream.Position !== 0) throw comError(0x800a0c93, 'the type changes at the beginning only');
        type = to;
      },
      Charset: '',
      Position: 0,
      CopyTo: (other: { WriteBytes(written: Buffer): void }) => {
        // Windows copies text as text: a mark of its own comes before it again
        if (stream.Type !== 1) throw comError(0x800a0c93);
        other.WriteBytes(bytes.subarray(stream.Position));
      },
      WriteBytes: (written: Buffer) => {
        if (type !== 1) throw comError(0x800a0c93);
        bytes = written;
      },
      Open: () => void charsets.push(stream.Charset),
      Close: () => void closed.push(stream.Charset),
      LoadFromFile: (path: string) => {
        if (stream.Type !== 2) throw comError(0x800a0c93);
        bytes = Buffer.from(windows.bytes(path)!, 'latin1');
      },
      ReadText: () => {
        return iconv(names[stream.Charset] ?? stream.Charset, 'UTF-8', bytes).toString('utf8');
      },
      WriteText: (text: string) => {
        const charset = names[stream.Charset] ?? stream.Charset;
        // what the code page lacks becomes a question mark
        const inBytes = (letters: string) => encoded(charset, letters) ?? Buffer.from('?');
        const whole = encoded(charset, text) ?? Buffer.concat([...text].map(inBytes));
        bytes = Buffer.concat([Buffer.from(charset === 'utf-8' ? MARK : []), whole]);
        stream.Position = bytes.length;
      },
      SaveToFile: (path: string) => windows.file(path, bytes.toString('latin1')),
    };
    return stream;
  };
}

const CASES = [
  ['850', 'ibm850', '9a62657270729d66756e67207c20c4', '\u00dcberpr\u00d8fung | \u2500'],
  ['932', 'shift_jis', '93fa967b8cea205c202d', '\u65e5\u672c\u8a9e \\ -'],
  ['65001', 'utf-8', 'c3a420e697a5', '\u00e4 \u65e5'],
  ['437', 'ibm437', '8a20e1', '\u00e8 \u00df'],
  ['862', 'dos-862', '8081', '\u05d0\u05d1'],
  ['858', 'ibm00858', 'd5', '\u20ac'],
  ['874', 'windows-874', 'a1', '\u0e01'],
  ['866', 'cp866', '8f', '\u041f'],
] as const;

describeWith(['iconv'], 'text in a code page', () => {
  it.each(CASES)('%s is decoded as %s', (page, charset, hex, text) => {
    const windows = fakeWindows();
    const [charsets, closed]: [string[], string[]] = [[], []];
    addAdo(windows, charsets, closed);
    windows.registry.set(OEMCP, page);
    windows.file(PATH, Buffer.from(hex, 'hex').toString('latin1'));
    expect([readOemText(openSystem(), PATH), charsets, closed]).toEqual([text, [charset], [charset]]);
  });

  it.each(CASES)('%s is written as %s', (page, _, hex, text) => {
    const windows = fakeWindows();
    const [opened, closed]: [string[], string[]] = [[], []];
    addAdo(windows, opened, closed);
    windows.registry.set(OEMCP, page);
    writeOemText(openSystem(), PATH, text);
    expect(closed.length).toBe(opened.length);
    expect(Buffer.from(windows.bytes(PATH)!, 'latin1').toString('hex')).toBe(hex);
  });

  it.each<readonly [string, string]>([
    ['720', 'dos-720'],
    ...['437', '737', '775', '850', '852', '855', '857', '860', '861', '863', '864', '865', '869'].map(
      (page): [string, string] => [page, `ibm${page}`],
    ),
    ['936', 'gb2312'],
    ['949', 'ks_c_5601-1987'],
    ['950', 'big5'],
    ['1258', 'windows-1258'],
  ])('%s is %s to a stream', (page, charset) => {
    const windows = fakeWindows();
    const charsets: string[] = [];
    addAdo(windows, charsets);
    windows.registry.set(OEMCP, page);
    windows.file(PATH, '\xff');
    readOemText(openSystem(), PATH);
    expect(charsets).toEqual([charset]);
  });

  it.each(['850', '932'])('%s that lacks a letter is an error, and says nothing of the text', (page) => {
    const windows = fakeWindows();
    addAdo(windows, []);
    windows.registry.set(OEMCP, page);
    expect(() => writeOemText(openSystem(), PATH, 'secret \u05d0')).toThrow(
      /^The code page of this computer [^\u05d0]*$/,
    );
  });

  it('that the stream cannot decode is replaced', () => {
    const windows = fakeWindows();
    addAdo(windows, []);
    windows.registry.set(OEMCP, '65001');
    windows.file(PATH, 'a\xe4b');
    expect(readOemText(openSystem(), PATH)).toBe('a?b');
  });
});

describe('text where there is no ADODB, as in WinPE', () => {
  it('has question marks for what is not ASCII, and keeps its lines', () => {
    const windows = fakeWindows();
    windows.registry.set(OEMCP, '850');
    windows.file(PATH, 'pr\x81fung\tok\r\nend\r\n');
    expect(readOemText(openSystem(), PATH)).toBe('pr?fung\tok\r\nend\r\n');
  });

  it('is read also when the registry does not say the code page', () => {
    const windows = fakeWindows();
    windows.file(PATH, 'a\xff');
    expect(readOemText(openSystem(), PATH)).toBe('a?');
  });

  it('that is ASCII needs no code page, also with control characters and when it is empty', () => {
    const windows = fakeWindows();
    windows.classes['ADODB.Stream'] = () => {
      throw comError(0x80004005, 'nobody may ask');
    };
    windows.file(PATH, 'a\x00\x0c\x7f');
    windows.file('C:\\empty', '');
    expect([readOemText(openSystem(), PATH), readOemText(openSystem(), 'C:\\empty')]).toEqual(['a\x00\x0c\x7f', '']);
  });

  it('that is ASCII is written over what was there, and the file is closed; nothing is made by reading', () => {
    const windows = fakeWindows();
    windows.file(PATH, 'old text');
    writeOemText(openSystem(), PATH, 'new');
    expect([windows.bytes(PATH), windows.open.size]).toEqual(['new', 0]);
    expect(() => readOemText(openSystem(), 'C:\\none')).toThrow();
    expect(windows.bytes('C:\\none')).toBeUndefined();
  });

  it('that cannot be written is an error, and not another text', () => {
    const windows = fakeWindows();
    windows.registry.set(OEMCP, '850');
    expect(() => writeOemText(openSystem(), PATH, '\u65e5')).toThrow();
  });
});
