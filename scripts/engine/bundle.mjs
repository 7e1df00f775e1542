// The whole text of dist/engine.js: the program, and at its head what it is. The same sources give the same bytes.
// @ts-check
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { lowerToEs3 } from './lower.mjs';

/** Stands for the build id while the id is reckoned of the program that holds it. */
const PLACE = '000000000000';

/**
 * @param {string} version of the package
 * @returns {Promise<{ text: string, program: string, build: string }>} text with CRLF; the program alone; 12 hex digits of its SHA-256
 */
export async function engineBundle(version) {
  const entry = fileURLToPath(new URL('../../src/target/wsh/main.ts', import.meta.url));
  const name = `inplace ${version}, build `;
  const unnamed = await lowerToEs3(entry, { ENGINE_VERSION: JSON.stringify(name + PLACE) });
  const build = createHash('sha256').update(unnamed).digest('hex').slice(0, 12);
  const program = unnamed.replaceAll(name + PLACE, name + build);
  const head = [
    `// The engine of ${name}${build}: upgrades the Windows of this computer, started by upgrade.cmd on the media.`,
    '// Made from TypeScript for Windows Script Host (JScript 5.8 and later). Whoever wants to know what it does can read it here.',
  ];
  return { text: [...head, program].join('\n').replaceAll('\n', '\r\n'), program, build };
}
