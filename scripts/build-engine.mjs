#!/usr/bin/env node
// Part of `npm run build`: makes dist/engine.js, the engine as Windows Script Host runs it. It ends with an error when the program is not what
// JScript takes.
// @ts-check
import { readFileSync, writeFileSync } from 'node:fs';
import { engineBundle } from './engine/bundle.mjs';
import { es3Problems } from './engine/es3-rules.mjs';

const root = new URL('..', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

const { text, program } = await engineBundle(version);
const problems = es3Problems(program);
if (problems.length > 0) {
  console.error(`dist/engine.js is not ECMAScript 3:\n  ${problems.join('\n  ')}`);
  process.exit(1);
}
writeFileSync(new URL('dist/engine.js', root), text);
