/** The one file that starts programs. */
import { execa } from 'execa';
import { InplaceError } from '../errors.js';

/** A listing that takes longer waits for a device that does not answer. */
const PATIENCE = 60_000;

/**
 * Runs a program of the operating system without a shell, in the C locale, and returns what it prints.
 * @param patience ms
 * @throws InplaceError DEVICE_PROGRAM
 */
export async function runProgram(program: string, args: readonly string[], patience = PATIENCE): Promise<string> {
  try {
    const { stdout } = await execa(program, args, { timeout: patience, stdin: 'ignore', env: { LC_ALL: 'C' } });
    return stdout;
  } catch (error) {
    const { stderr, shortMessage, code } = error as { stderr?: string; shortMessage?: string; code?: string };
    const missing = code === 'ENOENT';
    const said = missing ? 'it is not there' : (stderr?.trim() ?? '') || (shortMessage ?? String(error));
    throw new InplaceError(
      { code: 'DEVICE_PROGRAM', message: `"${program}" failed: ${said}`, ...(missing ? { hint: 'Install it' } : {}) },
      { cause: error },
    );
  }
}
