/** The screen, and beside it the log of upgrade.cmd: what a person read can be read again. */
import type { Clock, Console, Files } from '../machine.js';
import { isoTime } from '../text.js';

/** Console that keeps what it shows. */
export class LoggedConsole implements Console {
  private readonly screen: Console;
  private readonly files: Files;
  private readonly clock: Clock;
  private readonly path: string;

  constructor({ console: screen, files, clock }: { console: Console; files: Files; clock: Clock }, path: string) {
    this.screen = screen;
    this.files = files;
    this.clock = clock;
    this.path = path;
  }

  write(line: string): void {
    this.screen.write(line);
    try {
      this.files.appendText(this.path, `${isoTime(this.clock.now())} ${line}\r\n`);
    } catch {
      // the screen has it; a log that cannot be written stops nothing
    }
  }
}
