/**
 * A machine for the real engine under Wine: stand-ins for the programs of Windows that Wine lacks or has as silent stubs, a registry that says
 * which Windows runs, media with what Wine's script host lacks put in front of their engine, and restarts that run what the task runs.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lowerToEs3 } from '../../scripts/engine/lower.mjs';
import { asciiJson } from '../../src/bytes/ascii-json.js';
import {
  batch,
  compiled,
  driveC,
  importRegistry,
  killPrograms,
  poseAs,
  shim,
  type WindowsIdentity,
  type WineResult,
  wineCommandLine,
} from './wine.js';

/** Programs whose command line is all that matters: see wine/record.c. */
const RECORDED = ['shutdown', 'icacls', 'fsutil', 'powercfg', 'manage-bde', 'wevtutil'];

/** The Windows that a machine has. */
export interface Installed extends WindowsIdentity {
  /** `0409`; that of American English when left out */
  readonly language?: string;
  /** seconds since 1970; changes with an upgrade */
  readonly installDate?: number;
  /** `PC-Büro` */
  readonly computer?: string;
  /** started by UEFI, with Secure Boot */
  readonly uefi?: true;
}

let boots = 0;

/** Puts the stand-ins in place: once for a test file, behind `useWine`. */
export async function installStandIns(): Promise<void> {
  await shim('whoami');
  for (const name of ['certutil', 'schtasks']) await shim(name, name, ['-municode']);
  for (const name of RECORDED) await shim(name, 'record', ['-municode']);
  copyFileSync(await compiled('sleep'), join(driveC(), 'sleep.exe'));
}

/** A machine on which nothing has run: the given Windows, an administrator, no files of an earlier run. */
export async function freshMachine(installed: Installed): Promise<void> {
  endPrograms();
  const files = ['programs', 'setup-commands', 'schtasks-commands', 'setup-code', 'setup-scan', 'setup-hangs'];
  for (const name of [...files, 'setup-vanishes', 'wmi', 'no-task-runs', 'certutil']) onC(`${name}.txt`);
  for (const name of ['task.xml', 'Inplace', '$Windows.~BT']) onC(name);
  onC('whoami.txt', 'Group S-1-5-32-544\r\nLabel S-1-16-12288\r\n');
  // fsutil: the folder is no link
  onC('fsutil.txt', 'reparsepoint 1\n');
  await startWindows(installed);
}

/** A restart ends every engine and what it has started: one that waited for it, and lived on, would meddle with the next run. */
function endPrograms(): void {
  for (const image of ['cscript.exe', 'schtasks.exe']) killPrograms(image);
}

/** Windows starts: another boot id, and the Windows that is installed now. */
export async function startWindows(installed: Installed): Promise<void> {
  const { language = '0409', installDate = 1_600_000_000, computer, uefi, ...identity } = installed;
  boots += 1;
  endPrograms();
  await poseAs(identity);
  const system = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control';
  const memory = `${system}\\Session Manager\\Memory Management\\PrefetchParameters`;
  const server = identity.installationType?.startsWith('Server') === true;
  await importRegistry([
    `[${memory}]`,
    `"BootId"=dword:${boots.toString(16).padStart(8, '0')}`,
    `[${system}\\Nls\\Language]`,
    `"InstallLanguage"="${language}"`,
    `[${system}\\ProductOptions]`,
    `"ProductType"="${server ? 'ServerNT' : 'WinNT'}"`,
    `[${system}]`,
    ...(computer === undefined
      ? []
      : [`[${system}\\ComputerName\\ActiveComputerName]`, `"ComputerName"="${computer}"`, `[${system}]`]),
    `"PEFirmwareType"=${uefi ? 'dword:00000002' : '-'}`,
    uefi ? `[${system}\\SecureBoot\\State]` : `[-${system}\\SecureBoot]`,
    uefi ? '"UEFISecureBootEnabled"=dword:00000001' : '',
    '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]',
    `"InstallDate"=dword:${installDate.toString(16).padStart(8, '0')}`,
  ]);
}

/** Runs what the registered task runs, to its end; Wine's cscript takes no //E:, so that word is left out. */
export async function runTask(timeout = 120_000): Promise<WineResult> {
  const xml = readFileSync(join(driveC(), 'task.xml'), 'utf16le');
  const field = (name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
  const line = `"${field('Command')}" ${field('Arguments').replace('//E:JScript ', '')}`;
  return await wineCommandLine(line.replaceAll('&amp;', '&'), { timeout });
}

/** Starts upgrade.cmd of media as Explorer does. @param root of the media as Windows sees it: `E:` */
export async function upgradeCmd(root: string, args: readonly string[], timeout = 120_000): Promise<WineResult> {
  return await batch(`${root}\\upgrade.cmd`, args, { timeout });
}

/** Writes a file of drive C:, or removes it and what is in it. */
export function onC(name: string, text?: string): void {
  const path = join(driveC(), name);
  if (text === undefined) rmSync(path, { force: true, recursive: true });
  else writeFileSync(path, text);
}

/** Lines of a file of drive C:; none when it is not there. */
export function linesOnC(name: string): string[] {
  const path = join(driveC(), name);
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}

/** A program of test/support/wine that poses as setup.exe. @returns its host path */
export async function windowsSetup(): Promise<string> {
  return await compiled('windows-setup', ['-municode', '-mwindows']);
}

/** Puts what Wine lacks in front of the engine of media in a folder, and makes manifest and upgrade.cmd fit again. */
export async function withFakes(media: string): Promise<void> {
  const file = join(media, 'deploy/engine.js');
  const fakes = await lowerToEs3(fileURLToPath(new URL('wine/fakes.ts', import.meta.url)));
  const names = ['WScript', 'ActiveXObject', 'Enumerator'];
  const before = `${fakes}\n(function (${names.join(', ')}) {\n`;
  const after = `})(${names.map((name) => `inplaceFakes.${name}`).join(', ')});\n`;
  writeFileSync(file, `var inplaceFakes = {};\n${before}${readFileSync(file, 'latin1')}${after}`);
  const cmd = join(media, 'upgrade.cmd');
  const known = `set "ENGINE_SHA256=${sha256(file)}"`;
  writeFileSync(cmd, readFileSync(cmd, 'latin1').replace(/set "ENGINE_SHA256=[0-9a-f]+"/, known));
  for (const path of ['deploy/engine.js', 'upgrade.cmd']) listAgain(media, path);
}

/** Makes the manifest say what a file of the media is now. */
export function listAgain(media: string, path: string): void {
  const manifest = join(media, 'deploy/manifest.json');
  const file = join(media, path);
  const head = asciiJson({ path }).slice(0, -1);
  const lines = readFileSync(manifest, 'ascii').split('\n');
  const line = lines.findIndex((text) => text.startsWith(`${head},`));
  const comma = lines[line]!.endsWith(',') ? ',' : '';
  lines[line] = `${head},"size":${statSync(file).size},"sha256":"${sha256(file)}"}${comma}`;
  writeFileSync(manifest, lines.join('\n'));
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
