/** Whether an upgrade came about (design/task-sequence.md, Rollback). */
import type { WindowsIdentity } from './contract.js';
import { sameText } from './text.js';

/** What is known after the restart. */
export interface UpgradeEvidence {
  readonly before: WindowsIdentity;
  readonly after: WindowsIdentity;
  /** of the image that Setup was given */
  readonly expected: WindowsIdentity;
  /** what Setup's hooks said, if they ran */
  readonly claim: 'upgraded' | 'rolledBack' | undefined;
  /** InstallDate of Windows changes with every upgrade, also to the same build (U) */
  readonly installDateChanged: boolean;
}

export interface UpgradeVerdict {
  readonly upgraded: boolean;
  /** for the log and the record of the upgrade step */
  readonly words: string;
  /** something that does not fit, although the verdict is clear */
  readonly warning?: string;
}

/**
 * What runs now decides, where it tells the two apart: another Windows than before, with at least the build of the image.
 * At least, because a running Windows may have a higher build than the image it came from (an image of 10 22H2 says
 * 19041 and runs as 19045). When the Windows before is like the expected one, as when the same version is installed over
 * itself, the hooks' claims decide, then the date of installation; what nothing speaks for has not happened.
 */
export function judgeUpgrade(evidence: UpgradeEvidence): UpgradeVerdict {
  const { before, after, expected, claim } = evidence;
  const isOther = words(before) !== words(after);
  const fits = after.build >= expected.build;
  if (isOther && fits) {
    const warning = differences(after, expected, claim);
    const said = `Windows was upgraded: ${words(after)} runs, before it was ${words(before)}`;
    return { upgraded: true, words: said, ...(warning === '' ? {} : { warning }) };
  }
  if (!fits) {
    return {
      upgraded: false,
      words: `Windows was not upgraded: ${words(after)} runs, expected ${words(expected)}`,
      ...(claim === 'upgraded' ? { warning: 'The hook of Windows Setup said that the upgrade had succeeded' } : {}),
    };
  }
  return judgeSame(evidence);
}

/** The same Windows as before, which is what was expected. */
function judgeSame({ after, expected, claim, installDateChanged }: UpgradeEvidence): UpgradeVerdict {
  const isExpected = sameText(after.edition, expected.edition) && sameType(after, expected);
  const upgraded = claim === 'upgraded' || (claim === undefined && isExpected && installDateChanged);
  if (upgraded) return { upgraded, words: `Windows was upgraded to the same version: ${words(after)} runs` };
  const why = claim === 'rolledBack' ? 'Windows Setup says that it went back' : 'nothing says that it succeeded';
  return { upgraded, words: `Windows was not upgraded: ${words(after)} runs as before, and ${why}` };
}

/** An edition that was not expected is no rollback: the new Windows runs, and its steps are the right ones. */
function differences(after: WindowsIdentity, expected: WindowsIdentity, claim: UpgradeEvidence['claim']): string {
  if (!sameText(after.edition, expected.edition))
    return `The edition is ${after.edition}, expected ${expected.edition}`;
  if (!sameType(after, expected)) {
    return `The installation type is ${after.installationType}, expected ${expected.installationType}`;
  }
  return claim === 'rolledBack' ? 'The hook of Windows Setup said that it went back, but the new Windows runs' : '';
}

function sameType(a: WindowsIdentity, b: WindowsIdentity): boolean {
  return sameText(a.installationType, b.installationType);
}

function words({ build, edition, installationType }: WindowsIdentity): string {
  return `${edition} ${build} (${installationType})`;
}
