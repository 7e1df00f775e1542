/**
 * /scan: readiness, then the compatibility scan of Windows Setup from where the media is (design/task-sequence.md, The
 * engine). Nothing is moved in, no task is registered and no run is begun; what is written lies below %TEMP%.
 */
import type { SetupArgument } from './contract.js';
import { rethrowGone } from './gone.js';
import { localFolder } from './local-folder.js';
import type { Machine } from './machine.js';
import { entriesBelow } from './manifest-lines.js';
import { problemsOnMedia } from './move-in.js';
import { type MoveInPlan, planMoveIn } from './move-in-plan.js';
import { earlierRun, readVariables } from './run-start.js';
import type { StartEnd } from './start.js';
import { type Decision, decide } from './start-decision.js';
import { CONTROL_FILES, onMedia } from './start-media.js';
import { refusalLines } from './start-screen.js';
import type { LocalContent, Log, Program, ProgramResult, Refusal, StepContext } from './step.js';
import { upgrade } from './steps/upgrade.js';
import { type UpgradeStep, upgradeSteps } from './upgrade-wishes.js';
import { VariableStore } from './variables.js';

/** Seconds between two looks at Setup. */
const LOOK = 5;

/** `ready`: Setup would upgrade this computer. `refused`: checks or Setup found something, with the help for each. */
export function scan(machine: Machine): StartEnd {
  const local = localFolder(machine.environment);
  if (earlierRun(machine, local) === 'underWay') return ended(machine, 'refused', [UNDER_WAY]);
  const decided = decide(machine, local, [{ skip: [] }]);
  if (decided.end !== 'ready') return ended(machine, decided.end, decided.problems);
  const { decision } = decided;
  const step = scanStep(decision);
  if (!step) return ended(machine, 'failed', [NO_SCAN]);
  const damaged = problemsOnMedia(machine, { onMedia: usedFiles(machine, decision, step) });
  if (damaged.length > 0) return ended(machine, 'damaged', damaged);
  machine.power.stayAwake();
  machine.console.write('Windows Setup scans this computer; this takes some minutes ...');
  const result = upgrade(scanContext(machine, decision, step));
  if (result.restart) return ended(machine, 'refused', [{ ...RESTART_FIRST, message: String(result.message) }]);
  machine.console.write(result.message ?? '');
  if (result.outcome === 'success') return { end: 'ready' };
  const problem = { rule: 'setupScan', message: result.message ?? '', advice: result.advice ?? '' };
  return ended(machine, result.exitCode === undefined ? 'failed' : 'refused', [problem]);
}

const UNDER_WAY: Refusal = {
  rule: 'underWay',
  message: 'An upgrade of this computer is under way',
  advice: 'Wait for its end',
};
const NO_SCAN: Refusal = {
  rule: 'noScan',
  message: 'The task sequence of this media has no compatibility scan, so that there is no command line for one',
  advice: 'Add "upgrade: { scanOnly: true }" to the sequence and build the media again, or use /check',
};
const RESTART_FIRST = { rule: 'setupScan', advice: 'Restart the computer, and scan again' };

/** The first scan of the sequence that this Windows Setup has a command line for. */
function scanStep({ media, chosen }: Decision): UpgradeStep | undefined {
  for (const step of upgradeSteps(media.sequence)) {
    if (step.scanOnly && chosen.package.setup[step.path]) return step;
  }
  return undefined;
}

/** Setup where it lies, and the packages that its command line names: all of a package by its hash. */
function usedFiles(machine: Machine, { media, chosen }: Decision, step: UpgradeStep): MoveInPlan['onMedia'] {
  const local = localFolder(machine.environment);
  const setup = planMoveIn(media, local, chosen.package, { from: 'media', why: '' }).onMedia;
  const files = setup.slice();
  for (const { id, path } of media.sequence.packages) {
    if (!isNamed(chosen.package.setup[step.path] ?? [], id)) continue;
    for (const entry of entriesBelow(media.manifest, path)) {
      files.push({ path: onMedia(media.root, entry.path), entry, hashed: true });
    }
  }
  return files;
}

/** The empty id stands for all packages. */
function isNamed(args: readonly SetupArgument[], id: string): boolean {
  for (const argument of args) {
    if ('package' in argument && (argument.package === '' || argument.package === id)) return true;
  }
  return false;
}

/** What the upgrade step needs, without a run around it. */
function scanContext(machine: Machine, { media, chosen }: Decision, step: UpgradeStep): StepContext<UpgradeStep> {
  const folder = `${machine.environment.temporaryFolder}\\Inplace`;
  const stored = readVariables(machine, onMedia(media.root, CONTROL_FILES.variables));
  const variables = new VariableStore({ variables: stored, formerSecrets: [] }, (name) =>
    machine.environment.variable(name),
  );
  const say = (text: string): void => machine.console.write(variables.mask(text));
  const log: Log = { info: say, warning: say, error: say };
  const { path } = chosen.package;
  const content: LocalContent = {
    sequence: media.sequence,
    folder,
    workFolder: folder,
    logFolder: `${folder}\\Logs`,
    packageFolder: (id) => packageOnMedia(media, id),
    upgradeFolder: () => (path === '' ? media.root : onMedia(media.root, path)),
  };
  machine.files.createFolder(content.logFolder);
  return {
    step,
    machine,
    variables,
    log,
    content,
    chosen,
    refusals: [],
    resumed: false,
    memory: {},
    // A scan that is cut off is simply asked for again, and it suspends nothing.
    remember: () => undefined,
    willSuspend: () => undefined,
    restored: () => undefined,
    run: (program) => runScan(machine, folder, program),
  };
}

function packageOnMedia({ root, sequence }: Decision['media'], id: string): string {
  for (const one of sequence.packages) if (one.id === id) return onMedia(root, one.path);
  throw new Error(`The sequence has no package "${id}"`);
}

/** Waits for its end, however long that takes: Setup is never ended. */
function runScan(machine: Machine, folder: string, { line, workingDirectory, environment }: Program): ProgramResult {
  const resultFile = `${folder}\\scan.exit`;
  machine.files.remove(resultFile);
  const outputFile = `${folder}\\scan.out`;
  const process = machine.processes.start({
    line,
    workingDirectory,
    environment: environment ?? {},
    resultFile,
    outputFile,
  });
  while (machine.processes.isRunning(process)) machine.clock.sleep(LOOK * 1000);
  return { exitCode: exitCodeOf(machine, resultFile), output: '', timedOut: false };
}

function exitCodeOf({ files }: Machine, resultFile: string): number | undefined {
  try {
    const match = /^\s*(-?\d{1,10})\s*$/.exec(files.stat(resultFile) ? files.readText(resultFile) : '');
    return match ? Number(match[1]) >>> 0 : undefined;
  } catch (error) {
    rethrowGone(error);
    return undefined;
  }
}

function ended(machine: Machine, end: 'refused' | 'damaged' | 'failed', problems: readonly Refusal[]): StartEnd {
  machine.console.write('This computer was not found fit for the upgrade:');
  for (const line of refusalLines(problems)) machine.console.write(line);
  return { end, problems };
}
