/**
 * What a machine must do, whatever it is made of: the same table runs on the simulated machine in Node and, lowered to
 * ES3 like the engine, under Windows Script Host. So these files keep to what JScript 5.8 has.
 */
import type { Machine } from '../../../src/target/machine.js';

/** What a behaviour finds on either machine. */
export interface Place {
  readonly machine: Machine;
  /** an empty folder of its own */
  readonly folder: string;
  /** another process takes the lock and keeps it */
  hold(path: string): void;
  /** that process is gone */
  release(): void;
}

export interface Behaviour {
  readonly name: string;
  /** what `run` returns, as JSON; an error that is expected is returned, not thrown */
  readonly expected: unknown;
  run(place: Place): unknown;
}

/** A program whose command line says what it does (test/support/wine/behaviour-tool.c). */
export const TOOL = 'C:\\behave\\tool.exe';

/** Registry keys of the behaviours; what lies in FIXTURES is there before. */
export const KEY = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\InplaceTest';
export const FIXTURES = `${KEY}\\Fixtures`;

/** `threw` when it throws an Error with words: its words differ from machine to machine. */
export function thrown(what: () => unknown): unknown {
  try {
    return what();
  } catch (error) {
    return (error as Error).message === '' ? 'threw without a word' : 'threw';
  }
}

/** Text of so many characters, no line end at its end. */
export function longText(characters: number): string {
  let text = '0123456789abcdefghijklmnopqrstuvwxyz ~!%&^"<>|\r\n';
  while (text.length < characters) text += text;
  return text.substring(0, characters);
}

/** The names in order: no machine promises one. */
export function sorted(names: readonly string[]): string[] {
  return names.concat([]).sort();
}
