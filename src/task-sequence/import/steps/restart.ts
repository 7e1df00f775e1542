/** Restart Computer (facts/configmgr.md, B.6, D.2, D.4). */
import { quote } from '../../../bytes/quote.js';
import { oneLine, type Translate } from '../context.js';
import { Untranslatable } from '../untranslatable.js';

/** Seconds that people have when nothing is said: the same here and there. */
const USUAL_DELAY = '60';

export const restart: Translate = (input) => {
  const { variables, action, mdt } = input;
  const inAction = /\/target:(\S+)/i.exec(action)?.[1] ?? '';
  // MDT's own templates write "WinPE" into every restart and restart into Windows all the same (U)
  if (mdt && /winpe/i.test(inAction))
    input.change('it names Windows PE, as every restart of MDT does; Windows is started');
  const target = variables.get('SMSRebootTarget', 'Target') || (mdt ? '' : inAction);
  if (/winpe/i.test(target)) throw new Untranslatable('it restarts into Windows PE, which an in-place upgrade may not');
  if (target !== '' && !/^hd$/i.test(target)) throw new Untranslatable(`it restarts into ${quote(target)}`);
  const message = oneLine(variables.get('SMSRebootMessage', 'Message'));
  const delay = variables.get('SMSRebootTimeout', 'MessageTimeout');
  if (delay !== '' && !/^\d{1,6}$/.test(delay)) throw new Untranslatable(`people have ${quote(delay)} seconds`);
  return {
    restart: {
      ...(message === '' ? {} : { message }),
      ...(delay === '' || delay === USUAL_DELAY ? {} : { delay: `${Number(delay)} s` }),
    },
  };
};
