import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRecords, parseSummary } from '../../src/monitor/parse.js';
import { record, summary } from './field.js';

const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

describe('status records', () => {
  it('are read in the order of their numbers', () => {
    const text = lines(JSON.stringify(record(2)), JSON.stringify(record(1)));
    expect(parseRecords(text).records.map(({ record: number }) => number)).toEqual([1, 2]);
  });

  it('an event written again after a power cut counts once, as it was written last', () => {
    const text = lines(JSON.stringify(record(1, { outcome: 'failed' })), JSON.stringify(record(1, { attempt: 2 })));
    expect(parseRecords(text)).toEqual({ records: [record(1, { attempt: 2 })], problems: [] });
  });

  it('a last line that a power cut tore is no problem', () => {
    const text = `${lines(JSON.stringify(record(1)))}{"format":1,"ru`;
    expect(parseRecords(text)).toEqual({ records: [record(1)], problems: [] });
  });

  it('a whole last line without its end counts', () => {
    expect(parseRecords(JSON.stringify(record(1))).records).toEqual([record(1)]);
  });

  it('lines that are none are counted aloud', () => {
    const wrong = ['null', '[]', '{}', '{"format":2}', 'x', JSON.stringify({ ...record(1), outcome: 'great' })];
    const { records, problems } = parseRecords(lines(...wrong, JSON.stringify(record(1))));
    expect(records).toEqual([record(1)]);
    expect(problems).toEqual(['6 of the lines of status.jsonl could not be read']);
  });

  it.each([
    ['a time that is none', { start: 'yesterday' }],
    ['a group that is no list', { group: 'x' }],
    ['variables that are no texts', { variables: { A: 1 } }],
    ['a negative number', { record: -1 }],
  ])('%s makes no record', (_, more) => {
    expect(parseRecords(lines(JSON.stringify({ ...record(1), ...more }))).records).toEqual([]);
  });
});

describe('a summary', () => {
  it('is read', () => {
    const failed = summary({ outcome: 'failed', failedAt: { path: '2.1', name: 'Upgrade' }, setupCode: 3247440129 });
    expect(parseSummary(JSON.stringify(failed))).toEqual(failed);
  });

  it('is none when a field is missing or something else', () => {
    for (const name of Object.keys(summary())) {
      expect(parseSummary(JSON.stringify({ ...summary(), [name]: undefined })), name).toBeUndefined();
      expect(parseSummary(JSON.stringify({ ...summary(), [name]: { x: 1 } })), name).toBeUndefined();
    }
  });
});

it('any text gives records or none, and never an exception', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.constant(`{"__proto__":${JSON.stringify(record(1))}}`)), (text) => {
      expect(Array.isArray(parseRecords(text).records)).toBe(true);
      parseSummary(text);
    }),
  );
});
