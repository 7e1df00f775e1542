/** The days on which media may be used, by the clock and in the time of the machine. */
import { describe, expect, it } from 'vitest';
import { asciiJson } from '../../src/bytes/ascii-json.js';
import { scan } from '../../src/target/scan.js';
import { check, START_EXIT_CODES, start } from '../../src/target/start.js';
import { validityProblem } from '../../src/target/validity.js';
import { SYSTEM_DRIVE } from './support/fake-machine.js';
import { pc } from './support/machines.js';
import { MEDIA_ID, onDrive } from './support/start-media.js';

const MADE = '2026-10-30T12:00:00.000Z';
const DATES = { from: '2026-11-01', until: '2027-02-01' };

function clock(time: string, bias = 0) {
  return { now: () => Date.parse(time), bias: () => bias, sleep: () => undefined };
}

function words(time: string, bias = 0, dates: { from?: string; until?: string } = DATES): string | undefined {
  return validityProblem(clock(time, bias), dates, MADE)?.message;
}

describe('whole days, both included', () => {
  it.each([
    ['2026-11-01T00:00:00Z', 0],
    ['2027-02-01T23:59:59Z', 0],
    // Oslo: an hour before UTC in winter, so that a day begins and ends earlier
    ['2026-10-31T23:00:00Z', -60],
    ['2027-02-01T22:59:59Z', -60],
    // New York
    ['2027-02-02T04:59:59Z', 300],
    ['2026-11-01T05:00:00Z', 300],
  ])('%s with a bias of %d is inside', (time, bias) => expect(words(time, bias)).toBeUndefined());

  it.each([
    [
      '2026-10-31T23:59:59Z',
      0,
      'The media may be used from 2026-11-01 on, and the clock of this computer says 2026-10-31',
    ],
    [
      '2027-02-02T00:00:00Z',
      0,
      'The media could be used until 2027-02-01, and the clock of this computer says 2027-02-02',
    ],
    [
      '2027-02-01T23:00:00Z',
      -60,
      'The media could be used until 2027-02-01, and the clock of this computer says 2027-02-02',
    ],
    [
      '2026-11-01T04:59:59Z',
      300,
      'The media may be used from 2026-11-01 on, and the clock of this computer says 2026-10-31',
    ],
  ])('%s with a bias of %d is outside', (time, bias, expected) => expect(words(time, bias)).toBe(expected));

  it('one of the two alone says nothing of the other side', () => {
    expect(words('2099-01-01T00:00:00Z', 0, { from: '2026-11-01' })).toBeUndefined();
    expect(words('1999-01-01T00:00:00Z', 0, { until: '2026-11-01' })).toBeUndefined();
  });
});

describe('a clock from before the media were made', () => {
  it.each(['1980-01-01T00:00:00Z', '2002-03-04T05:06:07Z', '2026-10-28T00:00:00Z'])(
    '%s is said to be wrong',
    (time) => {
      const problem = validityProblem(clock(time), DATES, MADE);
      expect(problem?.message).toBe(
        `The clock of this computer says ${time.slice(0, 10)}, which is before the media were made (2026-10-30)`,
      );
      expect(problem?.advice).toContain('Set date and time');
    },
  );

  it('a day before is taken for another time zone', () => {
    expect(words('2026-10-29T00:00:00Z')).toContain('may be used from');
  });

  it('media that do not say when they were made are not asked', () => {
    expect(validityProblem(clock('1980-01-01T00:00:00Z'), DATES, '')?.message).toContain('may be used from');
  });
});

describe('the engine', () => {
  const machineAt = (time: string, edition = 'Professional') =>
    pc({
      now: Date.parse(time),
      windows: { EditionID: edition },
      drives: [SYSTEM_DRIVE, { ...SYSTEM_DRIVE, name: 'E:', kind: 'removable' }],
      files: onDrive(
        'E:',
        undefined,
        {},
        {
          'deploy/media.json': asciiJson({ media: 1, name: 'Field', mediaId: MEDIA_ID, time: MADE, validity: DATES }),
        },
      ),
      program: () => 0xc1900210,
    });

  it.each([
    ['start', start],
    ['check', check],
    ['scan', scan],
  ] as const)('/%s refuses with exit code 4 and says why', (_, verb) => {
    const machine = machineAt('2027-03-01T08:00:00Z');
    const ended = verb(machine);
    expect(ended.end).toBe('outsideDates');
    expect(START_EXIT_CODES[ended.end]).toBe(4);
    expect(machine.screen.join('\n')).toContain('The media could be used until 2027-02-01');
    expect(machine.changes.filter((change) => !change.startsWith('console'))).toEqual([]);
  });

  it('says everything else that speaks against it as well', () => {
    const ended = start(machineAt('2027-03-01T08:00:00Z', 'EnterpriseS'));
    expect('problems' in ended && ended.problems.map(({ rule }) => rule)).toEqual(['validity', 'edition']);
  });

  it('shows the dates, and begins inside of them', () => {
    const machine = machineAt('2026-12-24T08:00:00Z');
    expect(start(machine).end).toBe('started');
    expect(machine.screen.join('\n')).toContain('Valid        from 2026-11-01 until 2027-02-01');
  });

  it('a run that has begun goes on after the last day', () => {
    const machine = machineAt('2027-02-01T23:50:00Z');
    expect(start(machine).end).toBe('started');
    machine.clock.sleep(86_400_000);
    expect(start(machine).end).toBe('underWay');
  });
});
