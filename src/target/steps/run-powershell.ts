/**
 * `runPowerShell` (facts/configmgr.md, B.6 Run PowerShell Script): a script of a package, or one that stands in the
 * sequence. The engine writes ASCII only, so a script with other characters is written by PowerShell itself.
 */

import { reasonOf } from '../gone.js';
import type { StepFunction, StepResult } from '../step.js';
import { quote } from './command-line.js';
import { powerShell, writerScript } from './powershell-text.js';
import { runAndJudge } from './run-program.js';
import { workingFolder } from './working-folder.js';

type Context = Parameters<StepFunction<'runPowerShell'>>[0];

/**
 * Runs the script by `powershell.exe -File`, which every PowerShell since 2.0 has; its exit code is that of the script.
 * The written script is removed afterwards: it may hold secret values.
 */
export const runPowerShell: StepFunction<'runPowerShell'> = (context) => {
  const { step, machine } = context;
  const place = workingFolder(context, step.package, step.startIn);
  if (place.problem !== '') {
    return { outcome: 'failed', message: place.problem, advice: 'Build the media again, and look at what it holds' };
  }
  if (step.script === undefined) return runFile(context, place.folder);
  const path = `${context.content.workFolder}\\${step.path}.ps1`;
  const failure = writeScript(context, path);
  if (failure) return failure;
  const result = runScript(context, path, place.folder);
  machine.files.remove(path);
  return result;
};

function runFile(context: Context, folder: string): StepResult {
  const { step, variables, content, machine } = context;
  const file = variables.expand(step.file ?? '').replace(/\//g, '\\');
  const base = step.package === undefined ? folder : content.packageFolder(step.package);
  const path = /^([A-Za-z]:|\\\\)/.test(file) ? file : `${base}\\${file}`;
  if (machine.files.stat(path)?.folder !== false) {
    const message = variables.mask(`The script "${path}" does not exist`);
    return { outcome: 'failed', message, advice: 'Correct "file" of the step, or put it into the package' };
  }
  return runScript(context, path, folder);
}

function runScript(context: Context, path: string, folder: string): StepResult {
  const { step, variables, log } = context;
  const parameters = step.parameters === undefined ? '' : ` ${variables.expand(step.parameters)}`;
  if (parameters !== '' && variables.get('OSDLogPowerShellParameters').toUpperCase() === 'TRUE') {
    log.info(`Parameters:${parameters}`);
  }
  return runAndJudge(context, {
    line: `${powerShell(context.machine, step.executionPolicy)} -File ${quote(path)}${parameters}`,
    shown: `powershell.exe -File ${quote(path)}${parameters === '' ? '' : ' (parameters are not logged)'}`,
    workingDirectory: folder,
    successCodes: step.successCodes,
    outputVariable: step.outputVariable,
    called: 'The script',
  });
}

/** Puts the script of the sequence into a file that PowerShell reads rightly. @returns the failure, if any */
function writeScript(context: Context, path: string): StepResult | undefined {
  const { step, machine, variables, content } = context;
  const text = variables.expand(step.script ?? '').replace(/\r?\n/g, '\r\n');
  try {
    machine.files.createFolder(content.workFolder);
    if (!/[^\t\r\n -~]/.test(text)) {
      machine.files.writeText(path, text);
      return undefined;
    }
    const writer = path.replace(/\.ps1$/, '-writer.ps1');
    machine.files.writeText(writer, writerScript(path, text));
    const result = runAndJudge(context, {
      line: `${powerShell(machine, 'bypass')} -File ${quote(writer)}`,
      workingDirectory: content.workFolder,
      successCodes: [0],
      called: 'Writing the script',
    });
    machine.files.remove(writer);
    return result.outcome === 'failed' ? result : undefined;
  } catch (error) {
    const message = `The script could not be written to "${path}": ${reasonOf(error)}`;
    return { outcome: 'failed', message, advice: 'See whether the drive of Windows has room' };
  }
}
