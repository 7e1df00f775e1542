import { existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanUpAged, cleanUpGone } from '../../src/emit/leftovers.js';
import { type Owner, stateOf, thisMachine, UNKNOWN_MACHINE } from '../../src/emit/owner.js';
import { claim, temporaryName } from '../../src/emit/temporary.js';
import type { Finding } from '../../src/errors.js';
import { describeWith, runOk, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const HERE = '00000000000a';
const ELSEWHERE = '00000000000b';
/** Linux gives no process such a number. */
const DEAD = 999_999_999;
const ALIVE = process.ppid;
const SELF: Owner = { machine: HERE, pid: process.pid, token: '000000000000' };
const HOUR = 3_600_000;

let count = 0;
function workplace() {
  const place = join(folder, `place-${++count}`);
  mkdirSync(place);
  const target = join(place, 'out');
  const warnings: Finding[] = [];
  const cleaning = (self = SELF) => ({
    target,
    self,
    kinds: ['partial', 'previous'] as const,
    warn: (finding: Finding) => warnings.push(finding),
  });
  return { place, target, warnings, cleaning };
}
let tokens = 0;
const owned = (machine: string, pid: number): Owner => ({
  machine,
  pid,
  token: (++tokens).toString(16).padStart(12, '0'),
});
/** A moment, by the clock of the file system, that lies after the last change of the path. */
const later = (path: string, ms: number) => ({ changedMs: lstatSync(path).ctimeMs + ms, uid: lstatSync(path).uid });

describe('the maker of something that was left', () => {
  it.each([
    ['a dead pid of this machine', HERE, HERE, DEAD, 'gone'],
    ['our own pid, which an earlier process had', HERE, HERE, process.pid, 'gone'],
    ['a pid of this machine that lives', HERE, HERE, ALIVE, 'alive'],
    ['the first process of the system', HERE, HERE, 1, 'alive'],
    ['a dead pid of another machine', HERE, ELSEWHERE, DEAD, 'unknown'],
    ['our own pid on another machine', HERE, ELSEWHERE, process.pid, 'unknown'],
    ['a dead pid where machines are not known', UNKNOWN_MACHINE, UNKNOWN_MACHINE, DEAD, 'unknown'],
    ['our own pid where machines are not known', UNKNOWN_MACHINE, UNKNOWN_MACHINE, process.pid, 'unknown'],
    ['a living pid where machines are not known', UNKNOWN_MACHINE, UNKNOWN_MACHINE, ALIVE, 'alive'],
    ['a dead pid of an unknown machine', HERE, UNKNOWN_MACHINE, DEAD, 'unknown'],
  ])('%s', (_, here, machine, pid, state) => {
    expect(stateOf(owned(machine, pid), { ...SELF, machine: here })).toBe(state);
  });
});

describeWith(['unshare'], 'the machine of a PID namespace', () => {
  it.runIf(process.getuid?.() === 0)(
    'is another in each container, and the same for two processes in one',
    async () => {
      const script = `import(${JSON.stringify(join(import.meta.dirname, '../../dist/emit/owner.js'))}).then(
      async ({ thisMachine }) => console.log(await thisMachine()))`;
      const inContainer = ['--pid', '--fork', '--mount-proc', process.execPath, '-e', script];
      const [outside, one, other] = await Promise.all([
        runOk(process.execPath, ['-e', script]),
        runOk('unshare', inContainer),
        runOk('unshare', inContainer),
      ]);
      expect(outside.trim()).toBe(await thisMachine());
      expect(outside).toMatch(/^[0-9a-f]{12}\n$/);
      expect(one).not.toBe(outside);
      expect(other).not.toBe(outside);
    },
  );
});

describe('cleaning up', () => {
  it('removes at once what ended processes of this machine left of this output, and nothing else', async () => {
    const { place, target, cleaning, warnings } = workplace();
    const gone = temporaryName(target, owned(HERE, DEAD), 'partial');
    mkdirSync(gone);
    writeFileSync(join(gone, 'file'), '');
    const kept = [
      temporaryName(target, owned(HERE, ALIVE), 'partial'),
      temporaryName(target, owned(ELSEWHERE, DEAD), 'partial'),
      temporaryName(target, owned(ELSEWHERE, process.pid), 'partial'),
      temporaryName(join(place, 'other'), owned(HERE, DEAD), 'partial'),
      join(place, `out.${DEAD}.partial`),
    ];
    for (const path of kept) writeFileSync(path, '');
    await cleanUpGone(cleaning());
    expect(
      readdirSync(place)
        .map((name) => join(place, name))
        .sort(),
    ).toEqual(kept.sort());
    expect(warnings).toEqual([]);
  });

  it('leaves alone what this process makes under another name of the folder', async () => {
    const { target, cleaning } = workplace();
    await claim(target, process.pid, async (self) => {
      const made = temporaryName(target, self, 'partial');
      writeFileSync(made, '');
      await cleanUpGone(cleaning({ ...SELF, machine: self.machine }));
      expect(existsSync(made)).toBe(true);
    });
  });

  it('removes what another machine left when it has not changed for an hour by the clock of the file system', async () => {
    const { target, cleaning } = workplace();
    const left = temporaryName(target, owned(ELSEWHERE, DEAD), 'partial');
    writeFileSync(left, '');
    // times that anybody can set say nothing
    utimesSync(left, 1e9, 1e9);
    await cleanUpAged(cleaning(), later(left, HOUR - 1));
    expect(existsSync(left)).toBe(true);
    await cleanUpAged(cleaning(), { ...later(left, HOUR), uid: 12_345 });
    expect(existsSync(left)).toBe(true);
    await cleanUpAged(cleaning(), later(left, HOUR));
    expect(existsSync(left)).toBe(false);
  });

  it('keeps what may belong to a living process, however old it is', async () => {
    const { target, cleaning } = workplace();
    const left = [HERE, UNKNOWN_MACHINE].map((machine) => temporaryName(target, owned(machine, ALIVE), 'partial'));
    for (const path of left) writeFileSync(path, '');
    await cleanUpAged(cleaning(), later(left[0]!, 10 * HOUR));
    expect(existsSync(left[0]!)).toBe(true);
    writeFileSync(left[1]!, 'changed');
    await cleanUpAged(cleaning({ ...SELF, machine: UNKNOWN_MACHINE }), later(left[1]!, 10 * HOUR));
    expect(existsSync(left[1]!)).toBe(true);
  });

  it('keeps a folder of another machine in which anything changed within the hour', async () => {
    const { target, cleaning } = workplace();
    const left = temporaryName(target, owned(ELSEWHERE, DEAD), 'partial');
    mkdirSync(join(left, 'a/b'), { recursive: true });
    symlinkSync('.', join(left, 'a/loop'));
    await new Promise((resolve) => setTimeout(resolve, 30));
    writeFileSync(join(left, 'a/b/file'), '');
    expect(lstatSync(join(left, 'a/b/file')).ctimeMs).toBeGreaterThan(lstatSync(left).ctimeMs);
    await cleanUpAged(cleaning(), later(left, HOUR));
    expect(existsSync(left)).toBe(true);
    await cleanUpAged(cleaning(), later(join(left, 'a/b/file'), HOUR));
    expect(existsSync(left)).toBe(false);
  });

  it('gives an earlier folder its name again when nothing has it, and removes it otherwise', async () => {
    const { place, target, cleaning } = workplace();
    mkdirSync(join(temporaryName(target, owned(HERE, DEAD), 'previous'), 'earlier'), { recursive: true });
    await cleanUpGone(cleaning());
    expect(readdirSync(target)).toEqual(['earlier']);
    mkdirSync(temporaryName(target, owned(HERE, DEAD), 'previous'));
    await cleanUpGone(cleaning());
    expect(readdirSync(place)).toEqual(['out']);
  });

  it('leaves alone the earlier folder of a build that may be between its two renames', async () => {
    const { target, cleaning } = workplace();
    const aside = [owned(HERE, ALIVE), owned(ELSEWHERE, DEAD)].map((owner) => temporaryName(target, owner, 'previous'));
    for (const path of aside) mkdirSync(path);
    await cleanUpGone(cleaning());
    await cleanUpAged(cleaning(), later(aside[0]!, 0));
    expect(aside.map((path) => existsSync(path))).toEqual([true, true]);
    expect(existsSync(target)).toBe(false);
  });
});

describeWith(['chattr'], 'a leftover that cannot be removed', () => {
  it.runIf(process.getuid?.() === 0)('is told, and stops nothing', async () => {
    const { target, cleaning, warnings } = workplace();
    const left = temporaryName(target, owned(HERE, DEAD), 'partial');
    writeFileSync(left, '');
    await runOk('chattr', ['+i', left]);
    try {
      await cleanUpGone(cleaning());
    } finally {
      await runOk('chattr', ['-i', left]);
    }
    expect(warnings).toMatchObject([{ code: 'OUTPUT_LEFTOVER', severity: 'warning', where: { file: left } }]);
    expect(warnings[0]!.message).toContain('EPERM');
  });
});
