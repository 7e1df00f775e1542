/** `upgrade`: Windows Setup, as a scan or for good (design/task-sequence.md, 6; facts/configmgr.md, B.6 and E). */

import { reasonOf } from '../gone.js';
import { claimOf, type HookPaths, hookPaths, writeHooks } from '../hooks.js';
import { describeSetupCode } from '../setup-codes.js';
import { waitForSetupHost } from '../setup-host.js';
import { setupLine } from '../setup-line.js';
import type { ChosenUpgrade, ProgramResult, StepFunction, StepResult } from '../step.js';
import { judgeSetup } from './setup-result.js';
import { waitForMedia } from './wait-for-media.js';
import { windowsIdentity } from './windows-build.js';

type Context = Parameters<StepFunction<'upgrade'>>[0];

/** Seconds between two looks at SetupHost.exe. */
const LOOK = 10;

/** Which Windows ran when Setup was first started, in the step's memory. */
const BEGAN_IN = 'beganIn';

/**
 * Runs Setup of the chosen image to its end. A power cut before that end runs it once more; one after it was the
 * restart, and the step says only that the upgrade is pending. `_SMSTSOSUpgradeActionReturnCode` gets the exit code.
 */
export const upgrade: StepFunction<'upgrade'> = (context) => {
  const { chosen, refusals, step } = context;
  if (!chosen || refusals.length > 0) return refused(context);
  const ended = alreadyEnded(context, chosen);
  if (ended) return ended;
  const folder = waitForMedia(context, chosen.package);
  if (folder === undefined) {
    return {
      outcome: 'failed',
      message: 'The media with Windows Setup was not put back within 12 hours',
      advice: 'Start the upgrade again from the media, and leave it in until Windows Setup has restarted the computer',
    };
  }
  const program = `${withoutEnd(folder)}\\setup.exe`;
  if (context.machine.files.stat(program)?.folder !== false) {
    return {
      outcome: 'failed',
      message: `"${program}" does not exist: the copy of Windows is not whole`,
      advice: 'Write the media again and verify it',
    };
  }
  const hooks = step.scanOnly ? hookPaths(context.content.folder) : begin(context);
  const composed = setupLine({
    program,
    arguments: chosen.package.setup[step.path] ?? [],
    image: chosen.image,
    content: context.content,
    variables: context.variables,
    hooks,
  });
  if ('problem' in composed) {
    return {
      outcome: 'failed',
      message: composed.problem,
      advice: 'Set the variable in media.yaml or in the sequence',
    };
  }
  return run(context, chosen, composed.line, withoutEnd(folder));
};

/** Every reason at once, with the help for each. */
function refused({ refusals }: Context): StepResult {
  const messages: string[] = [];
  const advice: string[] = [];
  for (const refusal of refusals) {
    messages.push(refusal.message);
    advice.push(refusal.advice);
  }
  if (messages.length === 0) messages.push('No Windows of this media fits this computer');
  return { outcome: 'failed', message: messages.join('; '), advice: advice.join('; ') };
}

/** Leaves the hooks, and remembers which Windows ran before. */
function begin(context: Context): HookPaths {
  const { machine, content, memory } = context;
  const paths = writeHooks(machine, content.folder);
  if (memory[BEGAN_IN] === undefined) context.remember(BEGAN_IN, identityText(context));
  return paths;
}

/**
 * Whether Setup had ended, and the power cut was its restart: another Windows runs, or a hook has claimed something.
 * What became of the upgrade is then found out as after any restart.
 */
function alreadyEnded(context: Context, chosen: ChosenUpgrade): StepResult | undefined {
  const { step, memory, machine, content, log } = context;
  if (step.scanOnly || memory[BEGAN_IN] === undefined || !context.resumed) return undefined;
  const claim = claimOf(machine, content.folder);
  if (memory[BEGAN_IN] === identityText(context) && claim === undefined) return undefined;
  const message = 'Windows Setup had prepared the upgrade, and the computer has started since';
  // 0 or 3: with any other code there would be nothing prepared, and an earlier scan's code must not be taken for this one.
  context.variables.set('_SMSTSOSUpgradeActionReturnCode', '0');
  log.info(message);
  return { outcome: 'success', message, upgradePending: chosen };
}

function identityText({ machine }: Context): string {
  const { build, edition, installationType } = windowsIdentity(machine);
  return [String(build), edition, installationType].join(' ');
}

function run(context: Context, chosen: ChosenUpgrade, line: string, folder: string): StepResult {
  const { step, variables, log } = context;
  log.info(`Windows Setup: ${line}`);
  let result: ProgramResult;
  try {
    result = context.run({ line, workingDirectory: folder, expect: step.expect });
  } catch (error) {
    return {
      outcome: 'failed',
      message: variables.mask(`Windows Setup could not be started: ${reasonOf(error)}`),
      advice: 'See whether a security product of this computer blocks setup.exe of the media',
    };
  }
  const overdue = waitForHost(context);
  if (result.exitCode === undefined) {
    return {
      outcome: 'failed',
      message: 'Windows Setup was ended before it said how it went',
      advice: 'Restart the computer and start the upgrade again',
    };
  }
  const code = describeSetupCode(result.exitCode);
  variables.set('_SMSTSOSUpgradeActionReturnCode', String(code.code));
  log.info(`Windows Setup ended with ${code.text}: ${code.meaning}`);
  return { ...judgeSetup(context, chosen, code), ...(overdue ? { exceeded: step.expect } : {}) };
}

/** @returns whether SetupHost.exe took longer than expected */
function waitForHost({ machine, step, log }: Context): boolean {
  let overdue = false;
  const isKnown = waitForSetupHost(machine, LOOK, (seconds) => {
    const isLate = seconds - LOOK < step.expect && seconds >= step.expect;
    if (isLate) log.warning('SetupHost.exe takes longer than expected; it is not ended');
    overdue ||= isLate;
  });
  if (!isKnown) log.warning('WMI does not say whether SetupHost.exe still runs: the end of Windows Setup counts');
  return overdue;
}

/** `D:\` as `D:`, so that a name can follow. */
function withoutEnd(folder: string): string {
  return folder.replace(/\\+$/, '');
}
