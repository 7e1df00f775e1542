/** What does not change while the engine runs. */
import type { MachineEnvironment } from '../machine.js';
import { scriptPath } from './host.js';
import { environmentVariable, type System } from './system.js';

/** Environment of this process. */
export class WshEnvironment implements MachineEnvironment {
  readonly computerName: string;
  readonly systemDrive: string;
  readonly windowsFolder: string;
  readonly temporaryFolder: string;
  readonly startedFrom: string;
  private readonly system: System;

  constructor(system: System) {
    this.system = system;
    this.computerName = environmentVariable(system.shell, 'COMPUTERNAME');
    this.systemDrive = environmentVariable(system.shell, 'SystemDrive');
    this.windowsFolder = system.windowsFolder;
    this.temporaryFolder = system.temporaryFolder;
    this.startedFrom = rootOf(scriptPath());
  }

  variable(name: string): string {
    return environmentVariable(this.system.shell, name);
  }
}

/** `D:\deploy\engine.js` lies on media whose root is `D:`; `C:\Inplace\engine.js` in the local copy `C:\Inplace`. */
function rootOf(script: string): string {
  const folder = script.substring(0, script.lastIndexOf('\\'));
  return folder.replace(/\\deploy$/i, '');
}
