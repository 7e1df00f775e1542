/** Looks into the journal of a simulated machine as the engine would: what the proof of power cuts asks. */

import type { CompiledSequence } from '../contract.js';
import { instructionTable } from '../instructions.js';
import { unframe } from '../journal.js';
import { parseJson } from '../json.js';
import { localFolder } from '../local-folder.js';
import type { Machine } from '../machine.js';

export interface JournalLook {
  /** none: no run was ever begun; damaged: there are slots, and none of them is whole */
  readonly state: 'none' | 'whole' | 'damaged';
  /** path of the step that was under way */
  readonly stepUnderWay: string | undefined;
  /** id of the run */
  readonly run: string | undefined;
}

export function readJournal(machine: Machine): JournalLook {
  const local = localFolder(machine.environment);
  const { files } = machine;
  const texts = local.journals.filter((path) => files.stat(path)).map((path) => files.readText(path));
  const whole = texts.flatMap((text) => unframe(text) ?? []).sort((a, b) => b.sequence - a.sequence);
  const newest = whole[0]?.state;
  if (!newest) return { state: texts.length === 0 ? 'none' : 'damaged', stepUnderWay: undefined, run: undefined };
  const { underWay, start } = newest;
  const stepUnderWay = underWay === undefined ? undefined : pathOf(machine, local.sequence, underWay.index);
  return { state: 'whole', stepUnderWay, run: start.run };
}

function pathOf({ files }: Machine, sequence: string, index: number): string | undefined {
  if (!files.stat(sequence)) return undefined;
  const { steps } = parseJson(files.readText(sequence)) as unknown as CompiledSequence;
  return instructionTable(steps)[index]?.node.path;
}
