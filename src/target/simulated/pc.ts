/**
 * A simulated machine: its state, its time, and the calls of the engine to it. Every call is counted; at one of them the
 * power can go. What is to happen (programs end, tasks start, somebody pulls the stick) waits in a queue of events.
 */
import type { Machine } from '../machine.js';
import { BitLocker } from './bitlocker.js';
import { countedMachine } from './counted.js';
import { entriesOf, SimulatedDrive } from './drive.js';
import { EventQueue } from './events.js';
import { SimulatedFiles } from './files.js';
import { readJournal } from './journal-look.js';
import { type GoneReason, MachineGone } from './machine-gone.js';
import type { FileModel, MachineModel, WindowsModel } from './model.js';
import { PowerPlans } from './power-plans.js';
import { ProcessTable } from './processes.js';
import { Programs, type ProgramsHost } from './programs.js';
import { Random } from './random.js';
import { SimulatedRegistry } from './registry.js';
import { type Scheduler, SimulatedTasks } from './scheduled-tasks.js';
import { startFiles, startRegistry } from './start-state.js';
import { windowsValues } from './windows-registry.js';
import { WindowsSetup } from './windows-setup.js';
import { SimulatedWmi } from './wmi.js';

/** What happened beside the steps. */
export interface PcEvent {
  /** seconds since the simulation began */
  readonly seconds: number;
  readonly kind: 'restart' | 'powerCut' | 'setup' | 'other';
  readonly words: string;
}

/** What the machine calls of the world around it. */
export interface Surroundings extends Scheduler {
  /** the power goes; nothing is lost yet */
  powerGoes(): void;
}

export interface PcOptions {
  /** cuts the power at this call, from 1; at each of these in turn */
  readonly cutAt?: number | readonly number[];
  readonly seed?: number;
  /** simulated seconds after which nobody waits any longer */
  readonly mostSeconds?: number;
  /** calls after which the engine is taken to run in a circle */
  readonly mostCalls?: number;
}

/** Milliseconds that a call takes. */
const CALL = 1;
/** Three days: longer than anything the engine waits for. */
const MOST_SECONDS = 3 * 86_400;
const MOST_CALLS = 500_000;

export class SimulatedPc implements ProgramsHost {
  readonly drives: readonly SimulatedDrive[];
  readonly registry: SimulatedRegistry;
  readonly tasks: SimulatedTasks;
  readonly processes: ProcessTable;
  readonly bitLocker: BitLocker;
  readonly powerPlans: PowerPlans;
  readonly setup: WindowsSetup;
  readonly locks = new Map<string, number>();
  readonly events: PcEvent[] = [];
  readonly console: string[] = [];
  /** command lines of the programs that were started */
  readonly started: string[] = [];
  /** for each of them the path of the step that was under way; empty when none was */
  readonly startedBy: string[] = [];
  readonly random: Random;
  readonly canFlush: boolean;
  windows: WindowsModel;
  /** milliseconds since the simulation began, restarts included */
  uptime = 0;
  calls = 0;
  boots = 1;
  /** whether a restart was asked for and is to come */
  restartPending = false;
  #gone: MachineGone | undefined;
  #clockOffset = 0;
  #ignored: number;
  #nextProcess = 1;
  readonly #queue = new EventQueue();
  readonly #wmi: SimulatedWmi;
  readonly #cutAt: readonly number[];
  readonly #mostUptime: number;
  readonly #mostCalls: number;

