/**
 * Reads winpeshl.ini, which says what Windows PE starts (Microsoft, Winpeshl.ini Reference): `AppPath=` in `[LaunchApp]`, then the lines of
 * `[LaunchApps]`, where a comma stands between a program and its options. Each starts when the one before has ended.
 */

export interface LaunchedApp {
  /** may hold variables: `%SYSTEMDRIVE%` */
  readonly path: string;
  /** '' for none */
  readonly options: string;
}

/** What it starts, in order. */
export function readWinpeshl(bytes: Uint8Array): LaunchedApp[] {
  const sections: Record<'launchapp' | 'launchapps', LaunchedApp[]> = { launchapp: [], launchapps: [] };
  let section = '';
  for (const line of decode(bytes).split(/[\r\n]+/)) {
    const text = line.trim();
    const header = /^\[\s*([^\]]*?)\s*\]/.exec(text);
    if (header) section = header[1]!.toLowerCase();
    else if (text === '' || text.startsWith(';')) continue;
    else if (section === 'launchapp') {
      const path = /^AppPath\s*=\s*(.*)$/i.exec(text)?.[1];
      if (path) sections.launchapp.push({ path: unquote(path), options: '' });
    } else if (section === 'launchapps') sections.launchapps.push(appOf(text));
  }
  return [...sections.launchapp, ...sections.launchapps];
}

function appOf(line: string): LaunchedApp {
  const comma = line.indexOf(',');
  if (comma < 0) return { path: unquote(line), options: '' };
  return { path: unquote(line.slice(0, comma)), options: line.slice(comma + 1).trim() };
}

function unquote(path: string): string {
  return path.trim().replace(/^"(.*)"$/, '$1');
}

/** Windows reads .ini files in its own code page, or in UTF-16 when they say so; what is not ASCII there stays recognisable as such. */
function decode(bytes: Uint8Array): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(utf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}
