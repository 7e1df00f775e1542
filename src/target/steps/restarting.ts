/** What restarts say and how long they wait (facts/configmgr.md, B.6 and C.2). */
import type { Variables } from '../step.js';

/** Seconds a person has, when nobody said otherwise. */
const DELAY = 60;
/** People may sign in while the sequence goes on, and are told so (design/task-sequence.md, 5). */
const MAY_SIGN_IN = 'The upgrade continues after the restart, also while somebody is signed in.';
/** Characters that a message of a restart can have. */
const LONGEST_MESSAGE = 512;

/** A restart before the next step. */
export interface Restart {
  readonly delay: number;
  readonly message: string;
  readonly again?: boolean;
}

/**
 * The restart that a program asked for with exit code 3010.
 * `SMSTSRebootDelay` (seconds) and `SMSTSRebootMessage` override what is said by default.
 * @param again run the same step once more afterwards
 */
export function restartFor(variables: Variables, name: string, again = false): Restart {
  const delay = secondsOf(variables.get('SMSTSRebootDelay'), DELAY);
  const message = variables.get('SMSTSRebootMessage') || `"${name}" needs a restart. ${MAY_SIGN_IN}`;
  return { delay, message: shortened(variables.mask(variables.expand(message))), again };
}

/** The restart of a `restart` step; `SMSRebootTimeout` and `SMSRebootMessage` override its fields. */
export function restartOfStep(variables: Variables, delay: number, message: string | undefined): Restart {
  const text = variables.get('SMSRebootMessage') || message || MAY_SIGN_IN;
  return {
    delay: secondsOf(variables.get('SMSRebootTimeout'), delay),
    message: shortened(variables.mask(variables.expand(text))),
  };
}

/** A number of seconds; what is no whole number counts as not said. */
function secondsOf(text: string, otherwise: number): number {
  return /^\d{1,6}$/.test(text) ? parseInt(text, 10) : otherwise;
}

function shortened(message: string): string {
  return message.length > LONGEST_MESSAGE ? `${message.substring(0, LONGEST_MESSAGE - 3)}...` : message;
}
