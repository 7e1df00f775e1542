import { describe, expect, it } from 'vitest';
import { newestTime, timeRules } from '../../src/staging/times.js';

const iso = (date: Date) => date.toISOString();

describe('times on the media', () => {
  it.each([
    ['1950-06-01T10:11:12.900Z', '1950-06-01T10:11:12.000Z'],
    ['2026-11-22T20:00:00.001Z', '2026-11-22T20:00:00.000Z'],
    ['0900-01-01T00:00:00.000Z', '1601-01-01T00:00:00.000Z'],
    ['+020000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.000Z'],
  ])('%s is %s: whole seconds that Windows and UDF can hold', (time, wanted) => {
    const { host, recorded } = timeRules(undefined);
    expect([iso(host(new Date(time))), iso(recorded(new Date(time)))]).toEqual([wanted, wanted]);
  });

  it('that JavaScript has no date for are the last there is', () => {
    expect(iso(timeRules(undefined).host(new Date(Number.NaN)))).toBe('9999-12-31T23:59:59.000Z');
  });

  it('are the epoch for files of this computer, and not later than it for those in an ISO', () => {
    const { host, recorded } = timeRules(1_700_000_000);
    expect(iso(host(new Date(0)))).toBe('2023-11-14T22:13:20.000Z');
    expect(iso(recorded(new Date(0)))).toBe('1970-01-01T00:00:00.000Z');
    expect(iso(recorded(new Date('2030-01-01')))).toBe('2023-11-14T22:13:20.000Z');
    expect(iso(newestTime(1_700_000_000, []))).toBe('2023-11-14T22:13:20.000Z');
  });
});
