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
    const names = 'a b.txt\r\n\u65e5\u672c & !x!\r\n';
    const output = Buffer.from(names, 'utf16le').toString('latin1');
    const { windows, files } = filesOf({ hasEnumerator: false, program: prints(output) });
    windows.folder('C:\\f');
    expect(files.list('C:\\f')).toEqual(['a b.txt', '\u65e5\u672c & !x!']);
    expect(windows.ran[0]).toMatch(/^cmd\.exe \/u \/d \/s \/c "dir \/b \/a "C:\\f" > /);
    expect([windows.shown, windows.streams]).toEqual([[[0, true]], 0]);
    windows.program = prints('');
    expect(files.list('C:\\f')).toEqual([]);
    expect([...windows.nodes.keys()].filter((path) => path.endsWith('.dir'))).toEqual([]);
  });

  it('that may not be made is an error with words', () => {
    const { windows, files } = filesOf();
    windows.fileSystem.CreateFolder = () => {
      throw comError(0x800a0046, 'Permission denied\r\n');
    };
    expect(() => files.createFolder('C:\\x')).toThrow('The folder "C:\\x" could not be made: Permission denied');
  });
});

describe('text in UTF-16, as msiexec writes its logs', () => {
  const text = `=== Logging started ===\r\n\u65e5\u672c secret ${'x'.repeat(300)}the end`;
  const marked = Buffer.from(`\uFEFF${text}`, 'utf16le').toString('latin1');

  it('is read with every letter, so that secrets in it are seen', () => {
    const { windows, files } = filesOf();
    windows.file('C:\\msi.log', marked);
    expect(files.readText('C:\\msi.log')).toBe(text);
    expect(files.readTail('C:\\msi.log', 7)).toBe('the end');
    expect(files.readTail('C:\\msi.log', 5000)).toBe(text);
    expect(files.readTail('C:\\msi.log', text.length - 1)).toBe(text.slice(1));
  });

  it('is not what a power cut leaves, nor a program that prints a zero', () => {
    const { windows, files } = filesOf();
    for (const other of [`${'\0'.repeat(40)}{"a":1}\n`, 'a\0b\0', '\u00ff\u00fe']) {
      windows.file('C:\\a.log', other);
      expect(files.readText('C:\\a.log')).toBe(other.replace(/[\u00ff\u00fe]/g, '?'));
    }
  });
});

describe('a folder that is made', () => {
  it('is made with all above it, also on a share, and once', () => {
    const { windows, files } = filesOf();
    files.createFolder('C:\\a b\\c\\d');
    files.createFolder('C:\\a b\\c\\d');
    windows.folder('\\\\server\\share');
    files.createFolder('\\\\server\\share\\x');
    const made = ['C:\\a b', 'C:\\a b\\c', 'C:\\a b\\c\\d', '\\\\server\\share\\x'];
    expect(made.map((path) => files.stat(path)?.folder)).toEqual([true, true, true, true]);
  });

  it('by another process at the same moment is there', () => {
    const { windows, files } = filesOf();
    windows.fileSystem.CreateFolder = (path) => {
      windows.folder(path);
      throw comError(0x800a003a, 'File already exists');
    };
    files.createFolder('C:\\x');
    expect(files.stat('C:\\x')).toEqual({ folder: true, size: 0, modified: '2026-11-24T08:00:00.000Z' });
  });

  it('goes with everything in it, and needs not be there', () => {
    const { windows, files } = filesOf();
    files.createFolder('C:\\x\\y');
    windows.file('C:\\x\\y\\a', '', true);
    files.remove('C:\\x');
    files.remove('C:\\x');
    expect([...windows.nodes.keys()].filter((path) => path.startsWith('c:\\x'))).toEqual([]);
  });

  it('has nothing in it before it is protected, or is not used', () => {
    const { windows, files } = filesOf({ program: (line) => (line.includes('fsutil') ? 1 : 0) });
    files.createProtectedFolder('C:\\Inplace');
    windows.file('C:\\Inplace\\engine.js', '');
    // it is there now, and what is in it is of an earlier run
    files.createProtectedFolder('C:\\Inplace');
    windows.program = (line) => {
      if (line.includes('/setowner')) windows.file('C:\\Other\\engine.js', 'of somebody who was quick');
      return line.includes('fsutil') ? 1 : 0;
    };
    expect(() => files.createProtectedFolder('C:\\Other')).toThrow(
      '"C:\\Other" had something in it before it was protected',
    );
  });

  it('is asked for in vain: it has no names, and there is no such file', () => {
    const { windows, files } = filesOf();
    expect([files.list('C:\\none'), files.stat('C:\\none'), windows.lines]).toEqual([[], undefined, []]);
  });
});

describe('a file that is not there', () => {
  it.each([
    ['read', (files: WshFiles) => files.readText('C:\\none')],
    ['read at its end', (files: WshFiles) => files.readTail('C:\\none', 10)],
    ['copied', (files: WshFiles) => files.copyFile('C:\\none', 'C:\\to')],
    ['summed', (files: WshFiles) => files.sha256('C:\\none')],
  ])('cannot be %s, and that is said in words', (_, what) => {
    const { files } = filesOf();
    expect(() => what(files)).toThrow('There is no file "C:\\none"');
  });

  it('is made by what is appended to it', () => {
    const { windows, files } = filesOf();
    files.appendText('C:\\log', 'a');
    files.appendText('C:\\log', 'b');
    files.writeText('C:\\log2', 'old');
    files.writeText('C:\\log2', 'new');
    expect([windows.bytes('C:\\log'), windows.bytes('C:\\log2')]).toEqual(['ab', 'new']);
  });

  it('cannot be copied where the target may not be written', () => {
    const { windows, files } = filesOf();
    windows.file('C:\\from', 'x');
    windows.file('C:\\to', 'y');
    windows.open.add('c:\\to');
    expect(() => files.copyFile('C:\\from', 'C:\\to')).toThrow(
      '"C:\\from" could not be copied to "C:\\to": Permission denied',
    );
  });
});

