/**
 * Windows programs under Wine, each test file with a prefix of its own. `useWine()` in a describe starts and ends it.
 * What is known of Wine: shared/facts/lab.md. Output goes to files, never to pipes: Wine's services inherit a pipe and
 * hold it open.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { runOk, tool } from './tools.js';
import { languageEnvironment, type WineLanguage } from './wine-languages.js';

/** Where slow things are kept between test runs: $TMPDIR/inplace-lab. */
export const LAB_CACHE = join(tmpdir(), 'inplace-lab');

/** What a Windows program left behind. */
export interface WineResult {
  readonly stdout: string;
  readonly stderr: string;
  /** all 32 bits, unsigned; undefined when the program did not end in time */
  readonly exitCode: number | undefined;
}

export interface WineOptions {
  /** host folder the program starts in */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** what the program reads from standard input; nothing by default */
  readonly input?: string;
  /**
   * lines that a person types, each once the program waits for it: its output then ends with a prompt. Wine's SET /P
   * takes all of a file at once, so more than one answer cannot come from `input`.
   */
  readonly answers?: readonly string[];
  /** in a console, which `chcp` can change; what it shows, errors too, is then in `stdout`, with what steers a terminal */
  readonly console?: true;
  /** milliseconds until the program is ended; 50 s by default */
  readonly timeout?: number;
}

/** The Windows that a prefix says it is. Fields left out are not in the registry. */
export interface WindowsIdentity {
  readonly product?: string;
  readonly build?: string;
  /** `Client`, `Server`, `Server Core` */
  readonly installationType?: string;
  readonly edition?: string;
  /** `AMD64`, `x86`, `ARM64` */
  readonly architecture?: string;
}

interface Session {
  readonly folder: string;
  readonly prefix: string;
  /** resolves when the session that keeps Wine's services alive has ended */
  readonly keeper: Promise<unknown>;
  /** programs of Windows that a stand-in replaces: Wine takes its own before a file in system32, unless it is told */
  readonly shims: Set<string>;
  /** the .reg lines of the last pose */
  pose: string;
  runs: number;
}

let session: Session | undefined;
/** of the session, or of the one that begins */
let speaks: Readonly<Record<string, string>> = { LC_ALL: 'C.UTF-8' };

/** Starts a prefix before the tests of this describe, and ends it after them. */
export function useWine(language: WineLanguage = 'C'): void {
  beforeAll(() => startWine(language), 120_000);
  afterAll(stopWine);
}

/** Starts this test file's prefix: a copy of one that is made once per version of Wine, in English. */
export async function startWine(language: WineLanguage = 'C'): Promise<void> {
  if (session) return;
  const folder = mkdtempSync(join(tmpdir(), 'inplace-wine-'));
  const prefix = join(folder, 'prefix');
  await copyPrefix(await freshPrefix(), prefix);
  speaks = await languageEnvironment(language, LAB_CACHE);
  // One session is kept alive, or every program would start Wine's services anew.
  const keeper = spawn(loader(), ['cmd'], { env: wineEnvironment(prefix), stdio: ['pipe', 'ignore', 'ignore'] });
  session = { folder, prefix, keeper: ended(keeper), shims: new Set(), pose: '', runs: 0 };
}

/** Ends every Windows program of this prefix and removes it. */
export async function stopWine(): Promise<void> {
  if (!session) return;
  const { folder, prefix, keeper } = session;
  session = undefined;
  await endPrefix(prefix);
  await keeper;
  speaks = { LC_ALL: 'C.UTF-8' };
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** Runs a Windows program; each argument is quoted as Windows programs read them. */
export async function wine(args: readonly string[], options: WineOptions = {}): Promise<WineResult> {
  return await wineCommandLine(args.map(quoteArgument).join(' '), options);
}

/** Runs a Windows program from its exact command line. */
export async function wineCommandLine(commandLine: string, options: WineOptions = {}): Promise<WineResult> {
  const { folder, prefix, shims } = current();
  current().runs += 1;
  const file = (name: string): string => join(folder, `${current().runs}.${name}`);
  const [input, output, errors, code] = [file('in'), file('out'), file('err'), file('code')];
  writeFileSync(input, options.input ?? '');
  const { answers } = options;
  const [inputFile, ...outputs] = [openSync(input, 'r'), openSync(output, 'w'), openSync(errors, 'w')];
  try {
    const env = {
      ...wineEnvironment(prefix, shims),
      ...options.env,
      INPLACE_COMMAND_LINE: commandLine,
      INPLACE_EXIT_CODE: windowsPath(code),
    };
    const launcher = await compiled('launcher', ['-municode']);
    const timeout = options.timeout ?? 50_000;
    const stdio = [answers ? ('pipe' as const) : inputFile, ...outputs];
    const program = [loader(), launcher] as const;
    // wide, so that no line is broken
    const line = `stty cols 400 rows 100; exec ${program.map((word) => `'${word}'`).join(' ')}`;
    const [command, ...words] = options.console ? ['script', '-qec', line, '/dev/null'] : program;
    const child = spawn(command, words, { cwd: options.cwd ?? folder, env, stdio, timeout });
    if (answers) typeAnswers(child, answers, () => readFileSync(output, 'utf8'));
    await ended(child);
  } finally {
    for (const handle of [inputFile, ...outputs]) closeSync(handle!);
  }
  const exitCode = existsSync(code) ? Number(readFileSync(code, 'ascii')) : undefined;
  return { stdout: readFileSync(output, 'utf8'), stderr: readFileSync(errors, 'utf8'), exitCode };
}

/** Types each line when the output has grown and ends with a prompt; then the input ends. */
function typeAnswers(child: ChildProcess, answers: readonly string[], output: () => string): void {
  const left = [...answers];
  let seen = 0;
  child.stdin!.on('error', () => {}); // a program that ended reads no more
  const timer = setInterval(() => {
    const text = output();
    if (text.length === seen || !/[:\]>] ?$/.test(text)) return;
    seen = text.length;
    const next = left.shift();
    if (next === undefined) child.stdin!.end();
    else child.stdin!.write(`${next}\r\n`);
  }, 20);
  child.once('exit', () => clearInterval(timer));
}