  constructor(
    readonly model: MachineModel,
    options: PcOptions,
    readonly surroundings: Surroundings,
  ) {
    const { cutAt = [] } = options;
    this.#cutAt = typeof cutAt === 'number' ? [cutAt] : cutAt;
    this.random = new Random((options.seed ?? 0) * 7919 + (this.#cutAt[0] ?? 0));
    this.#mostUptime = (options.mostSeconds ?? MOST_SECONDS) * 1000;
    this.#mostCalls = options.mostCalls ?? MOST_CALLS;
    this.windows = model.windows;
    this.canFlush = model.canFlush;
    this.#ignored = model.restartsIgnored;
    const files = startFiles(model);
    this.drives = model.drives.map((drive, index) => new SimulatedDrive(drive, files[index]!));
    this.registry = new SimulatedRegistry(startRegistry(model), () => this.uptime);
    this.tasks = new SimulatedTasks(() => this.uptime, surroundings);
    this.bitLocker = new BitLocker(model.bitLocker, () => this.windows.build);
    this.powerPlans = new PowerPlans(() => this.uptime);
    this.setup = new WindowsSetup({
      model: model.setup,
      images: model.media.images,
      mediaDrive: () => this.mediaDrive.name,
      leave: (file) => this.leave(file),
      told: (words) => this.tell('setup', words),
      getWindows: () => this.windows,
      setWindows: (windows) => this.#becomes(windows),
    });
    const programs = new Programs(model.commands, this.setup, this);
    this.processes = new ProcessTable({
      behaviourOf: (command) => {
        this.started.push(command.line);
        this.startedBy.push(readJournal(this.observer()).stepUnderWay ?? '');
        return programs.behaviourOf(command);
      },
      after: (seconds, action) => this.after(seconds, action),
      writeText: (path, text) => programs.write(path, text),
    });
    this.#wmi = new SimulatedWmi({ bitLocker: this.bitLocker, facts: () => this.#facts() }, model.wmi);
    this.#expectJumps();
  }

  get mediaDrive(): SimulatedDrive {
    const index = this.model.drives.findIndex(({ name }) => name === this.model.media.drive);
    return this.drives[index]!;
  }

  wallClock(): number {
    return this.model.clock.began + Math.floor(this.uptime) + this.#clockOffset;
  }

  spend(milliseconds: number): void {
    this.uptime += milliseconds;
  }

  flushed(drive: SimulatedDrive): void {
    if (drive !== this.drives[0]) return;
    this.registry.flush();
    this.tasks.flush();
    this.powerPlans.flush();
  }

  get gone(): MachineGone | undefined {
    return this.#gone;
  }

  /** When the next thing happens by itself; Infinity: never. */
  get nextEvent(): number {
    return this.#queue.next;
  }

  /** Calls back after some simulated time. @param outside also when the machine has restarted since */
  after(seconds: number, action: () => void, outside = false): void {
    this.#queue.add(this.uptime + seconds * 1000, action, outside);
  }

  tell(kind: PcEvent['kind'], words: string): void {
    this.events.push({ seconds: this.uptime / 1000, kind, words });
  }

  /** The machine as one process sees it; every call is counted. @param startedFrom folder of the engine */
  machineFor(startedFrom: string): Machine {
    const process = this.#nextProcess++;
    const around = <R>(name: string, effect: () => R): R => this.#call(name, effect);
    return countedMachine(this.#machine(process, startedFrom), around);
  }

  /** The machine as nobody on it sees it: calls count for nothing, and no time passes. */
  observer(): Machine {
    return this.#machine(0, '');
  }

  /** Lets time pass; what is due meanwhile happens. */
  passTime(milliseconds: number): void {
    const until = this.uptime + milliseconds;
    while (this.#queue.next <= until) this.#takeEvent();
    this.uptime = Math.max(this.uptime, until);
  }

  /** The power goes. @throws always */
  cut(): never {
    this.surroundings.powerGoes();
    this.tell('powerCut', `power cut at call ${this.calls}`);
    for (const drive of this.drives) drive.cut(this.random, this.uptime);
    this.registry.cut(this.random, this.uptime);
    this.tasks.cut(this.random, this.uptime);
    this.powerPlans.cut(this.random, this.uptime);
    this.#leave('powerCut');
  }

  /** Windows goes down in an orderly way. @throws always */
  goDown(): never {
    this.tell('restart', 'restart');
    this.#flushAll();
    this.#leave('restart');
  }

  /** Windows starts again after a restart or a power cut. */
  start(): void {
    this.#gone = undefined;
    this.boots += 1;
    this.uptime += START;
    this.locks.clear();
    this.processes.clear();
    this.#queue.forget();
    this.restartPending = false;
    this.bitLocker.started();
    const { media } = this.model;
    if (!media.survivesRestart) this.mediaDrive.present = false;
    if (media.laterDrive !== undefined) this.mediaDrive.rename(media.laterDrive);
  }

  /** Writes something for good, as Windows Setup does. */
  leave(file: FileModel): void {
    for (const [key, entry] of entriesOf([file], this.wallClock())) {
      const isFile = key === file.path.toLowerCase();
      if (isFile || !this.drives[0]!.entries.get(key)) this.drives[0]!.entries.setDurable(key, entry);
    }
  }

  /** A scheduled task runs a program that is not the engine. Of those manage-bde.exe and powercfg.exe do something here. */
  runTaskProgram(line: string): void {
    this.tell('other', `a scheduled task runs ${line}`);
    const drive = /manage-bde(?:\.exe)?"?\s+-protectors\s+-enable\s+([A-Za-z]:)/i.exec(line)?.[1];
    if (drive !== undefined) this.bitLocker.invoke(drive, 'EnableKeyProtectors', {});
    const words = /powercfg(?:\.exe)?"?\s+(.*)$/i.exec(line)?.[1];
    if (words !== undefined) this.powerPlans.run(words);
  }

  #call<R>(name: string, effect: () => R): R {
    if (this.#gone) throw this.#gone;
    this.calls += 1;
    this.uptime += CALL;
    if (this.#cutAt.includes(this.calls)) this.#cutIn(name, effect);
    if (this.calls > this.#mostCalls) this.#leave('givenUp');
    while (this.#queue.next <= this.uptime) this.#takeEvent();
    return effect();
  }

  /** The power goes inside a call: what it was to do is done or not; a flush may have written some of it. */
  #cutIn(name: string, effect: () => unknown): never {
    if (name !== 'files.flush' && name !== 'clock.sleep' && this.random.below(4) > 0) {
      try {
        effect();
      } catch {
        // The call would have failed: then it changed nothing.
      }
    }
    this.cut();
  }

  #takeEvent(): void {
    const event = this.#queue.take()!;
    this.uptime = Math.max(this.uptime, event.at);
    if (this.uptime > this.#mostUptime) this.#leave('givenUp');
    event.run();
  }

  #leave(reason: GoneReason): never {
    this.#gone = new MachineGone(reason);
    throw this.#gone;
  }

  #flushAll(): void {
    for (const drive of this.drives) drive.flush();
    this.registry.flush();
    this.tasks.flush();
    this.powerPlans.flush();
  }

  /** Windows is asked to restart. */
  restart(seconds: number): void {
    if (this.#ignored > 0) {
      this.#ignored -= 1;
      this.tell('other', 'Windows was asked to restart and does not');
      return;
    }
    if (this.restartPending) return;
    this.restartPending = true;
    this.after(seconds, () => this.goDown());
  }

  #becomes(windows: WindowsModel): void {
    this.windows = windows;
    for (const value of windowsValues(windows, this.wallClock())) this.registry.setDurable(value);
  }

  #expectJumps(): void {
    for (const { after, by } of this.model.clock.jumps) {
      this.after(after, () => this.#jump(by), true);
    }
  }

  #jump(seconds: number): void {
    this.#clockOffset += seconds * 1000;
    this.tell('other', `the clock jumps ${seconds < 0 ? 'back' : 'forward'} by ${Math.abs(seconds)} s`);
  }

  #facts() {
    const { computerName, hardware, clock } = this.model;
    return {
      computerName,
      hardware,
      bias: clock.bias,
      windows: this.windows,
      drives: this.drives
        .filter(({ present, name }) => present && !name.startsWith('\\\\'))
        .map(({ name, model, freeBytes }) => ({ ...model, name, freeBytes })),
      bitLocker: this.bitLocker.status(),
    };
  }

  #machine(process: number, startedFrom: string): Machine {
    const { computerName, clock } = this.model;
    return {
      files: new SimulatedFiles(this, process),
      registry: this.registry,
      processes: this.processes,
      wmi: this.#wmi,
      tasks: this.tasks,
      clock: {
        now: () => this.wallClock(),
        bias: () => clock.bias,
        sleep: (milliseconds) => this.passTime(milliseconds),
      },
      power: {
        restart: (seconds) => this.restart(seconds),
        bootId: () => `boot-${this.boots}`,
        plan: () => this.powerPlans.active,
        stayAwake: (plan) => this.powerPlans.stayAwake(plan),
        letSleep: (plan) => this.powerPlans.letSleep(plan),
      },
      console: { write: (line) => void this.console.push(line) },
      environment: {
        computerName,
        systemDrive: 'C:',
        windowsFolder: 'C:\\Windows',
        temporaryFolder: 'C:\\Windows\\Temp',
        startedFrom,
        variable: (name) => ENVIRONMENT[name.toUpperCase()] ?? '',
      },
    };
  }
}

/** Milliseconds until a machine that was switched on runs tasks. */
const START = 40_000;

/** Environment variables of Local System. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  SYSTEMDRIVE: 'C:',
  SYSTEMROOT: 'C:\\Windows',
  WINDIR: 'C:\\Windows',
  TEMP: 'C:\\Windows\\Temp',
  TMP: 'C:\\Windows\\Temp',
  PROGRAMFILES: 'C:\\Program Files',
  PROGRAMDATA: 'C:\\ProgramData',
  PUBLIC: 'C:\\Users\\Public',
};
