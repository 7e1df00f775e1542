/**
 * The variables of the sequence (facts/configmgr.md, C: rules): names without case, values as text, secrets.
 * Which names a step may set is asked in steps/settable.ts; here the engine may set all of them.
 */
import type { Variables } from './step.js';
import { beginsWith, contains, hasOwn, linesOf, sortedKeys } from './text.js';

/** A variable as it is kept in variables.json and in the journal. */
export interface StoredVariable {
  readonly name: string;
  readonly value: string;
  readonly secret?: boolean;
}

/** Everything that has to be kept over a restart. */
export interface StoredVariables {
  readonly variables: readonly StoredVariable[];
  /** secret values that were replaced: logs of before still hold them */
  readonly formerSecrets: readonly string[];
}

/** A secret shorter than this is not masked: `1` as `***` would make every log unreadable and hide nothing. */
export const SHORTEST_MASKED = 4;
/** Words that are in every log. */
const COMMON_WORDS: readonly string[] = ['true', 'false', 'none', 'null'];
const MASK = '***';

/** Whether a secret value is taken out of texts: not one that is too short, or an everyday word. */
export function isMaskable(value: string): boolean {
  return value.length >= SHORTEST_MASKED && !contains(COMMON_WORDS, value.toLowerCase());
}

/** The variables of a run. */
export class VariableStore implements Variables {
  private readonly byName: Record<string, StoredVariable> = {};
  private readonly former: string[] = [];
  private changed: string[] = [];
  /** built when it is first needed after a change */
  private masking: RegExp | undefined | false;
  private readonly environment: (name: string) => string;

  /** @param environment what a name that is no variable stands for: `%SystemRoot%`; empty for nothing */
  constructor(stored: StoredVariables, environment: (name: string) => string) {
    this.environment = environment;
    for (const one of stored.variables) this.put(one);
    for (const value of stored.formerSecrets) this.former.push(value);
  }

  get(name: string): string {
    return this.find(name)?.value ?? '';
  }

  /** A secret stays one when it is set again without saying so. */
  set(name: string, value: string, secret = false): void {
    // What had no value and gets none has not changed.
    if (value === '' && !this.find(name)) return;
    const key = name.toLowerCase();
    if (!contains(this.changed, key)) this.changed.push(key);
    this.setQuietly(name, value, secret);
  }

  /** The same for what the engine says with every step: it is no change that anybody wants to read of. */
  setQuietly(name: string, value: string, secret = false): void {
    const before = this.find(name);
    const isSecret = secret || before?.secret === true;
    if (before?.secret && before.value !== value && !contains(this.former, before.value))
      this.former.push(before.value);
    this.masking = undefined;
    if (value === '') delete this.byName[keyOf(name)];
    else this.put({ name: before?.name ?? name, value, ...(isSecret ? { secret: true } : {}) });
  }

  /**
   * One pass: what a value holds is not expanded again. A name that is no variable is looked for in the environment of
   * the machine, as people write %SystemRoot% (U: whether ConfigMgr does). What stands between two % and holds a blank
   * is no name.
   */
  expand(text: string): string {
    return text.replace(/%%|%([^%\s]+)%/g, (whole: string, name: string | undefined) => {
      if (!name) return whole;
      return this.find(name)?.value ?? this.environment(name);
    });
  }

  /** The longest value first, so that no part of it is left over; without case, for programs change it. */
  mask(text: string): string {
    const pattern = this.pattern();
    return pattern ? text.replace(pattern, MASK) : text;
  }

  /** What is left of a cut value is as short as `mask` lets pass, or masked. */
  maskEnd(text: string): string {
    const start = text.toLowerCase();
    let cut = 0;
    for (const part of this.maskedParts()) {
      const lower = part.toLowerCase();
      for (let from = 1; lower.length - from >= SHORTEST_MASKED; from++) {
        const isLonger = lower.length - from > cut && start.charAt(0) === lower.charAt(from);
        if (isLonger && beginsWith(start, lower.substring(from))) cut = lower.length - from;
      }
    }
    return cut === 0 ? this.mask(text) : MASK + this.mask(text.substring(cut));
  }

  masksAnything(): boolean {
    return this.pattern() !== false;
  }

  isSecret(name: string): boolean {
    return this.find(name)?.secret === true;
  }

  names(): readonly string[] {
    const names: string[] = [];
    for (const key of sortedKeys(this.byName)) names.push(this.byName[key]!.name);
    return names;
  }

  /** What changed since this was last asked, masked; a removed variable is empty. undefined: nothing. */
  takeChanges(): Record<string, string> | undefined {
    const changes: Record<string, string> = {};
    for (const key of this.changed) {
      const now = this.find(key);
      changes[now?.name ?? key] = now?.secret ? MASK : this.maskEnd(now?.value ?? '');
    }
    const any = this.changed.length > 0;
    this.changed = [];
    return any ? changes : undefined;
  }

  /** For the journal; secrets are in it as they are, since they are needed after a restart. */
  stored(): StoredVariables {
    const variables: StoredVariable[] = [];
    for (const key of sortedKeys(this.byName)) variables.push(this.byName[key]!);
    return { variables, formerSecrets: this.former.slice() };
  }

  private find(name: string): StoredVariable | undefined {
    const key = keyOf(name);
    return hasOwn(this.byName, key) ? this.byName[key] : undefined;
  }

  private put(variable: StoredVariable): void {
    this.byName[keyOf(variable.name)] = variable;
  }

  private pattern(): RegExp | false {
    if (this.masking === undefined) this.masking = this.maskingPattern();
    return this.masking;
  }

  private maskingPattern(): RegExp | false {
    const parts = this.maskedParts();
    if (parts.length === 0) return false;
    parts.sort((a, b) => b.length - a.length);
    for (let index = 0; index < parts.length; index++) parts[index] = literal(parts[index]!);
    return new RegExp(parts.join('|'), 'gi');
  }

  private maskedParts(): string[] {
    const values = this.former.slice();
    for (const key of sortedKeys(this.byName)) if (this.byName[key]!.secret) values.push(this.byName[key]!.value);
    const parts: string[] = [];
    for (const value of values) {
      if (isMaskable(value)) parts.push(value);
      // A log writes a text of several lines line by line.
      if (/[\r\n]/.test(value)) for (const line of linesOf(value)) if (isMaskable(line)) parts.push(line);
    }
    return parts;
  }
}

/** A name before which something stands, so that `constructor` or `__proto__` is a name like others. */
function keyOf(name: string): string {
  return `%${name.toLowerCase()}`;
}

/** A text as a pattern that fits exactly it. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
