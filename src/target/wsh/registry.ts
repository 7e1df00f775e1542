/**
 * The registry. The engine runs as a program of the machine's own width (upgrade.cmd sees to it), so the view is that of
 * 64 bit where there is one, and WOW6432Node in a key is the other. What WScript.Shell cannot do, reg.exe does; of its
 * output only keys are read, which are not localised.
 */
import type { Registry } from '../machine.js';
import { arrayOf, isNothing, textOf } from './host.js';
import { readOemText } from './oem-text.js';
import { comReasonOf, runHidden, runToFile, type System, temporaryName, windowsProgram } from './system.js';

/** Registry of this computer. */
export class WshRegistry implements Registry {
  private readonly system: System;

  constructor(system: System) {
    this.system = system;
  }

  read(key: string, value: string): string | number | undefined {
    try {
      return plain(this.system.shell.RegRead(`${key}\\${value}`));
    } catch {
      return undefined;
    }
  }

  exists(key: string): boolean {
    return runHidden(this.system, `${this.reg()} query "${key}"`) === 0;
  }

  subkeys(key: string): readonly string[] {
    const output = temporaryName(this.system, 'keys');
    const names: string[] = [];
    try {
      if (runToFile(this.system, `${this.reg()} query "${key}"`, output) !== 0) return names;
      const start = `${key}\\`.toUpperCase();
      for (const line of readOemText(this.system, output).split('\n')) {
        const path = line.replace(/\s+$/, '');
        if (path.toUpperCase().indexOf(start) === 0) names.push(path.substring(start.length));
      }
      return names;
    } finally {
      if (this.system.files.FileExists(output)) this.system.files.DeleteFile(output, true);
    }
  }

  write(key: string, value: string, data: string | number): void {
    try {
      const path = `${key}\\${value}`;
      // COM takes a signed number only
      if (typeof data === 'number') this.system.shell.RegWrite(path, data | 0, 'REG_DWORD');
      else this.system.shell.RegWrite(path, data, 'REG_SZ');
    } catch (error) {
      throw new Error(`The value "${value}" of "${key}" could not be written: ${comReasonOf(error)}`);
    }
  }

  removeValue(key: string, value: string): void {
    if (this.read(key, value) === undefined) return;
    const which = value === '' ? '/ve' : `/v "${value}"`;
    const code = runHidden(this.system, `${this.reg()} delete "${key}" ${which} /f`);
    if (code !== 0) throw new Error(`The value "${value}" of "${key}" could not be removed: reg ended with ${code}`);
  }

  private reg(): string {
    return windowsProgram(this.system, 'reg.exe');
  }
}

/** REG_DWORD comes signed; REG_MULTI_SZ and REG_BINARY as arrays, which are joined with line feeds. */
function plain(value: unknown): string | number | undefined {
  if (isNothing(value)) return undefined;
  if (typeof value === 'number') return value >>> 0;
  const elements = arrayOf(value);
  if (!elements) return textOf(value);
  const texts: string[] = [];
  for (const element of elements) texts.push(textOf(element));
  return texts.join('\n');
}
