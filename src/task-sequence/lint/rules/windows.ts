/** What the sequence expects of machines, against the Windows on the media: found when the upgrade package is open. */
import type { YamlPath } from '../../../yaml/field-name.js';
import { conditionsOf } from '../conditions.js';
import { type Hit, type LintRule, PAGES } from '../rule.js';
import { field, type LintSequence, type LintStep, upgrades } from '../sequence.js';

/** A place where the sequence says which Windows may be upgraded. */
interface Expected {
  readonly step: LintStep;
  readonly at: YamlPath;
  readonly value: string;
}

const seed = (says: string) => ({ page: PAGES.seed, says });

const productChange: LintRule = {
  id: 'product-change',
  severity: 'refusal',
  family: 'windows',
  reason: 'A workstation cannot become a server, nor a server a workstation: no machine would be upgraded.',
  hint: 'Take the Windows media for these machines, or change what the sequence asks for',
  source: seed('Clients are upgraded to Windows for clients, servers to Windows Server'),
  needsWindows: true,
  find: (sequence) =>
    expected(sequence, 'type').flatMap(({ step, at, value }): Hit[] => {
      const { products } = sequence.windows!;
      const known = value === 'client' || value === 'server';
      if (!known || products.length === 0 || products.includes(value)) return [];
      return [
        { message: `The sequence upgrades a ${value}, and the media has Windows for a ${products[0]}`, step, at },
      ];
    }),
};

const architectureChange: LintRule = {
  id: 'architecture-change',
  severity: 'refusal',
  family: 'windows',
  reason: 'An upgrade keeps the architecture of Windows: from x86 to x64 Windows must be installed anew.',
  hint: 'Take media of that architecture, or change what the sequence asks for',
  source: seed('Changing the architecture from x86 to x64 is not compatible with an in-place upgrade'),
  needsWindows: true,
  find: (sequence) =>
    expected(sequence, 'architecture').flatMap(({ step, at, value }): Hit[] => {
      const { architectures } = sequence.windows!;
      if (architectures.length === 0 || architectures.includes(value)) return [];
      const message = `The sequence upgrades Windows for ${value}, and the media has it for ${architectures.join(', ')}`;
      return [{ message, step, at }];
    }),
};

const languageChange: LintRule = {
  id: 'base-language-change',
  severity: 'refusal',
  family: 'windows',
  reason: 'Windows Setup keeps applications and data only when the base language stays.',
  hint: 'Take media in that language, or change what the sequence asks for',
  source: seed('Modifying the base language of Windows is not compatible with an in-place upgrade'),
  needsWindows: true,
  find: (sequence) =>
    expected(sequence, 'language').flatMap(({ step, at, value }): Hit[] => {
      const { languages } = sequence.windows!;
      if (languages.length === 0 || languages.some((one) => one.toLowerCase() === value.toLowerCase())) return [];
      const message = `The sequence upgrades Windows in ${value}, and the media has it in ${languages.join(', ')}`;
      return [{ message, step, at }];
    }),
};

const serverDismissible: LintRule = {
  id: 'server-asks-person',
  severity: 'advice',
  family: 'windows',
  reason: 'Setup of Windows Server waits for a person to confirm a message about applications, whom nobody sees.',
  hint: 'Remove it: left out, dismissible messages are ignored on servers',
  source: {
    page: PAGES.upgrade,
    says: 'For Windows Server 2016 "ignore any dismissible compatibility messages" is needed, else Setup waits for a confirmation and the sequence fails',
  },
  needsWindows: true,
  find: (sequence) =>
    upgrades(sequence)
      .filter(
        (step) =>
          sequence.windows!.products.join() === 'server' && field(step, 'upgrade', 'ignoreDismissible') === false,
      )
      .map((step) => ({ message: 'Windows Setup may wait for a person', step, at: ['upgrade', 'ignoreDismissible'] })),
};

export const windowsRules: readonly LintRule[] = [productChange, architectureChange, languageChange, serverDismissible];

/**
 * What the readiness check before the upgrade, and conditions of the upgrade step and the groups around it, ask of the
 * installed Windows. Inside "any" and "none" nothing is certain.
 */
function expected(sequence: LintSequence, part: 'type' | 'architecture' | 'language'): readonly Expected[] {
  const targets = upgrades(sequence);
  const [first] = targets;
  if (!first || targets.length > 1) return [];
  const checks = sequence.steps
    .slice(0, first.index)
    .filter((step) => step.enabled && step.type === 'checkReadiness' && [...step.parents, step].every(isCertain))
    .map((step) => ({ step, at: ['checkReadiness', 'operatingSystem', part] }));
  const conditions = [...first.parents, first].flatMap((step) =>
    conditionsOf(step)
      .filter(({ path }) => path[0] === 'when' && !path.includes('any') && !path.includes('none'))
      .map(({ path }) => ({ step, at: [...path, 'operatingSystem', part] })),
  );
  return [...checks, ...conditions].flatMap(({ step, at }) => {
    const value = field(step, ...at);
    return typeof value === 'string' ? [{ step, at, value }] : [];
  });
}

/** A check that is skipped on some machines, or whose failure is ignored, refuses nothing. */
function isCertain({ value }: LintStep): boolean {
  return value['when'] === undefined && value['continueOnError'] !== true;
}