/** Runs a batch file as Explorer does: `cmd /c ""FILE" ARGUMENTS"`. @param file as Windows sees it */
export async function batch(
  file: string,
  args: readonly string[] = [],
  options: WineOptions = {},
): Promise<WineResult> {
  return await wineCommandLine(`C:\\windows\\system32\\cmd.exe /c ""${file}" ${args.join(' ')}"`, options);
}

/** Makes the registry name another Windows. */
export async function poseAs(identity: WindowsIdentity): Promise<void> {
  const { product, build, installationType, edition, architecture } = identity;
  const value = (name: string, text: string | undefined): string =>
    `"${name}"=${text === undefined ? '-' : JSON.stringify(text)}`;
  const lines = [
    '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]',
    value('ProductName', product),
    value('CurrentBuild', build),
    value('CurrentBuildNumber', build),
    ...versionValues(Number.parseInt(build ?? '0', 10)),
    value('InstallationType', installationType),
    value('EditionID', edition),
    '[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment]',
    value('PROCESSOR_ARCHITECTURE', architecture ?? 'AMD64'),
  ];
  if (current().pose === lines.join()) return;
  await importRegistry(lines);
  current().pose = lines.join();
}

/** The version numbers that belong to a build: only Windows 10 and later have the two numbers apart. */
function versionValues(build: number): string[] {
  const ten = build >= 10240;
  return [
    `"CurrentVersion"="${build >= 9600 ? '6.3' : build >= 9200 ? '6.2' : '6.1'}"`,
    `"CurrentMajorVersionNumber"=${ten ? 'dword:0000000a' : '-'}`,
    `"CurrentMinorVersionNumber"=${ten ? 'dword:00000000' : '-'}`,
  ];
}

/** Imports lines of a .reg file, which may have any letters. */
export async function importRegistry(lines: readonly string[]): Promise<void> {
  const file = join(current().folder, 'import.reg');
  const head = '\ufeffWindows Registry Editor Version 5.00';
  writeFileSync(file, [head, '', ...lines, ''].join('\r\n'), 'utf16le');
  const { exitCode, stderr } = await wine(['regedit', '/S', windowsPath(file)]);
  if (exitCode !== 0) throw new Error(`regedit ended with ${exitCode}: ${stderr}`);
}

/**
 * Puts a stand-in of test/support/wine/SOURCE.c in place of system32\NAME.exe.
 * @param source of a stand-in for several programs, which is the one that its file name says
 * @param flags for the compiler
 */
export async function shim(name: string, source = name, flags: readonly string[] = []): Promise<void> {
  const program = join(driveC(), 'windows', 'system32', `${name}.exe`);
  // The file in the prefix is a hard link into the cache: it is replaced, not written into.
  rmSync(program, { force: true });
  copyFileSync(await compiled(source, flags), program);
  current().shims.add(name);
}

/** Ends every program of this prefix with such a name by SIGKILL, as a power cut would. @returns how many there were */
export function killPrograms(image: string): number {
  const prefix = `WINEPREFIX=${current().prefix}`;
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isProgram(name, image, prefix));
  for (const id of ids) process.kill(Number(id), 'SIGKILL');
  return ids.length;
}

function isProgram(id: string, image: string, variable: string): boolean {
  try {
    const [program = ''] = readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0');
    const own = program.toLowerCase().endsWith(`\\${image}`);
    return own && readFileSync(`/proc/${id}/environ`, 'utf8').split('\0').includes(variable);
  } catch {
    // it has ended meanwhile
    return false;
  }
}

/** Makes a host folder appear as a drive: `D`; takes the drive away without a folder. */
export function mountDrive(letter: string, folder: string | undefined): void {
  const at = join(current().prefix, 'dosdevices', `${letter.toLowerCase()}:`);
  rmSync(at, { force: true });
  if (folder !== undefined) symlinkSync(folder, at);
}

