import { describe, expect, it } from 'vitest';
import type { WindowsIdentity } from '../../src/target/contract.js';
import { judgeUpgrade, type UpgradeEvidence } from '../../src/target/upgrade-outcome.js';

const windows = (build: number, edition = 'Professional', installationType = 'Client'): WindowsIdentity => ({
  build,
  edition,
  installationType,
});
const OLD = windows(19045);
const NEW = windows(26100);
const judge = (change: Partial<UpgradeEvidence>) =>
  judgeUpgrade({ before: OLD, after: NEW, expected: NEW, claim: undefined, installDateChanged: false, ...change });

describe('whether an upgrade came about (design, Rollback)', () => {
  it.each<[string, Partial<UpgradeEvidence>, boolean]>([
    ['the expected Windows runs', {}, true],
    ['the expected Windows runs, whatever a hook said', { claim: 'rolledBack' }, true],
    ['the old Windows runs', { after: OLD }, false],
    ['the old Windows runs, whatever a hook said', { after: OLD, claim: 'upgraded' }, false],
    [
      'the running Windows has a higher build than its image (19041 runs as 19045)',
      {
        before: windows(17763),
        after: windows(19045),
        expected: windows(19041),
      },
      true,
    ],
    ['another Windows of a lower build runs', { after: windows(22000) }, false],
    ['another edition than expected, but the new Windows', { after: windows(26100, 'Core') }, true],
    [
      'the edition was to change on the same build, and has',
      {
        before: windows(26100, 'Core'),
        after: NEW,
      },
      true,
    ],
    [
      'the edition was to change on the same build, and has not',
      {
        before: windows(26100, 'Core'),
        after: windows(26100, 'Core'),
        installDateChanged: true,
      },
      false,
    ],
    [
      'the installation type was to change, and has not',
      {
        before: windows(20348, 'ServerStandard', 'Server Core'),
        after: windows(20348, 'ServerStandard', 'Server Core'),
        expected: windows(20348, 'ServerStandard', 'Server'),
      },
      false,
    ],
    ['the same Windows over itself: a hook says upgraded', { before: NEW, claim: 'upgraded' }, true],
    [
      'the same Windows over itself: a hook says rolled back',
      { before: NEW, claim: 'rolledBack', installDateChanged: true },
      false,
    ],
    ['the same Windows over itself: the date of installation changed', { before: NEW, installDateChanged: true }, true],
    ['the same Windows over itself: nothing speaks for it', { before: NEW }, false],
  ])('%s', (_, change, upgraded) => {
    expect(judge(change).upgraded).toBe(upgraded);
  });

  it('what does not fit is said', () => {
    expect(judge({ after: windows(26100, 'Core') }).warning).toBe('The edition is Core, expected Professional');
    expect(judge({ after: windows(26100, 'Professional', 'Server') }).warning).toContain('The installation type');
    expect(judge({ claim: 'rolledBack' }).warning).toContain('the new Windows runs');
    expect(judge({ after: OLD, claim: 'upgraded' }).warning).toContain('succeeded');
    expect(judge({}).warning).toBeUndefined();
  });
});
