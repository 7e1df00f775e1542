/**
 * What Wine 8's script host lacks, for the engine under test (shared/facts/lab.md): Enumerator over rows of WMI, WMI itself, and Sleep.
 * Lowered to ES3, it stands in front of engine.js on the media of a test; see engine-on-wine.ts.
 *
 * WMI: C:\wmi.txt has the classes and their rows, `({ Win32_Battery: [{ … }] })`; a class that is not there has no rows. A flush works,
 * unless the class NoFlush is there. Sleep takes a tenth of the time, a second at most, by C:\sleep.exe.
 */
interface Files {
  FileExists(path: string): boolean;
  OpenTextFile(path: string, mode: number, create: boolean, format: number): { ReadAll(): string; Close(): void };
}

declare const WScript: Record<'ScriptFullName' | 'Arguments', unknown> & {
  Echo(line: string): void;
  Quit(code: number): void;
};
declare const ActiveXObject: new (name: string) => unknown;

/** Declared by what stands before this; read by what is put between this and the engine. */
declare const inplaceFakes: Record<'WScript' | 'ActiveXObject' | 'Enumerator', unknown>;

type Row = Record<string, unknown>;
type Classes = Record<string, Row[] | undefined>;

const Host = ActiveXObject;
const host = WScript;
const shell = new Host('WScript.Shell') as { Run(line: string, style: number, wait: boolean): number };
const files = new Host('Scripting.FileSystemObject') as Files;

function readClasses(): Classes {
  if (!files.FileExists('C:\\wmi.txt')) return {};
  const stream = files.OpenTextFile('C:\\wmi.txt', 1, false, 0);
  const text = stream.ReadAll();
  stream.Close();
  // JScript has no JSON, and the test has written it
  return new Function(`return ${text}`)() as Classes;
}

function collection(items: unknown[]): Record<string, unknown> {
  return { fakeItems: items, Count: items.length };
}

function wmiObject(row: Row): unknown {
  const properties: unknown[] = [];
  for (const name in row) properties.push({ Name: name, Value: row[name] });
  const all = collection(properties);
  all['Item'] = (name: string) => ({ Name: name, Value: row[name] });
  return {
    Properties_: all,
    Methods_: { Item: () => ({ InParameters: null }) },
    ExecMethod_: () => wmiObject({ ReturnValue: 0 }),
  };
}

function rowsOf(classes: Classes, query: string): unknown[] {
  const name = /FROM\s+(\w+)/i.exec(query)?.[1] ?? 'ASSOCIATORS OF';
  const drives = name === 'MSFT_Volume' ? [{ DriveLetter: 'C' }, { DriveLetter: 'Z' }] : [];
  const where = /WHERE\s+(\w+)\s*=\s*'?([^']*?)'?\s*$/i.exec(query);
  const found: unknown[] = [];
  for (const row of classes[name] ?? drives) {
    const value = where ? (row as Row)[where[1] ?? ''] : undefined;
    if (!where || String(value).toLowerCase() === (where[2] ?? '').toLowerCase()) found.push(wmiObject(row));
  }
  return found;
}

const locator = {
  ConnectServer: (_: string, namespace: string) => {
    const classes = readClasses();
    if (classes['NoFlush'] && /Storage$/.test(namespace)) throw new Error('Invalid namespace');
    return { ExecQuery: (query: string) => collection(rowsOf(classes, query)) };
  },
};

inplaceFakes.WScript = {
  ScriptFullName: host.ScriptFullName,
  Arguments: host.Arguments,
  Echo: (line: string) => host.Echo(line),
  Quit: (code: number) => host.Quit(code),
  Sleep: (time: number) => shell.Run(`C:\\sleep.exe ${Math.min(1000, Math.ceil(time / 10))}`, 0, true),
};

inplaceFakes.ActiveXObject = (name: string) => (name === 'WbemScripting.SWbemLocator' ? locator : new Host(name));

inplaceFakes.Enumerator = ({ fakeItems }: { fakeItems?: unknown[] }) => {
  if (!fakeItems) throw new Error('Wine 8 has no Enumerator');
  let at = 0;
  return { atEnd: () => at >= fakeItems.length, item: () => fakeItems[at], moveNext: () => void at++ };
};
