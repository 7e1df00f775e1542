import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frame, Journal, SETTLED, unframe } from '../../src/target/journal.js';
import { writeJson } from '../../src/target/json.js';
import { localFolder } from '../../src/target/local-folder.js';
import type { Machine } from '../../src/target/machine.js';
import type { RunState } from '../../src/target/run-state.js';
import { onMachine } from './simulated/models.js';
import { modelOf } from './support/engine-run.js';

const state = (records: number) =>
  ({ format: 1, records, variables: { variables: [], formerSecrets: [] } }) as unknown as RunState;
const JSON_TEXT = writeJson(state(7));

function withJournal<T>(body: (journal: Journal, machine: Machine, again: () => Journal) => T, canFlush = true): T {
  return onMachine((machine) => {
    const local = localFolder(machine.environment);
    machine.files.createFolder(local.folder);
    const again = () => new Journal(machine, local);
    return body(again(), machine, again);
  }, modelOf({ canFlush }));
}

const A = 'C:\\Inplace\\journal-a.json';
const B = 'C:\\Inplace\\journal-b.json';

describe('a record', () => {
  it('is read as it was written', () => {
    expect(unframe(frame(3, JSON_TEXT))).toEqual({ sequence: 3, state: state(7) });
  });

  it('is not whole when any character is another one, or missing', () => {
    const text = frame(3, JSON_TEXT);
    for (let at = 0; at < text.length; at++) {
      for (const other of ['\0', 'x', '0', text.charAt(at) === '1' ? '2' : '1']) {
        if (other === text.charAt(at)) continue;
        expect(unframe(text.slice(0, at) + other + text.slice(at + 1)), `${other} at ${at}`).toBeUndefined();
      }
      expect(unframe(text.slice(0, at))).toBeUndefined();
      expect(unframe(text.slice(0, at) + '\0'.repeat(text.length - at))).toBeUndefined();
    }
    expect(unframe(`${text} `)).toBeUndefined();
  });

  it('of any text is whole only when it was framed', () => {
    fc.assert(fc.property(fc.string(), (text) => unframe(text) === undefined));
  });
});

describe('the two slots', () => {
  it('are written in turn, and the newest counts', () => {
    withJournal((journal, machine, again) => {
      for (const number of [1, 2, 3]) journal.write(state(number));
      expect(again().read()?.records).toBe(3);
      expect([
        unframe(machine.files.readText(A))?.state.records,
        unframe(machine.files.readText(B))?.state.records,
      ]).toEqual([3, 2]);
    });
  });

  it('when the newest is damaged, the one before counts, and is not written over next', () => {
    withJournal((journal, machine, again) => {
      for (const number of [1, 2, 3]) journal.write(state(number));
      machine.files.writeText(A, '\0'.repeat(100));
      const next = again();
      expect(next.read()?.records).toBe(2);
      next.write(state(4));
      expect(unframe(machine.files.readText(B))?.state.records).toBe(2);
      expect(again().read()?.records).toBe(4);
    });
  });

  it('when both are damaged there is no run', () => {
    withJournal((journal, machine, again) => {
      journal.write(state(1));
      machine.files.writeText(A, 'x');
      machine.files.writeText(B, '');
      expect(again().read()).toBeUndefined();
    });
  });

  it('a slot that is a folder counts as damaged', () => {
    withJournal((_, machine, again) => {
      machine.files.createFolder(A);
      expect(again().read()).toBeUndefined();
    });
  });

  it('writeBoth leaves nothing of before', () => {
    withJournal((journal, machine) => {
      for (const number of [1, 2]) journal.write(state(number));
      journal.writeBoth(state(9));
      for (const path of [A, B]) expect(unframe(machine.files.readText(path))?.state.records).toBe(9);
    });
  });
});

describe('where Windows cannot flush', () => {
  it('a young record is written over, so that an old one always stays', () => {
    withJournal((journal, machine) => {
      journal.write(state(1));
      journal.settle();
      for (const number of [2, 3, 4]) journal.write(state(number));
      expect(unframe(machine.files.readText(A))?.state.records).toBe(1);
      expect(unframe(machine.files.readText(B))?.state.records).toBe(4);
      machine.clock.sleep(SETTLED + 1);
      journal.write(state(5));
      expect(unframe(machine.files.readText(A))?.state.records).toBe(5);
    }, false);
  });

  it('the only whole slot is never written over', () => {
    withJournal((journal, machine, again) => {
      journal.write(state(1));
      const next = again();
      next.read();
      next.write(state(2));
      expect(unframe(machine.files.readText(A))?.state.records).toBe(1);
    }, false);
  });

  it('settle waits until the disk has it, once', () => {
    withJournal((journal, machine) => {
      journal.write(state(1));
      const before = machine.clock.now();
      journal.settle();
      journal.settle();
      expect(Math.round((machine.clock.now() - before) / 1000)).toBe(SETTLED / 1000);
    }, false);
  });
});
