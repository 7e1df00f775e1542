/** Programs on a simulated machine: each behaves as the model says, in simulated time. */
import type { Command, Processes } from '../machine.js';
import type { CommandModel } from './model.js';

/** How one run of a program goes. */
export interface Behaviour {
  readonly exitCode: number;
  readonly seconds: number;
  readonly output: string;
  readonly hangs: boolean;
  readonly vanishes: boolean;
  /** what happens when it ends by itself, before anybody can read its exit code */
  ended(): void;
  /** seconds that a program it started goes on afterwards, and the name of that program */
  readonly child?: { readonly image: string; readonly seconds: number };
}

export interface ProcessesHost {
  /** @throws when there is no such program */
  behaviourOf(command: Command): Behaviour;
  /** calls back after some simulated time, unless the machine has restarted */
  after(seconds: number, action: () => void): void;
  /** writes as a program does: to files, not for good; no error when there is no place for it */
  writeText(path: string, text: string): void;
}

interface Running {
  readonly image: string;
  /** the program itself; undefined for one that another started */
  readonly parent?: string;
}

/** `cmd /c` and its like: `C:\x\setup.exe` of `"C:\x\setup.exe" /auto upgrade`. */
export function programOf(line: string): string {
  const match = /^\s*(?:"([^"]*)"|(\S+))/.exec(line);
  return match?.[1] ?? match?.[2] ?? '';
}

/** All processes since the machine started. */
export class ProcessTable implements Processes {
  #running = new Map<string, Running>();
  /** by result file, in lower case */
  #started = new Map<string, string>();
  #next = 100;

  constructor(readonly host: ProcessesHost) {}

  start(command: Command): string {
    const behaviour = this.host.behaviourOf(command);
    this.#next += 4;
    const name = `process-${this.#next}`;
    const image = programOf(command.line).split('\\').at(-1)!;
    this.#running.set(name, { image });
    this.#started.set(command.resultFile.toLowerCase(), name);
    this.host.writeText(command.outputFile, '');
    if (behaviour.child) this.#running.set(`${name}-child`, { image: behaviour.child.image, parent: name });
    if (!behaviour.hangs) this.host.after(behaviour.seconds, () => this.#ends(name, command, behaviour));
    return name;
  }

  adopt(resultFile: string): string | undefined {
    return this.#started.get(resultFile.toLowerCase());
  }

  isRunning(process: string): boolean {
    return this.#running.has(process) || this.#running.has(`${process}-child`);
  }

  isImageRunning(image: string): boolean {
    const key = image.toLowerCase();
    return [...this.#running.values()].some((process) => process.image.toLowerCase() === key);
  }

  end(process: string): void {
    this.#running.delete(process);
    this.#running.delete(`${process}-child`);
  }

  /** The machine went down. */
  clear(): void {
    this.#running = new Map();
    this.#started = new Map();
  }

  get count(): number {
    return this.#running.size;
  }

  #ends(name: string, command: Command, behaviour: Behaviour): void {
    if (!this.#running.has(name)) return;
    this.host.writeText(command.outputFile, behaviour.output);
    behaviour.ended();
    if (!behaviour.vanishes) this.host.writeText(command.resultFile, `${behaviour.exitCode}\r\n`);
    this.#running.delete(name);
    const { child } = behaviour;
    if (child) this.host.after(child.seconds, () => this.#running.delete(`${name}-child`));
  }
}

/** Programs of the model and what a program does that nobody has described. */
export class CommandTable {
  readonly #runs = new Map<CommandModel, number>();
  readonly #patterns: readonly { readonly model: CommandModel; readonly pattern: RegExp }[];

  constructor(models: readonly CommandModel[]) {
    this.#patterns = models.map((model) => ({ model, pattern: wildcard(model.match) }));
  }

  find(line: string): CommandModel | undefined {
    return this.#patterns.find(({ pattern }) => pattern.test(line))?.model;
  }

  /** The exit code of this run; the runs that a power cut ended are not counted. */
  exitCode(model: CommandModel): number {
    const run = this.#runs.get(model) ?? 0;
    return model.exitCodes[Math.min(run, model.exitCodes.length - 1)] ?? 0;
  }

  ended(model: CommandModel): void {
    this.#runs.set(model, (this.#runs.get(model) ?? 0) + 1);
  }
}

/** `exit 5` at the end of a line of cmd, as in `cmd /c exit 5`; 0 for anything else. */
export function exitCodeInLine(line: string): number {
  return Number(/\bexit(?:\s+\/b)?\s+(-?\d+)\s*"?\s*$/i.exec(line)?.[1] ?? 0);
}

/** Found anywhere in the text; * is any text, ? one character. */
function wildcard(match: string): RegExp {
  const source = match
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(source, 'is');
}
