/** Looks into a zod schema: what may stand at a path, what its keys are, and how to say so in plain words. */
import { z } from 'zod';
import { isMapping, type YamlPath } from './field-name.js';

type Schema = z.core.$ZodTypes;

declare module 'zod' {
  interface GlobalMeta {
    /** a text with a form of its own: `a duration with its unit, such as 60 s` */
    expected?: string;
  }
}

/** What a schema says about a field that the design has and this version does not. */
export interface NotBuilt {
  /** what does not work yet, after the field's name: `"prestart" does not work yet: …` */
  readonly reason: string;
  /** what can be done instead */
  readonly instead: string;
}

/** A schema without its wrappers, and each branch of a choice on its own. */
export function branches(schema: z.core.$ZodType): readonly Schema[] {
  const { def } = (schema as Schema)._zod;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
      return branches(def.innerType);
    case 'lazy':
      return branches(def.getter());
    case 'union':
      return def.options.flatMap(branches);
    default:
      return [schema as Schema];
  }
}

/** The schemas that may hold at a path below `schema`; none where the path leads to something unknown. */
export function schemasAt(schema: z.core.$ZodType, path: YamlPath): readonly Schema[] {
  return path.reduce<readonly Schema[]>(
    (schemas, part) => schemas.flatMap((parent) => childrenAt(parent, part)).flatMap(branches),
    branches(schema),
  );
}

function childrenAt(schema: Schema, part: string | number): readonly z.core.$ZodType[] {
  const { def } = schema._zod;
  if (def.type === 'object') return Object.hasOwn(def.shape, part) ? [def.shape[part]!] : [];
  if (def.type === 'array') return [def.element];
  return def.type === 'record' ? [def.valueType] : [];
}

/** What stands below a value, each with its key or index and the schema that holds for it; what the schema does not know is left out. */
export function childrenOf(schema: Schema, value: unknown): readonly [string | number, unknown, z.core.$ZodType][] {
  const { def } = schema._zod;
  if (def.type === 'array') return Array.isArray(value) ? value.map((item, index) => [index, item, def.element]) : [];
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    childrenAt(schema, key).map((child): [string, unknown, z.core.$ZodType] => [key, item, child]),
  );
}

/** The keys a mapping at this path may have. */
export function knownKeys(schema: z.core.$ZodType, path: YamlPath): readonly string[] {
  const keys = schemasAt(schema, path).flatMap(({ _zod: { def } }) =>
    def.type === 'object' ? Object.keys(def.shape) : [],
  );
  return [...new Set(keys)];
}

/** Whether a file must have this key, and a list behind it. */
export function isRequiredList(schema: z.core.$ZodType, key: string): boolean {
  return branches(schema).some(({ _zod: { def } }) => def.type === 'object' && isList(def.shape[key]));
}

function isList(field: z.core.$ZodType | undefined): boolean {
  return (field as Schema | undefined)?._zod.def.type === 'array';
}

/** The values a choice allows at this path; empty when anything else is allowed too. */
export function allowedValues(schemas: readonly Schema[]): readonly string[] {
  const values = schemas.flatMap(({ _zod: { def } }) => {
    if (def.type === 'enum') return Object.values(def.entries).map(String);
    return def.type === 'literal' ? def.values.map(String) : [];
  });
  return [...new Set(values)];
}

/** `text`, `true or false`, `a list`, `one of iso, folder`: what is expected at this place. */
export function expectedWords(schemas: readonly Schema[]): string {
  const values = allowedValues(schemas.filter((schema) => z.globalRegistry.get(schema)?.expected === undefined));
  const words = schemas
    .map((schema) => z.globalRegistry.get(schema)?.expected ?? KIND_WORDS[schema._zod.def.type])
    .filter((word) => word !== undefined);
  if (values.length === 1) words.push(`"${values[0]}"`);
  if (values.length > 1) words.push(`one of ${values.join(', ')}`);
  return [...new Set(words)].join(', or ');
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  null: 'nothing',
  array: 'a list',
  object: 'a mapping (key: value)',
  record: 'a mapping (key: value)',
};
