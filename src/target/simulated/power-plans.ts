/** Power plans of a simulated machine. They are values of its registry: a cut can take what was not flushed. */
import { AWAKE_PLAN, BALANCED_PLAN } from '../power-plan.js';
import { DurableMap } from './durable-map.js';
import type { Random } from './random.js';

const ACTIVE = 'active';

export class PowerPlans {
  /** the GUID of the active plan, and under the GUID of each plan that it is there */
  readonly #values: DurableMap<string>;

  constructor(readonly uptime: () => number) {
    this.#values = new DurableMap([
      [ACTIVE, BALANCED_PLAN],
      [BALANCED_PLAN, ''],
    ]);
  }

  get active(): string {
    return this.#values.get(ACTIVE)!;
  }

  /** GUIDs of all plans. */
  get all(): string[] {
    return [...this.#values.keys()].filter((key) => key !== ACTIVE);
  }

  copy(plan: string, as: string): void {
    if (this.#values.get(plan) !== undefined) this.#values.set(as, '', this.uptime());
  }

  /** Nothing happens when there is no such plan, as with powercfg. */
  activate(plan: string): void {
    if (this.#values.get(plan) !== undefined) this.#values.set(ACTIVE, plan, this.uptime());
  }

  /** The active one cannot be removed. */
  remove(plan: string): void {
    if (this.active !== plan) this.#values.set(plan, undefined, this.uptime());
  }

  /** What the engine asks of `Power`. */
  stayAwake(plan: string): void {
    this.copy(plan, AWAKE_PLAN);
    this.activate(AWAKE_PLAN);
    if (this.active !== AWAKE_PLAN) throw new Error('the power plan cannot be exchanged');
  }

  letSleep(plan: string): void {
    if (this.active === AWAKE_PLAN) this.activate(this.#values.get(plan) === undefined ? BALANCED_PLAN : plan);
    this.remove(AWAKE_PLAN);
  }

  /** A scheduled task runs powercfg. */
  run(words: string): void {
    const [, verb = '', plan = ''] = /^\/(\w+) ([0-9a-f-]{36})$/.exec(words) ?? [];
    if (verb === 'setactive') this.activate(plan);
    if (verb === 'delete') this.remove(plan);
  }

  /** Windows was installed anew, and its plans are those of a new one. */
  lose(): void {
    for (const key of [...this.#values.keys()]) this.#values.setDurable(key, undefined);
    this.#values.setDurable(ACTIVE, BALANCED_PLAN);
    this.#values.setDurable(BALANCED_PLAN, '');
  }

  flush(): void {
    this.#values.flush();
  }

  /** One value each: none is half written. Windows takes Balanced when the active plan is gone. */
  cut(random: Random, at: number): void {
    this.#values.cut(random, at, (value) => value);
    if (this.#values.get(this.active) === undefined) this.#values.setDurable(ACTIVE, BALANCED_PLAN);
  }
}
