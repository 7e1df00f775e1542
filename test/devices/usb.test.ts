/**
 * Real USB sticks, in a computer that QEMU emulates, in which the command line runs: one is pulled out while it is
 * written, others fail or lie about their size, one is slow. None of it stops the good one.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { pseudoRandomBytes } from '../../scripts/fixtures/pseudo-random.mjs';
import { runGuest } from '../support/lab/kernel.js';
import { type Faults, NbdServer } from '../support/lab/nbd-server.js';
import { qmp } from '../support/lab/qemu.js';
import { GUEST_MAIN, makeUsbOverlay, usbTools } from '../support/lab/usb-guest.js';
import { readPart } from '../support/loop-devices.js';
import { inplace, makeProject } from '../support/project.js';
import { describeWith, long, temporaryFolder } from '../support/tools.js';

const MIB = 1024 * 1024;
const SIZE = 224 * MIB;
/** inside the data that are written, behind the probe's first stamps */
const INSIDE = 6 * MIB;
const YAML = 'packages:\n  - { id: DATA, kind: files, source: data }\n';
/** where a stick is, by its number: Linux finds them in any order */
const FIND = `
for disk in /sys/block/sd*; do
  port=$(readlink -f $disk/device)
  eval stick$(sed s/LAB// $(dirname \${port%%:1.0/*})/serial)=/dev/\${disk##*/}
done`;

const USE = `
mkdir -p /media/stick && mount -t vfat \${stick0000}1 /media/stick || exit 1
mkdir /media/stick/Reports/PC-1 && echo done >/media/stick/Reports/PC-1/status.jsonl || exit 1`;

interface Result {
  receipts: { drive: string; mode: string; writtenBytes: number; finished: string }[];
  findings: { code: string; where: { file: string } }[];
}

const folder = temporaryFolder();
const servers: NbdServer[] = [];
let overlay = '';
beforeAll(async () => {
  const project = join(folder, 'project');
  const a = pseudoRandomBytes('a', 8 * MIB);
  makeProject(join(project, 'one'), { yaml: YAML, files: { 'data/a.bin': a } });
  if (long) {
    const b = Buffer.from(a);
    b.set(pseudoRandomBytes('b', 3 * MIB), 4 * MIB);
    makeProject(join(project, 'two'), { yaml: YAML, files: { 'data/a.bin': b } });
  }
  const work = join(folder, 'overlay');
  mkdirSync(work);
  overlay = await makeUsbOverlay(work, project);
}, 300_000);
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const fileOf = (stick: number) => join(folder, `stick-${stick}.img`);

/**
 * Writes media to all sticks at once in the guest.
 * @param media name of a project
 * @returns what each stick came to: its receipt, or the code of what went wrong
 */
async function write(
  media: string,
  faults: readonly Faults[],
  flags = '',
  before = '',
): Promise<(Result['receipts'][0] | string)[]> {
  const control = join(folder, 'qmp');
  const sticks: { nbd: string }[] = [];
  for (const [index, fault] of faults.entries()) {
    const nbd = join(folder, `${index}.sock`);
    servers.push(await NbdServer.listen(nbd, fileOf(index), SIZE, fault));
    sticks.push({ nbd });
  }
  const names = sticks.map((_, index) => `$stick000${index}`);
  const to = names.map((name) => `--to ${name} --confirm ${SIZE}`).join(' ');
  const command = `write /project/${media}/media.yaml ${to} ${flags} --reports /tmp/kept --receipts /tmp/receipts`;
  const script = [
    `export PATH=/usr/bin:/bin HOME=/tmp${FIND}`,
    before,
    `node ${GUEST_MAIN} ${command} --json >/tmp/out 2>/tmp/errors`,
    `echo "${names.join(' ')}"; cat /tmp/out /tmp/errors`,
  ].join('\n');
  const guest = { script, discs: [], sticks, overlay, control, memory: 2048, cores: 2, seconds: 3000 };
  const said = await runGuest(guest);
  for (const server of servers.splice(0)) await server.close();
  const line = said.indexOf('\n');
  const { receipts, findings }: Result = JSON.parse(said.slice(line));
  return said
    .slice(0, line)
    .split(' ')
    .map((path) => {
      const [finding, ...more] = findings.filter(({ where }) => where.file === path).map(({ code }) => code);
      expect(more).toEqual([]);
      return finding ?? receipts.find(({ drive }) => drive === path)!;
    });
}

