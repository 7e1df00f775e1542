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
    const script = `${command.resultFile}.cmd`;
    writeOemText(this.system, script, programScript(command));
    // Handle 3 is inherited by everything that the batch file starts: the file stays open until the last one has ended.
    const line = `${windowsProgram(this.system, 'cmd.exe')} /d /s /c ""${script}" 3> "${runningFile(script)}""`;
    try {
      shell.Run(line, command.attended ? SHOWN : HIDDEN, false);
    } catch (error) {
      throw new Error(`cmd.exe could not be started: ${comReasonOf(error)}`);
    }
    for (let waited = 0; waited < START_TIME; waited += 50) {
      if (files.FileExists(runningFile(script)) || files.FileExists(command.resultFile)) return script;
      this.wait(50);
    }
    throw new Error(`cmd.exe did not run "${script}"`);
  }

  /**
   * A file that somebody holds open for writing cannot be opened for writing again. Should a Windows not hold it (U: the cmd.exe of Wine 10 does
   * not), its batch file is looked for among the processes, where WMI tells them.
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

  end(process: string): void {
    const found = this.processesOf(process);
    for (const id of found) runHidden(this.system, `${windowsProgram(this.system, 'taskkill.exe')} /f /t /pid ${id}`);
    if (found.length === 0 && this.isRunning(process)) {
      throw new Error(`The program of "${process}" could not be found to end it`);
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

/** The file that is held open while the program runs. */
function runningFile(script: string): string {
  return `${script}.running`;
}
