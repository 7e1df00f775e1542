/** The two slots of the journal on the files of the machine. */
import { Journal } from '../../../src/target/journal.js';
import { localFolder } from '../../../src/target/local-folder.js';
import type { Clock } from '../../../src/target/machine.js';
import type { RunState } from '../../../src/target/run-state.js';
import type { Behaviour, Place } from './behaviour.js';

/** A journal in the folder of this behaviour. Where Windows cannot flush it waits half a minute: by a clock that jumps. */
function journalIn({ machine, folder }: Place): { journal: Journal; slots: readonly [string, string] } {
  const local = localFolder(machine.environment);
  const slots = [`${folder}\\journal-a.json`, `${folder}\\journal-b.json`] as const;
  let slept = 0;
  const clock: Clock = {
    now: () => machine.clock.now() + slept,
    bias: () => 0,
    sleep: (milliseconds) => {
      slept += milliseconds;
    },
  };
  return { journal: new Journal({ ...machine, clock }, { ...local, journals: slots }), slots };
}

/** A record that can be told apart; the journal looks at its format only. */
function record(next: number): RunState {
  return { format: 1, next, start: { run: 'r "1" \u00e4 \u65e5' } } as unknown as RunState;
}

function written(place: Place): readonly [string, string] {
  const { journal, slots } = journalIn(place);
  journal.read();
  for (let next = 1; next <= 3; next++) {
    journal.write(record(next));
    journal.settle();
  }
  return slots;
}

const nextOf = (place: Place): unknown => journalIn(place).journal.read()?.next ?? 'none';

export const JOURNAL: readonly Behaviour[] = [
  {
    name: 'the newest record counts, with every character',
    expected: [3, 'r "1" \u00e4 \u65e5'],
    run: (place) => {
      written(place);
      const state = journalIn(place).journal.read();
      return [state?.next, state?.start.run];
    },
  },
  {
    name: 'a damaged newest slot leaves the record before it, and the next one is written over the damage',
    expected: [2, 4, 4],
    run: (place) => {
      const [newest] = written(place);
      const { files } = place.machine;
      const text = files.readText(newest);
      files.writeText(newest, text.replace('"next":3', '"next":7'));
      const before = nextOf(place);
      const { journal } = journalIn(place);
      journal.read();
      journal.write(record(4));
      const after = nextOf(place);
      files.remove(newest === `${place.folder}\\journal-a.json` ? `${place.folder}\\journal-b.json` : newest);
      return [before, after, nextOf(place)];
    },
  },
  {
    name: 'zeros, half a record and nothing at all are no records',
    expected: [2, 2, 'none'],
    run: (place) => {
      const [newest, other] = written(place);
      const { files } = place.machine;
      const text = files.readText(newest);
      files.writeText(newest, text.substring(0, text.length - 3));
      const half = nextOf(place);
      let zeros = '';
      while (zeros.length < text.length) zeros += String.fromCharCode(0);
      files.writeText(newest, zeros);
      const zeroed = nextOf(place);
      files.writeText(other, '');
      return [half, zeroed, nextOf(place)];
    },
  },
];
