/**
 * /scan: readiness, then Windows Setup looks for what would stop the upgrade. Nothing is moved in and no task is registered;
 * Setup itself leaves its working folder on the drive of Windows.
 */
import { reasonOf } from './gone.js';
import { hookPaths } from './hooks.js';
import { localFolder } from './local-folder.js';
import type { Machine } from './machine.js';
import { problemsOnMedia } from './move-in.js';
import { planMoveIn } from './move-in-plan.js';
import { earlierRun, readVariables } from './run-start.js';
import { describeSetupCode } from './setup-codes.js';
import { waitForSetupHost } from './setup-host.js';
import { setupLine } from './setup-line.js';
import type { ProblemEnd, StartEnd } from './start.js';
import { type Decision, decide } from './start-decision.js';
import { CONTROL_FILES, onMedia } from './start-media.js';
import { refusalLines } from './start-screen.js';
import type { LocalContent, Refusal } from './step.js';
import { VariableStore } from './variables.js';

/** Seconds between two looks at Setup. */
const LOOK = 5;

/** Runs the checks and Setup's scan from the media, and says what they found. */
export function scan(machine: Machine): StartEnd {
  const local = localFolder(machine.environment);
  // a second Setup beside that of the upgrade would disturb it
  if (earlierRun(machine, local) === 'underWay') return told(machine, 'refused', [UNDER_WAY]);
  const decided = decide(machine, local, [{ skip: [] }]);
  if (decided.end !== 'ready') return told(machine, decided.end, decided.problems);
  const { decision } = decided;
  const fromMedia = { from: 'media' as const, why: 'the scan changes nothing that a restart could interrupt' };
  const damaged = problemsOnMedia(machine, planMoveIn(decision.media, local, decision.chosen.package, fromMedia));
  if (damaged.length > 0) return told(machine, 'damaged', damaged);
  machine.console.write(
    'Windows Setup looks for what would stop the upgrade. It installs nothing; this takes some minutes.',
  );
  try {
    return judge(machine, runSetup(machine, decision));
  } catch (error) {
    const message = `Windows Setup could not be started: ${reasonOf(error)}`;
    const advice = 'See whether a security product of this computer blocks setup.exe of the media';
    return told(machine, 'failed', [{ rule: 'scan', message, advice }]);
  }
}

const UNDER_WAY: Refusal = {
  rule: 'underWay',
  message: 'An upgrade of this computer is under way',
  advice: 'Wait for its end',
};

function judge(machine: Machine, exitCode: number | undefined): StartEnd {
  if (exitCode === undefined) {
    const message = 'Windows Setup was ended before it said what it found';
    return told(machine, 'failed', [{ rule: 'scan', message, advice: 'Try again' }]);
  }
  const { outcome, meaning, advice, text } = describeSetupCode(exitCode);
  if (outcome === 'compatible') {
    machine.console.write(`${meaning} (${text}). Nothing was installed.`);
    return { end: 'ready' };
  }
  const problems = [{ rule: 'scan', message: `${meaning} (${text})`, advice }];
  return told(machine, outcome === 'refused' ? 'refused' : 'failed', problems);
}

/** @returns the exit code; undefined when it left none */
function runSetup(machine: Machine, decision: Decision): number | undefined {
  const { media, chosen } = decision;
  const folder = chosen.package.path === '' ? media.root : onMedia(media.root, chosen.package.path);
  const work = `${machine.environment.temporaryFolder}\\inplace-scan`;
  const resultFile = `${work}\\setup.exit`;
  machine.files.createFolder(work);
  machine.files.remove(resultFile);
  const composed = setupLine({
    program: `${folder}\\setup.exe`,
    arguments: chosen.package.scan,
    image: chosen.image,
    content: contentOfScan(decision, work),
    variables: new VariableStore(
      { variables: readVariables(machine, onMedia(media.root, CONTROL_FILES.variables)), formerSecrets: [] },
      (name) => machine.environment.variable(name),
    ),
    hooks: hookPaths(work),
  });
  if ('problem' in composed) throw new Error(composed.problem);
  const process = machine.processes.start({
    line: composed.line,
    workingDirectory: folder,
    environment: {},
    resultFile,
    outputFile: `${work}\\setup.out`,
  });
  while (machine.processes.isRunning(process)) machine.clock.sleep(LOOK * 1000);
  waitForSetupHost(machine, LOOK);
  const code = machine.files.stat(resultFile) ? machine.files.readText(resultFile) : '';
  return /^\s*-?\d+/.test(code) ? parseInt(code, 10) >>> 0 : undefined;
}

/** A scan takes nothing but the place for its logs. */
function contentOfScan({ media, chosen }: Decision, work: string): LocalContent {
  return {
    sequence: media.sequence,
    folder: work,
    workFolder: work,
    logFolder: `${work}\\Logs`,
    packageFolder: (id) => onMedia(media.root, `deploy/packages/${id}`),
    upgradeFolder: () => (chosen.package.path === '' ? media.root : onMedia(media.root, chosen.package.path)),
  };
}

function told(machine: Machine, end: ProblemEnd, problems: readonly Refusal[]): StartEnd {
  machine.console.write(end === 'damaged' ? 'This media is damaged:' : 'This computer would not be upgraded:');
  for (const line of refusalLines(problems)) machine.console.write(line);
  return { end, problems };
}
