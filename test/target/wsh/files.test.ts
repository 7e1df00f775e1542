/** Files where the script host has everything that Wine 8 lacks, and where it fails. */
import { describe, expect, it } from 'vitest';
import { WshFiles } from '../../../src/target/wsh/files.js';
import { openSystem } from '../../../src/target/wsh/system.js';
import { comError, type FakeWindows, fakeWindows, redirectedTo } from './support/fake-com.js';

const SUM = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

function filesOf(change: Partial<FakeWindows> = {}) {
  const windows = fakeWindows(change);
  const waited: number[] = [];
  return { windows, waited, files: new WshFiles(openSystem(), (time) => void waited.push(time)) };
}

/** A program that prints to where its output goes. */
const prints =
  (output: string, code = 0) =>
  (line: string, windows: FakeWindows): number => {
    windows.file(redirectedTo(line)!, output);
    return code;
  };

describe('a folder', () => {
  it('lists files and folders by an Enumerator', () => {
    const { windows, files } = filesOf();
    windows.folder('C:\\f');
    windows.folder('C:\\f\\sub');
    windows.file('C:\\f\\a.txt', '');
    expect([files.list('C:\\f'), windows.lines]).toEqual([['sub', 'a.txt'], []]);
  });

  it('lists by dir where there is no Enumerator, with every letter of every name', () => {
    const names = '\ufeffa b.txt\r\n\u65e5\u672c & !x!\r\n';
    const output = Buffer.from(names, 'utf16le').toString('latin1');
    const { windows, files } = filesOf({ hasEnumerator: false, program: prints(output) });
    windows.folder('C:\\f');
    expect(files.list('C:\\f')).toEqual(['a b.txt', '\u65e5\u672c & !x!']);
    expect(windows.ran[0]).toMatch(/^cmd\.exe \/u \/d \/s \/c "dir \/b \/a "C:\\f" > /);
  });

  it('that may not be made is an error with words', () => {
    const { windows, files } = filesOf();
    windows.fileSystem.CreateFolder = () => {
      throw comError(0x800a0046, 'Permission denied\r\n');
    };
    expect(() => files.createFolder('C:\\x')).toThrow('The folder "C:\\x" could not be made: Permission denied');
  });
});

describe('the end of a file', () => {
  it('skips what comes before it', () => {
    const { windows, files } = filesOf();
    windows.file('C:\\log', `${'x'.repeat(5000)}end of \xe4 log`);
    expect(files.readTail('C:\\log', 10)).toBe('nd of ? log'.slice(-10));
  });

  it('is cut from all of it where nothing can be skipped', () => {
    const { windows, files } = filesOf({ hasSkip: false });
    windows.file('C:\\log', `${'x'.repeat(5000)}the end`);
    expect(files.readTail('C:\\log', 7)).toBe('the end');
  });
});

describe('a file', () => {
  it('that is read-only is replaced and removed', () => {
    const { windows, files } = filesOf();
    windows.file('C:\\from', 'new', true);
    windows.file('C:\\to', 'old', true);
    files.copyFile('C:\\from', 'C:\\to');
    expect(windows.bytes('C:\\to')).toBe('new');
    files.remove('C:\\to');
    expect(windows.bytes('C:\\to')).toBeUndefined();
  });

  it('that somebody has open is an error to write, with its path and words', () => {
    const { windows, waited, files } = filesOf();
    windows.file('C:\\a', '');
    windows.open.add('c:\\a');
    expect(() => files.writeText('C:\\a', 'x')).toThrow('"C:\\a" could not be written: Permission denied');
    expect(() => files.remove('C:\\a')).toThrow('"C:\\a" could not be removed: Permission denied');
    expect(waited.length).toBe(19);
  });

  it('that somebody has open for a moment is written when he has closed it', () => {
    const { windows, files } = filesOf();
    windows.file('C:\\log', 'a');
    windows.open.add('c:\\log');
    const patient = new WshFiles(openSystem(), () => void windows.open.delete('c:\\log'));
    patient.appendText('C:\\log', 'b');
    expect(files.readText('C:\\log')).toBe('ab');
  });

  it('that is not there is not waited for', () => {
    const { waited, files } = filesOf();
    expect(() => files.writeText('C:\\none\\a', 'x')).toThrow('could not be written: Path not found');
    expect(waited).toEqual([]);
  });

  it('is closed also when a write fails', () => {
    const { windows, files } = filesOf();
    files.writeText('C:\\a', 'text \u65e5');
    expect([windows.bytes('C:\\a'), windows.open.size]).toEqual(['text ?', 0]);
  });

  it('says when it was written, and nothing where the script host does not know', () => {
    const { windows, files } = filesOf();
    windows.file('C:\\a', 'abc');
    expect(files.stat('C:\\a')).toEqual({ folder: false, size: 3, modified: '2026-11-24T08:00:00.000Z' });
    windows.fileSystem.GetFile = () => ({
      Size: 3,
      get DateLastModified(): unknown {
        throw comError(0x80004001);
      },
    });
    expect(files.stat('C:\\a')?.modified).toBe('');
  });

  it('is locked once, by whoever came first', () => {
    const { windows, files } = filesOf();
    windows.folder('C:\\Inplace');
    expect([files.lock('C:\\Inplace\\lock'), new WshFiles(openSystem(), () => {}).lock('C:\\Inplace\\lock')]).toEqual([
      true,
      false,
    ]);
  });

  it('has a version when it is a program', () => {
    const { windows, files } = filesOf();
    windows.file('C:\\a.exe', 'MZ');
    expect([files.version('C:\\a.exe'), files.version('C:\\none.exe')]).toEqual(['10.0.1.2', '']);
  });
});

describe('a sum by certutil', () => {
  const spaced = SUM.replace(/../g, '$& ').trim();
  it.each([
    ['of Windows 10', `SHA256 hash of a:\r\n${SUM}\r\nCertUtil: -hashfile command completed successfully.\r\n`],
    [
      'of Windows 7, with blanks',
      `SHA256-Hash der Datei a:\r\n${spaced}\r\nCertUtil: -hashfile-Befehl ausgef\x81hrt.\r\n`,
    ],
    ['in capitals', `x\r\n${SUM.toUpperCase()}\r\n`],
  ])('is read: %s', (_, output) => {
    const { windows, files } = filesOf({ program: prints(output) });
    windows.file('C:\\a b & c', 'abc');
    expect(files.sha256('C:\\a b & c')).toBe(SUM);
    expect(windows.ran[0]).toContain('/d /s /c "certutil.exe -hashfile "C:\\a b & c" SHA256 > ');
    expect([...windows.nodes.keys()].filter((path) => path.endsWith('.sum'))).toEqual([]);
  });

  it.each([
    ['prints no sum', prints('CertUtil: access denied\r\n', 5)],
    ['prints one digit too few', prints(`${SUM.slice(1)}\r\n`)],
    ['prints nothing and makes no file', () => 1],
    [
      'is not there',
      () => {
        throw comError(0x80070002);
      },
    ],
  ])('could not be computed when it %s', (_, program) => {
    const { windows, files } = filesOf({ program });
    windows.file('C:\\a', 'abc');
    expect(files.sha256('C:\\a')).toBeUndefined();
  });

  it('of an empty file is known without it', () => {
    const { windows, files } = filesOf();
    windows.file('C:\\empty', '');
    expect(files.sha256('C:\\empty')).toMatch(/^e3b0c442/);
    expect(windows.lines).toEqual([]);
  });
});

describe('drives', () => {
  it('are those with a medium; floppy drives are not asked, one that goes away is not there', () => {
    const { windows, files } = filesOf();
    Object.assign(windows.drives, {
      'A:': { type: 1 },
      'C:': { type: 2, label: 'Windows', free: 5, total: 10 },
      'D:': { type: 4, ready: false },
      'E:': { type: 1, label: null },
      'F:': { type: 1, label: comError(0x800a0047, 'Disk not ready') },
      'Z:': { type: 3, label: 'share', free: 1, total: 2 },
    });
    expect(files.drives()).toEqual([
      { name: 'C:', kind: 'fixed', label: 'Windows', freeBytes: 5, totalBytes: 10 },
      { name: 'E:', kind: 'removable', label: '', freeBytes: 0, totalBytes: 0 },
      { name: 'Z:', kind: 'network', label: 'share', freeBytes: 1, totalBytes: 2 },
    ]);
  });
});
