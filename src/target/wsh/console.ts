/** The screen: lines of cscript. Local System has none, and nobody misses them. */
import type { Console } from '../machine.js';
import { echo } from './host.js';

/** Console of this computer. */
export class WshConsole implements Console {
  write(line: string): void {
    // a console shows what its code page has; what it lacks must not end the engine
    try {
      echo(line);
    } catch {
      echo(line.replace(/[^ -~]/g, '?'));
    }
  }
}
