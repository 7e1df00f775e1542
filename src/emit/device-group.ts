/**
 * Several drives get the same image from one reading of its sources, each at its own pace: a drive that holds up the
 * others is left behind and gets the rest from a reader of its own, so that memory holds one ring and nothing else.
 */
import type { DiskImage } from '../image/disk-image.js';
import { compileImage, type EmitOptions } from './emit-image.js';
import type { DeviceSink } from './messages.js';
import { streamLength } from './program.js';
import { SinkFailure, sinkError } from './sink-error.js';
import { PROGRESS_INTERVAL, Run, runTransfer, type Transfer, type WriterOutcome } from './transfer.js';

/** How long the drives that are ready wait for the others (ms): they are probed before, and some are slow. */
const GATHERING = 5000;

export interface MemberOptions {
  /** bytes that the drive has; called about four times a second, and once at the end */
  onProgress?(progress: { written: number; total: number }): void;
}

interface Member {
  readonly sink: DeviceSink;
  readonly options: MemberOptions;
  resolve(): void;
  reject(error: unknown): void;
}

export class DeviceGroup {
  readonly #compiled: Omit<Transfer, 'sinks' | 'facts'>;
  readonly #needed: number;
  #waiting: Member[] = [];
  #started = false;
  #timer: NodeJS.Timeout | undefined;
  /** late steps whose bytes are known */
  readonly #late = new Map<number, Promise<void>>();
  readonly #resolveLate = new Map<number, { resolve(): void; reject(error: unknown): void }>();

  /** @param expected drives that will join, or say that they do not */
  constructor(
    image: DiskImage,
    readonly options: Pick<EmitOptions, 'beforeLate' | 'signal' | 'cores'>,
    public expected: number,
  ) {
    this.#compiled = compileImage(image, options);
    this.#needed = streamLength(this.#compiled.program);
  }

  /**
   * Passes the whole image to a drive; its ends are left in `edges`.
   * @throws InplaceError SOURCE_*, INTERRUPTED, SINK_FAILED, and what contents throw
   */
  async join(sink: DeviceSink, options: MemberOptions): Promise<void> {
    if (this.#started) return await this.#alone({ sink, options }, 0);
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ sink, options, resolve, reject });
      this.#startWhenReady();
    });
  }

  /** A drive that was expected will not join: nobody waits for it. */
  skip(): void {
    this.expected -= 1;
    this.#startWhenReady();
  }

  #startWhenReady(): void {
    if (this.#started || this.#waiting.length === 0) return;
    if (this.#waiting.length >= this.expected) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), GATHERING);
  }

  #start(): void {
    clearTimeout(this.#timer);
    if (this.#started) return;
    this.#started = true;
    const members = this.#waiting;
    this.#waiting = [];
    if (members.length === 1) this.#alone(members[0]!, 0).then(members[0]!.resolve, members[0]!.reject);
    else new Shared(this.#transfer(), members, this.options, (member, from) => this.#rest(member, from)).start();
  }

  #transfer(): Omit<Transfer, 'sinks'> {
    return {
      ...this.#compiled,
      facts: { needed: this.#needed },
      beforeLate: (step, digestOf) => this.#known(step, digestOf),
    };
  }

  #known(step: number, digestOf: (sum: number) => string): void {
    void this.#lateOf(step);
    try {
      this.#compiled.beforeLate?.(step, digestOf);
      this.#resolveLate.get(step)!.resolve();
    } catch (error) {
      this.#resolveLate.get(step)!.reject(error);
      throw error;
    }
  }

  #lateOf(step: number): Promise<void> {
    let late = this.#late.get(step);
    if (!late) {
      late = new Promise((resolve, reject) => this.#resolveLate.set(step, { resolve, reject }));
      // whoever waits for it hears of a failure; nobody may
      late.catch(() => undefined);
      this.#late.set(step, late);
    }
    return late;
  }

  /** One drive with a reader and a hasher of its own. */
  async #alone({ sink, options }: Pick<Member, 'sink' | 'options'>, from: number): Promise<void> {
    const own = { ...this.options, ...options };
    await runTransfer({ ...this.#transfer(), from, sinks: [{ to: 'device', device: sink }] }, own);
  }

  /** What a drive that was left behind still has to get; what is late, the others hash. */
  async #rest({ sink, options }: Member, from: number): Promise<void> {
    const own = { ...this.options, ...options };
    const beforeLate = (step: number) => this.#lateOf(step);
    const transfer = { ...this.#transfer(), beforeLate, from, unhashed: true };
    await runTransfer({ ...transfer, sinks: [{ to: 'device', device: sink }] }, own);
  }
}

/** One reading for all. */
class Shared {
  readonly #run: Run;
  /** drives whose fate is not known yet, by number of their writer */
  readonly #open: Map<number, Member>;
  readonly #written = new Set<number>();
  #sourced = false;
  #leftBehind = 0;

  constructor(
    readonly transfer: Omit<Transfer, 'sinks'>,
    members: readonly Member[],
    readonly options: Pick<EmitOptions, 'signal' | 'cores'>,
    readonly rest: (member: Member, from: number) => Promise<void>,
  ) {
    this.#open = new Map(members.entries());
    const sinks = members.map(({ sink }) => ({ to: 'device', device: sink }) as const);
    const hooks: Pick<Transfer, 'onWriter' | 'onSourced'> = {
      onWriter: (writer, outcome) => this.#ended(writer, outcome),
      onSourced: () => {
        this.#sourced = true;
        this.#settle();
      },
    };
    this.#run = new Run({ ...transfer, sinks, ...hooks }, options);
  }

  start(): void {
    const timer = setInterval(() => this.#report(), PROGRESS_INTERVAL);
    this.#run
      .finish()
      .catch((error: unknown) => {
        for (const member of this.#open.values()) member.reject(error);
        this.#open.clear();
      })
      .finally(() => clearInterval(timer));
  }

  #ended(writer: number, outcome: WriterOutcome): void {
    const member = this.#open.get(writer);
    if (!member) return;
    if (outcome.type === 'done') {
      this.#written.add(writer);
      this.#settle();
      return;
    }
    this.#open.delete(writer);
    if (outcome.type === 'left') {
      this.#leftBehind += 1;
      this.rest(member, outcome.position).then(member.resolve, member.reject);
    } else {
      const facts = { ...this.transfer.facts, written: this.#run.written(writer) };
      sinkError(outcome.error, facts).then(member.reject, member.reject);
      // nobody is left who wants the rest
      if (this.#open.size === 0 && this.#leftBehind === 0) this.#run.cancel(new SinkFailure(outcome.error));
    }
  }

  /** What was written counts when the sources were what they had been to the end. */
  #settle(): void {
    if (!this.#sourced) return;
    this.#report();
    for (const writer of this.#written) {
      this.#open.get(writer)?.resolve();
      this.#open.delete(writer);
    }
  }

  #report(): void {
    const { needed: total } = this.transfer.facts;
    for (const [writer, { options }] of this.#open) options.onProgress?.({ written: this.#run.written(writer), total });
  }
}
