/** The one source of a sequence file (design/task-sequence.md): its types, its checks and its JSON Schema. */
import { z } from 'zod';
import { publishSchema } from '../yaml/json-schema.js';
import { stepSchema } from './schema/steps.js';
import { acknowledge, description, name } from './schema/texts.js';

export type { ConditionYaml, TestYaml } from './schema/conditions.js';
export type { StepYaml } from './schema/steps.js';

/** A sequence file. */
export const sequenceSchema = z.strictObject({
  name: name.optional().describe('What the sequence is, in your words. Left out: the name of the file.'),
  description: description.optional(),
  acknowledge: acknowledge.optional(),
  steps: z.array(stepSchema).describe('The steps, in their order.'),
});

/** A sequence file as it is written in YAML, with nothing filled in. */
export type SequenceYaml = z.infer<typeof sequenceSchema>;

/** The JSON Schema of a sequence file, draft 2020-12, for editors. */
export function taskSequenceJsonSchema(): object {
  return publishSchema(sequenceSchema, {
    id: 'urn:inplace:schema:task-sequence',
    title: 'Task sequence of inplace',
  });
}
