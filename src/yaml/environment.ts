import type { z } from 'zod';
import type { ErrorCode, Finding } from '../errors.js';
import { isMapping, type YamlPath } from './field-name.js';
import { holdsProductKey } from './product-keys.js';
import { schemasAt } from './schema-walk.js';
import type { YamlDocument } from './yaml-document.js';

/** The environment variables a definition and its sequence may read; handed in, never taken from the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A dollar sign before it makes it plain text: `$${env:NAME}` is the text `${env:NAME}`. */
const REFERENCE = /\$?\$\{env:([^}]*)(\}?)/g;

/** How a reference is written. */
const FORM = `Write \${env:NAME}, the name in letters, digits and _`;

/** A name that every operating system allows: `PRODUCT_KEY`, `ProgramFiles(x86)`. */
const NAME = /^[A-Za-z_][\w().-]{0,254}$/;

/** The value of an environment variable, or undefined when it is not set. */
export function environmentValue(environment: Environment, name: string): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}

/** Whether this can be the name of an environment variable. */
export function isEnvironmentName(name: string): boolean {
  return NAME.test(name);
}

/**
 * How a message calls a variable that is not set. A name that is not written like one may be the secret itself,
 * written where its variable belongs.
 */
export function missingVariable(
  name: string,
  state = 'is not set',
): { readonly message: string; readonly hint: string } {
  if (/^[A-Z_][A-Z0-9_]{0,99}$/.test(name) && !holdsProductKey(name)) {
    return { message: `The environment variable "${name}" ${state}`, hint: `Set ${name} before you run inplace` };
  }
  const hint = 'Set it before you run inplace; only the name of a variable belongs here, never its value';
  return { message: `The environment variable named here ${state}`, hint };
}

/** What the text of a document is filled in with, and how. */
export interface FillOptions {
  readonly environment: Environment;
  /** says where true or false is expected: there a text that was filled in stands for it */
  readonly schema: z.core.$ZodType;
  /** code of the findings */
  readonly code: ErrorCode;
  /** text that is left alone, because `${env:NAME}` has a meaning of its own in it */
  readonly isExempt?: (path: YamlPath) => boolean;
}

/** A text as it must be written so that no reference is found in it. */
export function escapeReferences(text: string): string {
  // a function, because $$ has a meaning in a text that replaces
  return text.replaceAll('${env:', () => '$${env:');
}

/** Fills in every `${env:NAME}` once; what it stands for is not searched again. */
export function fillEnvironment(
  document: YamlDocument,
  options: FillOptions,
): { readonly document: YamlDocument; readonly findings: readonly Finding[] } {
  const filler = new Filler(document, options);
  return { document: document.withValue(filler.fill(document.value, [])), findings: filler.findings };
}

class Filler {
  readonly findings: Finding[] = [];

  constructor(
    readonly document: YamlDocument,
    readonly options: FillOptions,
  ) {}

  fill(value: unknown, path: YamlPath): unknown {
    if (typeof value === 'string') return this.#fillValue(value, path);
    if (Array.isArray(value)) return value.map((item, index) => this.fill(item, [...path, index]));
    if (!isMapping(value)) return value;
    const filled: Record<string, unknown> = Object.create(null);
    for (const key of Object.keys(value)) filled[key] = this.fill(value[key], [...path, key]);
    return filled;
  }

  /** YAML knows the type of what it reads; a variable of the environment is always text. */
  #fillValue(text: string, path: YamlPath): string | boolean {
    if (this.options.isExempt?.(path)) return text;
    const filled = this.#fillText(text, path);
    if (filled === text || !/^(?:true|false)$/i.test(filled)) return filled;
    const kinds = schemasAt(this.options.schema, path).map(({ _zod: { def } }) => def.type);
    return kinds.includes('boolean') && !kinds.includes('string') ? filled.toLowerCase() === 'true' : filled;
  }

  #fillText(text: string, path: YamlPath): string {
    return text.replace(REFERENCE, (whole, name: string, end: string) => {
      if (whole.startsWith('$$')) return whole.slice(1);
      const value = environmentValue(this.options.environment, name);
      // The text is not repeated: it may be part of a secret.
      if (end === '') this.#report(path, 'A reference to an environment variable has no "}"', FORM);
      else if (!isEnvironmentName(name)) this.#report(path, 'A reference does not name an environment variable', FORM);
      else if (value === undefined) {
        const { message, hint } = missingVariable(name);
        this.#report(path, message, hint);
      }
      return value ?? whole;
    });
  }

  #report(path: YamlPath, message: string, hint: string): void {
    this.findings.push({ code: this.options.code, message, where: this.document.place(path), hint });
  }
}
