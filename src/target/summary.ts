/** summary.json: what happened, in one place and in plain words (contract.ts, RunSummary). */
import type { RunSummary, SetupDiagnosis } from './contract.js';
import type { Run } from './run.js';
import { describeSetupCode } from './setup-codes.js';
import { windowsIdentity } from './steps/windows-build.js';
import { isoTime } from './text.js';

/**
 * @param problems sentences about what was not given back
 * @param diagnosis what SetupDiag says of this run
 */
export function summaryOf(run: Run, problems: readonly string[], diagnosis: SetupDiagnosis | undefined): RunSummary {
  const { state, machine, sequence, variables } = run;
  const { failure, outcome, start } = state;
  const advice = adviceOf(run, problems, diagnosis);
  return {
    format: 1,
    run: start.run,
    sequence: sequence.name,
    computer: machine.environment.computerName,
    outcome,
    message: variables.mask(messageOf(run)),
    ...(advice === '' ? {} : { advice: variables.mask(advice) }),
    ...(failure ? { failedAt: { path: failure.path, name: failure.name } } : {}),
    start: isoTime(start.began),
    end: run.now(),
    restarts: state.restarts,
    before: start.before,
    after: windowsIdentity(machine),
    upgradePackage: start.chosen.packageId,
    ...(state.setupCode === undefined ? {} : { setupCode: state.setupCode }),
    ...(state.extendCode === undefined ? {} : { extendCode: state.extendCode }),
    ...(diagnosis ? { setupDiag: masked(run, diagnosis) } : {}),
  };
}

function masked({ variables }: Run, { rule, failure, advice }: SetupDiagnosis): SetupDiagnosis {
  return {
    rule,
    ...(failure === undefined ? {} : { failure: variables.mask(failure) }),
    ...(advice === undefined ? {} : { advice: variables.mask(advice) }),
  };
}

const OUTCOMES: Readonly<Record<RunSummary['outcome'], string>> = {
  success: 'done',
  failed: 'FAILED',
  rolledBack: 'ROLLED BACK, the old Windows runs',
  refused: 'refused',
};

/** The summary as a text that is read without any program of ours. */
export function noteOf(summary: RunSummary): string {
  const { computer, sequence, outcome, message, advice, start, end } = summary;
  const lines = [
    `${sequence} on ${computer}: ${OUTCOMES[outcome]}`,
    '',
    `${message}.`,
    ...(advice === undefined ? [] : [`What to do: ${advice}.`]),
    '',
    `From ${start} to ${end} (UTC). Each step is in status.jsonl; the log is inplace.log (CMTrace).`,
  ];
  return `${lines.join('\r\n')}\r\n`;
}

function messageOf({ state, chosen }: Run): string {
  const { outcome, failure } = state;
  const name = chosen?.image.name ?? 'Windows';
  if (outcome === 'success') {
    if (state.upgraded) return `The sequence has ended well; the upgrade to ${name} is done`;
    const what = state.pendingUpgrade ? `the upgrade to ${name} is prepared` : 'it has not upgraded Windows';
    return `The sequence has ended well; ${what}`;
  }
  const at = failure && failure.path !== '' ? ` at ${failure.path} "${failure.name}"` : '';
  const forgiven = state.forgivenUpgrade ? ', and went on' : '';
  const why = failure ? `${forgiven}: ${failure.message}` : '';
  if (outcome === 'rolledBack') return `The upgrade to ${name} was rolled back, the old Windows runs${why}`;
  return `The sequence failed${at}${why}`;
}

function adviceOf({ state }: Run, problems: readonly string[], diagnosis: SetupDiagnosis | undefined): string {
  const sentences = problems.slice();
  // It names what stands in the way; a code of Setup only says where.
  if (diagnosis?.advice) sentences.push(diagnosis.advice);
  if (state.failure?.advice) sentences.push(state.failure.advice);
  else if (state.outcome === 'rolledBack' && state.setupCode !== undefined) {
    sentences.push(describeSetupCode(state.setupCode).advice);
  }
  if (state.pendingUpgrade) {
    sentences.push('Windows Setup has prepared the upgrade already: the next restart of the computer begins it');
  }
  return sentences.join('. ');
}
