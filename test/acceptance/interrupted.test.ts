/** Whatever stops a build, the earlier output is untouched and nothing half-made has the final name. */
import { spawn } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeBigFiles } from '../../scripts/fixtures/tree.mjs';
import { inplace, inplaceOk, MAIN, makeProject } from '../support/project.js';
import { long, run, runOk, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const project = makeProject(join(folder, 'project'));
writeBigFiles(join(project.windows, 'big'), [300 << 20]);
const output = join(folder, 'out', 'media.iso');

/** Starts a build and sends a signal once the partial file has some bytes. */
async function stopBuild(signal: NodeJS.Signals, bytes: number): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, 'build', project.definition, '-o', output], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const timer = setInterval(() => {
    if (partials().some((name) => sizeOf(join(folder, 'out', name)) >= bytes)) child.kill(signal);
  }, 2);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(timer);
  return { code, stderr };
}

function partials(): string[] {
  return readdirSync(join(folder, 'out')).filter((name) => name !== 'media.iso');
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? -1;
}

function startOver(): void {
  writeFileSync(output, 'earlier output');
}

describe('a build that is stopped', async () => {
  await runOk('mkdir', ['-p', join(folder, 'out')]);

  it.each(['SIGINT', 'SIGTERM'] as const)('by %s ends with 130, says so, and cleans up', async (signal) => {
    startOver();
    const { code, stderr } = await stopBuild(signal, 1 << 20);
    expect([code, stderr]).toEqual([130, expect.stringContaining('Stopped')]);
    expect([sizeOf(output), partials()]).toEqual(['earlier output'.length, []]);
  });

  it.each(long ? [0, 1, 1 << 20, 50 << 20, 150 << 20, 290 << 20] : [0, 50 << 20])(
    'by SIGKILL after %i bytes leaves the earlier output, and the next build removes what it left',
    async (bytes) => {
      startOver();
      await stopBuild('SIGKILL', bytes);
      expect(sizeOf(output)).toBe('earlier output'.length);
      await inplaceOk(['build', project.definition, '-o', output]);
      expect(partials()).toEqual([]);
      await inplaceOk(['verify', output]);
    },
  );

  it('by a file that may not grow further ends with 1 and cleans up', async () => {
    startOver();
    const script = `trap '' XFSZ; ulimit -f 102400; exec "$0" "$1" build "$2" -o "$3"`;
    const { exitCode, stderr } = await run('bash', ['-c', script, process.execPath, MAIN, project.definition, output]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('Cannot write')]);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect([sizeOf(output), partials()]).toEqual(['earlier output'.length, []]);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'by a full disk (a small tmpfs; needs root) ends with 1 and says what it needs',
    async () => {
      const disk = join(folder, 'disk');
      const script = `mkdir "$3" && mount -t tmpfs -o size=50m none "$3" && echo earlier >"$3/media.iso"
      "$0" "$1" build "$2" -o "$3/media.iso"; echo "ended with $?, left: $(ls -A "$3"), $(cat "$3/media.iso")"`;
      const { stdout, stderr } = await run('unshare', [
        '-m',
        'bash',
        '-c',
        script,
        process.execPath,
        MAIN,
        project.definition,
        disk,
      ]);
      expect(stdout).toBe('ended with 1, left: media.iso, earlier\n');
      expect(stderr).toMatch(/error: .*media\.iso: .*(room|space)/i);
    },
  );
});

describe('a build whose input', () => {
  it('cannot be read says which and ends with 1', async () => {
    const cut = makeProject(join(folder, 'cut'), { demo: { without: ['sources/install.wim'] } });
    const { exitCode, stderr } = await inplace(['build', cut.definition]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('no sources/install.wim')]);
  });
});
