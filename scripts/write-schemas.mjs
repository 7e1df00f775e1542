#!/usr/bin/env node
// Part of `npm run build`: publishes the JSON Schemas of media.yaml and of task sequences beside the program,
// generated from the same source as the types.
// @ts-check
import { mkdirSync, writeFileSync } from 'node:fs';
import { mediaDefinitionJsonSchema } from '../dist/definition/schema.js';
import { machineJsonSchema } from '../dist/simulation/machine-schema.js';
import { taskSequenceJsonSchema } from '../dist/task-sequence/schema.js';

const folder = new URL('../dist/schemas/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries({
  media: mediaDefinitionJsonSchema(),
  'task-sequence': taskSequenceJsonSchema(),
  machine: machineJsonSchema(),
})) {
  writeFileSync(new URL(`${name}.schema.json`, folder), `${JSON.stringify(schema, null, 2)}\n`);
}
