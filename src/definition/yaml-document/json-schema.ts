import { z } from 'zod';

/** `${env:NAME}` somewhere in a text. */
const ENVIRONMENT_PATTERN = '\\$\\{env:[^}]+\\}';

/**
 * The JSON Schema (draft 2020-12) of a zod schema, for editors: what a person may write.
 * @param environment whether `${env:NAME}` may stand in place of any text
 */
export function publishSchema(
  schema: z.ZodType,
  options: { readonly id: string; readonly title: string; readonly environment: boolean },
): Record<string, unknown> {
  const published = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ jsonSchema }) => {
      delete jsonSchema['notBuilt'];
      if (options.environment) allowEnvironment(jsonSchema);
    },
  });
  const { $schema, ...rest } = published;
  return { $schema, $id: options.id, title: options.title, ...rest };
}

/** A text with a form of its own may be written as a reference too; its form is checked when it is filled in. */
function allowEnvironment(schema: Record<string, unknown>): void {
  if (schema['type'] !== 'string' || (schema['enum'] ?? schema['pattern'] ?? schema['const']) === undefined) return;
  const { description, title, default: preset, ...form } = schema;
  for (const key of Object.keys(form)) delete schema[key];
  schema['anyOf'] = [form, { type: 'string', pattern: ENVIRONMENT_PATTERN }];
}