/** Host folder of drive C:. */
export function driveC(): string {
  return join(current().prefix, 'drive_c');
}

/** Host path of the folder that Windows programs find in %TEMP%. */
export async function windowsTemp(): Promise<string> {
  const { stdout } = await wineCommandLine('C:\\windows\\system32\\cmd.exe /c echo %TEMP%');
  return join(driveC(), ...stdout.trim().split('\\').slice(1));
}

/** Makes a host folder appear as \\SERVER\SHARE. */
export function shareFolder(server: string, share: string, folder: string): void {
  const at = join(current().prefix, 'dosdevices', 'unc', server);
  mkdirSync(at, { recursive: true });
  symlinkSync(folder, join(at, share));
}

/** A host path as Windows programs see it. */
export function windowsPath(path: string): string {
  return `Z:${path.replaceAll('/', '\\')}`;
}

/** A program compiled by mingw from test/support/wine/NAME.c, once per source. @param flags for the compiler, and libraries */
export async function compiled(name: string, flags: readonly string[] = []): Promise<string> {
  const source = fileURLToPath(new URL(`wine/${name}.c`, import.meta.url));
  const program = join(current().folder, `${name}.exe`);
  // Libraries are looked at behind what needs them.
  if (!existsSync(program)) await runOk('x86_64-w64-mingw32-gcc', ['-O1', '-s', '-o', program, source, ...flags]);
  return program;
}

function current(): Session {
  if (!session) throw new Error('useWine() or startWine() comes first');
  return session;
}

/** Debian's `wine` is a script that complains about a missing 32-bit Wine; the loader itself is silent. */
function loader(): string {
  return otherWine('wine64') ?? ['/usr/lib/wine/wine64'].find(existsSync) ?? tool('wine')!;
}

/** A program of the Wine that INPLACE_WINE names (scripts/lab/wine10.sh); undefined for the computer's own. */
function otherWine(program: string): string | undefined {
  const folder = process.env['INPLACE_WINE'];
  return folder === undefined ? undefined : join(folder, program);
}

function wineEnvironment(prefix: string, shims: Iterable<string> = []): Record<string, string> {
  const { PATH = '', HOME = '/root' } = process.env;
  return {
    PATH,
    HOME,
    ...speaks,
    WINEPREFIX: prefix,
    WINEARCH: 'win64',
    WINEDEBUG: '-all',
    WINEDLLOVERRIDES: ['mscoree,mshtml=', 'winemenubuilder.exe=d', ...[...shims].map((name) => `${name}.exe=n`)].join(
      ';',
    ),
  };
}

/** The prefix that the others are copied from; made by the first test file that needs it. */
async function freshPrefix(): Promise<string> {
  const version = (await runOk(otherWine('wine64') ?? 'wine', ['--version'])).trim().replace(/[^A-Za-z0-9.-]+/g, '_');
  const cached = join(LAB_CACHE, `wine-prefix-${version}-win10`);
  if (existsSync(cached)) return cached;
  mkdirSync(LAB_CACHE, { recursive: true });
  const making = mkdtempSync(join(LAB_CACHE, 'wine-prefix-making-'));
  for (const command of [
    ['wineboot', '-i'],
    ['winecfg', '/v', 'win10'],
  ]) {
    await ended(spawn(loader(), command, { env: wineEnvironment(making), stdio: 'ignore' }));
  }
  await endPrefix(making);
  if (!existsSync(join(making, 'system.reg'))) throw new Error('wineboot made no prefix');
  try {
    renameSync(making, cached);
  } catch {
    // Another test file was quicker.
    rmSync(making, { recursive: true, force: true });
  }
  return cached;
}

/** Everything is copied but the 700 MB of Wine's own programs: those are hard links, for nothing writes into them. */
async function copyPrefix(from: string, to: string): Promise<void> {
  await runOk('cp', ['-al', from, to]);
  for (const name of [
    'system.reg',
    'user.reg',
    'userdef.reg',
    '.update-timestamp',
    'drive_c/users',
    'drive_c/windows/win.ini',
  ]) {
    if (!existsSync(join(from, name))) continue;
    rmSync(join(to, name), { recursive: true, force: true });
    await runOk('cp', ['-a', join(from, name), dirname(join(to, name))]);
  }
}

/** Waits until the Wine server of a prefix has written its registry and is gone. */
async function endPrefix(prefix: string): Promise<void> {
  const server =
    otherWine('wineserver64') ??
    ['/usr/lib/wine/wineserver64', '/usr/lib/wine/wineserver'].find(existsSync) ??
    tool('wineserver')!;
  for (const option of ['-k', '-w']) {
    await ended(spawn(server, [option], { env: wineEnvironment(prefix), stdio: 'ignore' }));
  }
}

/** Resolves when a process has ended, however it did. */
async function ended(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => child.once('error', reject).once('exit', () => resolve()));
}

/** An argument as Windows programs take command lines apart (CommandLineToArgvW). */
function quoteArgument(argument: string): string {
  if (/^[^\s"]+$/.test(argument)) return argument;
  return `"${argument.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;
}
