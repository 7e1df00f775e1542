/**
 * Text that is not ASCII: what programs print is in the OEM code page, which the script host's own streams do not know.
 * ADODB.Stream does; where it is missing (WinPE), characters are replaced when read (design/task-sequence.md, Text).
 */
import { ANSI, createObject, FOR_READING, numberOf, textOf, UNICODE } from './host.js';
import type { System } from './system.js';

/** The part of ADODB.Stream that is used. */
interface AdoStream {
  Type: number;
  Charset: string;
  /** in bytes */
  Position: number;
  Open(): void;
  Close(): void;
  LoadFromFile(path: string): void;
  SaveToFile(path: string, options: number): void;
  CopyTo(other: AdoStream): void;
  ReadText(): unknown;
  WriteText(text: string): void;
}

const BINARY = 1;
const TEXT = 2;
/** Bytes of the mark that a stream puts before text in UTF-8; to cmd.exe they are part of the first command. */
const MARK = 3;
const OVERWRITE = 2;
const UTF_8 = 'utf-8';
/** says nothing of the text: it may hold secrets */
const LACKS_LETTERS =
  'The code page of this computer (OEMCP) lacks letters of the command, of its folder or of its environment';
const CODE_PAGE = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage\\OEMCP';

/**
 * ASCII text as it is, UTF-16 as it says it is (logs of msiexec), anything else from the OEM code page, with `?` for what
 * cannot be decoded.
 */
export function readOemText(system: System, path: string): string {
  const text = readWhole(system, path, ANSI);
  if (isAscii(text)) return text;
  if (isMarkedUtf16(text)) return readWhole(system, path, UNICODE).replace(/^\uFEFF/, '');
  const decoded = decodeOem(system, path);
  return decoded === undefined ? text.replace(/[^\t\n\r -~]/g, '?') : decoded;
}

/**
 * Writes text that cmd.exe will read: ASCII, or the OEM code page.
 * @throws Error when it holds characters that this machine has no way to write
 */
export function writeOemText(system: System, path: string, text: string): void {
  if (!isAscii(text)) {
    const stream = oemStream(system);
    if (stream) {
      stream.WriteText(text);
      save(stream, path);
      stream.Close();
      // the stream writes a question mark, or a letter that looks alike, for what the code page lacks
      if (decodeOem(system, path) !== text) throw new Error(LACKS_LETTERS);
      return;
    }
  }
  const file = system.files.CreateTextFile(path, true, false);
  file.Write(text);
  file.Close();
}

/** Whether every character is one of ASCII. */
export function isAscii(text: string): boolean {
  // a pattern, for a loop takes a second for 300 KB in the slowest script engines; control characters are ASCII too
  return !/[\u0080-\uffff]/.test(text);
}

/** Whether a file has text in UTF-16. It is there and not empty. */
export function isUtf16File(system: System, path: string): boolean {
  const stream = system.files.OpenTextFile(path, FOR_READING, false, ANSI);
  const start = textOf(stream.Read(LOOKED_AT));
  stream.Close();
  return isMarkedUtf16(start);
}

/** Characters at the start of a file: every text in UTF-16 that programs write has a letter of ASCII among them. */
const LOOKED_AT = 64;

/**
 * The mark of UTF-16 is two letters above ASCII in every code page, and each letter of ASCII has a zero beside it. What a
 * power cut leaves begins with zeros and is none.
 */
function isMarkedUtf16(text: string): boolean {
  const start = text.substring(0, LOOKED_AT);
  return !isAscii(start.charAt(0)) && start.indexOf('\u0000') > 0;
}

/** ReadAll fails on an empty file. */
function readWhole(system: System, path: string, format: number): string {
  const stream = system.files.OpenTextFile(path, FOR_READING, false, format);
  const text = stream.AtEndOfStream ? '' : textOf(stream.ReadAll());
  stream.Close();
  return text;
}

function decodeOem(system: System, path: string): string | undefined {
  const stream = oemStream(system);
  if (!stream) return undefined;
  try {
    stream.LoadFromFile(path);
    return textOf(stream.ReadText());
  } catch {
    return undefined;
  } finally {
    stream.Close();
  }
}

function save(stream: AdoStream, path: string): void {
  if (stream.Charset.toLowerCase() !== UTF_8) {
    stream.SaveToFile(path, OVERWRITE);
    return;
  }
  const bytes = createObject<AdoStream>('ADODB.Stream');
  bytes.Type = BINARY;
  bytes.Open();
  // the type may be changed at the beginning only
  stream.Position = 0;
  stream.Type = BINARY;
  stream.Position = MARK;
  stream.CopyTo(bytes);
  bytes.SaveToFile(path, OVERWRITE);
  bytes.Close();
}

/** A stream in the OEM code page; undefined where there is none. */
function oemStream(system: System): AdoStream | undefined {
  try {
    const page = numberOf(system.shell.RegRead(CODE_PAGE));
    const stream = createObject<AdoStream>('ADODB.Stream');
    stream.Type = TEXT;
    stream.Charset = charsetOf(page);
    stream.Open();
    return stream;
  } catch {
    return undefined;
  }
}

/** Name by which MLang knows a code page. */
function charsetOf(page: number): string {
  switch (page) {
    case 932:
      return 'shift_jis';
    case 936:
      return 'gb2312';
    case 949:
      return 'ks_c_5601-1987';
    case 950:
      return 'big5';
    case 65001:
      return UTF_8;
    case 437:
    case 737:
    case 775:
    case 850:
    case 852:
    case 857:
    case 855:
    case 860:
    case 861:
    case 863:
    case 864:
    case 865:
    case 869:
      return `ibm${page}`;
    case 858:
      return 'ibm00858';
    case 720:
    case 862:
      return `dos-${page}`;
    case 874:
    case 1258:
      return `windows-${page}`;
    default:
      return `cp${page}`;
  }
}
