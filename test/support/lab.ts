/** The acceptance lab: independent firmware and an independent kernel look at our images, in QEMU without KVM. */
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guestScript, runGuest } from './lab/kernel.js';
import { type FileSystem, type KernelView, parseView } from './lab/kernel-view.js';
import { type Drive, driveArguments, qmp, runQemu, type Wanted } from './lab/qemu.js';
import { hashTar } from './lab/tar.js';
import { makeProbeDisk, parseProbe, type UefiVolume } from './lab/uefi-probe.js';
import { type SecureBootKeys, secureBootVariables } from './lab/uefi-variables.js';

export { kernelTools } from './lab/kernel.js';
export { probeTools } from './lab/uefi-probe.js';

const OVMF = '/usr/share/OVMF';
const CODE = 'OVMF_CODE_4M.fd';

/** ms; for tests that use the lab: it takes 5 to 20 s a piece, and many times that when other tests need the processors too. */
export const labTimeout = 900_000;

/** What a UEFI boot needs; for `describeWith`. No program has the name of the firmware's file, so without it tests are skipped for that reason. */
export const uefiTools = ['qemu-system-x86_64', ...(existsSync(join(OVMF, CODE)) ? [] : [CODE])];

/**
 * Boots an image under UEFI (OVMF, Secure Boot off) and resolves as soon as the serial port says what is wanted.
 * @returns everything the serial port said; firmware prints its console there too
 */
export async function bootUefi(image: string, drive: Drive, wanted: Wanted): Promise<string> {
  return withUefi((firmware) => runQemu([...firmware, ...driveArguments(image, drive, 'boot', 1)], wanted));
}

const SECURE = { code: 'OVMF_CODE_4M.ms.fd', variables: 'OVMF_VARS_4M.ms.fd' };

/** What a boot with Secure Boot on needs; for `describeWith`. */
export const secureBootTools = [...uefiTools, ...(existsSync(join(OVMF, SECURE.variables)) ? [] : [SECURE.variables])];

