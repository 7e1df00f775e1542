/** Restarts, and keeping the machine awake. */
import type { Power } from '../machine.js';
import { AWAKE_PLAN, BALANCED_PLAN, isSamePlan } from '../power-plan.js';
import { isoTime } from '../text.js';
import { textOf } from './host.js';
import type { WshRegistry } from './registry.js';
import { runHidden, type System, windowsProgram } from './system.js';
import { connect, rowsOf } from './wmi-objects.js';

/** BootId counts the starts of Windows; it is not there where prefetching is switched off. (U: on servers) */
const PREFETCH =
  'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Memory Management\\PrefetchParameters';
/** Power plans: a key for each, and which one is active; what powercfg prints is localised. (U) */
const PLANS = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Power\\User\\PowerSchemes';
/** Characters that shutdown takes as a comment. */
const LONGEST_MESSAGE = 512;

/** GUID_SLEEP_SUBGROUP of winnt.h, and what in it makes a computer fall asleep by itself; 0 is never. */
const SLEEP = '238c9fa8-0aad-41ed-83f4-97be242c8f20';
const NEVER = [
  // GUID_STANDBY_TIMEOUT
  '29f6c1db-86da-48c5-9fdb-f2b67b1f44da',
  // GUID_HIBERNATE_TIMEOUT
  '9d7815a6-7ee4-497e-8888-515a05f02364',
  // GUID_UNATTEND_SLEEP_TIMEOUT: after a start that nobody was present at
  '7bc4a2f9-d8fc-4469-b07b-33eb785aaca0',
];

/** A time of WMI in UTC, for its offset changes with daylight saving; empty when there is none. */
function timeOf(wql: string, property: string): string {
  try {
    for (const row of rowsOf(connect('root\\cimv2'), wql)) {
      const text = textOf(row.Properties_.Item(property).Value);
      const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.(\d+)([+-]\d{3})$/.exec(text);
      if (!parts) return text;
      const part = (index: number): number => Number(parts[index]);
      const local = Date.UTC(part(1), part(2) - 1, part(3), part(4), part(5), part(6));
      return `${isoTime(local - part(8) * 60000)} ${parts[7]}`;
    }
  } catch {
    // no WMI, or not this class: the caller has another way
  }
  return '';
}

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
    // LastBootUpTime alone would not do: it moves when the clock is set
    const time =
      timeOf("SELECT CreationDate FROM Win32_Process WHERE Name = 'wininit.exe'", 'CreationDate') ||
      timeOf('SELECT LastBootUpTime FROM Win32_OperatingSystem', 'LastBootUpTime');
    if (time === '') throw new Error('Windows does not say when it was started');
    return time;
  }

  plan(): string | undefined {
    const active = textOf(this.registry.read(PLANS, 'ActivePowerScheme'));
    return /^[0-9a-f-]{36}$/i.test(active) ? active.toLowerCase() : undefined;
  }

  stayAwake(plan: string): void {
    // a copy that a cut has left may be half made: it is set as a new one is
    if (!this.hasCopy()) this.powercfg(`/duplicatescheme ${plan} ${AWAKE_PLAN}`);
    this.powercfg(`/changename ${AWAKE_PLAN} "Windows upgrade (inplace)"`);
    // a computer that cannot hibernate lacks that setting, and others have some hidden: none is needed
    for (const setting of NEVER) {
      this.powercfg(`/setacvalueindex ${AWAKE_PLAN} ${SLEEP} ${setting} 0`);
      this.powercfg(`/setdcvalueindex ${AWAKE_PLAN} ${SLEEP} ${setting} 0`);
    }
    const code = this.powercfg(`/setactive ${AWAKE_PLAN}`);
    if (this.isAwake()) return;
    this.powercfg(`/delete ${AWAKE_PLAN}`);
    throw new Error(`the power plan cannot be exchanged: powercfg ended with ${code}; a policy may forbid it`);
  }

  letSleep(plan: string): void {
    if (this.isAwake()) {
      this.powercfg(`/setactive ${plan}`);
      if (this.isAwake()) this.powercfg(`/setactive ${BALANCED_PLAN}`);
      if (this.isAwake()) throw new Error('powercfg has not exchanged it');
    }
    if (!this.hasCopy()) return;
    this.powercfg(`/delete ${AWAKE_PLAN}`);
    if (this.hasCopy()) throw new Error(`powercfg has not removed the plan ${AWAKE_PLAN}`);
  }

  private isAwake(): boolean {
    return isSamePlan(this.plan() ?? '', AWAKE_PLAN);
  }

  private hasCopy(): boolean {
    return this.registry.exists(`${PLANS}\\${AWAKE_PLAN}`);
  }

  /** Whether it has worked is seen by what is in the registry afterwards. */
  private powercfg(words: string): number {
    return runHidden(this.system, `${windowsProgram(this.system, 'powercfg.exe')} ${words}`);
  }
}
