/** Every step type and what runs it. */
import type { StepFunctions } from '../step-functions.js';
import { checkReadiness } from './check-readiness.js';
import { collectLogs } from './collect-logs.js';
import { copyFiles } from './copy-files.js';
import { disableBitLocker } from './disable-bitlocker.js';
import { enableBitLocker } from './enable-bitlocker.js';
import { installApplication } from './install-application.js';
import { installDrivers } from './install-drivers.js';
import { installPackage } from './install-package.js';
import { installUpdates } from './install-updates.js';
import { restart } from './restart.js';
import { runCommand } from './run-command.js';
import { runPowerShell } from './run-powershell.js';
import { setDynamicVariables } from './set-dynamic-variables.js';
import { setVariable } from './set-variable.js';
import { stop } from './stop.js';
import { upgrade } from './upgrade.js';

/** The functions by type; the steps of `runTaskSequence` are walked by the sequencer, like those of a group. */
export const STEP_FUNCTIONS: StepFunctions = {
  checkReadiness,
  runCommand,
  runPowerShell,
  installApplication,
  installPackage,
  installUpdates,
  installDrivers,
  copyFiles,
  setVariable,
  setDynamicVariables,
  disableBitLocker,
  enableBitLocker,
  upgrade,
  restart,
  collectLogs,
  stop,
};
