import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type LoadedDefinition, loadDefinition } from '../../src/definition/load.js';
import type { Finding } from '../../src/errors.js';
import { formatFinding } from '../../src/errors.js';

/** A folder with the given files; a text of undefined makes a folder. */
export async function project(base: string, files: Record<string, string | undefined>): Promise<string> {
  const folder = await mkdtemp(join(base, 'project-'));
  for (const [path, text] of Object.entries(files)) {
    const target = join(folder, path);
    await mkdir(text === undefined ? target : dirname(target), { recursive: true });
    if (text !== undefined) await writeFile(target, text);
  }
  return folder;
}

/** Loads media.yaml from a folder that has windows.iso, drivers/, files/ and boot.wim beside it. */
export async function load(
  base: string,
  yaml: string,
  options: { environment?: Record<string, string | undefined>; files?: Record<string, string | undefined> } = {},
): Promise<LoadedDefinition & { folder: string }> {
  const files = { 'windows.iso': 'iso', drivers: undefined, files: undefined, 'boot.wim': 'wim', ...options.files };
  const folder = await project(base, { 'media.yaml': yaml, ...files });
  return { folder, ...(await loadDefinition(join(folder, 'media.yaml'), { environment: options.environment ?? {} })) };
}

/** `3:5 packages[1].kind CODE message | hint` of each finding: what a test compares. */
export function lines(findings: readonly Finding[], folder?: string): string[] {
  return findings.map(({ code, message, where, hint }) => {
    const place = `${where?.line ?? '-'}:${where?.column ?? '-'} ${where?.field ?? '-'}`;
    const text = `${place} ${code} ${message}${hint === undefined ? '' : ` | ${hint}`}`;
    return folder === undefined ? text : text.replaceAll(folder, 'FOLDER');
  });
}

/** Everything a person would see of these findings. */
export function shown(findings: readonly Finding[]): string {
  return findings.map(formatFinding).join('\n');
}
