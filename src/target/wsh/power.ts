/** Restarts, and keeping the machine awake. */
import type { Power } from '../machine.js';
import { textOf } from './host.js';
import { readOemText } from './oem-text.js';
import type { WshRegistry } from './registry.js';
import { runHidden, runToFile, type System, windowsProgram } from './system.js';
import { connect, rowsOf } from './wmi-objects.js';

/** BootId counts the starts of Windows; it is not there where prefetching is switched off. (U: on servers) */
const PREFETCH =
  'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Memory Management\\PrefetchParameters';
/** What the power plan said before, until it says so again. */
const KEPT = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Inplace';
/** Characters that shutdown takes as a comment. */
const LONGEST_MESSAGE = 512;

/** Power of this computer. */
export class WshPower implements Power {
  private readonly system: System;
  private readonly registry: WshRegistry;

  constructor(system: System, registry: WshRegistry) {
    this.system = system;
    this.registry = registry;
  }

  restart(seconds: number, message: string): void {
    const words = message.replace(/"/g, "'").replace(/\s+/g, ' ').substring(0, LONGEST_MESSAGE);
    // the code says nothing: 1190 means that a shutdown is under way already, and whether it comes is seen by bootId
    runHidden(this.system, `${windowsProgram(this.system, 'shutdown.exe')} /r /t ${seconds} /c "${words}"`);
  }

  bootId(): string {
    const count = this.registry.read(PREFETCH, 'BootId');
    if (count !== undefined) return `boot ${count}`;
    for (const row of rowsOf(connect('root\\cimv2'), 'SELECT LastBootUpTime FROM Win32_OperatingSystem')) {
      return textOf(row.Properties_.Item('LastBootUpTime').Value);
    }
    throw new Error('Windows does not say when it was started');
  }

  /** The power plan's time until standby becomes "never"; what it was is kept in the registry before that. */
  stayAwake(): void {
    if (this.registry.read(KEPT, 'StandbyAc') !== undefined) return;
    const [ac, dc] = this.standbyTimes();
    if (ac === undefined || dc === undefined) return;
    this.registry.write(KEPT, 'StandbyDc', dc);
    this.registry.write(KEPT, 'StandbyAc', ac);
    this.setStandby(0, 0);
  }

  letSleep(): void {
    const ac = this.registry.read(KEPT, 'StandbyAc');
    if (ac === undefined) return;
    this.setStandby(Number(ac), Number(this.registry.read(KEPT, 'StandbyDc') ?? 0));
    this.registry.removeValue(KEPT, 'StandbyAc');
    this.registry.removeValue(KEPT, 'StandbyDc');
  }

  private setStandby(ac: number, dc: number): void {
    const powercfg = windowsProgram(this.system, 'powercfg.exe');
    runHidden(this.system, `${powercfg} /setacvalueindex SCHEME_CURRENT SUB_SLEEP STANDBYIDLE ${ac}`);
    runHidden(this.system, `${powercfg} /setdcvalueindex SCHEME_CURRENT SUB_SLEEP STANDBYIDLE ${dc}`);
    runHidden(this.system, `${powercfg} /setactive SCHEME_CURRENT`);
  }

  /** Seconds on mains and on battery: the last two hexadecimal numbers that powercfg prints; its words are localised. */
  private standbyTimes(): readonly (number | undefined)[] {
    const output = `${this.system.temporaryFolder}\\inplace-power.txt`;
    const powercfg = windowsProgram(this.system, 'powercfg.exe');
    try {
      if (runToFile(this.system, `${powercfg} /query SCHEME_CURRENT SUB_SLEEP STANDBYIDLE`, output) !== 0) return [];
      const found = readOemText(this.system, output).match(/0x[0-9a-fA-F]{8}/g);
      const numbers: number[] = [];
      if (found) for (let index = 0; index < found.length; index++) numbers.push(parseInt(found[index] ?? '', 16));
      return numbers.slice(-2);
    } finally {
      if (this.system.files.FileExists(output)) this.system.files.DeleteFile(output, true);
    }
  }
}
