import type { Finding } from '../errors.js';

/** What verify found. */
export interface Verification {
  /** everything that is not as it should be; empty when all of it holds */
  readonly findings: readonly Finding[];
  /** what use has added or changed: listed, not failures. A folder stands for all that is in it */
  readonly expected: readonly string[];
  readonly mediaId?: string;
  /** SHA-256 of manifest.json */
  readonly contentId?: string;
  readonly files: number;
  /** bytes read */
  readonly bytes: number;
}

/** How the caller follows and stops a check. */
export interface VerifyOptions {
  /** the media is a device, which may be larger than what was written to it */
  readonly device?: boolean;
  onProgress?(done: number, total: number): void;
  signal?: AbortSignal;
}

/** More findings than this help nobody. */
const MOST_FINDINGS = 1000;

/** The first findings, and how many more there are. */
export function bounded(findings: readonly Finding[]): readonly Finding[] {
  const more = findings.length - MOST_FINDINGS;
  if (more <= 0) return findings;
  const { code } = findings[MOST_FINDINGS]!;
  return [...findings.slice(0, MOST_FINDINGS), { code, message: `${more} more problems are not listed` }];
}

/** A finding about one file or folder of the media. */
export function fileFinding(path: string, message: string): Finding {
  return { code: 'VERIFY_FILE', message, where: { path } };
}

/** A finding about what is around the files. */
export function structureFinding(message: string, offset: number, path?: string): Finding {
  return { code: 'VERIFY_STRUCTURE', message, where: { ...(path === undefined ? {} : { path }), offset } };
}

/** Problems that say little where there is no manifest to compare with, or where the end of the media is missing. */
export function countFinding(problems: number): readonly Finding[] {
  if (problems === 0) return [];
  const rules = problems === 1 ? '1 rule' : `${problems} rules`;
  return [
    { code: 'VERIFY_STRUCTURE', message: `It also breaks ${rules} for media that inplace writes, not listed here` },
  ];
}
