/** The small text files of Windows media: sections with lines, in the old code page or in Unicode with a mark. */

/** Sections by lower-case name; each line trimmed, without empty ones and comments. */
export type Ini = ReadonlyMap<string, readonly string[]>;

/** Text with a byte order mark as that says, everything else as Latin-1: keys and values that matter are ASCII. */
export function decodeText(bytes: Uint8Array): string {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (first === 0xef && second === 0xbb && third === 0xbf) return new TextDecoder('utf-8').decode(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Reads sections; lines before the first one belong to the section ''. */
export function parseIni(bytes: Uint8Array): Ini {
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  sections.set('', lines);
  for (const raw of decodeText(bytes).split(/\r\n|\r|\n/)) {
    const line = raw.replaceAll('\0', '').trim();
    if (line === '' || line.startsWith(';')) continue;
    const section = /^\[([^\]]*)\]/.exec(line)?.[1]?.trim().toLowerCase();
    if (section === undefined) lines.push(line);
    else {
      lines = sections.get(section) ?? [];
      sections.set(section, lines);
    }
  }
  return sections;
}

/** Value of `key=value` in a section; undefined when absent or empty. */
export function iniValue(ini: Ini, section: string, key: string): string | undefined {
  for (const line of ini.get(section.toLowerCase()) ?? []) {
    const equals = line.indexOf('=');
    if (equals === -1 || line.slice(0, equals).trim().toLowerCase() !== key.toLowerCase()) continue;
    return (
      line
        .slice(equals + 1)
        .trim()
        .replace(/^"(.*)"$/, '$1') || undefined
    );
  }
  return undefined;
}

/** The first line of a section that is a value by itself, as in ei.cfg. */
export function iniLine(ini: Ini, section: string): string | undefined {
  return ini.get(section.toLowerCase())?.[0];
}
