/**
 * The log that a technician reads with CMTrace (facts/configmgr.md, B.7, line format). ASCII, secrets masked, one line a
 * record. Lines are not flushed one by one: what they tell is made durable with the next record of the journal.
 */
import { reasonOf } from './gone.js';
import type { Clock, Machine } from './machine.js';
import type { Log } from './step.js';
import { linesOf, padded } from './text.js';

/** CMTrace's type of a line, which it colours. */
type Severity = 1 | 2 | 3;

/** What hides secrets; the variables of the run. */
interface Masking {
  mask(text: string): string;
}

/** Writes lines to a file; a log that cannot be written stops nothing. */
export class CmTraceLog implements Log {
  private readonly machine: Machine;
  private readonly path: string;
  private readonly masking: Masking;

  constructor(machine: Machine, path: string, masking: Masking) {
    this.machine = machine;
    this.path = path;
    this.masking = masking;
  }

  info(text: string): void {
    this.write(text, 1);
  }

  warning(text: string): void {
    this.write(text, 2);
  }

  error(text: string): void {
    this.write(text, 3);
  }

  private write(text: string, severity: Severity): void {
    let lines = '';
    // Masked as a whole: a secret may have several lines.
    for (const line of linesOf(this.masking.mask(text))) {
      if (line !== '') lines += cmTraceLine(line, severity, this.machine.clock);
    }
    try {
      this.machine.files.appendText(this.path, lines);
    } catch (error) {
      // A full disk must not end an upgrade that is under way; who watches sees it at least.
      this.machine.console.write(`The log cannot be written: ${reasonOf(error)}`);
    }
  }
}

/** One line, in local time with its distance to UTC in minutes. */
export function cmTraceLine(text: string, severity: Severity, clock: Clock): string {
  const bias = clock.bias();
  const local = new Date(clock.now() - bias * 60000);
  const time = [padded(local.getUTCHours(), 2), padded(local.getUTCMinutes(), 2), padded(local.getUTCSeconds(), 2)];
  const zone = `${bias < 0 ? '-' : '+'}${padded(Math.abs(bias), 3)}`;
  const date = [padded(local.getUTCMonth() + 1, 2), padded(local.getUTCDate(), 2), padded(local.getUTCFullYear(), 4)];
  const stamp = `time="${time.join(':')}.${padded(local.getUTCMilliseconds(), 3)}${zone}" date="${date.join('-')}"`;
  return `<![LOG[${plain(text)}]LOG]!><${stamp} component="inplace" context="" type="${severity}" thread="0" file="">\r\n`;
}

/** ASCII, and nothing in it that ends a record early. */
function plain(text: string): string {
  return text.replace(/\]LOG\]!/g, ']LOG] !').replace(/[^ -~]/g, (unit) => {
    if (unit === '\t') return ' ';
    let code = unit.charCodeAt(0).toString(16);
    while (code.length < 4) code = `0${code}`;
    return `\\u${code}`;
  });
}