describe('the end of a file', () => {
  it('skips what comes before it', () => {
    const { windows, files } = filesOf();
    windows.file('C:\\log', `${'x'.repeat(5000)}end of \xe4 log`);
    expect(files.readTail('C:\\log', 10)).toBe('nd of ? log'.slice(-10));
    expect([files.readText('C:\\log').length, windows.streams]).toEqual([5012, 0]);
  });

  it.each([20, 21])('is read as a whole up to twice its length, and skipped to beyond: %i bytes', (size) => {
    const { windows, files } = filesOf({ hasSkip: size > 20 });
    windows.file('C:\\log', `${'x'.repeat(size - 7)}the end`);
    const { OpenTextFile } = windows.fileSystem;
    let skipped = 0;
    windows.fileSystem.OpenTextFile = (path, mode, create, format) => {
      const stream = OpenTextFile(path, mode, create, format) as { Skip?(characters: number): void };
      const { Skip } = stream;
      const counted = (characters: number) => {
        skipped = characters;
        Skip?.(characters);
      };
      return Skip ? { ...stream, Skip: counted } : stream;
    };
    expect([files.readTail('C:\\log', 10), skipped]).toEqual(['xxxthe end', size - 20]);
  });

  it('has its letters, from a stream in the code page', () => {
    const { windows, files } = filesOf();
    windows.registry.set('hkey_local_machine\\system\\currentcontrolset\\control\\nls\\codepage\\oemcp', '850');
    let path = '';
    windows.classes['ADODB.Stream'] = () => ({
      Open: () => {},
      Close: () => {},
      LoadFromFile: (from: string) => {
        path = from;
      },
      ReadText: () => windows.bytes(path)!.replaceAll('\x81', '\u00fc'),
    });
    windows.file('C:\\log', `${'x'.repeat(5000)}pr\x81fung`);
    expect(files.readTail('C:\\log', 7)).toBe('pr\u00fcfung');
    windows.file('C:\\large', `${'x'.repeat(4_000_000)}pr\x81fung`);
    expect(files.readTail('C:\\large', 7)).toBe('pr?fung');
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

  it('that Wine says nothing of but that it fails is open elsewhere, and waited for', () => {
    const { windows, waited, files } = filesOf();
    windows.file('C:\\log', 'a');
    const { OpenTextFile: open } = windows.fileSystem;
    windows.fileSystem.OpenTextFile = (...how) => {
      if (waited.length < 3) throw comError(0x80004005);
      return open.apply(windows.fileSystem, how);
    };
    files.appendText('C:\\log', 'b');
    expect([files.readText('C:\\log'), waited]).toEqual(['ab', [100, 100, 100]]);
  });

  it('that may not be made is not waited for', () => {
    const { windows, waited, files } = filesOf();
    windows.fileSystem.CreateTextFile = () => {
      throw comError(0x800a0046, 'Permission denied');
    };
    expect(() => files.writeText('C:\\a', 'x')).toThrow('"C:\\a" could not be written: Permission denied');
    expect(waited).toEqual([]);
  });

  it('on a full disk is an error with its path, and is closed', () => {
    const { windows, files } = filesOf();
    let closed = 0;
    windows.fileSystem.CreateTextFile = () => ({
      Write: () => {
        throw comError(0x800a003d, 'Disk full');
      },
      Close: () => void closed++,
    });
    expect(() => files.writeText('C:\\a', 'x')).toThrow('"C:\\a" could not be written: Disk full');
    expect(closed).toBe(1);
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
    expect(windows.ran.length).toBe(2);
    // blocked: only the first file waits
    expect(files.sha256('C:\\a')).toBeUndefined();
    expect(windows.ran.length).toBe(3);
  });

  it('is asked for once more when certutil was held for a moment', () => {
    let times = 0;
    const program = (line: string, windows: FakeWindows): number => {
      times += 1;
      return times === 1 ? 1 : prints(`${SUM}\r\n`)(line, windows);
    };
    const { windows, waited, files } = filesOf({ program });
    windows.file('C:\\a', 'abc');
    expect(files.sha256('C:\\a')).toBe(SUM);
    expect([times, waited]).toEqual([2, [1000]]);
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
      'G:': { type: 4, label: 'DVD', total: 7 },
      'H:': { type: 0 },
      'I:': { type: 5 },
      'J:': { type: 6 },
      'D:': { type: 4, ready: false },
      'E:': { type: 1, label: null },
      'F:': { type: 1, label: comError(0x800a0047, 'Disk not ready') },
      'Z:': { type: 3, label: 'share', free: 1, total: 2 },
    });
    expect(files.drives()).toEqual([
      { name: 'C:', kind: 'fixed', label: 'Windows', freeBytes: 5, totalBytes: 10 },
      { name: 'E:', kind: 'removable', label: '', freeBytes: 0, totalBytes: 0 },
      { name: 'G:', kind: 'optical', label: 'DVD', freeBytes: 0, totalBytes: 7 },
      { name: 'H:', kind: 'other', label: '', freeBytes: 0, totalBytes: 0 },
      { name: 'I:', kind: 'other', label: '', freeBytes: 0, totalBytes: 0 },
      { name: 'J:', kind: 'other', label: '', freeBytes: 0, totalBytes: 0 },
      { name: 'Z:', kind: 'network', label: 'share', freeBytes: 1, totalBytes: 2 },
    ]);
  });
});
