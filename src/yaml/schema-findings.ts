import { z } from 'zod';
import type { ErrorCode, Finding } from '../errors.js';
import { formatField, isMapping, type YamlPath } from './field-name.js';
import { missingSpace, quoteKey, quoteName } from './key-names.js';
import { nearestName, suggestName } from './nearest-name.js';
import { quoteValue } from './product-keys.js';
import { allowedValues, expectedWords, isRequiredList, knownKeys, schemasAt } from './schema-walk.js';
import type { YamlDocument } from './yaml-document.js';

export interface SchemaCheck<T> {
  /** the typed document; undefined when it does not fit the schema */
  readonly data: T | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Checks a document against a schema and says what does not fit, each with its place, in plain words.
 * @param code of the findings
 * @param isSecret paths whose values must not be repeated in a message
 */
export function checkSchema<T>(
  document: YamlDocument,
  schema: z.ZodType<T>,
  code: ErrorCode,
  isSecret: (path: YamlPath) => boolean = () => false,
): SchemaCheck<T> {
  if (document.value === undefined) {
    const empty: Finding = {
      code,
      message: `The file is empty, expected ${knownKeys(schema, []).slice(0, 3).join(', ')} …`,
      where: { file: document.file },
      hint: 'inplace init writes one with comments',
    };
    return { data: undefined, findings: document.findings.length > 0 ? [] : [empty] };
  }
  // The library's own words are not used, and making them fails on a mapping with a key "constructor".
  const result = schema.safeParse(document.value, { error: () => 'expected something else' });
  if (result.success) return { data: result.data, findings: [] };
  const explainer = new Explainer(document, schema, code, isSecret);
  for (const issue of result.error.issues) explainer.explain(issue, []);
  return { data: undefined, findings: explainer.trustworthy() };
}

type Issue = z.core.$ZodIssue;

class Explainer {
  readonly #findings: { finding: Finding; missing: boolean; path: YamlPath }[] = [];
  /** fields that are missing because their key is mistyped */
  readonly #mistyped = new Set<string>();

  constructor(
    readonly document: YamlDocument,
    readonly schema: z.ZodType,
    readonly code: ErrorCode,
    readonly isSecret: (path: YamlPath) => boolean,
  ) {}

  explain(issue: Issue, parent: YamlPath): void {
    const path = [...parent, ...(issue.path as (string | number)[])];
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) this.#unknownKey(path, key);
    else if (issue.code === 'invalid_key') this.#invalidKey(path, issue);
    else if (issue.code === 'invalid_union') this.#union(path, issue);
    else if (this.document.at(path) === undefined) this.#missing(path);
    else if (issue.code === 'invalid_type' || issue.code === 'invalid_value') this.#unexpected(path);
    else this.#add(path, `${this.#found(path)}, ${issue.message}`);
  }

