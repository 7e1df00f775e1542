/**
 * The world around a simulated machine: the technician who starts the upgrade, Windows that starts scheduled tasks,
 * Setup that goes on after the restart. It drives the engine until nothing would go on any more.
 */
import { resumeTask } from '../hooks.js';
import { localFolder } from '../local-folder.js';
import type { Machine } from '../machine.js';
import { earlierRun } from '../run-start.js';
import { SimulatedFiles } from './files.js';
import { MediaHandling } from './media-handling.js';
import type { MachineModel } from './model.js';
import { type PcOptions, SimulatedPc } from './pc.js';
import { SYSTEM_SETUP } from './windows-registry.js';

/** What of the engine the world calls; each in a process of its own. */
export interface Engine {
  /** `/start`, as the technician types it; again only when a cut or media that were pulled out have undone it */
  start(machine: Machine): void;
  /** what the scheduled task runs; `arguments` are those in its XML */
  resume(machine: Machine, taskArguments: string): void;
}

export interface WorldOptions extends PcOptions {
  /** called when the power goes, before anything of it is lost */
  readonly beforeCut?: (machine: Machine, facts: { readonly taskHasRun: boolean }) => void;
  /** called when the machine starts again after a power cut, before anything of the engine runs */
  readonly afterCut?: (machine: Machine, pc: SimulatedPc) => void;
}

/** How it ended. */
export interface WorldEnd {
  /** false: the engine would go on for ever, or waits for something that never comes */
  readonly quiet: boolean;
  readonly calls: number;
  readonly seconds: number;
  readonly boots: number;
  /** whether Windows Setup has installed another Windows */
  readonly upgraded: boolean;
}

/** Seconds between what has undone a start and the technician starting again. */
const TECHNICIAN_RETURNS = 600;
/** More often nobody tries; two cuts and media that are pulled out after each make six. */
const MOST_STARTS = 8;
/** Seconds from the start of Windows to the scripts of a rollback. */
const ROLLBACK_HOOK = 20;
/** A program of Windows that only tells the engine how Setup ended. */
const RUN_SOON = 1;

export class World {
  readonly pc: SimulatedPc;
  /** tasks that run now: Windows starts none of them a second time */
  readonly #running = new Set<string>();
  /** repetitions that wait, so that a task has one at a time */
  readonly #repeating = new Set<string>();
  /** OOBE that is not over; with the script that runs at its end */
  #oobe: { readonly hook: string | undefined } | undefined;
  readonly #media: MediaHandling;
  #technicianWaits = true;
  /** he needs the media, which somebody has pulled out */
  #needsMedia = false;
  #starts = 0;
  /** whether /start has come to its end, and the engine's own task has run */
  #taskHasRun = false;
  #wasCut = false;
  #upgraded = false;

