/** Short names of 8 and 3 characters, for those who read no long ones (fatgen103, "Short and Long Names"). */

/** What a short name may consist of, apart from letters that only some code page knows. */
const LEGAL = /^[A-Z0-9$%'\-_@~`!(){}^#&]+$/;
const BASE = 8;
const EXTENSION = 3;

/** 11 bytes: base and extension, padded with spaces. */
export function shortNameBytes(base: string, extension: string): Uint8Array {
  return new TextEncoder().encode(base.padEnd(BASE) + extension.padEnd(EXTENSION));
}

/** Whether the short name says it all, so that there is no long one. */
export function isShortName(name: string): boolean {
  return ownShortName(name) === name;
}

/** The name in upper case, when that is a short name as it stands. */
function ownShortName(name: string): string | undefined {
  const { base, extension } = split(name.toUpperCase());
  if (!LEGAL.test(base) || base.length > BASE || extension.length > EXTENSION) return undefined;
  if (extension === '' ? name.includes('.') : !LEGAL.test(extension)) return undefined;
  // toUpperCase makes ASCII of a few other letters
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is ASCII
  return /^[\u0000-\u007f]*$/.test(name) ? name.toUpperCase() : undefined;
}

function split(name: string): { base: string; extension: string } {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? { base: name, extension: '' } : { base: name.slice(0, dot), extension: name.slice(dot + 1) };
}

/**
 * A short name for each name of a directory, in the same order; the result depends on the order.
 * Names that are short by themselves keep theirs; the others get a number: `WINDOW~1.TXT`.
 */
export function shortNames(names: readonly string[]): Uint8Array[] {
  const taken = new Set<string>();
  const own = names.map((name) => {
    const short = ownShortName(name);
    if (short !== undefined) taken.add(short);
    return short;
  });
  const numbers = new Map<string, number>();
  return names.map((name, index) => {
    const { base, extension } = split(own[index] ?? numbered(name, taken, numbers));
    return shortNameBytes(base, extension);
  });
}

/** @param numbers the last number given, by what stands around it */
function numbered(name: string, taken: Set<string>, numbers: Map<string, number>): string {
  const { base, extension } = split(name.replace(/^\.+/, ''));
  const legalBase = legal(base) || '_';
  const legalExtension = legal(extension).slice(0, EXTENSION);
  for (let digits = 1; ; digits++) {
    const start = legalBase.slice(0, BASE - 1 - digits);
    const key = `${start}.${legalExtension}.${digits}`;
    let number = numbers.get(key) ?? 10 ** (digits - 1) - 1;
    while (++number < 10 ** digits) {
      const short = `${start}~${number}${legalExtension === '' ? '' : `.${legalExtension}`}`;
      if (taken.has(short)) continue;
      taken.add(short);
      numbers.set(key, number);
      return short;
    }
    numbers.set(key, number);
  }
}

/** Upper case, without spaces and dots; an underscore for everything else that no short name may hold. */
function legal(text: string): string {
  const plain = text.replace(/[ .]/g, '').replace(/[a-z]/g, (letter) => letter.toUpperCase());
  return plain.replace(/[^A-Z0-9$%'\-_@~`!(){}^#&]/g, '_');
}
