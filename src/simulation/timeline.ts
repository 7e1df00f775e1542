/** A simulated run as a technician reads it: what happened, when, why, and how it ended. */
import type {
  CompiledNode,
  CompiledSequence,
  Condition,
  RunSummary,
  StatusRecord,
  StepOutcome,
} from '../target/contract.js';
import { conditionWords } from './condition-words.js';

/** Something that happened to the machine beside its steps. */
export interface TimelineEvent {
  /** seconds since the run began */
  readonly seconds: number;
  /** a restart and a power cut go across the page; the others are said between the steps */
  readonly kind: 'restart' | 'powerCut' | 'setup' | 'other';
  readonly words: string;
}

/** What a timeline is made of. */
export interface TimelineInput {
  readonly machine: string;
  /** what this PC is, and what it would become */
  readonly from: string;
  readonly to: string;
  readonly sequence: CompiledSequence;
  /** milliseconds since 1970 when the run began */
  readonly began: number;
  /** simulated seconds in all */
  readonly seconds: number;
  readonly records: readonly StatusRecord[];
  readonly events: readonly TimelineEvent[];
  /** reasons why nothing was begun */
  readonly refusals: readonly { readonly message: string; readonly advice: string }[];
  readonly summary?: RunSummary;
  /** how it ended, in one sentence */
  readonly ending: string;
}

/** How an outcome is called. */
const OUTCOMES: Readonly<Record<StepOutcome, string>> = {
  success: 'ok',
  failed: 'FAILED',
  ignored: 'failed, and the sequence goes on',
  skipped: 'skipped',
  restarted: 'ok, restarts',
  rolledBack: 'ROLLED BACK',
};

const INDENT = ' '.repeat(20);
const WIDTH = 100;

/** One thing on the page, with its place in time. */
interface Entry {
  readonly seconds: number;
  readonly lines: readonly string[];
}

/** The whole timeline. */
export function timeline(input: TimelineInput): string {
  return [
    `${input.machine}: ${input.sequence.name}`,
    `  this PC     ${input.from}`,
    `  becomes     ${input.to}`,
    '',
    ...entries(input).flatMap(({ lines }) => lines),
    ...input.refusals.flatMap(({ message, advice }) => [`  refused: ${message}`, `           ${advice}`]),
    '',
    ...endLines(input),
  ].join('\n');
}

/** `0:07:04`: hours, minutes, seconds; days before them when there are any. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (value: number) => String(value).padStart(2, '0');
  const days = Math.floor(whole / 86_400);
  const time = `${Math.floor(whole / 3600) % 24}:${pad(Math.floor(whole / 60) % 60)}:${pad(whole % 60)}`;
  return days === 0 ? time : `${days} d ${time}`;
}

/** Steps and events in the order in which they happened; the clock of the machine may have jumped meanwhile. */
function entries(input: TimelineInput): Entry[] {
  const conditions = conditionsByPath(input.sequence.steps);
  const steps: Entry[] = [];
  let groups: readonly string[] = [];
  for (const record of firstOfEach(input.records)) {
    if (record.type === 'group' && record.outcome === 'success') continue;
    const seconds = (Date.parse(record.start) - input.began) / 1000;
    const around = record.group;
    const heads = around.slice(common(groups, around)).map((name, index) => {
      const depth = common(groups, around) + index;
      return `${INDENT}${'  '.repeat(depth)}${name}`;
    });
    groups = around;
    const when = conditions.get(record.path);
    steps.push({ seconds, lines: [...heads, ...recordLines(record, seconds, when)] });
  }
  return merge(steps, input.events.map(eventEntry));
}

/** A record that was written again after a power cut has the number of the first. */
function firstOfEach(records: readonly StatusRecord[]): StatusRecord[] {
  const seen = new Set<number>();
  return records.filter(({ record }) => !seen.has(record) && seen.add(record));
}

