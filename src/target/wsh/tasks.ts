/** Scheduled tasks through schtasks.exe, of which only exit codes are read: its words are localised. */
import type { Tasks } from '../machine.js';
import { runHidden, type System, temporaryName, windowsProgram } from './system.js';

/** Tasks of this computer. */
export class WshTasks implements Tasks {
  private readonly system: System;

  constructor(system: System) {
    this.system = system;
  }

  register(name: string, xml: string): void {
    const file = temporaryName(this.system, 'xml');
    // a file of somebody else could be changed by him before it is read
    const stream = this.system.files.CreateTextFile(file, false, true);
    // the file is UTF-16, and the declaration must not say otherwise
    stream.Write(`<?xml version="1.0" encoding="UTF-16"?>\r\n${xml.replace(/^<\?xml[^>]*\?>\s*/, '')}`);
    stream.Close();
    const code = this.schtasks(`/create /tn "${name}" /xml "${file}" /f`);
    this.system.files.DeleteFile(file, true);
    if (code !== 0) throw new Error(`The task "${name}" could not be registered: schtasks ended with ${code}`);
  }

  exists(name: string): boolean {
    return this.schtasks(`/query /tn "${name}"`) === 0;
  }

  run(name: string): void {
    const code = this.schtasks(`/run /tn "${name}"`);
    if (code !== 0) throw new Error(`The task "${name}" could not be started: schtasks ended with ${code}`);
  }

  remove(name: string): void {
    if (!this.exists(name)) return;
    const code = this.schtasks(`/delete /tn "${name}" /f`);
    if (code !== 0) throw new Error(`The task "${name}" could not be removed: schtasks ended with ${code}`);
  }

  private schtasks(words: string): number {
    return runHidden(this.system, `${windowsProgram(this.system, 'schtasks.exe')} ${words}`);
  }
}
