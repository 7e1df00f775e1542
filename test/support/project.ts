import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type DemoPackageOptions, writeDemoPackage } from '../../scripts/fixtures/demo-package.mjs';

/** The command line as it is installed. `npm run build` makes it. */
export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Project {
  readonly folder: string;
  readonly definition: string;
  /** the extracted Windows media */
  readonly windows: string;
  /** paths of its files, sorted */
  readonly windowsFiles: readonly string[];
}

export interface ProjectOptions {
  /** lines of media.yaml behind `name` and `upgradePackage` */
  yaml?: string;
  name?: string;
  demo?: DemoPackageOptions;
  /** other files of the project, by path with `/` */
  files?: Readonly<Record<string, string | Uint8Array>>;
}

/** A project folder with demo Windows media and a definition. */
export function makeProject(folder: string, options: ProjectOptions = {}): Project {
  const windows = join(folder, 'windows');
  const windowsFiles = writeDemoPackage(windows, options.demo);
  const definition = join(folder, 'media.yaml');
  const { name = 'Test media', yaml = '' } = options;
  // the smallest image; tests of sticks name their format
  const output = /^output:/m.test(yaml) ? '' : 'output: { format: iso }\n';
  const text = `name: ${name}\nupgradePackage: { source: windows }\n${yaml}${yaml === '' || yaml.endsWith('\n') ? '' : '\n'}`;
  const files = { 'media.yaml': text + output, ...options.files };
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return { folder, definition, windows, windowsFiles };
}

export interface CliResult {
  stdout: string;
  stderr: string;
  exitCode: number | undefined;
}

/** Runs the command line in a process of its own, without a terminal. */
export async function inplace(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; node?: readonly string[] } = {},
): Promise<CliResult> {
  const { cwd, env, node = [] } = options;
  const result = await execa(process.execPath, [...node, MAIN, ...args], {
    reject: false,
    stdin: 'ignore',
    stripFinalNewline: false,
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  });
  return { stdout: result.stdout, stderr: result.stderr, exitCode: result.exitCode };
}

/** Like `inplace`, and throws with what it printed unless it ends with 0. */
export async function inplaceOk(args: readonly string[], options: Parameters<typeof inplace>[1] = {}): Promise<string> {
  const { stdout, stderr, exitCode } = await inplace(args, options);
  if (exitCode !== 0) throw new Error(`inplace ${args.join(' ')} ended with ${exitCode}\n${stdout}\n${stderr}`);
  return stdout;
}