/** How many names both lists begin with. */
function common(a: readonly string[], b: readonly string[]): number {
  const differs = a.findIndex((name, index) => name !== b[index]);
  return differs < 0 ? a.length : differs;
}

/** Both lists keep their order. */
function merge(steps: readonly Entry[], events: readonly Entry[]): Entry[] {
  const merged: Entry[] = [];
  let next = 0;
  for (const step of steps) {
    while (next < events.length && events[next]!.seconds < step.seconds) merged.push(events[next++]!);
    merged.push(step);
  }
  return [...merged, ...events.slice(next)];
}

function recordLines(record: StatusRecord, seconds: number, when: readonly Condition[] | undefined): string[] {
  const depth = '  '.repeat(record.group.length);
  const clock = formatClock(seconds).padStart(10);
  const name = record.type === 'group' ? `group ${record.name}` : record.name;
  const head = `${clock}  ${record.path.padEnd(8)}${depth}${name}`;
  const more = `${INDENT}${depth}    `;
  return [
    `${head.padEnd(64)}  ${outcomeWords(record)}`,
    ...(record.outcome !== 'skipped' && when ? [`${more}runs because ${conditionWords(when)}`] : []),
    ...(record.reason === undefined ? [] : wrap(record.reason, more)),
    ...Object.entries(record.variables ?? {}).map(([name, value]) => `${more}${name} = ${value}`),
    ...(record.outcome === 'failed' && record.output ? wrap(`output: ${record.output.trim()}`, more) : []),
  ];
}

function outcomeWords({ outcome, exitCode, attempt, start, end }: StatusRecord): string {
  const took = (Date.parse(end) - Date.parse(start)) / 1000;
  const parts = [
    OUTCOMES[outcome],
    ...(exitCode === undefined ? [] : [`exit code ${codeWords(exitCode)}`]),
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
    ...(took >= 60 && outcome !== 'skipped' ? [`took ${formatClock(took)}`] : []),
  ];
  return parts.join(', ');
}

/** Codes of Windows are known by their hexadecimal form. */
function codeWords(code: number): string {
  return code > 0xffff ? `0x${code.toString(16).toUpperCase().padStart(8, '0')}` : String(code);
}

function eventEntry({ seconds, kind, words }: TimelineEvent): Entry {
  const clock = formatClock(seconds).padStart(10);
  if (kind !== 'restart' && kind !== 'powerCut') return { seconds, lines: [`${clock}  ${words}`] };
  const rule = kind === 'restart' ? '─' : '═';
  const line = `${clock}  ${rule.repeat(3)} ${words} `;
  return { seconds, lines: [line.padEnd(WIDTH, rule)] };
}

function endLines({ ending, summary, seconds }: TimelineInput): string[] {
  const restarts = summary === undefined || summary.restarts === 0 ? '' : `, ${times(summary.restarts, 'restart')}`;
  return [
    `${ending} (${formatClock(seconds)}${restarts})`,
    ...(summary?.advice === undefined ? [] : wrap(summary.advice, '  ')),
  ];
}

function times(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** Lines of the page's width; line ends of the text stay. */
function wrap(text: string, indent: string): string[] {
  return text.split(/\r?\n/).flatMap((paragraph) => {
    const lines: string[] = [];
    let line = indent;
    for (const word of paragraph.split(' ')) {
      if (line !== indent && line.length + word.length >= WIDTH) {
        lines.push(line.trimEnd());
        line = indent;
      }
      line += `${word} `;
    }
    return [...lines, line.trimEnd()];
  });
}

/** The conditions of every step and group that has some, by path. */
function conditionsByPath(
  nodes: readonly CompiledNode[],
  found = new Map<string, readonly Condition[]>(),
): ReadonlyMap<string, readonly Condition[]> {
  for (const node of nodes) {
    if (node.when) found.set(node.path, node.when);
    if (node.type === 'group' || node.type === 'runTaskSequence') conditionsByPath(node.steps, found);
  }
  return found;
}
