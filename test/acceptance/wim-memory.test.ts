/** What is done with a WIM takes as much memory for 2 GiB as for 256 MiB: programs of their own, and the most that each had. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { MAIN, makeProject } from '../support/project.js';
import { describeWith, long, runOk, temporaryFolder } from '../support/tools.js';

vi.setConfig({ testTimeout: 3_600_000, hookTimeout: 3_600_000 });

const MIB = 2 ** 20;
const FILES = 8;
/** MiB of files in the WIM */
const SIZES = [256, 2048] as const;
/** MiB that the garbage collector may make of it: eight times the data would be 1,792 more */
const BOUND = 64;

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
const library = pathToFileURL(fileURLToPath(new URL('../../dist/index.js', import.meta.url))).href;

/** Runs Node, and tells the most memory that it had, in MiB. */
async function peakOf(args: readonly string[]): Promise<number> {
  const tell = `process.on('exit', () => process.getBuiltinModule('fs')
    .writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)))`;
  const node = ['--import', `data:text/javascript,${encodeURIComponent(tell)}`];
  await execa(process.execPath, [...node, ...args], { env: { PEAK: at('peak') }, stdin: 'ignore' });
  return Number(readFileSync(at('peak'), 'ascii')) / 1024;
}

/** A project whose install.wim holds so many MiB in files that compress by a quarter. */
async function makeInstall(mib: number): Promise<string> {
  const { folder: made, windows } = makeProject(at(`${mib}`), { demo: { without: ['sources/install.wim'] } });
  mkdirSync(join(made, 'tree'));
  for (let i = 0; i < FILES; i++) {
    const bytes = `head -c ${(mib / FILES) * MIB}`;
    const text = `openssl enc -aes-128-ctr -K 0${i} -iv 00 -in /dev/zero 2>/dev/null | base64 | ${bytes}`;
    await runOk('bash', ['-c', `${text} >"$0"`, join(made, `tree/${i}.txt`)]);
  }
  const wim = join(windows, 'sources/install.wim');
  const properties = [
    'WINDOWS/ARCH=9',
    'WINDOWS/EDITIONID=Professional',
    'WINDOWS/INSTALLATIONTYPE=Client',
    'WINDOWS/LANGUAGES/LANGUAGE=en-US',
    'WINDOWS/LANGUAGES/DEFAULT=en-US',
  ];
  const version = ['MAJOR=10', 'MINOR=0', 'BUILD=26100'].map((each) => `WINDOWS/VERSION/${each}`);
  const common = [...properties, ...version].map((each) => `--image-property=${each}`);
  await runOk('wimlib-imagex', ['capture', join(made, 'tree'), wim, 'One', '--compress=XPRESS', '--check', ...common]);
  rmSync(join(made, 'tree'), { recursive: true });
  return made;
}

describe.runIf(long)('memory', () => {
  describeWith(['wimlib-imagex', 'openssl', 'base64', 'bash'], 'for a WIM', () => {
    const projects = new Map<number, string>();
    beforeAll(async () => {
      for (const mib of SIZES) projects.set(mib, await makeInstall(mib));
    });

    const script = `const { build } = await import('${library}');
      const [definition, output, part] = process.argv.slice(1);
      await build(definition, { format: 'usb', output, splitLimits: { wholeBytes: 2 ** 20, partBytes: Number(part) } });`;

    const cases: Record<string, (project: string, wim: string, out: string, mib: number) => readonly string[]> = {
      verify: (_, wim) => [MAIN, 'wim', 'verify', wim],
      extract: (_, wim, out) => [MAIN, 'wim', 'extract', wim, '3.txt', '--image', '1', '-o', out],
      split: (_, wim, out, mib) => [MAIN, 'wim', 'split', wim, '--size', `${mib / 4}M`, '-o', out],
      trim: (_, wim, out) => [MAIN, 'wim', 'trim', wim, '--image', '1', '-o', out],
      'a build with parts': (project, _, out, mib) => {
        const definition = join(project, 'media.yaml');
        return ['--input-type=module', '-e', script, definition, out, String((mib / 4) * MIB)];
      },
    };

    it.each(Object.keys(cases))('%s', async (name) => {
      const peaks: number[] = [];
      for (const mib of SIZES) {
        const project = projects.get(mib)!;
        const out = at('out');
        const size = `output: { format: usb, size: ${mib * 2 + 512} MiB }\n`;
        writeFileSync(join(project, 'media.yaml'), `name: Memory\nupgradePackage: { source: windows }\n${size}`);
        peaks.push(await peakOf(cases[name]!(project, join(project, 'windows/sources/install.wim'), out, mib)));
        rmSync(out, { recursive: true, force: true });
      }
      const [small, large] = peaks.map(Math.round);
      console.log(`${name}: ${small} MiB for ${SIZES[0]} MiB, ${large} MiB for ${SIZES[1]} MiB`);
      expect(large! - small!).toBeLessThan(BOUND);
    });
  });
});
