/** Programs: each in a batch file of its own that outlives the engine, and holds a file open while it runs. */
import type { Command, Processes } from '../machine.js';
import { ANSI, FOR_APPENDING, numberOf, textOf } from './host.js';
import { writeOemText } from './oem-text.js';
import { programScript } from './program-script.js';
import { comReasonOf, runHidden, type System, windowsProgram } from './system.js';
import { connect, rowsOf } from './wmi-objects.js';

const CIMV2 = 'root\\cimv2';
/** Windows of programs. */
const HIDDEN = 0;
const SHOWN = 1;
/** Milliseconds until a batch file that was started must be seen. */
const START_TIME = 30_000;
/** Milliseconds that the processes of a program get to be gone. */
const END_TIME = 10_000;
const ATTEMPTS = 20;

/** Programs of this computer. A process is named by its batch file. */
export class WshProcesses implements Processes {
  private readonly system: System;
  private readonly wait: (milliseconds: number) => void;

  constructor(system: System, wait: (milliseconds: number) => void) {
    this.system = system;
    this.wait = wait;
  }

  start(command: Command): string {
    const { files, shell } = this.system;
    if (!files.FolderExists(command.workingDirectory)) {
      throw new Error(`The folder "${command.workingDirectory}" does not exist`);
    }
    const script = scriptOf(command.resultFile);
    // of an earlier program of this name, as a second /scan has: what is seen below must be of this one
    for (const left of [runningFile(script), command.resultFile]) this.remove(left);
    writeOemText(this.system, script, programScript(command));
    // Handles 2 and 3 are inherited by everything that the batch file starts: the file stays open until the last one has ended. One would do,
    // but programs put another one in the place of 2, and the cmd.exe of Wine 10 keeps no 3.
    const holds = `2> "${runningFile(script)}" 3>&2`;
    const line = `${windowsProgram(this.system, 'cmd.exe')} /d /s /c ""${script}" ${holds}"`;
    try {
      shell.Run(line, command.attended ? SHOWN : HIDDEN, false);
    } catch (error) {
      throw new Error(`cmd.exe could not be started: ${comReasonOf(error)}`);
    }
    for (let waited = 0; waited < START_TIME; waited += 50) {
      if (files.FileExists(runningFile(script)) || files.FileExists(command.resultFile)) return script;
      this.wait(50);
    }
    if (this.adopt(command.resultFile) !== undefined) return script;
    throw new Error(`cmd.exe did not run "${script}"`);
  }

  /**
   * cmd.exe opens the running file before it looks for the batch file. So when the batch file goes first, and there is no running file then,
   * a cmd.exe that is still on its way finds nothing to run.
   */
  adopt(resultFile: string): string | undefined {
    const { files } = this.system;
    const script = scriptOf(resultFile);
    for (let attempt = 1; ; attempt++) {
      if (files.FileExists(runningFile(script))) return script;
      if (!files.FileExists(script)) break;
      try {
        files.DeleteFile(script, true);
      } catch (error) {
        // a cmd.exe reads it in this moment, or a scanner does
        if (attempt === ATTEMPTS) throw new Error(`"${script}" could not be called off: ${comReasonOf(error)}`);
        this.wait(100);
      }
    }
    return files.FileExists(runningFile(script)) ? script : undefined;
  }

  /**
   * A file that somebody holds open for writing cannot be opened for writing again. Should a Windows not hold it (U), its batch file is looked
   * for among the processes, where WMI tells them.
   */
  isRunning(process: string): boolean {
    const file = runningFile(process);
    if (!this.system.files.FileExists(file)) return false;
    try {
      this.system.files.OpenTextFile(file, FOR_APPENDING, false, ANSI).Close();
    } catch {
      return true;
    }
    try {
      return this.processesOf(process).length > 0;
    } catch {
      return false;
    }
  }

  isImageRunning(image: string): boolean {
    const wql = `SELECT ProcessId FROM Win32_Process WHERE Name = '${image}'`;
    return numberOf((connect(CIMV2).ExecQuery(wql) as { readonly Count: unknown }).Count) > 0;
  }

  /**
   * By taskkill, and only by it: it asks WMI itself, so where that is silent there is no way. tskill knows no trees and is not on Home editions;
   * Exec gives an id, but its pipes tie a program to the engine that started it; the end of a scheduled task leaves what its program has started;
   * and a script that calls Windows' own functions through PowerShell is what security products look for.
   */
  end(process: string): void {
    let reason = 'taskkill.exe did not do it';
    try {
      for (const id of this.processesOf(process)) {
        runHidden(this.system, `${windowsProgram(this.system, 'taskkill.exe')} /f /t /pid ${id}`);
      }
    } catch (error) {
      reason = `WMI does not name its processes (${comReasonOf(error)})`;
    }
    if (!this.hasEnded(process)) throw new Error(reason);
  }

  /** A process that is ended is there for a moment more. */
  private hasEnded(process: string): boolean {
    for (let waited = 0; this.isRunning(process); waited += 500) {
      if (waited >= END_TIME) return false;
      this.wait(500);
    }
    return true;
  }

  private remove(path: string): void {
    const { files } = this.system;
    try {
      if (files.FileExists(path)) files.DeleteFile(path, true);
    } catch (error) {
      throw new Error(`"${path}" of an earlier program is still in use: ${comReasonOf(error)}`);
    }
  }

  /** Ids of the processes that have the batch file in their command line. */
  private processesOf(process: string): number[] {
    const found: number[] = [];
    for (const object of rowsOf(connect(CIMV2), 'SELECT ProcessId, CommandLine FROM Win32_Process')) {
      if (textOf(object.Properties_.Item('CommandLine').Value).indexOf(process) < 0) continue;
      found.push(numberOf(object.Properties_.Item('ProcessId').Value));
    }
    return found;
  }
}

function scriptOf(resultFile: string): string {
  return `${resultFile}.cmd`;
}

/** The file that is held open while the program runs. */
function runningFile(script: string): string {
  return `${script}.running`;
}
