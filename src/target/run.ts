/** A run under way: what is read at its start and what every part of the engine works on. */
import { localContent } from './content.js';
import type { CompiledSequence, StatusRecord } from './contract.js';
import { type Instruction, instructionTable } from './instructions.js';
import type { Journal } from './journal.js';
import { type LocalFolder, type ReportFolder, reportFolder } from './local-folder.js';
import { CmTraceLog } from './log.js';
import type { Machine } from './machine.js';
import type { RunState } from './run-state.js';
import { StatusFile } from './status.js';
import type { ChosenUpgrade, LocalContent } from './step.js';
import { isoTime } from './text.js';
import { VariableStore } from './variables.js';

/** A record before it has its number, its run and its end. */
export type NewRecord = Omit<StatusRecord, 'format' | 'run' | 'record' | 'end'>;

export class Run {
  readonly machine: Machine;
  readonly local: LocalFolder;
  readonly reports: ReportFolder;
  readonly sequence: CompiledSequence;
  readonly table: readonly Instruction[];
  readonly state: RunState;
  readonly variables: VariableStore;
  readonly log: CmTraceLog;
  readonly status: StatusFile;
  readonly content: LocalContent;
  readonly chosen: ChosenUpgrade | undefined;
  /** this start of Windows */
  readonly boot: string;
  readonly journal: Journal;

  constructor(machine: Machine, local: LocalFolder, journal: Journal, state: RunState, sequence: CompiledSequence) {
    const { start } = state;
    this.machine = machine;
    this.local = local;
    this.reports = reportFolder(local, start.run);
    this.sequence = sequence;
    this.table = instructionTable(sequence.steps);
    this.state = state;
    this.variables = new VariableStore(state.variables, (name) => machine.environment.variable(name));
    this.log = new CmTraceLog(machine, this.reports.log, this.variables);
    this.status = new StatusFile(machine, this.reports.status);
    this.content = localContent({ machine, local, start, sequence, logFolder: this.reports.folder });
    this.chosen = chosenOf(sequence, start.chosen);
    this.boot = machine.power.bootId();
    this.journal = journal;
  }

  /** Time of the machine, ISO 8601. */
  now(): string {
    return isoTime(this.machine.clock.now());
  }

  /**
   * Makes everything that was decided so far durable, then tells it in status.jsonl. In this order: a record whose line
   * a power cut took is in the journal and is written again; the other way round status.jsonl could tell of a step that
   * the journal knows nothing of, and that runs again.
   */
  save(): void {
    const { state } = this;
    state.variables = this.variables.stored();
    state.boot = this.boot;
    this.journal.write(state);
    if (this.status.append(state.unwritten)) state.unwritten = [];
  }

  /** Gives a record its number; its line is written with the next `save`. */
  record(record: NewRecord): void {
    const { state } = this;
    state.records += 1;
    state.unwritten.push({ format: 1, run: state.start.run, record: state.records, end: this.now(), ...record });
  }

  /** After a cut: writes the lines that did not reach status.jsonl, and forgets those that did. */
  writeMissingRecords(): void {
    const { state } = this;
    if (state.unwritten.length === 0) return;
    const missing: StatusRecord[] = [];
    const written = this.status.read();
    for (const record of state.unwritten) if (!isWritten(record, written)) missing.push(record);
    if (this.status.append(missing)) state.unwritten = [];
  }
}

/** By number and content: the number alone could be that of a line whose step was cut and ran again. */
function isWritten(record: StatusRecord, written: readonly StatusRecord[]): boolean {
  for (const one of written) {
    if (one.record === record.record) return one.path === record.path && one.end === record.end;
  }
  return false;
}

function chosenOf(
  sequence: CompiledSequence,
  { packageId, imageIndex }: { readonly packageId: string; readonly imageIndex: number },
): ChosenUpgrade | undefined {
  for (const one of sequence.upgradePackages) {
    for (const image of one.images) {
      if (one.id === packageId && image.index === imageIndex) return { package: one, image };
    }
  }
  return undefined;
}
