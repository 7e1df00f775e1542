import { readFileSync } from 'node:fs';

const card = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

/** Version of this program, from package.json. */
export const VERSION: string = card.version;
