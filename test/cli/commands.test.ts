/** The command line as people and CI meet it: words, exit codes, JSON, pipes. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { inplace, inplaceOk, MAIN, makeProject } from '../support/project.js';
import { sha256File } from '../support/sums.js';
import { run, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const project = makeProject(join(folder, 'project'));

/** The one warning of a definition without a sequence of its own: the bootstrap carries out one of its steps. */
const NOTICE =
  /^warning: .*: The media starts the upgrade step of the built-in task sequence, .*\n {4}Nothing needs .*\n$/;

describe('a wrong command line', () => {
  it.each([
    [[], 'No command was given'],
    [['bogus'], 'Unknown command: bogus'],
    [['buil', 'media.yaml'], 'Did you mean build?'],
    [['build'], 'A path is missing behind the command'],
    [['build', 'media.yaml', '--frmat', 'iso'], 'Unknown argument: frmat'],
    [['build', 'media.yaml', '--format', 'floppy'], 'Invalid values'],
    [['build', 'media.yaml', '-o', 'x.img'], 'Add --format usb, or choose another name'],
    [['import'], 'A path is missing behind the command'],
    [['import', 'ts.xml', '-o', 'ts.txt'], 'Name a file that ends in .yaml'],
    [['build', 'media.yaml', '-o', 'a.iso', '-o', 'b.iso'], '--output was given 2 times'],
    [['build', 'media.yaml', '--format', 'iso', '--format', 'zip'], '--format was given 2 times'],
    [['check', 'media.yaml', '--no-format'], '--no-format means nothing'],
    [['build', 'media.yaml', 'x.iso'], 'Found "x.iso" behind the path, expected nothing (name the output with -o)'],
    [['build', 'media.yaml', '-o', 'x.zip'], 'Add --format zip, or choose another name'],
    [['build', 'media.yaml', '-o', 'folder/'], 'Name a file, or add --format folder'],
  ])('%j ends with 2 and says why', async (args, words) => {
    const { exitCode, stderr, stdout } = await inplace(args, { cwd: project.folder });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('is a finding with --json', async () => {
    const { stdout, exitCode } = await inplace(['report', '--json']);
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([
      2,
      { ok: false, exitCode: 2, findings: [{ code: 'USAGE' }] },
    ]);
  });

  it('includes a SOURCE_DATE_EPOCH that is no number', async () => {
    const { exitCode, stderr } = await inplace(['check', project.definition], { env: { SOURCE_DATE_EPOCH: 'now' } });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('SOURCE_DATE_EPOCH is "now", expected whole seconds since 1970');
  });
});

describe('a wrong definition', () => {
  it('ends with 2 and every problem, each with file, line and column', async () => {
    const path = join(project.folder, 'wrong.yaml');
    writeFileSync(
      path,
      'nmae: X\nupgradePackage: { source: nowhere.iso, edtion: Pro }\npackages: [{ id: "a b", kind: driver, source: x }]\n',
    );
    const { exitCode, stderr } = await inplace(['check', path]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${path}:1:1`);
    expect(stderr).toMatch(/Did you mean "name"\?/i);
    expect(stderr).toMatch(/Did you mean "edition"\?/i);
    expect(stderr.match(/^error: /gm)!.length).toBeGreaterThanOrEqual(5);
  });

  it('is one JSON document with --json', async () => {
    const { exitCode, stdout, stderr } = await inplace(['check', join(project.folder, 'wrong.yaml'), '--json']);
    const result = JSON.parse(stdout) as { ok: boolean; exitCode: number; findings: { code: string }[] };
    expect([exitCode, stderr, result.ok, result.exitCode]).toEqual([2, '', false, 2]);
    expect(result.findings.every(({ code }) => typeof code === 'string')).toBe(true);
  });
});

describe('build', () => {
  it('writes <label>.iso beside the definition unless told otherwise', async () => {
    const page = await inplaceOk(['build', project.definition]);
    expect(page).toContain('Built TEST_MEDIA.iso');
    expect(existsSync(join(project.folder, 'TEST_MEDIA.iso'))).toBe(true);
  });

  it('sends the same bytes to a pipe, and the result to the last line of stderr', async () => {
    const { stdout, stderr, exitCode } = await execa(
      process.execPath,
      [MAIN, 'build', project.definition, '-o', '-', '--json'],
      {
        encoding: 'buffer',
        stdin: 'ignore',
      },
    );
    expect(exitCode).toBe(0);
    expect(createHash('sha256').update(stdout).digest('hex')).toBe(sha256File(join(project.folder, 'TEST_MEDIA.iso')));
    const last = Buffer.from(stderr).toString('utf8').trim().split('\n').at(-1)!;
    expect(JSON.parse(last)).toMatchObject({ ok: true, bytes: stdout.length });
  });

  it('ends with 1 when the pipe is closed', async () => {
    const child = execa(
      'bash',
      [
        '-c',
        `"$0" "$1" build "$2" -o - | head -c 100 >/dev/null; exit \${PIPESTATUS[0]}`,
        process.execPath,
        MAIN,
        project.definition,
      ],
      { reject: false },
    );
    const { exitCode, stderr } = await child;
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('closed')]);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('tells its progress with --events, one JSON object a line', async () => {
    const { stderr, exitCode } = await inplace([
      'build',
      project.definition,
      '--events',
      '-o',
      join(folder, 'events.iso'),
    ]);
    const events = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; phase: string; done: number; total: number });
    expect(exitCode).toBe(0);
    const last = events.filter(({ phase }) => phase === 'write').at(-1)!;
    expect(last.done).toBe(last.total);
  });

  it('refuses an output that is an input or lies inside one, with 4, and leaves it alone', async () => {
    const before = readFileSync(project.definition, 'utf8');
    for (const output of [project.definition, join(project.windows, 'x.iso'), project.windows]) {
      const { exitCode, stderr } = await inplace(['build', project.definition, '-o', output]);
      expect(exitCode, output).toBe(4);
      expect(stderr).toContain('would overwrite an input');
    }
    expect(readFileSync(project.definition, 'utf8')).toBe(before);
    expect(existsSync(join(project.windows, 'x.iso'))).toBe(false);
  });

  it('refuses such an output before it reads inputs for minutes, and names that only begin with dots do not deceive it', async () => {
    const path = join(project.folder, 'late.yaml');
    writeFileSync(
      path,
      `name: Late\nupgradePackage: { source: input.iso, sha256: ${'ab'.repeat(32)} }\npackages: [{ id: A, kind: files, source: pk }]\n`,
    );
    mkdirSync(join(project.folder, 'pk'), { recursive: true });
    await inplaceOk(['build', project.definition, '-o', join(project.folder, 'input.iso')]);
    const { exitCode, stderr } = await inplace(['build', path, '-o', join(project.folder, 'pk', '..x.iso')]);
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('would overwrite an input')]);
    const nowhere = await inplace(['build', path, '-o', join(project.folder, 'nowhere', 'x.iso')]);
    expect([nowhere.exitCode, nowhere.stderr]).toEqual([
      1,
      expect.stringContaining('The folder of the output does not exist'),
    ]);
  });

  it('refuses a redirection into an input, with 4, and leaves it whole', async () => {
    const input = join(project.windows, 'setup.exe');
    const before = sha256File(input);
    const script = '"$0" "$1" build "$2" -o - 1<>"$3"';
    const { exitCode, stderr } = await run('bash', ['-c', script, process.execPath, MAIN, project.definition, input]);
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('would overwrite an input')]);
    expect(sha256File(input)).toBe(before);
  });

  it('tells problems of the checksum, the ISO and the packages in one go', async () => {
    const path = join(project.folder, 'three.yaml');
    mkdirSync(join(project.folder, 'bad'), { recursive: true });
    writeFileSync(join(project.folder, 'bad', 'con.txt'), '');
    writeFileSync(join(project.folder, 'no.iso'), 'x'.repeat(100_000));
    writeFileSync(
      path,
      `name: Three\nupgradePackage: { source: no.iso, sha256: ${'ab'.repeat(32)} }\npackages: [{ id: A, kind: files, source: bad }]\n`,
    );
    const { stdout } = await inplace(['check', path, '--json']);
    const codes = (JSON.parse(stdout) as { findings: { code: string }[] }).findings.map(({ code }) => code);
    expect(codes).toEqual(['CHECKSUM_MISMATCH', 'SOURCE_UNSUPPORTED', 'MEDIA_NAME']);
  });

  it('refuses a folder that holds something of the user, with 4', async () => {
    const target = join(folder, 'target');
    await inplaceOk(['build', project.definition, '--format', 'folder', '-o', target]);
    await inplaceOk(['build', project.definition, '--format', 'folder', '-o', target]);
    writeFileSync(join(target, 'my notes.txt'), 'keep me');
    const { exitCode, stderr } = await inplace(['build', project.definition, '--format', 'folder', '-o', target]);
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('my notes.txt')]);
    expect(readFileSync(join(target, 'my notes.txt'), 'utf8')).toBe('keep me');
    rmSync(join(target, 'my notes.txt'));
    for (const [name, make] of [
      ['empty', () => mkdirSync(join(target, 'empty'))],
      ['link', () => symlinkSync('/nowhere', join(target, 'link'))],
      ['upgrade.cmd', () => writeFileSync(join(target, 'upgrade.cmd'), 'edited')],
    ] as const) {
      make();
      const again = await inplace(['build', project.definition, '--format', 'folder', '-o', target]);
      expect([again.exitCode, again.stderr]).toEqual([4, expect.stringContaining(name)]);
      rmSync(join(target, name), { recursive: true });
    }
    const home = makeProject(join(folder, 'home')).folder;
    const other = await inplace(['build', project.definition, '--format', 'folder', '-o', home]);
    expect([other.exitCode, other.stderr]).toEqual([4, expect.stringContaining('not an earlier build')]);
  });

  it('refuses an input that does not have the given SHA-256, with 4, before anything is written', async () => {
    const path = join(project.folder, 'sum.yaml');
    await inplaceOk(['build', project.definition, '-o', join(folder, 'input.iso')]);
    writeFileSync(
      path,
      `name: Sum\nupgradePackage: { source: ${join(folder, 'input.iso')}, sha256: ${'ab'.repeat(32)} }\n`,
    );
    const { exitCode, stderr } = await inplace(['build', path, '-o', join(folder, 'sum.iso')]);
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining(sha256File(join(folder, 'input.iso')))]);
    expect(existsSync(join(folder, 'sum.iso'))).toBe(false);
    expect((await inplace(['check', path, '--json'])).stdout).toContain('"CHECKSUM_MISMATCH"');
  });

  it('says nothing but problems with --quiet', async () => {
    const { stdout, stderr, exitCode } = await inplace([
      'build',
      project.definition,
      '--quiet',
      '-o',
      join(folder, 'q.iso'),
    ]);
    expect([stdout, stderr, exitCode]).toEqual(['', expect.stringMatching(NOTICE), 0]);
  });
});

describe('init', () => {
  it('writes a project that lacks nothing but the ISO, and check says so', async () => {
    const start = join(folder, 'start');
    await inplaceOk(['init', start]);
    expect(readdirSync(start).sort()).toContain('media.yaml');
    const { exitCode, stderr } = await inplace(['check', join(start, 'media.yaml')]);
    expect(exitCode).toBe(2);
    expect(stderr.match(/^error: /gm)).toHaveLength(1);
    expect(stderr).toContain('windows.iso');
  });

  it('ends with 4 and touches nothing when files are there', async () => {
    const { exitCode } = await inplace(['init', join(folder, 'start')]);
    expect(exitCode).toBe(4);
  });

  it('leads to media once the ISO is there', async () => {
    const start = join(folder, 'start');
    const windows = makeProject(join(folder, 'for-init')).windows;
    const definition = readFileSync(join(start, 'media.yaml'), 'utf8').replace(
      'source: windows.iso',
      `source: ${windows}`,
    );
    writeFileSync(join(start, 'media.yaml'), definition);
    const page = await inplaceOk(['build', join(start, 'media.yaml')]);
    expect(page).toContain('Built WINDOWS_11.iso');
  });
});

describe('inspect', () => {
  it('shows what Windows media hold, as a page and as JSON', async () => {
    const page = await inplaceOk(['inspect', project.windows]);
    expect(page).toContain('Windows 11 Pro (Professional, Client, x64, en-US, 10.0.26100.1)');
    expect(page).toContain('boots         BIOS and UEFI x64');
    const json = JSON.parse(await inplaceOk(['inspect', project.windows, '--json'])) as {
      windows: { images: { editionId: string }[] };
    };
    expect(json.windows.images.map(({ editionId }) => editionId)).toEqual(['Professional', 'Enterprise']);
  });

  it('shows what inplace built: ISO, folder, zip, and a WIM', async () => {
    await inplaceOk(['build', project.definition, '--format', 'zip', '-o', join(folder, 'm.zip')]);
    for (const path of [join(project.folder, 'TEST_MEDIA.iso'), join(folder, 'm.zip')]) {
      expect(await inplaceOk(['inspect', path])).toMatch(/Built by inplace\n {2}name {10}Test media/);
    }
    expect(await inplaceOk(['inspect', join(project.windows, 'sources', 'boot.wim')])).toContain('image 2 boots');
  });

  it('ends with 1 for a file that is nothing it knows', async () => {
    const { exitCode, stderr } = await inplace(['inspect', project.definition]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('no ISO image')]);
  });

  it('survives a reader that stops early', async () => {
    const { stderr, exitCode } = await execa(
      'bash',
      [
        '-c',
        `"$0" "$1" inspect "$2" --verbose --json | head -c 10 >/dev/null`,
        process.execPath,
        MAIN,
        project.windows,
      ],
      { reject: false },
    );
    expect([stderr, exitCode]).toEqual(['', 0]);
  });
});

describe('check', () => {
  it('warns when the place of the default output is taken by something else', async () => {
    const taken = makeProject(join(folder, 'taken'));
    mkdirSync(join(taken.folder, 'TEST_MEDIA.iso'));
    const { exitCode, stderr } = await inplace(['check', taken.definition]);
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('not a file')]);
  });

  it('shows the first fifty problems, and all with --verbose', async () => {
    const many = makeProject(join(folder, 'many'), {
      files: Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`p/aux.${i}`, ''])),
      yaml: 'packages: [{ id: A, kind: files, source: p }]\n',
    });
    const { stderr } = await inplace(['check', many.definition]);
    expect(stderr.match(/^error: /gm)).toHaveLength(50);
    expect(stderr).toContain('and 10 more problems; --verbose or --json shows all');
    expect((await inplace(['check', many.definition, '--verbose'])).stderr.match(/^error: /gm)).toHaveLength(60);
  });

  it('never sends control characters of a file name to the terminal', async () => {
    const odd = makeProject(join(folder, 'odd'), {
      files: { 'p/esc\x1b[31mred\nline': '' },
      yaml: 'packages: [{ id: A, kind: files, source: p }]\n',
    });
    const { stderr, exitCode } = await inplace(['check', odd.definition]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('esc\\x1b[31mred\\x0aline')]);
    expect(stderr).not.toContain('\x1b');
  });

  it('ends with 1 and one line when nobody can take its output', async () => {
    const { exitCode, stderr } = await run('bash', [
      '-c',
      '"$0" "$1" check "$2" >/dev/full',
      process.execPath,
      MAIN,
      project.definition,
    ]);
    expect([exitCode, stderr.replace(new RegExp(NOTICE.source.slice(0, -1)), '')]).toEqual([
      1,
      'error: Cannot write to standard output: ENOSPC\n',
    ]);
  });
});

describe('verify', () => {
  it('ends with 3 for something that was not made by inplace', async () => {
    const { exitCode, stderr } = await inplace(['verify', project.windows]);
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('There is no manifest')]);
  });

  it('ends with 1 for something that is not there', async () => {
    expect((await inplace(['verify', join(folder, 'nowhere.iso')])).exitCode).toBe(1);
  });
});
