import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFat12 } from '../../../scripts/fixtures/fat12.mjs';
import { FIXED_TIME } from '../../../scripts/fixtures/write-tree.mjs';
import { runOk } from '../tools.js';

const compiler = 'x86_64-w64-mingw32-gcc';

/** Programs the probe needs; for `describeWith`. */
export const probeTools = ['qemu-system-x86_64', compiler];

export interface UefiVolume {
  label: string;
  root: { name: string; folder: boolean; sizeBytes: number }[];
  /** by path as asked for; `status` is the EFI_STATUS without its error bit, 14 = not found */
  files: Map<string, { size: number; sha256: string } | { status: number }>;
}

/** Arguments of mingw for a UEFI program without any library. */
const flags = [
  ...[
    '-O2',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-ffreestanding',
    '-fno-stack-protector',
    '-mno-red-zone',
    '-mno-stack-arg-probe',
    '-nostdlib',
  ],
  ...['-fshort-wchar', '-Wl,--subsystem,10', '-Wl,-e,efi_main'],
];

/** Builds the probe and a FAT floppy that starts it with the paths to read. */
export async function makeProbeDisk(disk: string, paths: readonly string[]): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'inplace-probe-'));
  try {
    const program = join(work, 'probe.efi');
    await runOk(compiler, [...flags, '-o', program, join(import.meta.dirname, '../../acceptance/uefi-probe/probe.c')]);
    const list = paths.map((path) => `\\${path.replaceAll('/', '\\')}\n`).join('');
    const files = [
      { path: 'EFI/BOOT/BOOTX64.EFI', bytes: await readFile(program) },
      { path: 'FILES.TXT', bytes: Buffer.from(list, 'utf16le') },
    ];
    await writeFile(disk, makeFat12(files, { label: 'PROBE', serial: 1, modified: FIXED_TIME }));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Reads what the probe printed. */
export function parseProbe(serial: string): UefiVolume[] {
  const text = Buffer.from(serial, 'latin1').toString('utf8');
  const volumes: UefiVolume[] = [];
  for (const line of text.slice(text.indexOf('PROBE-START')).split('\n').slice(1)) {
    const [kind, first = '', second = '', third = ''] = line.split('\t');
    const volume = volumes.at(-1);
    if (kind === 'VOLUME') volumes.push({ label: first, root: [], files: new Map() });
    else if (kind === 'PROBE-END') return volumes;
    else if (volume === undefined) throw new Error(`The UEFI probe said unexpectedly: ${line}`);
    else if (kind === 'ENTRY') volume.root.push({ name: third, folder: first === 'folder', sizeBytes: Number(second) });
    else if (kind === 'FILE') volume.files.set(asked(third), { size: Number(first), sha256: second });
    else if (kind === 'FAIL') volume.files.set(asked(second), { status: Number(first) });
    else throw new Error(`The UEFI probe said unexpectedly: ${line}`);
  }
  throw new Error('The UEFI probe did not come to its end');
}

function asked(path: string): string {
  return path.slice(1).replaceAll('\\', '/');
}
