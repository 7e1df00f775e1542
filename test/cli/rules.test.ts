/** The lint as people and CI meet it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LINT_RULES } from '../../src/task-sequence/lint/rules.js';
import { inplace, inplaceOk, makeProject } from '../support/project.js';
import { temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
let count = 0;
const withSteps = (steps: string, head = '', demo = {}) =>
  makeProject(join(folder, `p${count++}`), {
    demo,
    yaml: 'taskSequence: s.yaml\nlabel: X\n',
    files: { 's.yaml': `${head}steps:\n${steps}` },
  });

describe('check --rules', () => {
  it('lists every rule, without a definition', async () => {
    const stdout = await inplaceOk(['check', '--rules']);
    expect(stdout).toContain('no-upgrade (refusal, upgrade)\n    Without an upgrade step');
    expect(stdout.match(/^[a-z-]+ \((?:refusal|advice), /gm)).toHaveLength(LINT_RULES.length);
    const json = JSON.parse(await inplaceOk(['check', '--rules', '--json'])) as { rules: { id: string }[] };
    expect(json.rules.map(({ id }) => id).sort()).toEqual(LINT_RULES.map(({ id }) => id).sort());
    expect(json.rules[0]).toEqual({
      id: 'no-upgrade',
      severity: 'refusal',
      family: 'upgrade',
      reason: expect.any(String) as string,
      hint: expect.any(String) as string,
      source: { page: expect.any(String) as string, says: expect.any(String) as string },
    });
  });

  it('does not stand in for a missing definition', async () => {
    const { exitCode, stderr } = await inplace(['check']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('A path is missing behind the command')]);
  });
});

describe('a refusal', () => {
  it('ends check and build with 2, names the rule, and writes nothing', async () => {
    const { definition, folder: project } = withSteps('  - upgrade:\n  - joinDomain: x\n');
    for (const command of ['check', 'build']) {
      const { exitCode, stderr } = await inplace([command, definition]);
      expect(exitCode).toBe(2);

      expect(stderr).toMatch(
        /error: .*s\.yaml:3:5, steps\[1\]\.joinDomain: The step changes the domain .* \[step-changes-domain\]/,
      );
    }
    const { stdout } = await inplace(['build', definition, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      findings: [{ code: 'SEQUENCE_REFUSED', rule: 'step-changes-domain', where: { line: 3, column: 5 } }],
    });
    expect(existsSync(join(project, 'X.iso'))).toBe(false);
  });

  it('that only the Windows of the media shows stops a build too', async () => {
    const { definition } = withSteps('  - upgrade:\n    when: { operatingSystem: { type: server } }\n  - restart:\n');
    const { exitCode, stderr } = await inplace(['build', definition]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('[product-change]')]);
  });
});

describe('advice', () => {
  const steps = '  - upgrade: { switches: ["/installlangpacks C:\\\\lp"] }\n  - restart:\n';

  it('is a warning of check, with its rule', async () => {
    const { definition } = withSteps(steps);
    const { stderr, stdout } = await inplace(['check', definition]);
    expect(stderr).toMatch(
      /^warning: .*s\.yaml:2:27, .*: Windows Setup installs language packs \[language-packs-with-setup\]$/m,
    );
    expect(stdout).not.toContain('acknowledged');
    const result = JSON.parse(await inplaceOk(['check', definition, '--json'])) as object;
    expect(result).toMatchObject({
      ok: true,
      warnings: expect.arrayContaining([
        expect.objectContaining({ code: 'SEQUENCE_ADVICE', rule: 'language-packs-with-setup' }),
      ]) as unknown,
      acknowledged: [],
    });
  });

  it('that is acknowledged is counted, and shown with --verbose', async () => {
    const { definition } = withSteps(steps, 'acknowledge: [language-packs-with-setup]\n');
    const { stderr, stdout } = await inplace(['check', definition]);
    expect(stderr).not.toContain('language packs');
    expect(stdout).toContain('  acknowledged 1 warning; --verbose shows them');
    const verbose = await inplaceOk(['check', definition, '--verbose']);
    expect(verbose).toMatch(/^ {2}acknowledged: .*s\.yaml:3:27, .* \[language-packs-with-setup\]$/m);
    const result = JSON.parse(await inplaceOk(['check', definition, '--json'])) as object;
    expect(result).toMatchObject({ acknowledged: [{ rule: 'language-packs-with-setup' }] });
  });

  it('does not stop a build', async () => {
    const { definition, folder: project } = withSteps('  - upgrade: { ignoreDismissible: false }\n  - restart:\n', '', {
      server: true,
    });
    const { exitCode, stderr } = await inplace(['build', definition]);
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('[server-asks-person]')]);
    expect(existsSync(join(project, 'X.iso'))).toBe(true);
  });
});
