/**
 * What has been done, written so that a power cut never leaves it unreadable (design/task-sequence.md, 7).
 * Windows Script Host cannot flush a file, and its rename cannot replace one. So there are two slots, written in turn;
 * each says its length, sequence number and checksum, and the newest that is whole counts. A cut during a write damages
 * one slot only, the other one still holds the record before.
 */
import { crc32 } from './checksum.js';
import { rethrowGone } from './gone.js';
import { parseJson, writeJson } from './json.js';
import { driveOf, type LocalFolder } from './local-folder.js';
import type { Machine } from './machine.js';
import type { RunState } from './run-state.js';

const MAGIC = 'inplace-journal-1';

/**
 * Milliseconds after which Windows has written a file by itself, where it cannot be told to: its lazy writer takes
 * a few seconds, its volumes are tidied up within half a minute (U: no figure of Microsoft's is known).
 */
export const SETTLED = 35000;

/** A record in one of the slots. */
interface Slot {
  /** 0 or 1 */
  readonly slot: 0 | 1;
  readonly sequence: number;
  readonly state: RunState;
}

/** Reads and writes the journal of the local folder. */
export class Journal {
  private readonly machine: Machine;
  private readonly slots: readonly [string, string];
  private readonly drive: string;
  private sequence = 0;
  /** slot of the newest whole record */
  private newest: 0 | 1 | undefined;
  /** clock time after which the newest slot is on the disk, where Windows cannot flush; undefined: it is */
  private settles: number | undefined;
  /** whether the slot that is not the newest holds a whole record */
  private otherIsWhole = false;

  constructor(machine: Machine, folder: LocalFolder) {
    this.machine = machine;
    this.slots = folder.journals;
    this.drive = driveOf(folder.folder);
  }

  /** The newest whole record; undefined when there is none: no run was ever begun. */
  read(): RunState | undefined {
    const first = this.readSlot(0);
    const second = this.readSlot(1);
    const found = first && (!second || first.sequence > second.sequence) ? first : second;
    if (!found) return undefined;
    this.sequence = found.sequence;
    this.newest = found.slot;
    this.otherIsWhole = first !== undefined && second !== undefined;
    // An engine that was ended may have written it a moment ago.
    this.makeDurable();
    return found.state;
  }

  /**
   * Writes a record and makes it durable before it returns. Never over the newest record that is known to be on the
   * disk: where Windows cannot flush, a young record is written over instead, so that one slot is always an old one.
   *
   * Everything is flushed before the record as well: a record says what has been done, and a cut in the middle of two
   * unflushed writes may leave the later one only. What a step did, or a line of status.jsonl, is then on the disk before
   * the record that counts on it.
   */
  write(state: RunState): void {
    this.machine.files.flush(this.drive);
    const over = this.slotToWrite();
    this.sequence += 1;
    this.machine.files.writeText(this.slots[over], frame(this.sequence, writeJson(state)));
    if (this.newest !== undefined && this.newest !== over) this.otherIsWhole = true;
    this.newest = over;
    this.makeDurable();
  }

  /**
   * For what must not be done before the journal knows it for certain, as when something is switched off.
   * Where Windows cannot flush, this waits until its lazy writer has been at work.
   */
  settle(): void {
    if (this.settles === undefined) return;
    this.machine.clock.sleep(SETTLED);
    this.settles = undefined;
  }

  /** Whether the newest record is known to be on the disk. */
  isOnDisk(): boolean {
    return this.settles === undefined;
  }

  /** Both slots: nothing of before can come back, and nothing of it, as secret values, is left. */
  writeBoth(state: RunState): void {
    this.write(state);
    // Were the second slot overwritten before the first is on the disk, one cut could take both.
    this.settle();
    this.write(state);
  }

  /** The files of both slots, the one that counts last. */
  oldestFirst(): readonly string[] {
    return this.newest === 0 ? [this.slots[1], this.slots[0]] : this.slots;
  }

  /** Everything written so far, where Windows can. */
  flush(): void {
    this.makeDurable();
    this.settle();
  }

  private slotToWrite(): 0 | 1 {
    if (this.newest === undefined) return 0;
    const isYoung = this.settles !== undefined && this.machine.clock.now() < this.settles;
    if (isYoung && this.otherIsWhole) return this.newest;
    return this.newest === 0 ? 1 : 0;
  }

  private makeDurable(): void {
    const isFlushed = this.machine.files.flush(this.drive);
    this.settles = isFlushed ? undefined : this.machine.clock.now() + SETTLED;
  }

  private readSlot(slot: 0 | 1): Slot | undefined {
    let text: string;
    try {
      if (this.machine.files.stat(this.slots[slot])?.folder !== false) return undefined;
      text = this.machine.files.readText(this.slots[slot]);
    } catch (error) {
      // A slot that cannot be read is like one that is damaged: the other one counts.
      rethrowGone(error);
      return undefined;
    }
    const framed = unframe(text);
    return framed && { slot, ...framed };
  }
}

/** One line that describes the next, and the record. The checksum covers the sequence number as well. */
export function frame(sequence: number, json: string): string {
  return `${MAGIC} ${sequence} ${json.length} ${crc32(`${sequence} ${json}`)}\r\n${json}\r\n`;
}

/** What `frame` wrote; undefined when a single character of it is missing or different. */
export function unframe(text: string): { readonly sequence: number; readonly state: RunState } | undefined {
  const head = /^inplace-journal-1 (\d{1,15}) (\d{1,15}) ([0-9a-f]{8})\r\n/.exec(text);
  if (!head) return undefined;
  const json = text.substring(head[0].length, text.length - 2);
  const whole = text.substring(text.length - 2) === '\r\n' && json.length === parseInt(head[2] ?? '', 10);
  if (!whole || crc32(`${head[1]} ${json}`) !== head[3]) return undefined;
  try {
    const state = parseJson(json) as unknown as RunState;
    return state.format === 1 ? { sequence: parseInt(head[1] ?? '', 10), state } : undefined;
  } catch {
    return undefined;
  }
}
