import { closeSync, openSync, readSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runOk } from '../tools.js';
import { runQemu } from './qemu.js';

/** What `scripts/lab/setup.sh` and the guest need; for `describeWith`. */
export const kernelTools = [
  ...['qemu-system-x86_64', 'bash', 'flock', 'apt-get', 'apt-cache', 'dpkg-deb', 'busybox'],
  ...['depmod', 'modprobe', 'cpio', 'xz', 'gzip', 'tar'],
];

const scripts = join(import.meta.dirname, '../../../scripts/lab');
const RESULT_BYTES = 512 * 1024 * 1024; // as a sparse file

export interface Guest {
  /** shell script for busybox; runs as root */
  script: string;
  discs: readonly { path: string; kind: 'cdrom' | 'disk'; writable?: boolean }[];
  /** USB sticks; a stick whose socket says so can be plugged out under the name `stick0`, `stick1` … */
  sticks?: readonly { nbd: string }[];
  /** a RAM disk that is unpacked over the lab's */
  overlay?: string;
  /** where QEMU shall listen for QMP commands */
  control?: string;
  /** a file that the guest sees as /dev/vdc, writable */
  scratch?: string;
  /** default 600 */
  seconds?: number;
  /** MiB; default 1024 */
  memory?: number;
  /** default 1 */
  cores?: number;
}

/** Folder with the guest's kernel and RAM disk, made on first use and kept between test runs. */
export async function labFolder(): Promise<string> {
  const folder = join(tmpdir(), 'inplace-lab');
  await runOk('bash', [join(scripts, 'setup.sh'), folder]);
  return folder;
}

/** The scripts that run inside the guest. */
export function guestScript(name: 'guest-list.sh' | 'guest-fill.sh'): string {
  return join(scripts, name);
}

/**
 * Boots Debian's kernel with the discs, runs the script as root and gives back what it printed.
 * @throws Error when the script ends with another code than 0, with what it printed
 */
export async function runGuest(guest: Guest): Promise<string> {
  const lab = await labFolder();
  const work = await mkdtemp(join(tmpdir(), 'inplace-guest-'));
  const { sticks = [], control } = guest;
  try {
    const [result, script] = [join(work, 'result'), join(work, 'script')];
    await writeFile(result, '');
    await truncate(result, RESULT_BYTES);
    await writeFile(script, guest.script);
    const bytes = Buffer.byteLength(guest.script);
    await truncate(script, Math.ceil((bytes + 1) / 512) * 512);
    const append = `console=ttyS0 quiet panic=-1 mitigations=off lab.script=${bytes} lab.discs=${guest.discs.length + sticks.length}`;
    const serial = await runQemu(
      [
        ...[
          '-machine',
          'q35',
          '-cpu',
          'max',
          '-m',
          String(guest.memory ?? 1024),
          '-smp',
          String(guest.cores ?? 1),
          '-vga',
          'none',
        ],
        ...['-kernel', join(lab, 'vmlinuz'), '-initrd', await initrd(lab, work, guest.overlay), '-append', append],
        ...virtio(result, 'result'),
        ...virtio(script, 'script'),
        ...(guest.scratch === undefined ? [] : virtio(guest.scratch, 'scratch')),
        ...['-device', 'virtio-scsi-pci'],
        ...guest.discs.flatMap(scsi),
        ...(sticks.length === 0 ? [] : ['-device', 'qemu-xhci,id=usb']),
        ...sticks.flatMap(usb),
        ...(control === undefined ? [] : ['-qmp', `unix:${control},server=on,wait=off`]),
      ],
      { until: /reboot: Power down|Kernel panic/, seconds: guest.seconds ?? 600 },
    );
    return readResult(result, serial);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function virtio(path: string, id: string): string[] {
  return ['-drive', `file=${path},if=none,id=${id},format=raw,cache=unsafe`, '-device', `virtio-blk-pci,drive=${id}`];
}

function scsi(disc: Guest['discs'][number], index: number): string[] {
  const media = disc.kind === 'cdrom' ? ',media=cdrom' : '';
  const access = disc.writable === true ? '' : ',readonly=on';
  const drive = `file=${disc.path.replaceAll(',', ',,')},if=none,id=disc${index},format=raw,cache=unsafe${media}${access}`;
  return ['-drive', drive, '-device', `${disc.kind === 'cdrom' ? 'scsi-cd' : 'scsi-hd'},drive=disc${index}`];
}

function usb({ nbd }: { nbd: string }, index: number): string[] {
  const drive = `driver=nbd,server.type=unix,server.path=${nbd},if=none,id=drive${index},cache=none`;
  const device = `usb-storage,bus=usb.0,drive=drive${index},id=stick${index},removable=on,serial=LAB000${index}`;
  return ['-drive', drive, '-device', device];
}

/** Linux unpacks RAM disks that stand one behind the other, each at a multiple of 4 bytes. */
async function initrd(lab: string, work: string, overlay: string | undefined): Promise<string> {
  const own = join(lab, 'initrd.gz');
  if (overlay === undefined) return own;
  const both = join(work, 'initrd');
  const bytes = await readFile(own);
  await writeFile(both, bytes);
  await truncate(both, Math.ceil(bytes.length / 4) * 4);
  await appendFile(both, await readFile(overlay));
  return both;
}

/** The result disk: "<bytes> <exit code>", a newline, the output. */
function readResult(path: string, serial: string): string {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(64);
    readSync(file, head, 0, head.length, 0);
    const match = /^(\d+) (\d+)\n/.exec(head.toString('latin1'));
    if (match === null) throw new Error(`The lab's guest left no result:\n${serial.slice(-3000)}`);
    const output = Buffer.alloc(Number(match[1]));
    readSync(file, output, 0, output.length, match[0].length);
    if (match[2] !== '0')
      throw new Error(`The script in the lab's guest ended with ${match[2]}:\n${output.toString().slice(-3000)}`);
    return output.toString();
  } finally {
    closeSync(file);
  }
}
