/**
 * What was switched off is switched on again even when the engine never returns (design/task-sequence.md, 9): a task of
 * its own for each thing, with its own time limit. It needs nothing of the engine, not even its folder.
 */
import { reasonOf } from './gone.js';
import type { Machine } from './machine.js';
import { AWAKE_PLAN } from './power-plan.js';
import type { Log, Suspended } from './step.js';
import { isoTime } from './text.js';

/** Hours after which it is given back whatever happens: ConfigMgr's own limit for such things (facts, B.7). */
const LIMIT_HOURS = 48;
const HOUR = 3600000;

/** What gives one thing back. */
interface Net {
  /** of its task */
  readonly name: string;
  /** behind "The task that" */
  readonly does: string;
  readonly description: string;
  /** run one after the other, whatever each comes to; their words are not read. In System32 */
  readonly programs: readonly { readonly name: string; readonly words: string }[];
}

function netOf(what: Suspended): Net {
  if (what.type === 'powerPlan') {
    return {
      name: 'Inplace restore power plan',
      does: 'gives the power plan back',
      description: 'Gives the power plan back that an upgrade of Windows has exchanged for one without sleep',
      programs: [
        { name: 'powercfg.exe', words: `/setactive ${what.plan}` },
        // an active plan cannot be deleted: this comes to nothing unless the first has worked
        { name: 'powercfg.exe', words: `/delete ${AWAKE_PLAN}` },
      ],
    };
  }
  return {
    name: `Inplace resume BitLocker ${what.drive.charAt(0).toUpperCase()}`,
    does: 'resumes BitLocker',
    description: 'Resumes BitLocker, which an upgrade of Windows has suspended',
    // on every Windows that has BitLocker
    programs: [{ name: 'manage-bde.exe', words: `-protectors -enable ${what.drive}` }],
  };
}

/** Name of its task. */
export function safetyNetName(what: Suspended): string {
  return netOf(what).name;
}

/** Registers the task, durably where Windows can: before the thing is switched off. */
export function registerSafetyNet(machine: Machine, what: Suspended, log: Log): void {
  const { name, does } = netOf(what);
  try {
    machine.tasks.register(name, safetyNetXml(machine, what));
    machine.files.flush(machine.environment.systemDrive);
  } catch (error) {
    // The run itself gives it back; only the second rope is missing.
    log.warning(`The task that ${does} in ${LIMIT_HOURS} hours could not be registered: ${reasonOf(error)}`);
  }
}

/** Setup may have lost the task (U), and a power cut where Windows cannot flush: what is still off gets its net again. */
export function mendSafetyNets(machine: Machine, suspended: readonly Suspended[], log: Log): void {
  for (const what of suspended) {
    if (!machine.tasks.exists(safetyNetName(what))) registerSafetyNet(machine, what, log);
  }
}

/** No error when it is not there. */
export function removeSafetyNet(machine: Machine, what: Suspended): void {
  machine.tasks.remove(safetyNetName(what));
}

/** The task: once at its time, or as soon as the computer runs after it. A start of Windows does not set it off. */
export function safetyNetXml({ clock, environment }: Machine, what: Suspended): string {
  const at = isoTime(clock.now() + LIMIT_HOURS * HOUR).substring(0, 19);
  const { description, programs } = netOf(what);
  const lines = [
    '<?xml version="1.0"?>',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    `  <RegistrationInfo><Description>${description}</Description></RegistrationInfo>`,
    `  <Triggers><TimeTrigger><StartBoundary>${at}Z</StartBoundary><Enabled>true</Enabled></TimeTrigger></Triggers>`,
    '  <Principals><Principal id="Author"><UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel></Principal></Principals>',
    '  <Settings>',
    '    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>',
    '    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>',
    '    <StartWhenAvailable>true</StartWhenAvailable>',
    '    <ExecutionTimeLimit>PT1H</ExecutionTimeLimit>',
    '  </Settings>',
    '  <Actions Context="Author">',
  ];
  for (const { name, words } of programs) {
    const command = `<Command>${environment.windowsFolder}\\System32\\${name}</Command>`;
    lines.push(`    <Exec>${command}<Arguments>${words}</Arguments></Exec>`);
  }
  lines.push('  </Actions>', '</Task>');
  return `${lines.join('\r\n')}\r\n`;
}
