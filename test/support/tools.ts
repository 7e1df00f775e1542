import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa, type Options } from 'execa';
import { afterAll, describe } from 'vitest';

/** Full path of an outside program, or undefined when this machine does not have it. */
export function tool(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * `describe` for tests that need outside programs. Without one of them the tests are skipped and the title says why;
 * with CI=true a missing program is a failure, so that no proof is lost silently.
 */
export function describeWith(tools: readonly string[], title: string, body: () => void): void {
  const missing = tools.filter((name) => tool(name) === undefined);
  if (missing.length === 0) describe(title, body);
  else if (process.env['CI'] === 'true') throw new Error(`${title}: CI needs ${missing.join(', ')}`);
  else describe.skip(`${title} (skipped: ${missing.join(', ')} not installed)`, body);
}

/** Whether the long cases of `npm run test:long` are wanted. */
export const long = process.env['INPLACE_LONG'] === '1';

/** Runs a program; its output and exit code come back, a failure does not throw. stdin is closed. */
export async function run(
  command: string,
  args: readonly string[],
  options: Options = {},
): Promise<{ stdout: string; stderr: string; exitCode: number | undefined }> {
  const path = tool(command) ?? command;
  const result = await execa(path, args, { reject: false, stdin: 'ignore', stripFinalNewline: false, ...options });
  return { stdout: String(result.stdout ?? ''), stderr: String(result.stderr ?? ''), exitCode: result.exitCode };
}

/** Like `run`, and throws with the program's words when it fails. */
export async function runOk(command: string, args: readonly string[], options: Options = {}): Promise<string> {
  const { stdout, stderr, exitCode } = await run(command, args, options);
  if (exitCode !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${exitCode}\n${stdout}\n${stderr}`);
  return stdout;
}

/** A folder of its own for a test file, removed after its tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'inplace-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
