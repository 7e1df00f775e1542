/**
 * `installDrivers`: the drivers of a package go into the driver store and onto the devices they fit, by pnputil.exe
 * (design/task-sequence.md, step types).
 */
import type { Machine } from '../machine.js';
import type { StepFunction } from '../step.js';
import { quote, systemProgram } from './command-line.js';
import { isAmong, RESTART_BEGUN, RESTART_NEEDED } from './exit-codes.js';
import { filesBelow, nameOf } from './package-files.js';
import { restartFor } from './restarting.js';
import { runAndJudge } from './run-program.js';
import { windowsBuild } from './windows-build.js';
import { workingFolder } from './working-folder.js';

/** First build (Windows 10 1607) whose pnputil.exe knows /add-driver (U: from its help, not from a machine). */
const ADD_DRIVER_SINCE = 14393;
/** ERROR_NO_MORE_ITEMS: in the store, and no device needs it now or a better driver is there. */
const NOTHING_TO_DO = 259;

/** Adds every .inf of the package; a driver that no device of this computer needs is no failure. */
export const installDrivers: StepFunction<'installDrivers'> = (context) => {
  const { step, machine, variables } = context;
  const place = workingFolder(context, step.package);
  const drivers = place.problem === '' ? filesBelow(machine, place.folder, /\.inf$/) : [];
  if (drivers.length === 0) {
    const message = place.problem || `The package "${step.package}" holds no driver: no .inf file`;
    return { outcome: 'failed', message, advice: 'Unpack the drivers into the folder of the package and build again' };
  }
  let restart = false;
  for (const { line, called } of installers(machine, place.folder, drivers)) {
    const successCodes = [0, NOTHING_TO_DO, RESTART_NEEDED, RESTART_BEGUN];
    const result = runAndJudge(context, { line, workingDirectory: place.folder, successCodes, called });
    if (result.outcome === 'failed') return result;
    restart = restart || isAmong(result.exitCode ?? 0, [RESTART_NEEDED, RESTART_BEGUN]);
  }
  if (!restart) return { outcome: 'success', exitCode: 0 };
  return { outcome: 'success', exitCode: RESTART_NEEDED, restart: restartFor(variables, step.name) };
};

interface Installer {
  readonly line: string;
  readonly called: string;
}

/** One call for the whole folder where pnputil.exe can, else one for each driver. */
function installers(machine: Machine, folder: string, drivers: readonly string[]): readonly Installer[] {
  const pnputil = quote(systemProgram(machine, 'pnputil.exe'));
  if (windowsBuild(machine) >= ADD_DRIVER_SINCE) {
    const line = `${pnputil} /add-driver ${quote(`${folder}\\*.inf`)} /subdirs /install`;
    return [{ line, called: 'The installation of the drivers' }];
  }
  const calls: Installer[] = [];
  for (const driver of drivers) {
    calls.push({ line: `${pnputil} -i -a ${quote(driver)}`, called: `The installation of driver "${nameOf(driver)}"` });
  }
  return calls;
}