/** Pulls a stick out as soon as a byte inside the media is written. */
function pullOut(stick: number): Faults {
  let pulled = false;
  const onWrite = (offset: number) => {
    if (offset < INSIDE || offset > SIZE / 2 || pulled) return;
    pulled = true;
    const command = { execute: 'device_del', arguments: { id: `stick${stick}` } };
    // the computer's answer waits for writes that are not done
    void qmp(join(folder, 'qmp'), command);
  };
  return { onWrite, writeTakes: 50 };
}

function isUnfinished(stick: number): boolean {
  return readPart(fileOf(stick), 0, 19).toString('latin1') === 'inplace: unfinished';
}

async function isWhole(stick: number): Promise<boolean> {
  const { stdout } = await inplace(['verify', fileOf(stick), '--json']);
  return (JSON.parse(stdout).findings ?? []).length === 0;
}

const TIMEOUT = 3_600_000;

describeWith(usbTools, 'USB sticks', () => {
  // most of its minute is the computer that starts; loop devices show the same in every run (write, pace, kill)
  it.runIf(long)(
    'that are pulled out, fail or lie end their own work and no other',
    async () => {
      const faults = [
        {},
        pullOut(1),
        { writeFailsFrom: SIZE / 2 },
        { readFailsFrom: SIZE - 2 * MIB },
        { realBytes: 32 * MIB },
      ];
      const [good, ...bad] = await write('one', faults);
      expect(good).toMatchObject({ mode: 'whole' });
      expect(bad).toEqual(['DEVICE_REMOVED', 'SINK_FAILED', 'SINK_FAILED', 'DEVICE_FAKE']);
      expect(await isWhole(0)).toBe(true);
      expect([1, 2, 3, 4].map(isUnfinished)).toEqual([true, true, true, true]);
    },
    TIMEOUT,
  );

  it.runIf(long)(
    'are mended by a second write, and a slow one holds up no other',
    async () => {
      const ended = await write('one', [{}, {}, {}, { writeTakes: 120 }], '--no-refresh');
      expect(ended).toMatchObject([{ mode: 'whole' }, { mode: 'whole' }, { mode: 'whole' }, { mode: 'whole' }]);
      const times = ended.map((receipt) => (typeof receipt === 'string' ? 0 : Date.parse(receipt.finished)));
      expect(Math.max(...times.slice(0, 3))).toBeLessThan(times[3]!);
      for (const stick of [0, 1, 2, 3]) expect(await isWhole(stick)).toBe(true);
    },
    TIMEOUT,
  );

  it.runIf(long)(
    'that are pulled out or fail while they are refreshed say so, and a second refresh mends them',
    async () => {
      // the good one is plugged in as people do: mounted, and a machine has left something on it
      const ended = await write('two', [{}, pullOut(1), { writeFailsFrom: INSIDE }], '--refresh', USE);
      const reports = { files: 1, putBack: true };
      expect(ended).toMatchObject([{ mode: 'refresh', reports }, 'DEVICE_REMOVED', 'SINK_FAILED']);
      expect([1, 2].map(isUnfinished)).toEqual([true, true]);
      expect(await isWhole(0)).toBe(true);
      const mended = await write('two', [{}, {}, {}], '--refresh');
      expect(mended).toMatchObject([{ mode: 'refresh', reports }, { mode: 'refresh' }, { mode: 'refresh' }]);
      // what FAT32 says of the reports
      expect((mended[0] as Result['receipts'][0]).writtenBytes).toBeLessThan(64 * 1024);
      for (const stick of [0, 1, 2]) expect(await isWhole(stick)).toBe(true);
    },
    TIMEOUT,
  );
});
