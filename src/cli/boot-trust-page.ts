/** The part of `inspect` about Secure Boot: a table with a line for each boot file, the answer for the whole media first. */
import type { Inspection } from '../index.js';

type BootTrust = NonNullable<Inspection['bootTrust']>;
type BootFile = BootTrust['media'][number];

const COLUMNS = ['2011 only', 'both', '2023 only'] as const;
const YEAR_WIDTH = 11;

/** Which firmware starts what: by the authorities that it trusts. */
export function bootTrustLines({ media, bootImage, boots }: BootTrust): string[] {
  const rows = [...media, ...bootImage].map((file) => ({ name: nameOf(file), boots: file.boots, note: noteOf(file) }));
  const all = boots === undefined ? [] : [{ name: 'the media as they are', boots, note: '' }];
  const width = Math.max(...[...all, ...rows].map(({ name }) => name.length)) + 2;
  const line = (name: string, cells: readonly string[], note: string): string =>
    `    ${name.padEnd(width)}${cells.map((cell) => cell.padEnd(YEAR_WIDTH)).join('')}${note}`.trimEnd();
  return [
    'Secure Boot: starts where the firmware trusts the authorities of',
    line('', COLUMNS, 'signed by'),
    ...[...all, ...rows].map((row) => line(row.name, cellsOf(row.boots), row.note)),
  ];
}

function cellsOf({ only2011, both, only2023 }: BootFile['boots']): string[] {
  return [only2011, both, only2023].map((starts) => (starts ? 'yes' : 'no'));
}

function nameOf({ path, version }: BootFile): string {
  return version === undefined ? path : `${path} ${version}`;
}

function noteOf({ signatures, problem }: BootFile): string {
  if (problem !== undefined) return problem;
  if (signatures.length === 0) return 'not signed';
  return signatures
    .map(({ signedBy, problem: why }) => (why === undefined ? signedBy : `${signedBy} (${why})`))
    .join(', ');
}
