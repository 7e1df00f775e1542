/** Scheduled tasks of a simulated machine: when they run, read from their XML as Windows does. */
import type { Tasks } from '../machine.js';
import { DurableMap } from './durable-map.js';
import type { Random } from './random.js';

interface Registered {
  readonly name: string;
  readonly xml: string;
}

/** What of a task's XML decides when and what it runs. */
export interface TaskTriggers {
  readonly atStart: boolean;
  readonly atSignIn: boolean;
  /** seconds between two runs; undefined: no repetition */
  readonly every: number | undefined;
  /** milliseconds since 1970 at which it runs once */
  readonly at: number | undefined;
  readonly arguments: string;
  /** command lines, run one after the other */
  readonly programs: readonly string[];
}

/** The part of Windows that starts tasks. */
export interface Scheduler {
  /** its triggers count from now on */
  registered(name: string): void;
  /** somebody starts it by hand */
  started(name: string): void;
}

export class SimulatedTasks implements Tasks {
  readonly #tasks = new DurableMap<Registered>();

  constructor(
    readonly uptime: () => number,
    readonly scheduler: Scheduler,
  ) {}

  /** @throws when the XML is no task */
  register(name: string, xml: string): void {
    if (!/<Task[\s>]/.test(xml) || !/<Exec>/.test(xml)) throw new Error('The task XML is malformed');
    this.#tasks.set(name.toLowerCase(), { name, xml }, this.uptime());
    this.scheduler.registered(name);
  }

  exists(name: string): boolean {
    return this.#tasks.get(name.toLowerCase()) !== undefined;
  }

  run(name: string): void {
    if (!this.exists(name)) throw new Error('The system cannot find the file specified');
    this.scheduler.started(name);
  }

  remove(name: string): void {
    if (this.exists(name)) this.#tasks.set(name.toLowerCase(), undefined, this.uptime());
  }

  /** Names of all tasks that are whole. */
  names(): string[] {
    return [...this.#tasks.entries()].filter(([, { xml }]) => xml !== '').map(([, { name }]) => name);
  }

  triggers(name: string): TaskTriggers | undefined {
    const xml = this.#tasks.get(name.toLowerCase())?.xml;
    return xml ? readTriggers(xml) : undefined;
  }

  flush(): void {
    this.#tasks.flush();
  }

  /** A damaged registration is one that Windows does not run. */
  cut(random: Random, at: number): void {
    this.#tasks.cut(random, at, (task) => ({ ...task, xml: '' }));
  }

  /** They were not carried over to the new Windows. */
  lose(): void {
    for (const name of [...this.#tasks.keys()]) this.#tasks.setDurable(name, undefined);
  }
}

const known = new Map<string, TaskTriggers>();

/** The same XML is read again for every trigger of every run. */
function readTriggers(xml: string): TaskTriggers {
  let triggers = known.get(xml);
  if (!triggers) {
    triggers = parseTriggers(xml);
    known.set(xml, triggers);
  }
  return triggers;
}

function parseTriggers(xml: string): TaskTriggers {
  const element = (name: string, within = xml): string => {
    const text = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(within)?.[1] ?? '';
    return text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  };
  const once =
    /<TimeTrigger>/.test(xml) && !/<Repetition>/.test(xml) ? Date.parse(element('StartBoundary')) : Number.NaN;
  return {
    atStart: /<BootTrigger[\s/>]/.test(xml),
    atSignIn: /<LogonTrigger[\s/>]/.test(xml),
    every: /<Repetition>/.test(xml) ? isoSeconds(element('Interval')) : undefined,
    at: Number.isNaN(once) ? undefined : once,
    arguments: element('Arguments'),
    programs: [...xml.matchAll(/<Exec>[\s\S]*?<\/Exec>/g)].map(
      ([exec]) => `"${element('Command', exec)}" ${element('Arguments', exec)}`,
    ),
  };
}

/** `PT5M`. */
function isoSeconds(text: string): number | undefined {
  const match = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(text);
  if (!match) return undefined;
  return Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
}