  /**
   * What can be relied on. A missing field whose key is mistyped is one problem, not two; and where the YAML itself is
   * broken, what seems missing may be there, and nothing behind the break is what it seems.
   */
  trustworthy(): readonly Finding[] {
    const broken = Math.min(...this.document.findings.map(({ where }) => where?.line ?? 0));
    return this.#findings
      .filter(({ missing, path }) => !missing || !this.#mistyped.has(formatField(path)))
      .filter(({ finding, missing }) => broken === Infinity || (!missing && (finding.where?.line ?? 0) < broken))
      .map(({ finding }) => finding);
  }

  #unknownKey(path: YamlPath, key: string): void {
    const known = knownKeys(this.schema, path);
    const nearest = nearestName(key, known);
    if (nearest !== undefined) this.#mistyped.add(formatField([...path, nearest]));
    const shown = quoteKey(key, known);
    const place = this.document.keyPlace([...path, key]);
    this.#findings.push({
      finding: {
        code: this.code,
        message: shown === undefined ? 'Unknown key' : `Unknown key ${shown}`,
        where: shown === undefined ? { ...place, field: formatField([...path, '?']) } : place,
        hint: missingSpace(key, known) ?? suggestName(key, known),
      },
      missing: false,
      path,
    });
  }

  #invalidKey(path: YamlPath, issue: z.core.$ZodIssueInvalidKey): void {
    const name = quoteName(String(path.at(-1)));
    const where = this.document.keyPlace(path);
    const message = `Found ${name === undefined ? 'another name' : `the name ${name}`}, ${issue.issues[0]?.message ?? 'expected another'}`;
    this.#findings.push({ finding: { code: this.code, message, where }, missing: false, path });
  }

  /** Of several forms, the one the person was writing: what fits at the top, with the fewest problems below. */
  #union(path: YamlPath, issue: z.core.$ZodIssueInvalidUnion): void {
    const candidates = issue.errors.filter((issues) => !issues.some(isMismatch));
    const best = candidates.sort((a, b) => a.length - b.length)[0];
    if (this.document.at(path) === undefined) this.#missing(path);
    else if (best === undefined) this.#unexpected(path);
    else for (const inner of best) this.explain(inner, path);
  }

  #missing(path: YamlPath): void {
    const schemas = schemasAt(this.schema, path);
    const description = schemas.map((schema) => z.globalRegistry.get(schema)?.description).find((text) => text);
    const finding: Finding = {
      code: this.code,
      message: `"${path.at(-1)}" is missing, expected ${expectedWords(schemas)}`,
      where: this.document.place(path),
      ...(description === undefined ? {} : { hint: description }),
    };
    this.#findings.push({ finding, missing: true, path });
  }

  #unexpected(path: YamlPath): void {
    const schemas = schemasAt(this.schema, path);
    const value = this.document.at(path);
    const source = this.document.sourceAt(path);
    const expected = expectedWords(schemas);
    let hint: string | undefined;
    if (path.length === 0) hint = this.#rootHint(value);
    else if (value === null) hint = 'Give it a value, or remove the line';
    else if (source !== undefined && expected.startsWith('text') && !this.isSecret(path)) {
      hint = `Put it into quotes to make it text: "${source}"`;
    } else if (typeof value === 'string') {
      const nearest = nearestName(value, allowedValues(schemas));
      if (nearest !== undefined) hint = `Did you mean "${nearest}"?`;
      if (expected === 'true or false' && /^(yes|no|on|off)$/i.test(value)) {
        hint = `Write ${/^(yes|on)$/i.test(value)}`;
      }
      if (knownKeys(this.schema, path).includes(value))
        hint = `Write "${value}:" with a colon, and its value behind it`;
    }
    this.#add(path, `${this.#found(path)}, expected ${expected}`, hint);
  }

  #rootHint(value: unknown): string {
    const required = knownKeys(this.schema, []).filter((key) => isRequiredList(this.schema, key));
    if (Array.isArray(value) && required.length === 1) return `Write "${required[0]}:" above the list`;
    return `Is this the right file? Expected are ${knownKeys(this.schema, []).slice(0, 3).join(', ')} …`;
  }

  #found(path: YamlPath): string {
    const value = this.document.at(path);
    if (value === null) return 'Found no value';
    if (Array.isArray(value)) return 'Found a list';
    if (isMapping(value)) return 'Found a mapping (key: value)';
    if (this.isSecret(path)) return 'Found another value';
    // A file that is no definition at all: what it holds is nobody's business.
    if (path.length === 0) return 'Found a single value';
    return typeof value === 'string' ? `Found ${quoteValue(value)}` : `Found ${String(value)}`;
  }

  #add(path: YamlPath, message: string, hint?: string): void {
    const where = this.document.place(path);
    const finding: Finding = { code: this.code, message, where, ...(hint === undefined ? {} : { hint }) };
    this.#findings.push({ finding, missing: false, path });
  }
}

function isMismatch(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
}
