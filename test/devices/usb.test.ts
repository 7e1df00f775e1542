/**
 * Real USB sticks, in a computer that QEMU emulates, in which the command line runs: one is pulled out while it is
 * written, others fail or lie about their size, one is slow. None of it stops the good one.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { pseudoRandomBytes } from '../../scripts/fixtures/pseudo-random.mjs';
import { runGuest } from '../support/lab/kernel.js';
import { type Faults, NbdServer } from '../support/lab/nbd-server.js';
import { qmp } from '../support/lab/qemu.js';
import { GUEST_MAIN, makeUsbOverlay, usbTools } from '../support/lab/usb-guest.js';
import { readPart } from '../support/loop-devices.js';
import { inplace, makeProject } from '../support/project.js';
import { describeWith, temporaryFolder } from '../support/tools.js';

const MIB = 1024 * 1024;
const SIZE = 224 * MIB;
/** inside the data that are written, behind the probe's first stamps */
const INSIDE = 6 * MIB;

const folder = temporaryFolder();
const servers: NbdServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** Sticks of the guest: /dev/sda, /dev/sdb … in this order. */
async function plugIn(name: string, all: readonly Faults[]): Promise<{ nbd: string; file: string }[]> {
  const sticks: { nbd: string; file: string }[] = [];
  for (const [index, faults] of all.entries()) {
    const [nbd, file] = [join(folder, `${name}-${index}.sock`), join(folder, `${name}-${index}.img`)];
    servers.push(await NbdServer.listen(nbd, file, SIZE, faults));
    sticks.push({ nbd, file });
  }
  return sticks;
}

function isUnfinished(file: string): boolean {
  return readPart(file, 0, 19).toString('latin1') === 'inplace: unfinished';
}

async function overlayOf(): Promise<string> {
  const yaml = 'packages:\n  - { id: DATA, kind: files, source: data }\n';
  const files = { 'data/a.bin': pseudoRandomBytes('a', 8 * MIB) };
  const project = join(folder, 'project');
  makeProject(project, { yaml, files });
  const work = join(folder, 'overlay');
  mkdirSync(work);
  return await makeUsbOverlay(work, project);
}

describeWith(usbTools, 'USB sticks', () => {
  it('that are pulled out, fail or lie end their own work and no other', async () => {
    const control = join(folder, 'qmp');
    let pulled: Promise<void> | undefined;
    const pullOut = (offset: number) => {
      if (offset >= INSIDE) pulled ??= qmp(control, { execute: 'device_del', arguments: { id: 'stick1' } });
    };
    const sticks = await plugIn('write', [
      {},
      { onWrite: pullOut, writeTakes: 50 },
      { writeFailsFrom: SIZE / 2 },
      { readFailsFrom: SIZE - 2 * MIB },
      { realBytes: 32 * MIB },
    ]);
    const to = sticks.map((_, index) => `--to /dev/sd${'abcde'[index]} --confirm ${SIZE}`).join(' ');
    const script = [
      'export PATH=/usr/bin:/bin HOME=/tmp',
      `node ${GUEST_MAIN} drives --json >/tmp/drives`,
      `node ${GUEST_MAIN} write /project/media.yaml ${to} --json --reports /tmp/kept --receipts /tmp/receipts >/tmp/out 2>/tmp/err`,
      'echo $?; cat /tmp/drives; echo; cat /tmp/out /tmp/err',
    ].join('\n');
    const overlay = await overlayOf();
    const said = await runGuest({ script, discs: [], sticks, overlay, control, memory: 2048, seconds: 1500 });
    await pulled;
    console.log(said);
  }, 1_800_000);
});
void inplace;
void isUnfinished;
