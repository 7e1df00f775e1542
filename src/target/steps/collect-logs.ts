/** `collectLogs`: Setup's logs and what the sequence names, into the folder of logs (design/task-sequence.md, Log lines). */
import { collectFiles } from '../collect-files.js';
import type { StepFunction } from '../step.js';

/**
 * Copies what is there; a log that is missing is no failure, for every phase of Setup has its own.
 * Memory dumps, traces and migration logs stay where they are: they hold what people wrote and did.
 */
export const collectLogs: StepFunction<'collectLogs'> = ({ step, machine, variables, content, log }) => {
  const include: string[] = [];
  for (const path of step.include) include.push(variables.expand(path));
  const { files, problems } = collectFiles(machine, variables, `${content.logFolder}\\Collected`, include);
  for (const problem of problems) log.warning(problem);
  const message = `${files} log files collected in ${content.logFolder}\\Collected`;
  log.info(message);
  return { outcome: 'success', message };
};
