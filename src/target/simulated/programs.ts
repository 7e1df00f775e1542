/** What the programs that the engine starts do: those of the model, Windows Setup, and what nobody has described. */
import type { Command } from '../machine.js';
import { entriesOf } from './drive.js';
import { type FilesHost, SimulatedFiles } from './files.js';
import type { CommandModel } from './model.js';
import { type Behaviour, CommandTable, exitCodeInLine, programOf } from './processes.js';
import type { SimulatedRegistry } from './registry.js';
import { WindowsSetup } from './windows-setup.js';

/** What programs do something to. */
export interface ProgramsHost extends FilesHost {
  readonly registry: SimulatedRegistry;
  /** Windows is asked to restart, in so many seconds */
  restart(seconds: number): void;
}

/** Seconds of a program that nobody has described. */
const COMMAND_SECONDS = 5;

export class Programs {
  readonly #commands: CommandTable;

  constructor(
    commands: readonly CommandModel[],
    readonly setup: WindowsSetup,
    readonly host: ProgramsHost,
  ) {
    this.#commands = new CommandTable(commands);
  }

  /** @throws when there is no such program */
  behaviourOf(command: Command): Behaviour {
    const { line } = command;
    const program = programOf(line);
    const model = this.#commands.find(line);
    if (!model && !this.#exists(program)) throw new Error(`The system cannot find the file specified: "${program}"`);
    if (!model && WindowsSetup.isSetup(line)) return this.setup.behaviourOf(command);
    if (!model) {
      const exitCode = exitCodeInLine(line);
      return { exitCode, seconds: COMMAND_SECONDS, output: '', hangs: false, vanishes: false, ended: () => {} };
    }
    return {
      exitCode: this.#commands.exitCode(model),
      seconds: model.seconds,
      output: model.output,
      hangs: model.hangs ?? false,
      vanishes: model.vanishes ?? false,
      ended: () => {
        this.#commands.ended(model);
        this.#effects(model, command);
        if (model.restarts) this.host.restart(0);
      },
    };
  }

  /** What a program writes. */
  write(path: string, text: string): void {
    try {
      new SimulatedFiles(this.host, 0).writeText(path, text);
    } catch {
      // A program that cannot write its output goes on, as under cmd.
    }
  }

  /** Programs of Windows and those on its path are there; a program with a path must be. */
  #exists(program: string): boolean {
    if (!/^([A-Za-z]:|\\)/.test(program) || /^[A-Za-z]:\\Windows\\/i.test(program)) return true;
    return new SimulatedFiles(this.host, 0).stat(program)?.folder === false;
  }

  #effects({ files = [], registry = [], removes = [], sets = {} }: CommandModel, { environment }: Command): void {
    const { host } = this;
    const all = new SimulatedFiles(host, 0);
    for (const entry of entriesOf(files, host.wallClock()).values()) host.drives[0]!.put(entry, host.uptime);
    for (const { key, value = '', data = '' } of registry) host.registry.write(key, value, data);
    for (const path of removes) all.remove(path);
    const variables = environment['INPLACE_VARIABLES'];
    const lines = Object.entries(sets).map(([name, value]) => `${name}=${value}\r\n`);
    if (variables !== undefined && lines.length > 0) this.write(variables, lines.join(''));
  }
}