/** Like `bootUefi`, with Secure Boot on. @param keys in the firmware; Microsoft's of 2011, when left out */
export async function bootSecurely(
  image: string,
  drive: Drive,
  wanted: Wanted,
  keys?: SecureBootKeys,
): Promise<string> {
  const work = await mkdtemp(join(tmpdir(), 'inplace-secure-'));
  try {
    const variables = join(work, 'variables.fd');
    if (keys === undefined) await copyFile(join(OVMF, SECURE.variables), variables);
    else await writeFile(variables, secureBootVariables(await readFile(join(OVMF, 'OVMF_VARS_4M.fd')), keys));
    const firmware = [
      ...['-machine', 'q35,smm=on', '-cpu', 'max', '-m', '512', '-vga', 'none'],
      ...['-global', 'driver=cfi.pflash01,property=secure,value=on'],
      ...['-drive', `if=pflash,format=raw,readonly=on,file=${join(OVMF, SECURE.code)}`],
      ...['-drive', `if=pflash,format=raw,file=${variables}`],
    ];
    return await runQemu([...firmware, ...driveArguments(image, drive, 'boot', 1)], wanted);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Hands out the arguments of a UEFI computer with variables of its own. */
export async function withUefi<T>(use: (firmware: string[]) => Promise<T>): Promise<T> {
  const work = await mkdtemp(join(tmpdir(), 'inplace-uefi-'));
  try {
    const variables = join(work, 'variables.fd');
    await copyFile(join(OVMF, 'OVMF_VARS_4M.fd'), variables);
    return await use([
      ...['-machine', 'q35', '-cpu', 'max', '-m', '512', '-vga', 'none'],
      ...['-drive', `if=pflash,format=raw,readonly=on,file=${join(OVMF, CODE)}`],
      ...['-drive', `if=pflash,format=raw,file=${variables}`],
    ]);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Boots an image under a BIOS (SeaBIOS) and resolves as soon as the serial port says what is wanted. */
export async function bootBios(image: string, drive: Drive, wanted: Wanted): Promise<string> {
  return runQemu(['-machine', 'pc', '-m', '64', '-vga', 'none', ...driveArguments(image, drive, 'boot', 1)], wanted);
}

/** Like `bootBios`, with a screen: gives back its 25 lines of text as well. */
export async function bootBiosWithScreen(
  image: string,
  drive: Drive,
  wanted: Wanted,
): Promise<{ serial: string; screen: string[] }> {
  const work = await mkdtemp(join(tmpdir(), 'inplace-bios-'));
  try {
    const [socket, dump] = [join(work, 'qmp'), join(work, 'screen')];
    const args = ['-machine', 'pc', '-m', '64', '-vga', 'std', '-qmp', `unix:${socket},server=on,wait=off`];
    // 80 x 25 characters, each followed by its colour, at B8000 in text mode
    const save = { execute: 'pmemsave', arguments: { val: 0xb8000, size: 80 * 25 * 2, filename: dump } };
    const serial = await runQemu([...args, ...driveArguments(image, drive, 'boot', 1)], wanted, () =>
      qmp(socket, save),
    );
    const text = (await readFile(dump)).filter((_, i) => i % 2 === 0);
    const lines = Array.from({ length: 25 }, (_, y) =>
      Buffer.from(text.subarray(y * 80, y * 80 + 80)).toString('latin1'),
    );
    return { serial, screen: lines.map((line) => line.replace(/[\0 ]+$/, '')) };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Lets Linux's own drivers mount an image read-only with each file system and read it.
 * @param mode `sum` hashes in the guest (small trees), `tar` streams the tree out and hashes here (big ones; one file system only), `list` reads no contents
 */
export async function kernelMount(
  image: string,
  kind: 'cdrom' | 'disk',
  fs: FileSystem | readonly FileSystem[],
  mode: 'sum' | 'list' | 'tar' = 'sum',
  options: { seconds?: number } = {},
): Promise<KernelView> {
  const fileSystems = [fs].flat();
  if (mode === 'tar' && fileSystems.length !== 1) throw new Error('Mode tar holds one tree: name one file system');
  const script = `FILE_SYSTEMS='${fileSystems.join(' ')}' MODE=${mode}\n${await readFile(guestScript('guest-list.sh'), 'utf8')}`;
  const work = await mkdtemp(join(tmpdir(), 'inplace-mount-'));
  try {
    const scratch = join(work, 'tar');
    const guest = { script, discs: [{ path: image, kind }], seconds: options.seconds ?? 1800 };
    if (mode !== 'tar') return parseView(await runGuest(guest));
    await writeFile(scratch, '');
    await truncate(scratch, await sizeForTar(image));
    const view = parseView(await runGuest({ ...guest, scratch }));
    addHashes(view, hashTar(scratch));
    return view;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Lets Linux fill a volume: mounts it for writing in the guest and runs the script in its root. The image is changed.
 * @param script for busybox's shell, run with `sh -e`
 */
export async function kernelFillUdf(image: string, script: string): Promise<string> {
  const end = 'END-OF-FILL-SCRIPT';
  const prepare = `FILE_SYSTEM=udf\ncat >/tmp/fill <<'${end}'\n${script}\n${end}\n`;
  return runGuest({
    script: prepare + (await readFile(guestScript('guest-fill.sh'), 'utf8')),
    discs: [{ path: image, kind: 'disk', writable: true }],
  });
}

/** A sparse file: every file may need a header, a long name and padding, so many times the image is safe. */
async function sizeForTar(image: string): Promise<number> {
  return (await stat(image)).size * 4 + 1024 ** 3;
}

function addHashes(view: KernelView, hashes: ReadonlyMap<string, { size: number; sha256: string }>): void {
  for (const mount of view.mounts) {
    for (const [path, file] of mount.files) {
      const hashed = hashes.get(path);
      if (hashed?.size !== file.size)
        throw new Error(`tar saw ${path} with ${hashed?.size} bytes, stat with ${file.size}`);
      file.sha256 = hashed.sha256;
    }
  }
}

/**
 * Asks the firmware's own file system drivers (OVMF reads UDF and FAT) for every volume on an image and for the given files.
 * The image is not changed and need not boot: the probe starts from a disk of its own.
 * @param paths with `/`; names are case-sensitive on UDF
 */
export async function uefiProbe(
  image: string,
  drive: Drive,
  paths: readonly string[],
  options: { seconds?: number } = {},
): Promise<UefiVolume[]> {
  const work = await mkdtemp(join(tmpdir(), 'inplace-probe-'));
  try {
    const disk = join(work, 'probe.img');
    await makeProbeDisk(disk, paths);
    const drives = [...driveArguments(disk, 'usb', 'probe', 1), ...driveArguments(image, drive, 'image', 2)];
    const wanted = { until: 'PROBE-END\n', seconds: options.seconds ?? 300 };
    return parseProbe(await withUefi((firmware) => runQemu([...firmware, ...drives], wanted)));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
