import { isMapping, type YamlPath } from '../yaml/field-name.js';
import { schemasAt } from '../yaml/schema-walk.js';
import type { YamlDocument } from '../yaml/yaml-document.js';
import { sequenceSchema } from './schema.js';

/**
 * Numbers and truth values that stand where a value does, as the text that was written: 10.0 stays 10.0 and 0012 stays
 * 0012, where YAML's own reading would make 10 and 12 of them.
 */
export function valuesAsWritten(document: YamlDocument): YamlDocument {
  const walk = (value: unknown, path: YamlPath): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
    if (isMapping(value)) {
      const copy: Record<string, unknown> = Object.create(null);
      for (const key of Object.keys(value)) copy[key] = walk(value[key], [...path, key]);
      return copy;
    }
    if (typeof value !== 'number' && typeof value !== 'boolean') return value;
    return isValue(path) ? (document.sourceAt(path) ?? String(value)) : value;
  };
  return document.withValue(walk(document.value, []));
}

/** Whether text, a number and a truth value may all stand here. */
function isValue(path: YamlPath): boolean {
  const kinds = schemasAt(sequenceSchema, path).map(({ _zod: { def } }) => def.type);
  return ['string', 'number', 'boolean'].every((kind) => kinds.includes(kind as (typeof kinds)[number]));
}
