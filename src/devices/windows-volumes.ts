/**
 * Windows lets nobody write where a volume is that it knows (Microsoft, "Blocking Direct Write Operations to Volumes and
 * Disks"). The marker goes to the first block, which belongs to none; then Windows reads the partition table again, finds
 * none, and the volumes are gone. Never tried on Windows (U): tests know the order of the calls only.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { InplaceError } from '../errors.js';
import type { Drive } from './drive.js';
import { drivesThere } from './list.js';
import { runProgram } from './programs.js';

/** Bytes of the marker: what is written while Windows knows volumes. */
const MARKER = 4096;
const TRIES = 20;
/** ms */
const PAUSE = 500;

/** What is asked of Windows; tests put something else here. */
export interface WindowsTools {
  run(script: string): Promise<unknown>;
  /** the drive as Windows lists it now */
  find(path: string): Promise<Drive | undefined>;
  pause(): Promise<unknown>;
}

export const windowsTools: WindowsTools = {
  run: (script) => runProgram('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script]),
  find: async (path) => (await drivesThere('win32')).find((drive) => drive.path === path),
  pause: () => sleep(PAUSE),
};

/**
 * Before anything is read or written: what programs have written to the volumes goes to the drive.
 * @throws InplaceError DEVICE_REFUSED when a volume begins with the first block, DEVICE_PROGRAM
 */
export async function flushVolumes(drive: Drive, tools: WindowsTools = windowsTools): Promise<void> {
  const first = drive.volumes.find(({ offset }) => offset !== undefined && offset < MARKER);
  if (first) {
    throw new InplaceError({
      code: 'DEVICE_REFUSED',
      message: `"${first.name}" begins with the first block, which Windows lets nobody write`,
      where: { file: drive.path },
      hint: `In diskpart: "select disk ${numberOf(drive)}", then "clean", which deletes everything on it; then write again`,
    });
  }
  const quiet = '-ErrorAction SilentlyContinue';
  await tools.run(
    `Get-Partition -DiskNumber ${numberOf(drive)} ${quiet} | Get-Volume ${quiet} | Write-VolumeCache ${quiet}`,
  );
}

/**
 * When the marker is written: Windows reads the partition table again, until it knows no volume of the drive any more.
 * @throws InplaceError DEVICE_BUSY, DEVICE_REMOVED, DEVICE_PROGRAM
 */
export async function dropVolumes({ path, ...drive }: Drive, tools: WindowsTools = windowsTools): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await rescan({ path, ...drive }, tools);
    const now = await tools.find(path);
    if (!now)
      throw new InplaceError({ code: 'DEVICE_REMOVED', message: 'The drive was unplugged', where: { file: path } });
    if (now.volumes.length === 0) return;
    if (attempt === TRIES) throw stillThere(now);
    await tools.pause();
  }
}

/** Windows looks at the partition table of a drive again. @throws InplaceError DEVICE_PROGRAM */
export async function rescan(drive: Drive, tools: WindowsTools = windowsTools): Promise<void> {
  await tools.run(`Update-Disk -Number ${numberOf(drive)}; Update-HostStorageCache`);
}

function numberOf({ path }: Drive): number {
  const number = /^\\\\\.\\PhysicalDrive(\d+)$/i.exec(path)?.[1];
  if (number === undefined) throw new Error(`${path} is no physical drive`);
  return Number(number);
}

function stillThere({ path, volumes }: Drive): InplaceError {
  const names = volumes.flatMap(({ mounts, name }) => (mounts.length > 0 ? mounts : [name])).join(', ');
  return new InplaceError({
    code: 'DEVICE_BUSY',
    message: `Windows does not let its volumes go: ${names}`,
    where: { file: path },
    hint: 'Close what uses them and write again; until then the drive says "unfinished" and does not start',
  });
}
