import { z } from 'zod';
import type { ErrorCode, Finding } from '../errors.js';
import { formatField, type YamlPath } from './field-name.js';
import { branches, childrenOf, type NotBuilt } from './schema-walk.js';
import type { YamlDocument } from './yaml-document.js';

declare module 'zod' {
  interface GlobalMeta {
    /** set on a field that the design has and this version refuses */
    notBuilt?: NotBuilt;
  }
}

/** A field that is known, so that it is no typing mistake, and refused, so that it is never ignored. */
export function notBuilt(description: string, reason: string, instead: string): z.ZodOptional<z.ZodUnknown> {
  return z
    .unknown()
    .optional()
    .meta({ description: `${description} Does not work yet: ${reason}. ${instead}.`, notBuilt: { reason, instead } });
}

/** A finding for every field in the document that the schema marks as not built. */
export function findNotBuilt(document: YamlDocument, schema: z.core.$ZodType, code: ErrorCode): readonly Finding[] {
  const findings: Finding[] = [];
  const walk = (value: unknown, at: z.core.$ZodType, path: YamlPath): void => {
    const mark = z.globalRegistry.get(at)?.notBuilt;
    if (mark) {
      const message = `${JSON.stringify(path.at(-1))} does not work yet: ${mark.reason}`;
      const where = { ...document.keyPlace(path), field: formatField(path) };
      findings.push({ code, message, where, hint: mark.instead });
      return;
    }
    for (const branch of branches(at)) {
      for (const [key, item, child] of childrenOf(branch, value)) walk(item, child, [...path, key]);
    }
  };
  walk(document.value, schema, []);
  return findings;
}
