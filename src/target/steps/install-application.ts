/** `installApplication` (facts/configmgr.md, B.6 Install Application): one or more packages by their install command. */
import type { StepContext, StepFunction, StepResult } from '../step.js';
import { runPackageCommand } from './run-command.js';

type Context = Parameters<StepFunction<'installApplication'>>[0];

/**
 * Installs the packages in order. After one that needs a restart the machine restarts and the step goes on with the next;
 * what was installed is kept in the step's memory. `_TSAppInstallStatus` becomes Success or Error.
 */
export const installApplication: StepFunction<'installApplication'> = (context) => {
  const { step, variables, log, memory } = context;
  let last: StepResult = { outcome: 'success' };
  const failed: string[] = [];
  for (let index = 0; index < step.packages.length; index++) {
    const id = step.packages[index] ?? '';
    if (memory[id] === 'failed') failed.push(id);
    if (memory[id] !== undefined) continue;
    last = installOne(context, id);
    if (last.outcome === 'failed') {
      variables.set('_TSAppInstallStatus', 'Error');
      if (!step.continueOnInstallError) return last;
      log.warning(`${last.message ?? ''}; the step goes on, because continueOnInstallError is set`);
      failed.push(id);
    }
    context.remember(id, last.outcome);
    const more = index + 1 < step.packages.length;
    if (last.restart && more) return again(last);
  }
  return finish(context, last, failed);
};

/** How the step ends once every package had its turn; failures that the sequence allows are told, not returned. */
function finish({ variables }: Context, last: StepResult, failed: readonly string[]): StepResult {
  variables.set('_TSAppInstallStatus', failed.length === 0 ? 'Success' : 'Error');
  if (failed.length === 0) return last;
  const message = `Not installed: ${failed.join(', ')}; the step goes on, because continueOnInstallError is set`;
  return last.restart ? { outcome: 'success', message, restart: last.restart } : { outcome: 'success', message };
}

function again({ outcome, exitCode, output, restart }: StepResult): StepResult {
  if (!restart) return { outcome };
  const { delay, message } = restart;
  return { outcome, exitCode: exitCode ?? 0, output: output ?? '', restart: { delay, message, again: true } };
}

function installOne(context: Context, id: string): StepResult {
  const command = installCommand(context, id);
  if (command === undefined) {
    return {
      outcome: 'failed',
      message: `The package "${id}" has no command that installs it`,
      advice: 'Give it "install" in media.yaml and build the media again',
    };
  }
  const called = `The installation of "${id}"`;
  return runPackageCommand(context, { command, package: id, successCodes: context.step.successCodes, called });
}

function installCommand({ content }: StepContext, id: string): string | undefined {
  for (const one of content.sequence.packages) if (one.id === id) return one.install;
  return undefined;
}
