/** What will happen on a simulated machine, in the order of its time. */
interface Event {
  readonly at: number;
  /** goes on when the machine restarts: what people do to it */
  readonly outside: boolean;
  run(): void;
}

export class EventQueue {
  /** the next one is the last */
  #events: Event[] = [];

  /** @param at milliseconds since the simulation began */
  add(at: number, run: () => void, outside = false): void {
    let index = this.#events.length;
    while (index > 0 && this.#events[index - 1]!.at <= at) index -= 1;
    this.#events.splice(index, 0, { at, run, outside });
  }

  /** When the next one is due; Infinity when nothing will happen. */
  get next(): number {
    return this.#events[this.#events.length - 1]?.at ?? Number.POSITIVE_INFINITY;
  }

  take(): Event | undefined {
    return this.#events.pop();
  }

  /** The machine went down: what it was about to do is forgotten. */
  forget(): void {
    this.#events = this.#events.filter(({ outside }) => outside);
  }
}
