/** Files, folders, locks. */
import { parseIsoTime } from '../../../src/target/text.js';
import { type Behaviour, longText, sorted, thrown } from './behaviour.js';

const ODD = ["a & b (1) %TEMP% !x! ^ ' ;,=.txt", 'two  blanks', '$Windows.~BT'];

export const FILES: readonly Behaviour[] = [
  {
    name: 'text comes back as it was written',
    expected: 'a\tb "c"\r\nd\n\ne',
    run: ({ machine: { files }, folder }) => {
      files.writeText(`${folder}\\a.txt`, 'a\tb "c"\r\nd\n\ne');
      return files.readText(`${folder}\\a.txt`);
    },
  },
  {
    name: 'a shorter text replaces a longer one',
    expected: ['b', 1],
    run: ({ machine: { files }, folder }) => {
      files.writeText(`${folder}\\a.txt`, 'aaaaa');
      files.writeText(`${folder}\\a.txt`, 'b');
      return [files.readText(`${folder}\\a.txt`), files.stat(`${folder}\\a.txt`)?.size];
    },
  },
  {
    name: 'a long text comes back whole',
    expected: [true, 300000],
    run: ({ machine: { files }, folder }) => {
      const text = longText(300000);
      files.writeText(`${folder}\\long.txt`, text);
      return [files.readText(`${folder}\\long.txt`) === text, files.stat(`${folder}\\long.txt`)?.size];
    },
  },
  {
    name: 'an empty file is a file',
    expected: ['', '', 0, false],
    run: ({ machine: { files }, folder }) => {
      const path = `${folder}\\empty`;
      files.writeText(path, '');
      return [files.readText(path), files.readTail(path, 10), files.stat(path)?.size, files.stat(path)?.folder];
    },
  },
  {
    name: 'appending makes the file and adds to it',
    expected: 'onetwo\r\n',
    run: ({ machine: { files }, folder }) => {
      files.appendText(`${folder}\\a.log`, 'one');
      files.appendText(`${folder}\\a.log`, 'two\r\n');
      return files.readText(`${folder}\\a.log`);
    },
  },
  {
    name: 'the tail of a file is its last characters, or all of it',
    expected: ['cde', 'abcde', 'abcde', true],
    run: ({ machine: { files }, folder }) => {
      const path = `${folder}\\a.txt`;
      files.writeText(path, 'abcde');
      const ends = [files.readTail(path, 3), files.readTail(path, 5), files.readTail(path, 500)];
      const text = longText(200000);
      files.writeText(path, text);
      return ends.concat([(files.readTail(path, 1000) === text.substring(199000)) as unknown as string]);
    },
  },
  {
    name: 'what is not there cannot be read or copied, and is removed without an error',
    expected: ['threw', 'threw', 'threw', 'threw', [], '', 'no stat'],
    run: ({ machine: { files }, folder }) => {
      const path = `${folder}\\none\\none.txt`;
      files.remove(path);
      return [
        thrown(() => files.readText(path)),
        thrown(() => files.readTail(path, 5)),
        thrown(() => files.copyFile(path, `${folder}\\x`)),
        thrown(() => files.sha256(path)),
        files.list(path),
        files.version(path),
        files.stat(path) === undefined ? 'no stat' : 'a stat',
      ];
    },
  },
  {
    name: 'nothing is written where there is no folder, or where there is one',
    expected: ['threw', 'threw', 'threw'],
    run: ({ machine: { files }, folder }) => {
      files.createFolder(`${folder}\\here`);
      files.writeText(`${folder}\\file`, 'x');
      return [
        thrown(() => files.writeText(`${folder}\\nowhere\\a.txt`, 'a')),
        thrown(() => files.writeText(`${folder}\\here`, 'a')),
        thrown(() => files.createFolder(`${folder}\\file`)),
      ];
    },
  },
  {
    name: 'a folder is made with all above it, once or twice',
    expected: [true, true, 'x'],
    run: ({ machine: { files }, folder }) => {
      files.createFolder(`${folder}\\a\\b\\c`);
      files.createFolder(`${folder}\\a\\b\\c`);
      files.writeText(`${folder}\\a\\b\\c\\d.txt`, 'x');
      return [
        files.stat(`${folder}\\a\\b`)?.folder,
        files.stat(`${folder}\\A\\B\\C`)?.folder,
        files.readText(`${folder}\\A\\b\\C\\D.TXT`),
      ];
    },
  },
  {
    name: 'the list of a folder holds files and folders, and no more than one level',
    expected: ['a.txt', 'b', 'c.log'],
    run: ({ machine: { files }, folder }) => {
      files.createFolder(`${folder}\\b\\deep`);
      files.writeText(`${folder}\\a.txt`, '');
      files.writeText(`${folder}\\c.log`, '');
      return sorted(files.list(folder));
    },
  },
  {
    name: 'names with blanks and the signs of cmd are names',
    expected: [sorted(ODD), ODD],
    run: ({ machine: { files }, folder }) => {
      const texts: string[] = [];
      for (const name of ODD) files.writeText(`${folder}\\${name}`, name);
      for (const name of ODD) texts.push(files.readText(`${folder}\\${name}`));
      return [sorted(files.list(folder)), texts];
    },
  },
  {
    name: 'a copy replaces what is there and leaves the original',
    expected: ['new', 'new'],
    run: ({ machine: { files }, folder }) => {
      files.writeText(`${folder}\\from.txt`, 'new');
      files.writeText(`${folder}\\to.txt`, 'older and longer');
      files.copyFile(`${folder}\\from.txt`, `${folder}\\to.txt`);
      return [files.readText(`${folder}\\from.txt`), files.readText(`${folder}\\to.txt`)];
    },
  },
  {
    name: 'a folder is removed with everything in it',
    expected: [[], 'gone'],
    run: ({ machine: { files }, folder }) => {
      files.createFolder(`${folder}\\a\\b`);
      files.writeText(`${folder}\\a\\b\\c.txt`, 'x');
      files.writeText(`${folder}\\a\\d.txt`, 'x');
      files.remove(`${folder}\\a`);
      return [files.list(folder), files.stat(`${folder}\\a\\b\\c.txt`) === undefined ? 'gone' : 'there'];
    },
  },
  {
    name: 'a file was changed when it was written',
    expected: true,
    run: ({ machine: { files, clock }, folder }) => {
      files.writeText(`${folder}\\a.txt`, 'x');
      const modified = parseIsoTime(files.stat(`${folder}\\a.txt`)?.modified ?? '') ?? 0;
      return Math.abs(clock.now() - modified) < 5000;
    },
  },
  {
    // FIPS 180-4, the examples of one and of two blocks
    name: 'SHA-256 is that of the standard, also of an empty file and of a name with blanks',
    expected: [
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    ],
    run: ({ machine: { files }, folder }) => {
      files.writeText(`${folder}\\a b & c.bin`, 'abc');
      files.writeText(`${folder}\\empty`, '');
      return [files.sha256(`${folder}\\a b & c.bin`), files.sha256(`${folder}\\empty`)];
    },
  },
  {
    name: 'a lock that another process has is not given twice, and is free when it ends',
    expected: [false, true],
    run: (place) => {
      const path = `${place.folder}\\lock`;
      place.hold(path);
      const held = place.machine.files.lock(path);
      place.release();
      return [held, place.machine.files.lock(path)];
    },
  },
  {
    name: 'the drive of Windows is a fixed one with room on it',
    expected: ['fixed', true],
    run: ({ machine: { files, environment } }) => {
      for (const { name, kind, freeBytes, totalBytes } of files.drives()) {
        if (name === environment.systemDrive) return [kind, freeBytes > 0 && totalBytes >= freeBytes];
      }
      return 'no such drive';
    },
  },
  {
    name: 'a flush says whether Windows can',
    expected: 'boolean',
    run: ({ machine: { files, environment } }) => typeof files.flush(environment.systemDrive),
  },
  {
    name: 'a protected folder is made, taken again, and not made of a file',
    expected: [true, 'inside', 'threw'],
    run: ({ machine: { files }, folder }) => {
      const path = `${folder}\\Inplace`;
      files.createProtectedFolder(path);
      files.writeText(`${path}\\a.txt`, 'inside');
      files.createProtectedFolder(path);
      files.writeText(`${folder}\\file`, '');
      return [
        files.stat(path)?.folder,
        files.readText(`${path}\\a.txt`),
        thrown(() => files.createProtectedFolder(`${folder}\\file`)),
      ];
    },
  },
];
