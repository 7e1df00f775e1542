/** The upgrade step: what makes a sequence an in-place upgrade. */
import { asksFor } from '../conditions.js';
import { isBehind, unreachedSteps } from '../reach.js';
import { at, type Hit, type LintRule, PAGES } from '../rule.js';
import {
  field,
  inFailureGroup,
  isConditionalBeside,
  isUpgrade,
  type LintSequence,
  type LintStep,
  ownText,
  upgrades,
} from '../sequence.js';

const RESULT = '_SMSTSOSUpgradeActionReturnCode';

export const SEED_CORE = {
  page: PAGES.seed,
  says: 'The upgrade step is the only one that a sequence must have, and a sequence made by hand needs a restart into the installed Windows behind it',
};

const noUpgrade: LintRule = {
  id: 'no-upgrade',
  severity: 'refusal',
  family: 'upgrade',
  reason:
    'Without an upgrade step nothing is upgraded; one that only scans, is disabled or runs after a failure is none.',
  hint: 'Add "- upgrade: {}" and "- restart:" behind it',
  source: SEED_CORE,
  find: (sequence) => {
    if (!sequence.complete || upgrades(sequence).length > 0) return [];
    const scans = sequence.steps.filter((step) => step.enabled && step.type === 'upgrade' && !isUpgrade(step));
    const disabled = sequence.steps.filter((step) => !step.enabled && isUpgrade(step));
    const hint = '"upgrade.cmd /scan" asks Windows Setup and changes nothing; a sequence must upgrade';
    if (scans.length > 0) return [{ message: 'The sequence only scans and upgrades nothing', ...at(scans[0]), hint }];
    if (disabled.length > 0) return [{ message: 'The only upgrade step is disabled', ...at(disabled[0]) }];
    // rule upgrade-in-failure-group says it
    if (sequence.steps.some((step) => step.enabled && isUpgrade(step))) return [];
    return [{ message: 'The sequence has no upgrade step' }];
  },
};

const severalUpgrades: LintRule = {
  id: 'several-upgrades',
  severity: 'refusal',
  family: 'upgrade',
  reason: 'A second upgrade that runs whatever came before it would upgrade the upgraded Windows again.',
  hint: 'Keep one upgrade step, or give each a condition so that only one runs',
  source: {
    page: PAGES.upgrade,
    says: 'A sequence has one upgrade step; those for several architectures or editions are told apart by conditions',
  },
  find: (sequence) => second(sequence, (step, first) => !isConditionalBeside(step, first)),
};

const severalConditional: LintRule = {
  ...severalUpgrades,
  id: 'several-upgrades-conditional',
  severity: 'advice',
  reason: 'Where the conditions of two upgrade steps hold at once, the upgraded Windows is upgraded again.',
  hint: 'See that only one of the conditions can hold, then acknowledge it',
  find: (sequence) => second(sequence, isConditionalBeside),
};

const inFailureGroupRule: LintRule = {
  id: 'upgrade-in-failure-group',
  severity: 'refusal',
  family: 'upgrade',
  reason: 'Groups that run after a failure never change how the run ended, so that an upgrade there counts as failed.',
  hint: 'Move the upgrade out of the group',
  source: {
    page: PAGES.upgrade,
    says: 'The group for actions on failure collects logs and runs tools that explain the failure',
  },
  find: ({ steps }) =>
    steps
      .filter((step) => step.enabled && isUpgrade(step) && inFailureGroup(step))
      .map((step) => ({ message: 'The upgrade stands in a group that runs only after a failure', ...at(step) })),
};

const unreachable: LintRule = {
  id: 'upgrade-unreachable',
  severity: 'refusal',
  family: 'upgrade',
  reason: 'A stop without a condition ends the sequence before the upgrade, every time.',
  hint: 'Give the stop a condition ("when"), or remove it',
  source: { page: PAGES.steps, says: 'A sequence stops at the first step that fails' },
  find: (sequence) => {
    const unreached = unreachedSteps(sequence);
    return upgrades(sequence)
      .filter((step) => isBehind(step, unreached))
      .map((step) => ({
        message: 'The upgrade is never reached: a stop without a condition stands before it',
        ...at(step),
      }));
  },
};

