import { z } from 'zod';
import { type Choice, choiceKeywords } from './choice.js';

/** `${env:NAME}` somewhere in a text. */
const ENVIRONMENT_PATTERN = '\\$\\{env:[^}]+\\}';

/**
 * The JSON Schema (draft 2020-12) of a zod schema, for editors: what a person may write.
 */
export function publishSchema(
  schema: z.ZodType,
  options: { readonly id: string; readonly title: string },
): Record<string, unknown> {
  const published = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ jsonSchema }) => {
      delete jsonSchema['notBuilt'];
      delete jsonSchema['expected'];
      const choice = jsonSchema['choice'] as Choice | undefined;
      delete jsonSchema['choice'];
      if (choice) Object.assign(jsonSchema, choiceKeywords(choice));
      allowEnvironment(jsonSchema);
    },
  });
  const { $schema, ...rest } = published;
  return { $schema, $id: options.id, title: options.title, ...rest };
}

/** A truth value or a text with a form of its own may be written as a reference too; it is checked when filled in. */
function allowEnvironment(schema: Record<string, unknown>): void {
  const { type } = schema;
  const hasForm = ['enum', 'pattern', 'const', 'maxLength'].some((keyword) => schema[keyword] !== undefined);
  if (type !== 'boolean' && !(type === 'string' && hasForm)) return;
  const { description, title, default: preset, ...form } = schema;
  for (const key of Object.keys(form)) delete schema[key];
  schema['anyOf'] = [form, { type: 'string', pattern: ENVIRONMENT_PATTERN }];
}
