/** What a run leaves to read: status.jsonl, the log, and what is copied to the media. */
import { describe, expect, it } from 'vitest';
import type { StatusRecord } from '../../src/target/contract.js';
import { CmTraceLog, cmTraceLine } from '../../src/target/log.js';
import { parseStatus, StatusFile } from '../../src/target/status.js';
import { onMachine } from './simulated/models.js';
import { command, MODEL, runSequence } from './support/engine-run.js';

const PATH = 'C:\\status.jsonl';
const record = (number: number, name = 'x') => ({ format: 1, record: number, name }) as unknown as StatusRecord;

describe('status.jsonl', () => {
  it('a torn last line is passed over, and the next record is not joined to it', () => {
    onMachine((machine) => {
      new StatusFile(machine, PATH).append([record(1), record(2)]);
      const text = machine.files.readText(PATH);
      for (let cut = 0; cut <= text.length; cut++) {
        machine.files.writeText(PATH, text.slice(0, cut));
        const whole = parseStatus(text.slice(0, cut)).length;
        new StatusFile(machine, PATH).append([record(3)]);
        const numbers = parseStatus(machine.files.readText(PATH)).map(({ record: number }) => number);
        expect(numbers).toEqual([1, 2, 3].slice(0, whole).concat(3));
      }
    });
  });

  it('the same number twice is the same event: the last one counts', () => {
    expect(parseStatus(`${JSON.stringify(record(1, 'a'))}\n${JSON.stringify(record(1, 'b'))}\n`)).toEqual([
      record(1, 'b'),
    ]);
  });

  it.each([
    '\0'.repeat(50),
    '{"format":1}',
    '[1]',
    '{"format":1,"record":1e9}',
    '{"format":1,"record":-1}',
    '{"record":1.5}',
  ])('a line that is no record is passed over: %j', (line) => {
    expect(parseStatus(`${line}\n${JSON.stringify(record(2))}\r\n`)).toEqual([record(2)]);
  });
});

describe('the log', () => {
  it('has the line format of CMTrace: local time, distance to UTC, type', () => {
    const clock = { now: () => Date.UTC(2026, 0, 31, 23, 30, 5, 7), bias: () => -60, sleep: () => {} };
    expect(cmTraceLine('Hello', 2, clock)).toBe(
      '<![LOG[Hello]LOG]!><time="00:30:05.007-060" date="02-01-2026" component="inplace" context="" type="2" thread="0" file="">\r\n',
    );
    expect(cmTraceLine('a', 1, { ...clock, bias: () => 480 })).toContain('time="15:30:05.007+480" date="01-31-2026"');
  });

  it('is ASCII, a line a record, and nothing in a text ends its record early', () => {
    onMachine((machine) => {
      const log = new CmTraceLog(machine, 'C:\\a.log', { mask: (text) => text.replace('geheim', '***') });
      log.error('Größe\r\nzwei geheim ]LOG]!>\n');
      const lines = machine.files.readText('C:\\a.log').split('\r\n');
      expect(lines).toHaveLength(3);
      expect(lines[0]).toContain('<![LOG[Gr\\u00f6\\u00dfe]LOG]!>');
      expect(lines[1]).toContain('<![LOG[zwei *** ]LOG] !>]LOG]!>');
    });
  });

  it('that cannot be written stops nothing', () => {
    onMachine((machine) => {
      expect(() => new CmTraceLog(machine, 'C:\\no\\a.log', { mask: (text) => text }).info('x')).not.toThrow();
    });
  });
});

describe('the reports are copied to the media', () => {
  const steps = [command('a')];
  const drives = (media: object) => MODEL.drives.map((drive) => (drive.name === 'E:' ? { ...drive, ...media } : drive));

  it('to Reports, computer and serial number, run', () => {
    const { machine } = runSequence({ steps });
    const folder = 'E:\\Reports\\PC-1-SN1\\run-1';
    expect(machine.files.list(folder).slice().sort()).toEqual([
      'inplace.log',
      'result.txt',
      'status.jsonl',
      'summary.json',
    ]);
  });

  it.each([
    ['is write protected', drives({ readOnly: true }), /cannot be written/],
    ['has no room', drives({ freeBytes: 1000 }), /has no room/],
  ])('and stay on the machine when the media %s', (_, changed, words) => {
    const end = runSequence({ steps, model: { drives: changed } });
    expect(end.summary?.outcome).toBe('success');
    expect(end.log).toMatch(words);
    expect(end.machine.files.stat('C:\\Inplace\\Reports\\run-1\\summary.json')).toBeDefined();
  });

  it('and stay on the machine when the media is not there', () => {
    const end = runSequence({ steps, model: { media: { ...MODEL.media, pulled: { after: 2 } } } });
    expect(end.summary?.outcome).toBe('success');
    expect(end.log).toContain('The media is not there: the reports stay in C:\\Inplace\\Reports\\run-1 until /collect');
  });

  it('serial numbers of some makers hold what a file name cannot have', () => {
    const hardware = { ...MODEL.hardware, serialNumber: 'To be filled / by: O.E.M.' };
    const { machine } = runSequence({ steps, model: { hardware } });
    expect(machine.files.list('E:\\Reports')).toEqual(['PC-1-To_be_filled_by_O_E_M_']);
  });
});
