import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { run } from '../../support/tools.js';

/** What emit-child.mjs is told. */
export interface Order {
  readonly what: 'image' | 'folder' | 'zip';
  readonly sources: readonly string[];
  readonly output: string | number;
  readonly cores?: number;
}

export interface Answer {
  readonly ok: boolean;
  readonly code?: string;
  readonly message?: string;
  /** MiB at the most */
  readonly rss?: number;
}

const CHILD = join(import.meta.dirname, 'emit-child.mjs');

/** Arguments for `node`. */
export function childArguments(order: Order): string[] {
  return [CHILD, JSON.stringify(order)];
}

/** Emits in a child; `environment` may put faults under it, `wrap` a program around it. */
export async function emitInChild(
  order: Order,
  options: { environment?: Record<string, string>; wrap?: readonly string[] } = {},
): Promise<Answer> {
  const [command, ...args] = [...(options.wrap ?? []), process.execPath, ...childArguments(order)];
  const { stderr, exitCode } = await run(command!, args, { env: options.environment ?? {} });
  return readAnswer(stderr, exitCode);
}

/** The last line of a child's stderr. */
export function readAnswer(stderr: string, exitCode?: number | null): Answer {
  const line = stderr.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) throw new Error(`The child ended with ${exitCode} and said: ${stderr}`);
  return JSON.parse(line) as Answer;
}

/** A child that the test will kill. */
export function startChild(order: Order) {
  return spawn(process.execPath, childArguments(order), { stdio: ['ignore', 'ignore', 'pipe'] });
}
