import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readDescriptorDate,
  readRecordingDate,
  writeDescriptorDate,
  writeRecordingDate,
} from '../../../src/formats/iso9660/dates.js';

function recording(...bytes: number[]): Date | undefined {
  return readRecordingDate(Uint8Array.from(bytes), 0);
}

function descriptor(digits: string, zone: number): Date | undefined {
  return readDescriptorDate(Uint8Array.from([...Buffer.from(digits), zone]), 0);
}

describe('dates of seven bytes', () => {
  it('count the zone in quarters of an hour east of UTC', () => {
    expect(recording(124, 5, 6, 7, 8, 9, 4)).toEqual(new Date('2024-05-06T06:08:09Z'));
    expect(recording(124, 5, 6, 7, 8, 9, 256 - 20)).toEqual(new Date('2024-05-06T12:08:09Z'));
    // beyond 13 hours nobody lives: the zone is not believed
    expect(recording(124, 5, 6, 7, 8, 9, 100)).toEqual(new Date('2024-05-06T07:08:09Z'));
  });

  it('are undefined when they are none', () => {
    expect(recording(0, 0, 0, 0, 0, 0, 0)).toBeUndefined();
    expect(recording(124, 13, 1, 0, 0, 0, 0)).toBeUndefined();
    expect(recording(124, 1, 32, 0, 0, 0, 0)).toBeUndefined();
    expect(recording(124, 1, 1, 24, 0, 0, 0)).toBeUndefined();
    expect(recording(124, 1, 1, 0, 60, 0, 0)).toBeUndefined();
    expect(recording()).toBeUndefined();
  });

  it('clamp the year to what one byte holds', () => {
    const year = (date: string): number => {
      const bytes = new Uint8Array(7);
      writeRecordingDate(bytes, 0, new Date(date));
      return bytes[0]!;
    };
    expect([year('1850-01-01T00:00:00Z'), year('2155-01-01T00:00:00Z'), year('2200-01-01T00:00:00Z')]).toEqual([
      0, 255, 255,
    ]);
  });
});

describe('dates of seventeen bytes', () => {
  it('count the zone in the same way', () => {
    expect(descriptor('2024050607080900', 8)).toEqual(new Date('2024-05-06T05:08:09Z'));
  });

  it('are undefined when they are not given or no digits', () => {
    expect(descriptor('0000000000000000', 0)).toBeUndefined();
    expect(descriptor('20240506070809x0', 0)).toBeUndefined();
  });
});

it('both forms are read back as written', () => {
  const seconds = fc.integer({ min: Date.UTC(1901, 0) / 1000, max: Date.UTC(2155, 0) / 1000 });
  fc.assert(
    fc.property(seconds, (second) => {
      const date = new Date(second * 1000);
      const bytes = new Uint8Array(24);
      writeRecordingDate(bytes, 0, date);
      writeDescriptorDate(bytes, 7, date);
      expect([readRecordingDate(bytes, 0), readDescriptorDate(bytes, 7)]).toEqual([date, date]);
    }),
  );
});
