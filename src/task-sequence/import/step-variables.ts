import { quote } from '../../bytes/quote.js';
import { hidesValue } from './secrets.js';
import { attribute, childrenNamed, type XmlElement } from './xml.js';

interface Entry {
  readonly names: readonly string[];
  readonly label: string;
  readonly value: string;
  readonly secret: boolean;
  used: boolean;
}

/** The variables of a step (`defaultVarList`), by property or name, without case. Remembers which of them were read. */
export class StepVariables {
  readonly #entries: Entry[];

  constructor(step: XmlElement) {
    const lists = childrenNamed(step, 'defaultvarlist');
    this.#entries = lists.flatMap((list) => childrenNamed(list, 'variable')).map(readEntry);
  }

  /** Value of the first of these names that has one; the last counts where there are several. Empty when none has. */
  get(...names: readonly string[]): string {
    let found = '';
    for (const name of names.map((text) => text.toLowerCase())) {
      const same = this.#entries.filter((entry) => entry.names.includes(name));
      for (const entry of same) entry.used = true;
      // an empty one says nothing: some exports have a second one without a value
      found ||= same.findLast(({ value }) => value !== '')?.value ?? '';
    }
    return found;
  }

  /** Whether it says true. */
  isTrue(...names: readonly string[]): boolean {
    return /^(?:true|1|yes)$/i.test(this.get(...names));
  }

  /** Says of variables that they change nothing here. */
  ignore(...names: readonly string[]): void {
    this.get(...names);
  }

  /** What was given twice with different values, and what nobody asked for: in words, without secret values. */
  leftovers(): string[] {
    const last = new Map<string, Entry>();
    const given = this.#entries.filter(({ value }) => value !== '');
    for (const entry of given) for (const name of entry.names) last.set(name, entry);
    const words = new Set<string>();
    for (const entry of given) {
      const later = entry.names.map((name) => last.get(name)!).find(({ value }) => value !== entry.value);
      if (later) words.add(`${entry.label} is given twice; the last value was taken`);
      else if (!entry.used && !/^false$/i.test(entry.value)) {
        words.add(`${entry.label}${entry.secret ? '' : ` (${quote(entry.value)})`} was left out`);
      }
    }
    return [...words];
  }
}

function readEntry(element: XmlElement): Entry {
  const name = attribute(element, 'name') ?? '';
  const property = attribute(element, 'property') ?? '';
  const names = [name, property].filter((text) => text !== '').map((text) => text.toLowerCase());
  const secret = hidesValue(element);
  return { names, label: `the variable ${quote(property || name)}`, value: element.text.trim(), secret, used: false };
}
