/** The engine as it goes onto the media: dist/engine.js, which `npm run build` makes. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InplaceError } from '../errors.js';

export interface EngineProgram {
  readonly bytes: Uint8Array;
  /** lower-case hex: upgrade.cmd compares it before it starts the engine */
  readonly sha256: string;
}

/** The same file from src/staging and from dist/staging. */
const ENGINE = new URL('../../dist/engine.js', import.meta.url);

/**
 * Reads it.
 * @throws InplaceError ENGINE_MISSING when it was not built
 */
export function engineProgram(file: URL = ENGINE): EngineProgram {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new InplaceError(
      {
        code: 'ENGINE_MISSING',
        message: 'The engine that runs on the upgraded computer is not there',
        where: { file: fileURLToPath(file) },
        hint: 'Run "npm run build"; a program that was installed from its package has it, and is damaged without',
      },
      { cause },
    );
  }
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}
