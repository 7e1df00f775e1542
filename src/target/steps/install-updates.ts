/**
 * `installUpdates`: .msu and .cab files of a package, in the order of their names (design/task-sequence.md, step types).
 * wusa.exe and dism.exe say by exit code what they did; no words of theirs are read, for they are localised.
 */
import type { Machine } from '../machine.js';
import type { StepFunction, StepResult } from '../step.js';
import { quote, systemProgram } from './command-line.js';
import { RESTART_NEEDED } from './exit-codes.js';
import { filesBelow, nameOf } from './package-files.js';
import { restartFor } from './restarting.js';
import { runAndJudge } from './run-program.js';
import { workingFolder } from './working-folder.js';

/** WU_S_REBOOT_REQUIRED: installed, complete after a restart. */
const WUSA_RESTART = 0x00240005;
/** WU_S_ALREADY_INSTALLED (2359302). */
const ALREADY_INSTALLED = 0x00240006;
/** WU_E_NOT_APPLICABLE, and CBS_E_NOT_APPLICABLE of dism.exe. */
const NOT_APPLICABLE: readonly number[] = [0x80240017, 0x800f081e];
/** ERROR_SERVICE_DISABLED: wusa.exe needs the service of Windows Update, also without a network. */
const SERVICE_DISABLED: readonly number[] = [1058, 0x80070422];

/** Installs every update; what is there already or does not fit this Windows counts as done. The first failure ends it. */
export const installUpdates: StepFunction<'installUpdates'> = (context) => {
  const { step, machine, log, variables } = context;
  const place = workingFolder(context, step.package);
  const updates = place.problem === '' ? filesBelow(machine, place.folder, /\.(msu|cab)$/) : [];
  if (updates.length === 0) {
    const message = place.problem || `The package "${step.package}" holds no update: no .msu and no .cab file`;
    return { outcome: 'failed', message, advice: 'Put the updates into the folder of the package and build again' };
  }
  const words: string[] = [];
  let restart = false;
  for (const update of updates) {
    const name = nameOf(update);
    const result = runAndJudge(context, {
      line: installer(machine, update),
      workingDirectory: place.folder,
      successCodes: [
        0,
        RESTART_NEEDED,
        WUSA_RESTART,
        ALREADY_INSTALLED,
        NOT_APPLICABLE[0] ?? 0,
        NOT_APPLICABLE[1] ?? 0,
      ],
      called: `Update "${name}"`,
    });
    if (result.outcome === 'failed') return withAdvice(result);
    restart = restart || result.exitCode === RESTART_NEEDED || result.exitCode === WUSA_RESTART;
    words.push(`${name} ${inWords(result.exitCode ?? 0)}`);
    log.info(`Update "${name}" ${inWords(result.exitCode ?? 0)}`);
  }
  const message = words.join('; ');
  if (!restart) return { outcome: 'success', exitCode: 0, message };
  return { outcome: 'success', exitCode: RESTART_NEEDED, message, restart: restartFor(variables, step.name) };
};

function installer(machine: Machine, update: string): string {
  if (/\.msu$/i.test(update)) return `${quote(systemProgram(machine, 'wusa.exe'))} ${quote(update)} /quiet /norestart`;
  const dism = quote(systemProgram(machine, 'dism.exe'));
  return `${dism} /online /add-package /packagepath:${quote(update)} /norestart /quiet`;
}

function inWords(code: number): string {
  if (code === ALREADY_INSTALLED) return 'was installed already';
  for (const one of NOT_APPLICABLE) if (code === one) return 'does not apply to this Windows';
  return code === 0 ? 'is installed' : 'is installed after a restart';
}

function withAdvice(result: StepResult): StepResult {
  for (const code of SERVICE_DISABLED) {
    if (result.exitCode !== code) continue;
    const { outcome, message, output } = result;
    const advice = 'The service "Windows Update" (wuauserv) is disabled: set it to Manual before this step';
    return { outcome, exitCode: code, message: message ?? '', output: output ?? '', advice };
  }
  return result;
}
