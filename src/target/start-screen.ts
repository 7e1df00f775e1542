/** The one screen before the first change, and the list of reasons of a refusal (design/task-sequence.md, 2). */
import type { CompiledNode, CompiledSequence, MediaValidity } from './contract.js';
import { type LocalFolder, reportFolder } from './local-folder.js';
import type { Machine } from './machine.js';
import { sizeWords, timeWords } from './size-words.js';
import type { ChosenUpgrade, Refusal } from './step.js';
import type { UpgradeSource } from './upgrade-check.js';
import { upgradeSteps } from './upgrade-wishes.js';
import { validityWords } from './validity.js';

export interface ScreenInput {
  readonly mediaName: string;
  readonly source: UpgradeSource;
  readonly chosen: ChosenUpgrade;
  readonly sequence: CompiledSequence;
  readonly local: LocalFolder;
  readonly run: string;
  /** bytes */
  readonly toCopy: number;
  readonly spaceNeeded: number;
  /** seconds to copy and to check */
  readonly copySeconds: number;
  /** where Setup runs from, and why */
  readonly setup: string;
  /** what was not checked, in sentences */
  readonly unchecked: readonly string[];
  readonly validity?: MediaValidity;
  /** the command that runs before everything else */
  readonly prestart?: string;
}

const CURRENT_VERSION = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';

/** Lines of the screen, ASCII. */
export function startScreen(machine: Machine, input: ScreenInput): string[] {
  const { source, chosen, sequence, local, run } = input;
  const { running, identity } = source;
  const product = String(machine.registry.read(CURRENT_VERSION, 'ProductName') ?? identity.edition);
  const expected = expectedSeconds(sequence);
  const lines = [
    `${input.mediaName}: ${sequence.name}`,
    '',
    row('This PC', machine.environment.computerName),
    row('From', `${product}, build ${identity.build}`),
    row('To', `${chosen.image.name}, ${chosen.image.version}`),
    row('Edition', editionWords(identity.edition, chosen.image.edition)),
    row('Language', `${running.language}, ${running.architecture}`),
    row('Kept', 'applications, settings and personal files'),
    row(
      'Space',
      `${sizeWords(input.spaceNeeded)} on ${machine.environment.systemDrive}, ${sizeWords(input.toCopy)} of it are copied now`,
    ),
    row(
      'Time',
      `${timeWords(input.copySeconds)} to copy and check, then up to ${timeWords(expected)} for Windows Setup; several restarts`,
    ),
    row('Setup', input.setup),
  ];
  if (input.validity) lines.push(row('Valid', validityWords(input.validity)));
  if (input.prestart !== undefined) lines.push(row('First', `${input.prestart} (of the media)`));
  for (const words of suspensions(sequence)) lines.push(row('Suspended', words));
  lines.push(
    row('To stop', 'Close this window now, or answer no. Once started, the upgrade goes on by itself'),
    row('Log', `${reportFolder(local, run).log} (CMTrace)`),
  );
  for (const words of input.unchecked) lines.push(row('Not checked', words));
  return lines;
}

/** Every reason with what would help. */
export function refusalLines(refusals: readonly Refusal[]): string[] {
  const lines: string[] = [];
  for (const { message, advice } of refusals) lines.push(`* ${message}.`, `    ${advice}.`);
  return lines;
}

function row(name: string, words: string): string {
  let label = name;
  while (label.length < 13) label += ' ';
  return `  ${label}${words}`;
}

function editionWords(from: string, to: string): string {
  return from.toLowerCase() === to.toLowerCase() ? `${to} (stays)` : `${from} becomes ${to}`;
}

/** Seconds that the upgrade steps say they take. */
function expectedSeconds(sequence: CompiledSequence): number {
  let seconds = 0;
  for (const { scanOnly, expect } of upgradeSteps(sequence)) if (!scanOnly) seconds = Math.max(seconds, expect);
  return seconds;
}

/** What is switched off meanwhile, and comes back. */
function suspensions(sequence: CompiledSequence): string[] {
  const words = ['BitLocker, by Windows Setup itself, until the new Windows has started'];
  if (suspendsBitLocker(sequence.steps))
    words[0] = 'BitLocker, by the sequence; it is resumed at the end at the latest';
  words.push('Sleep, by a power plan of its own; yours comes back at the end');
  return words;
}

function suspendsBitLocker(nodes: readonly CompiledNode[]): boolean {
  for (const node of nodes) {
    if (node.disabled) continue;
    if (node.type === 'disableBitLocker') return true;
    if ((node.type === 'group' || node.type === 'runTaskSequence') && suspendsBitLocker(node.steps)) return true;
  }
  return false;
}
