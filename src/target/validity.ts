/** The days on which an upgrade may be started from the media (design/task-sequence.md, 2): whole days, in local time. */
import type { MediaValidity } from './contract.js';
import type { Clock } from './machine.js';
import type { Refusal } from './step.js';
import { isoTime, parseIsoTime } from './text.js';

/** Milliseconds of a day: the media may have been made in a time zone in which it is tomorrow already. */
const DAY = 86400000;

/**
 * Why the media may not be used today; undefined when they may. A clock from before the media were made is wrong, and
 * is said to be wrong; where such a day lies within the dates it is taken as it is, for the dates alone decide.
 * @param made when the media were made, ISO 8601; empty when they do not say
 */
export function validityProblem(clock: Clock, { from, until }: MediaValidity, made: string): Refusal | undefined {
  const today = localDate(clock.now(), clock.bias());
  if (from !== undefined && today < from) {
    const time = parseIsoTime(made);
    if (time !== undefined && today < localDate(time - DAY, clock.bias())) {
      return refusal(
        `The clock of this computer says ${today}, which is before the media were made (${localDate(time, clock.bias())})`,
        'Set date and time of this computer, and start again; where they are lost again, its battery is empty',
      );
    }
    return refusal(
      `The media may be used from ${from} on, and the clock of this computer says ${today}`,
      'Wait until then. If the clock of this computer is wrong, set it',
    );
  }
  if (until === undefined || today <= until) return undefined;
  return refusal(
    `The media could be used until ${until}, and the clock of this computer says ${today}`,
    'Ask for new media where these came from. If the clock of this computer is wrong, set it',
  );
}

/** `from 2026-11-01 until 2027-02-01`, for people. */
export function validityWords({ from, until }: MediaValidity): string {
  const words: string[] = [];
  if (from !== undefined) words.push(`from ${from}`);
  if (until !== undefined) words.push(`until ${until}`);
  return words.join(' ');
}

function refusal(message: string, advice: string): Refusal {
  return { rule: 'validity', message, advice };
}

/** `2026-11-30`: such texts compare as the days do. */
function localDate(milliseconds: number, bias: number): string {
  return isoTime(milliseconds - bias * 60000).substring(0, 10);
}
