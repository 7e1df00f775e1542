/** Mappings in which one key decides what the mapping is: steps, conditions, comparisons. */
import { z } from 'zod';
import type { ErrorCode, Finding } from '../errors.js';
import { isMapping, type YamlPath } from './field-name.js';
import { quoteKey } from './key-names.js';
import { branches, childrenOf } from './schema-walk.js';
import type { YamlDocument } from './yaml-document.js';

/** What a mapping may hold once the key is there that decides. */
export interface Variant {
  /** keys that may stand beside it, besides the common ones */
  readonly with?: readonly string[];
  /** keys that must stand beside it */
  readonly needs?: readonly string[];
  /** keys of which exactly one must stand beside it */
  readonly oneOf?: readonly string[];
}

/** A rule that zod cannot publish: which keys exclude each other. */
export interface Choice {
  /** what the mapping is called in a message: `step` */
  readonly noun: string;
  /** the keys that decide, and what may stand beside each */
  readonly of: Readonly<Record<string, Variant>>;
  /** keys that may always be there */
  readonly common: readonly string[];
  /** none of the keys may be there too; `any`: at least one must be, several may */
  readonly least?: 'none' | 'any';
  /** what to do when none is there */
  readonly hint?: string;
}

declare module 'zod' {
  interface GlobalMeta {
    /** set on a mapping in which one key decides */
    choice?: Choice;
  }
}

/** The keywords of JSON Schema that say the same as the choice. */
export function choiceKeywords({ of, common, least }: Choice): Record<string, unknown> {
  const keys = Object.keys(of);
  if (least === 'any') return { anyOf: keys.map((key) => ({ required: [key] })) };
  const variants = Object.entries(of).map(([key, variant]) => ({
    required: [key, ...(variant.needs ?? [])],
    propertyNames: { enum: [key, ...beside(variant), ...common] },
    ...(variant.oneOf ? { oneOf: variant.oneOf.map((other) => ({ required: [other] })) } : {}),
  }));
  return { oneOf: least === 'none' ? [...variants, { propertyNames: { enum: common } }] : variants };
}

function beside(variant: Variant): readonly string[] {
  return [...(variant.with ?? []), ...(variant.needs ?? []), ...(variant.oneOf ?? [])];
}

/** A finding for every mapping in the document that breaks the choice of its schema. */
export function checkChoices(document: YamlDocument, schema: z.core.$ZodType, code: ErrorCode): readonly Finding[] {
  const findings: Finding[] = [];
  const walk = (value: unknown, at: z.core.$ZodType, path: YamlPath): void => {
    for (const branch of branches(at)) {
      const choice = z.globalRegistry.get(branch)?.choice;
      const { def } = branch._zod;
      if (choice && def.type === 'object' && isMapping(value)) {
        findings.push(...checkMapping(document, value, path, { choice, code, known: Object.keys(def.shape) }));
      }
      for (const [key, item, child] of childrenOf(branch, value)) walk(item, child, [...path, key]);
    }
  };
  walk(document.value, schema, []);
  return findings;
}

interface Rule {
  readonly choice: Choice;
  readonly code: ErrorCode;
  /** keys of the schema: another one is reported already, and may be the deciding key, mistyped */
  readonly known: readonly string[];
}

function checkMapping(
  document: YamlDocument,
  mapping: Readonly<Record<string, unknown>>,
  path: YamlPath,
  { choice, code, known }: Rule,
): readonly Finding[] {
  const keys = Object.keys(mapping);
  const deciding = keys.filter((key) => Object.hasOwn(choice.of, key));
  const finding = (at: YamlPath, message: string, hint?: string): Finding => {
    const where = document.keyPlace(at);
    return { code, message, where, ...(hint === undefined ? {} : { hint }) };
  };
  const names = Object.keys(choice.of);
  const [first, second] = deciding;
  if (first === undefined) {
    if (choice.least === 'none' || keys.some((key) => !known.includes(key))) return [];
    // A key that belongs to a few kinds only says which of them was meant.
    const expected = names.length <= 10 ? `expected one of ${names.join(', ')}` : 'expected one key that names it';
    return [finding(path, `The ${choice.noun} does not say what it is, ${expected}`, choice.hint)];
  }
  if (choice.least === 'any') return [];
  if (second !== undefined) {
    const hint = choice.noun === 'step' ? 'Make a step of each: every step begins with its own dash' : 'Keep one';
    const message = `The ${choice.noun} has "${first}" and "${second}", expected one of them`;
    return [finding([...path, second], message, hint)];
  }
  return checkVariant(keys, first, { choice, code, known }, (key, message, hint) =>
    finding(key === undefined ? path : [...path, key], message, hint),
  );
}

function checkVariant(
  keys: readonly string[],
  decided: string,
  { choice, known }: Rule,
  finding: (key: string | undefined, message: string, hint?: string) => Finding,
): readonly Finding[] {
  const variant = choice.of[decided]!;
  const allowed = [decided, ...beside(variant), ...choice.common];
  const complete = keys.every((key) => known.includes(key));
  const strangers = keys
    .filter((key) => known.includes(key) && !allowed.includes(key))
    .map((key) => {
      const owners = Object.keys(choice.of).filter((other) => beside(choice.of[other]!).includes(key));
      const hint = owners.length === 0 ? 'Remove it' : `It belongs to ${owners.join(', ')}`;
      return finding(key, `${quoteKey(key, known) ?? 'A key'} cannot stand beside "${decided}"`, hint);
    });
  if (!complete) return strangers;
  const missing = (variant.needs ?? [])
    .filter((key) => !keys.includes(key))
    .map((key) => finding(undefined, `"${key}" is missing beside "${decided}"`, choice.hint));
  const several = (variant.oneOf ?? []).filter((key) => keys.includes(key));
  const wrong =
    variant.oneOf === undefined || several.length === 1
      ? []
      : [
          finding(
            several[1],
            several.length === 0
              ? `Nothing says how "${decided}" is compared, expected one of ${variant.oneOf.join(', ')}`
              : `The ${choice.noun} has "${several[0]}" and "${several[1]}", expected one of them`,
          ),
        ];
  return [...strangers, ...missing, ...wrong];
}
