/**
 * What was switched off is switched on again even when the engine never returns (design/task-sequence.md, 9): a task of
 * its own for each thing, with its own time limit. It needs nothing of the engine, not even its folder.
 */
import { reasonOf } from './gone.js';
import type { Machine } from './machine.js';
import type { Log, Suspended } from './step.js';
import { isoTime } from './text.js';

/** Hours after which it is given back whatever happens: ConfigMgr's own limit for such things (facts, B.7). */
const LIMIT_HOURS = 48;
const HOUR = 3600000;

/** Name of its task. */
export function safetyNetName({ drive }: Suspended): string {
  return `Inplace resume BitLocker ${drive.charAt(0).toUpperCase()}`;
}

/** Registers the task, durably where Windows can: before the thing is switched off. */
export function registerSafetyNet(machine: Machine, what: Suspended, log: Log): void {
  try {
    machine.tasks.register(safetyNetName(what), safetyNetXml(machine, what));
    machine.files.flush(machine.environment.systemDrive);
  } catch (error) {
    // The run itself gives it back; only the second rope is missing.
    log.warning(`The task that resumes BitLocker in ${LIMIT_HOURS} hours could not be registered: ${reasonOf(error)}`);
  }
}

/** No error when it is not there. */
export function removeSafetyNet(machine: Machine, what: Suspended): void {
  machine.tasks.remove(safetyNetName(what));
}

/**
 * The task: once at its time, or as soon as the computer runs after it. A start of Windows does not set it off.
 * manage-bde.exe is on every Windows that has BitLocker, and nothing that it says is read.
 */
export function safetyNetXml({ clock, environment }: Machine, { drive }: Suspended): string {
  const at = isoTime(clock.now() + LIMIT_HOURS * HOUR).substring(0, 19);
  const lines = [
    '<?xml version="1.0"?>',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    '  <RegistrationInfo><Description>Resumes BitLocker, which an upgrade of Windows has suspended</Description></RegistrationInfo>',
    `  <Triggers><TimeTrigger><StartBoundary>${at}Z</StartBoundary><Enabled>true</Enabled></TimeTrigger></Triggers>`,
    '  <Principals><Principal id="Author"><UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel></Principal></Principals>',
    '  <Settings>',
    '    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>',
    '    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>',
    '    <StartWhenAvailable>true</StartWhenAvailable>',
    '    <ExecutionTimeLimit>PT1H</ExecutionTimeLimit>',
    '  </Settings>',
    '  <Actions Context="Author"><Exec>',
    `    <Command>${environment.windowsFolder}\\System32\\manage-bde.exe</Command>`,
    `    <Arguments>-protectors -enable ${drive}</Arguments>`,
    '  </Exec></Actions>',
    '</Task>',
  ];
  return `${lines.join('\r\n')}\r\n`;
}
