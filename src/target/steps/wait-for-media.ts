/** Setup may run from the media, and a stick can be pulled (design/task-sequence.md, 3: a wait and a message). */
import type { CompiledUpgradePackage } from '../contract.js';
import type { StepContext } from '../step.js';

/** Seconds between two looks: soon at first, then every five minutes. */
const FIRST_WAIT = 15;
const LONGEST_WAIT = 300;
/** Seconds of waiting in sum: a night, so that somebody can come in the morning. */
const PATIENCE = 12 * 3600;

/**
 * Folder of setup.exe; waits for the media with a message on the screen when it is not there.
 * Waits are counted, for the clock of the machine may jump.
 * @returns undefined when nobody brought it within 12 hours
 */
export function waitForMedia(context: StepContext, chosen: CompiledUpgradePackage): string | undefined {
  const { content, machine, log } = context;
  let folder = content.upgradeFolder(chosen);
  if (folder !== undefined) return folder;
  log.warning('The media with Windows Setup is not there: waiting for it');
  machine.console.write('Please put the upgrade media back in. The upgrade goes on by itself when it is there.');
  let wait = FIRST_WAIT;
  for (let waited = 0; waited < PATIENCE && folder === undefined; waited += wait) {
    machine.clock.sleep(wait * 1000);
    folder = content.upgradeFolder(chosen);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }
  if (folder !== undefined) log.info(`The media is back: ${folder}`);
  return folder;
}
