/**
 * Where Setup stopped: the extend code behind 0xC1900101, from the logs it left (facts/configmgr.md, E.3 and E.4).
 * Only the numbers are looked for: the words around them differ by version (U: which log has them on which version).
 */
import { rethrowGone } from './gone.js';
import type { Machine } from './machine.js';
import { describeExtendCode, type ExtendCode } from './setup-codes.js';

/** Characters at the end of a log that are searched. */
const SEARCHED = 65536;

/** The last `0xC1900101 - 0x30018` that Setup or SetupDiag wrote; undefined when none did. */
export function readExtendCode(machine: Machine): ExtendCode | undefined {
  const work = `${machine.environment.systemDrive}\\$Windows.~BT\\Sources`;
  const logs = [
    `${work}\\Rollback\\setuperr.log`,
    `${work}\\Rollback\\setupact.log`,
    `${work}\\Panther\\setuperr.log`,
    `${work}\\Panther\\setupact.log`,
    `${machine.environment.windowsFolder}\\Logs\\SetupDiag\\SetupDiagResults.xml`,
  ];
  for (const log of logs) {
    const code = machine.files.stat(log) ? lastExtendCode(tailOf(machine, log)) : undefined;
    if (code !== undefined) return describeExtendCode(code);
  }
  return undefined;
}

/** A log that cannot be read says nothing. */
function tailOf(machine: Machine, path: string): string {
  try {
    return machine.files.readTail(path, SEARCHED);
  } catch (error) {
    rethrowGone(error);
    return '';
  }
}

function lastExtendCode(text: string): number | undefined {
  const pattern = /0xC1900101[\s,:-]{1,4}0x([0-9A-F]{5,8})\b/gi;
  let code: number | undefined;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) code = parseInt(match[1] ?? '', 16);
  return code;
}
