import type { Finding } from '../errors.js';
import { isMapping, type YamlPath } from './yaml-document/field-name.js';
import type { YamlDocument } from './yaml-document.js';

/** The environment variables a definition may read; handed in, never taken from the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{env:([^}]*)(\}?)/g;

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

/** Fills in every `${env:NAME}` once; what it stands for is not searched again. */
export function fillEnvironment(
  document: YamlDocument,
  environment: Environment,
): { readonly document: YamlDocument; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const report = (path: YamlPath, message: string, hint: string): void => {
    findings.push({ code: 'DEFINITION_INVALID', message, where: document.place(path), hint });
  };
  const fillText = (text: string, path: YamlPath): string =>
    text.replace(REFERENCE, (whole, name: string, end: string) => {
      const value = environmentValue(environment, name);
      // The text is not repeated: it may be part of a secret.
      if (end === '') report(path, 'A reference to an environment variable has no "}"', FORM);
      else if (!isEnvironmentName(name)) report(path, 'A reference does not name an environment variable', FORM);
      else if (value === undefined) {
        report(path, `The environment variable "${name}" is not set`, `Set ${name} before you run inplace`);
      }
      return value ?? whole;
    });
  const fill = (value: unknown, path: YamlPath): unknown => {
    if (typeof value === 'string') return fillText(value, path);
    if (Array.isArray(value)) return value.map((item, index) => fill(item, [...path, index]));
    if (!isMapping(value)) return value;
    const filled: Record<string, unknown> = Object.create(null);
    for (const key of Object.keys(value)) filled[key] = fill(value[key], [...path, key]);
    return filled;
  };
  return { document: document.withValue(fill(document.value, [])), findings };
}
