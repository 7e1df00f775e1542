import type { Finding } from '../errors.js';
import { type Environment, environmentValue, isEnvironmentName, missingVariable } from '../yaml/environment.js';
import { isMapping, type YamlPath } from '../yaml/field-name.js';
import { missingSpace, quoteName } from '../yaml/key-names.js';
import { quoteValue } from '../yaml/product-keys.js';
import type { YamlDocument } from '../yaml/yaml-document.js';
import { MediaVariable } from './model.js';

/** Limits of task sequence variables in ConfigMgr (facts/configmgr.md, C). */
const MAX_NAME = 256;
const MAX_VALUE = 4000;

/** No message may repeat what stands below `variables`: it may be secret, and what is mistyped is not known to be. */
export function isSecretPath(path: YamlPath): boolean {
  return path[0] === 'variables' || path[0] === 'password' || path[0] === 'signing';
}

/** Reads the variables and checks names and values. What is wrong is left out of `variables`. */
export function readVariables(
  document: YamlDocument,
  environment: Environment,
): { readonly variables: readonly MediaVariable[]; readonly findings: readonly Finding[] } {
  const given = document.at(['variables']);
  const variables: MediaVariable[] = [];
  const findings: Finding[] = [];
  const seen = new Map<string, string>();
  for (const name of isMapping(given) ? Object.keys(given) : []) {
    const reader = new VariableReader(document, environment, ['variables', name]);
    const first = seen.get(name.toLowerCase());
    const wrongName = checkVariableName(name);
    if (wrongName !== undefined) reader.reportName(wrongName, missingSpace(name));
    else if (first !== undefined) {
      reader.reportName(
        `The variable ${quoteValue(name)} is there twice, first as ${quoteValue(first)}: letter case is ignored`,
      );
    } else seen.set(name.toLowerCase(), name);
    const value = reader.readValue();
    if (value !== undefined) variables.push(new MediaVariable(name, value, reader.secret));
    if (reader.secret) reader.warn();
    findings.push(...reader.findings);
  }
  return { variables, findings };
}

/** What is wrong with the name of a variable, or undefined. */
export function checkVariableName(name: string): string | undefined {
  const shown = quoteName(name);
  const found = shown === undefined ? 'Found a name that cannot be one' : `Found the name ${shown}`;
  if (name.startsWith('_')) return `${found}, but names that begin with _ belong to the task sequence engine`;
  if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) return `${found}, expected a letter, then letters, digits, _ and -`;
  return name.length > MAX_NAME
    ? `The name has ${name.length} characters, at most ${MAX_NAME} are possible`
    : undefined;
}

class VariableReader {
  readonly findings: Finding[] = [];
  /** whether the value must never be shown; what is not plainly public is secret */
  readonly secret: boolean;

  constructor(
    readonly document: YamlDocument,
    readonly environment: Environment,
    readonly path: YamlPath,
  ) {
    const flag = document.at([...path, 'secret']);
    this.secret = flag !== undefined && flag !== false;
  }

  /** The value as text; undefined when there is none or something is wrong with it. */
  readValue(): string | undefined {
    const given = this.document.at(this.path);
    const value = isMapping(given) ? this.#readForm() : this.#scalar(this.path);
    if (value === undefined) return undefined;
    if (value.length > MAX_VALUE) {
      this.#report(this.path, `The value has ${value.length} characters, at most ${MAX_VALUE} are possible`);
    } else if (value.includes('\0'))
      this.#report(this.path, 'The value holds a zero character, which ends a text on Windows');
    return value;
  }

  reportName(message: string, hint?: string): void {
    const where = this.document.keyPlace(this.path);
    this.findings.push({ code: 'DEFINITION_INVALID', message, where, ...(hint === undefined ? {} : { hint }) });
  }

  warn(): void {
    const shown = quoteName(String(this.path[1]));
    this.findings.push({
      code: 'SECRET_READABLE',
      severity: 'warning',
      message: `${shown === undefined ? 'A secret variable' : `The secret variable ${shown}`} goes onto the media, where whoever holds it can read it`,
      where: this.document.keyPlace(this.path),
      hint: 'Keep the media safe, and change the secret when the work is done',
    });
  }

  #readForm(): string | undefined {
    const value = this.document.at([...this.path, 'value']);
    const env = this.document.at([...this.path, 'env']);
    if ((value === undefined) === (env === undefined)) {
      const found = value === undefined ? 'Found neither "value" nor "env"' : 'Found both "value" and "env"';
      this.#report(this.path, `${found}, expected one of them`);
      return undefined;
    }
    return env === undefined ? this.#scalar([...this.path, 'value']) : this.#fromEnvironment();
  }

  #fromEnvironment(): string | undefined {
    const path = [...this.path, 'env'];
    const name = this.document.textAt(path);
    if (name === undefined) return undefined;
    const value = environmentValue(this.environment, name);
    if (!isEnvironmentName(name)) {
      const hint = 'Letters, digits and _; the value itself belongs into "value"';
      this.#report(path, 'Expected the name of an environment variable', hint);
    } else if (value === undefined || value === '') {
      const { message, hint } = missingVariable(name, value === undefined ? 'is not set' : 'is empty');
      this.#report(path, message, hint);
    } else return value;
    return undefined;
  }

  /** Numbers and truth values are taken as they were written: 0012 stays 0012. */
  #scalar(path: YamlPath): string | undefined {
    return this.document.textAt(path) ?? this.document.sourceAt(path);
  }

  #report(path: YamlPath, message: string, hint?: string): void {
    const where = this.document.place(path);
    this.findings.push({ code: 'DEFINITION_INVALID', message, where, ...(hint === undefined ? {} : { hint }) });
  }
}