const unreachableSteps: LintRule = {
  ...unreachable,
  id: 'unreachable-steps',
  severity: 'advice',
  reason: 'Steps behind a stop without a condition never run.',
  hint: 'Give the stop a condition ("when"), or remove the steps',
  find: (sequence) =>
    unreachedSteps(sequence)
      .filter((step) => !isUpgrade(step))
      .map((step) => ({ message: 'This never runs: a stop without a condition stands before it', step })),
};

const continueOnError: LintRule = {
  id: 'upgrade-continues-on-error',
  severity: 'advice',
  family: 'upgrade',
  reason:
    'When the upgrade fails, the sequence goes on as if it had succeeded, restarts and runs what belongs to the new Windows.',
  hint: 'Remove "continueOnError", and put what a failure needs into a group with "onFailure: true"',
  source: { page: PAGES.editor, says: 'With "continue on error" a failed step does not stop the sequence' },
  find: (sequence) =>
    upgrades(sequence).flatMap((step) =>
      [...step.parents, step]
        .filter(({ value }) => value['continueOnError'] === true)
        .map((one) => ({
          message: `The sequence goes on when the upgrade fails${one === step ? '' : ', because a group around it says so'}`,
          step: one,
          at: ['continueOnError'],
          key: true,
        })),
    ),
};

const scanUnread: LintRule = {
  id: 'scan-result-unread',
  severity: 'advice',
  family: 'upgrade',
  reason: `A scan that goes on when it finds something helps only when a later step reads ${RESULT}.`,
  hint: `Add a stop with "when: { variable: ${RESULT}, notEquals: 3247440400 }" behind the scan`,
  source: {
    page: PAGES.upgrade,
    says: 'A scan that continues on error is followed by a step that ends the sequence unless the return code is 3247440400 (0xC1900210)',
  },
  find: (sequence) => {
    const { steps } = sequence;
    const readers = steps.filter((step) => step.enabled && readsResult(step)).map(({ index }) => index);
    const targets = upgrades(sequence).map(({ index }) => index);
    return steps
      .filter((step) => step.enabled && step.type === 'upgrade' && !isUpgrade(step))
      .filter((scan) => {
        const next = targets.find((index) => index > scan.index) ?? Infinity;
        return scan.value['continueOnError'] === true && !readers.some((index) => index > scan.index && index <= next);
      })
      .map((step) => ({ message: 'Nothing reads what the compatibility scan has found', ...at(step) }));
  },
};

const languagePacks: LintRule = {
  id: 'language-packs-with-setup',
  severity: 'advice',
  family: 'upgrade',
  reason: 'Language packs that Windows Setup adds must fit the build of the media exactly; the base language stays.',
  hint: 'Test it with this media, then acknowledge it',
  source: {
    page: PAGES.seed,
    says: 'Changing the base language of Windows is not compatible with an in-place upgrade',
  },
  find: ({ steps }) =>
    steps
      .filter((step) => step.enabled && step.type === 'upgrade')
      .flatMap((step) => {
        const switches = field(step, 'upgrade', 'switches');
        return (Array.isArray(switches) ? switches : []).flatMap((text: unknown, index): Hit[] =>
          typeof text === 'string' && /^\/installlangpacks\b/i.test(text)
            ? [{ message: 'Windows Setup installs language packs', step, at: ['upgrade', 'switches', index] }]
            : [],
        );
      }),
};

export const upgradeRules: readonly LintRule[] = [
  noUpgrade,
  severalUpgrades,
  severalConditional,
  inFailureGroupRule,
  unreachable,
  unreachableSteps,
  continueOnError,
  scanUnread,
  languagePacks,
];

function second(sequence: LintSequence, matches: (step: LintStep, first: LintStep) => boolean): readonly Hit[] {
  const [first, ...others] = upgrades(sequence);
  return others
    .filter((step) => matches(step, first!))
    .map((step) => ({ message: 'This is a second upgrade step', ...at(step) }));
}

function readsResult(step: LintStep): boolean {
  return asksFor(step, RESULT) || ownText(step).toLowerCase().includes(`%${RESULT}%`.toLowerCase());
}
