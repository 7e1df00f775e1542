/** Registers the task that runs and resumes the sequence, and sees that it is there. */
import { reasonOf } from './gone.js';
import { resumeTask } from './hooks.js';
import { driveOf, type LocalFolder } from './local-folder.js';
import type { Machine } from './machine.js';
import type { Refusal } from './step.js';
import { taskXml } from './task-xml.js';

/**
 * Always registers, also over a task that is there: a power cut can leave a registration that exists and is damaged.
 * Its XML is on the disk before, for Setup's hooks register the task from it when the upgrade has lost it.
 * @returns why it is not registered; undefined when it is, and flushed
 */
export function registerResumeTask(machine: Machine, local: LocalFolder): Refusal | undefined {
  const { name, xml } = resumeTask(local.folder);
  const text = taskXml(machine.environment, local.engine);
  const drive = driveOf(local.folder);
  try {
    machine.files.writeText(xml, text);
    machine.files.flush(drive);
    machine.tasks.register(name, text);
    machine.files.flush(drive);
    if (machine.tasks.exists(name)) return undefined;
    return noTask('it is not there after it was registered');
  } catch (error) {
    return noTask(reasonOf(error));
  }
}

function noTask(reason: string): Refusal {
  return {
    rule: 'task',
    message: `The scheduled task that runs the upgrade could not be registered: ${reason}`,
    advice: 'See whether the service "Task Scheduler" (Schedule) runs, and whether a policy forbids new tasks',
  };
}