  constructor(
    readonly model: MachineModel,
    readonly engine: Engine,
    readonly options: WorldOptions = {},
  ) {
    this.pc = new SimulatedPc(model, options, {
      registered: (name) => this.#watch(name, false),
      started: (name) => this.#taskStarted(name),
      powerGoes: () => options.beforeCut?.(this.pc.observer(), { taskHasRun: this.#taskHasRun }),
    });
    this.#media = new MediaHandling(this.pc, () => this.#mediaAreBack());
  }

  /** Runs it all. What the engine throws, other than that the machine is gone, passes: it is a mistake. */
  run(): WorldEnd {
    this.#guarded(() => this.#beginsAnew());
    for (;;) {
      const { gone } = this.pc;
      if (gone?.reason === 'givenUp') return this.#end(false);
      if (gone) this.#guarded(() => this.#boot());
      else if (!this.#goesOn()) return this.#end(true);
      else this.#guarded(() => this.pc.passTime(Math.max(0, this.pc.nextEvent - this.pc.uptime)));
    }
  }

  #end(quiet: boolean): WorldEnd {
    return {
      quiet,
      calls: this.pc.calls,
      seconds: this.pc.uptime / 1000,
      boots: this.pc.boots,
      upgraded: this.#upgraded,
    };
  }

  /** Whether anything of the engine or of Setup is still to come; programs that nobody waits for are not. */
  #goesOn(): boolean {
    if (this.pc.nextEvent === Number.POSITIVE_INFINITY) return false;
    return (
      this.pc.tasks.names().length > 0 || this.pc.restartPending || this.#oobe !== undefined || this.#startsAgain()
    );
  }

  #guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (error !== this.pc.gone) throw error;
      this.#wasCut = this.pc.gone?.reason === 'powerCut';
      // Whoever sees the computer restart knows that it works.
      if (this.pc.gone?.reason === 'restart') this.#technicianWaits = false;
    }
  }

  /** Nothing of what he did before is left. */
  #beginsAnew(): void {
    this.#media.begin();
    this.#technician();
  }

  #technician(): void {
    if (!this.#technicianWaits) return;
    this.#starts += 1;
    this.#needsMedia = false;
    this.#media.bring();
    const { pulls } = this.#media;
    this.#process(() => this.engine.start(this.pc.machineFor(this.pc.mediaDrive.name)));
    this.#technicianWaits = false;
    if (this.#media.pulls > pulls && !this.#goesOnAlone()) this.#waitsForMedia();
  }

  /** /start has ended because the media were pulled out: he reads why, and starts again with them. */
  #waitsForMedia(): void {
    this.#technicianWaits = true;
    this.#needsMedia = true;
    if (this.#media.areThere) this.#mediaAreBack();
  }

  #mediaAreBack(): void {
    if (this.#needsMedia && this.#startsAgain()) this.pc.after(TECHNICIAN_RETURNS, () => this.#technician());
  }

  /** The technician sees that it was cut short and comes again, unless the task is there that goes on by itself. */
  #startsAgain(): boolean {
    return this.#technicianWaits && this.#starts < MOST_STARTS;
  }

  /** Whether the technician finds a run that is over, or one that its task goes on with. */
  #goesOnAlone(): boolean {
    const machine = this.pc.observer();
    const local = localFolder(machine.environment);
    const run = earlierRun(machine, local);
    // A registration that is damaged is there, and Windows runs it as little as one that is not.
    return run === 'ended' || (run === 'underWay' && this.pc.tasks.names().includes(resumeTask(local.folder).name));
  }

  #boot(): void {
    const { pc } = this;
    this.#running.clear();
    this.#repeating.clear();
    pc.start();
    if (this.#wasCut) this.options.afterCut?.(pc.observer(), pc);
    this.#wasCut = false;
    this.#setupGoesOn();
    for (const name of pc.tasks.names()) this.#watch(name, true);
    if (this.model.signIn !== undefined) {
      pc.after(this.model.signIn, () => {
        for (const name of pc.tasks.names()) if (pc.tasks.triggers(name)?.atSignIn) this.#fire(name);
      });
    }
    if (this.#startsAgain()) {
      pc.after(TECHNICIAN_RETURNS, () => {
        if (!this.#goesOnAlone()) this.#beginsAnew();
      });
    }
  }

  /** After a restart Setup does what it has prepared, and OOBE begins or goes on. */
  #setupGoesOn(): void {
    const { pc } = this;
    const end = pc.setup.start();
    if (end) {
      pc.spend(this.model.setup.offlineSeconds * 1000);
      pc.tell('setup', end.words);
      if (this.model.setup.losesTasks) pc.tasks.lose();
      if (this.model.setup.losesPlans) pc.powerPlans.lose();
      if (end.outcome === 'rolledBack') pc.after(ROLLBACK_HOOK, () => this.#runHook(end.hook));
      else {
        this.#upgraded = true;
        this.#oobe = { hook: end.hook };
      }
    }
    if (!this.#oobe) return;
    this.#setOobe(1);
    pc.after(this.model.setup.oobeSeconds, () => {
      const hook = this.#oobe?.hook;
      this.#oobe = undefined;
      this.#setOobe(0);
      this.#runHook(hook);
    });
  }

  #setOobe(data: number): void {
    for (const value of ['OOBEInProgress', 'SystemSetupInProgress'])
      this.pc.registry.setDurable({ key: SYSTEM_SETUP, value, data });
  }

  /** What cmd.exe makes of a hook (hooks.ts): redirections with echo, and schtasks. */
  #runHook(path: string | undefined): void {
    if (path === undefined) return;
    const files = new SimulatedFiles(this.pc, 0);
    const text = files.stat(path) ? files.readText(path) : '';
    for (const line of text.split(/\r?\n/)) {
      const claim = /^> "([^"]+)" echo (.*)$/.exec(line);
      const create = /\/create \/tn "([^"]+)" \/xml "([^"]+)"/.exec(line);
      const run = /\/run \/tn "([^"]+)"/.exec(line);
      if (claim) files.writeText(claim[1]!, `${claim[2]}\r\n`);
      if (create && !this.pc.tasks.exists(create[1]!) && files.stat(create[2]!)) {
        this.pc.tasks.register(create[1]!, files.readText(create[2]!));
      }
      if (run && this.pc.tasks.exists(run[1]!)) this.#taskStarted(run[1]!);
    }
  }

  #taskStarted(name: string): void {
    this.#taskHasRun = true;
    // From now on the task goes on by itself: the technician was told that the window may be closed. Where Windows
    // cannot flush, a power cut soon afterwards can still lose the task, and he sees that nothing happens.
    if (this.model.canFlush) this.#technicianWaits = false;
    this.pc.after(RUN_SOON, () => this.#fire(name));
  }

  /** Waits for the triggers of a task. */
  #watch(name: string, atStart: boolean): void {
    const triggers = this.pc.tasks.triggers(name);
    if (!triggers) return;
    if (atStart && triggers.atStart) this.pc.after(RUN_SOON, () => this.#fire(name));
    if (triggers.every !== undefined && !this.#repeating.has(name)) this.#repeat(name, triggers.every);
    if (triggers.at !== undefined) {
      const seconds = (triggers.at - this.pc.wallClock()) / 1000;
      this.pc.after(Math.max(RUN_SOON, seconds), () => this.#fire(name));
    }
  }

  #repeat(name: string, seconds: number): void {
    this.#repeating.add(name);
    this.pc.after(seconds, () => {
      this.#repeating.delete(name);
      if (!this.pc.tasks.exists(name)) return;
      this.#repeat(name, seconds);
      this.#fire(name);
    });
  }

  /** Windows starts a task; not one that runs already. */
  #fire(name: string): void {
    const triggers = this.pc.tasks.triggers(name);
    if (!triggers || this.#running.has(name)) return;
    this.#running.add(name);
    if (!/engine\.js/i.test(triggers.arguments)) {
      this.#running.delete(name);
      for (const line of triggers.programs) this.pc.runTaskProgram(line);
      return;
    }
    const folder = /"?([A-Za-z]:[^"]*?)\\engine\.js/.exec(triggers.arguments)?.[1] ?? 'C:\\Inplace';
    this.#process(() => this.engine.resume(this.pc.machineFor(folder), triggers.arguments));
    this.#running.delete(name);
  }

  /** What a process holds is free when it ends. */
  #process(action: () => void): void {
    const before = new Map(this.pc.locks);
    action();
    this.pc.locks.clear();
    for (const [path, process] of before) this.pc.locks.set(path, process);
  }
}
