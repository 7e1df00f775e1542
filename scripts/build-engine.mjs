#!/usr/bin/env node
// Part of `npm run build`: makes dist/engine.js, the engine as Windows Script Host runs it. It ends with an error when the program is not what
// JScript takes.
// @ts-check
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { es3Problems } from './engine/es3-rules.mjs';
import { lowerToEs3 } from './engine/lower.mjs';

const root = new URL('..', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const entry = fileURLToPath(new URL('src/target/wsh/main.ts', root));

const program = await lowerToEs3(entry, { ENGINE_VERSION: JSON.stringify(`inplace ${version}`) });
const problems = es3Problems(program);
if (problems.length > 0) {
  console.error(`dist/engine.js is not ECMAScript 3:\n  ${problems.join('\n  ')}`);
  process.exit(1);
}
const build = createHash('sha256').update(program).digest('hex').slice(0, 12);
const head = [
  `// The engine of inplace ${version}, build ${build}: upgrades the Windows of this computer, started by upgrade.cmd on the media.`,
  '// Made from TypeScript for Windows Script Host (JScript 5.8 and later). Whoever wants to know what it does can read it here.',
];
writeFileSync(new URL('dist/engine.js', root), `${[...head, program].join('\n')}`.replaceAll('\n', '\r\n'));
