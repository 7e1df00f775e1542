import { describe, expect, it } from 'vitest';
import { PAGES } from '../../../src/task-sequence/lint/rule.js';
import { LINT_RULES } from '../../../src/task-sequence/lint/rules.js';
import { temporaryFolder } from '../../support/tools.js';
import { RULE_CASES, SERVER_WINDOWS } from './cases.js';
import { lintText, ofRule } from './lint-text.js';

const base = temporaryFolder();

const lintSteps = (steps: string, rule: string) =>
  lintText(base, `steps:\n${steps}`, rule === 'server-asks-person' ? { windows: SERVER_WINDOWS } : {});

describe('every rule of the table', () => {
  it('has a sequence that breaks it and one that does not', () => {
    expect(Object.keys(RULE_CASES).sort()).toEqual(LINT_RULES.map(({ id }) => id).sort());
  });

  it('has an id of its own, and says why, what to do, and where it comes from', () => {
    expect(new Set(LINT_RULES.map(({ id }) => id)).size).toBe(LINT_RULES.length);
    for (const { id, reason, hint, source } of LINT_RULES) {
      expect(id).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
      expect(reason, id).toMatch(/^[A-Z].{20,}\.$/);
      expect(hint, id).toMatch(/^[A-Z"].{9,}[^.]$/);
      expect(Object.values(PAGES) as string[], id).toContain(source.page);
      expect(source.says, id).toMatch(/^[A-Z].{20,}[^.]$/);
    }
  });

  it.each(LINT_RULES)('$id: is found, and only where it is broken', async ({ id, severity }) => {
    const { triggers, clean, says } = RULE_CASES[id]!;
    const broken = await lintSteps(triggers, id);
    const [first] = ofRule(broken.findings, id);
    expect(first?.slice(0, says.length), JSON.stringify(broken.findings, null, 2)).toBe(says);
    const errors = broken.findings.filter((finding) => finding.rule === id && finding.severity !== 'warning');
    expect(errors.length > 0).toBe(severity === 'refusal');
    expect(ofRule((await lintSteps(clean, id)).findings, id)).toEqual([]);
  });

  it.each(LINT_RULES.filter(({ severity }) => severity === 'advice'))('$id: can be acknowledged', async ({ id }) => {
    const options = id === 'server-asks-person' ? { windows: SERVER_WINDOWS } : {};
    const text = `acknowledge: [${id}]\nsteps:\n${RULE_CASES[id]!.triggers}`;
    const { findings, acknowledged } = await lintText(base, text, options);
    expect(ofRule(findings, id)).toEqual([]);
    // a sequence that is wrong elsewhere has no acknowledged findings
    if (findings.every(({ severity }) => severity === 'warning')) expect(ofRule(acknowledged, id)).not.toEqual([]);
  });

  it.each(LINT_RULES.filter(({ severity }) => severity === 'refusal'))(
    '$id: cannot be acknowledged',
    async ({ id, needsWindows }) => {
      const { findings } = await lintText(base, `acknowledge: [${id}]\nsteps:\n${RULE_CASES[id]!.triggers}`);
      expect(findings.map(({ message }) => message)).toContain(
        `The rule "${id}" cannot be acknowledged, because it refuses`,
      );
      // the Windows is not looked at when the sequence is wrong
      if (!needsWindows) expect(ofRule(findings, id)).not.toEqual([]);
    },
  );
});
