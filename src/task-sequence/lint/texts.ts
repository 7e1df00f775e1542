/** The command lines and lines of scripts that a step runs. */
import type { YamlPath } from '../../yaml/field-name.js';
import { quoteValue } from '../../yaml/product-keys.js';
import { applicationPackages } from './application-packages.js';
import { scriptNames } from './script-names.js';
import { type LintSequence, type LintStep, textField } from './sequence.js';

/** One line that is run. */
export interface CommandText {
  readonly text: string;
  /** field of the step that says it */
  readonly at: YamlPath;
  readonly language: 'command' | 'batch' | 'powerShell';
  /** where in a script it stands, as the end of a sentence; empty when it is the field itself */
  readonly where: string;
}

/** Longer lines are looked at in part: nobody writes them by hand. */
const LONGEST_LINE = 32_000;

const COMMENT = { batch: /^\s*(?:@?rem\b|::)/i, powerShell: /^\s*#/, command: /^\s*@?rem\s/i };

/** Many rules read the same lines: those of a step are taken apart once. */
const known = new WeakMap<LintStep, readonly CommandText[]>();

/** Everything that a step runs, line by line, comments left out. */
export function commandTexts(step: LintStep, sequence: LintSequence): readonly CommandText[] {
  let texts = known.get(step);
  if (!texts) {
    const all = [...ownTexts(step), ...installTexts(step, sequence), ...packageTexts(step, sequence)];
    texts = all.filter(({ text, language }) => !COMMENT[language].test(text));
    known.set(step, texts);
  }
  return texts;
}

function ownTexts(step: LintStep): readonly CommandText[] {
  const command = (at: YamlPath): readonly CommandText[] => {
    const text = textField(step, ...at);
    return text === undefined ? [] : [{ text: cut(text), at, language: 'command', where: '' }];
  };
  const script = (at: YamlPath): readonly CommandText[] => {
    const text = textField(step, ...at);
    return text === undefined ? [] : lines(text, at, 'powerShell', 'of the script');
  };
  switch (step.type) {
    case 'runCommand':
      return command(['runCommand']);
    case 'installPackage':
      return command(['installPackage', 'program']);
    case 'runPowerShell':
      return [
        ...script(['runPowerShell']),
        ...script(['runPowerShell', 'script']),
        ...command(['runPowerShell', 'parameters']),
      ];
    default:
      return [];
  }
}

/** What media.yaml says as "install" of the packages that the step installs. */
function installTexts(step: LintStep, { media }: LintSequence): readonly CommandText[] {
  return applicationPackages(step).flatMap(({ id, at }) => {
    const install = media.packages.find((item) => item.id === id)?.install;
    if (install === undefined) return [];
    return [{ text: cut(install), at, language: 'command', where: ` ("install" of the package ${quoteValue(id)})` }];
  });
}

function packageTexts(step: LintStep, sequence: LintSequence): readonly CommandText[] {
  return scriptNames(step, sequence.media).flatMap(({ packageId, path, at }) => {
    const found = sequence.scripts.find((script) => script.packageId === packageId && script.path === path);
    if (!found) return [];
    const language = /\.ps1$/i.test(path) ? 'powerShell' : 'batch';
    return lines(found.text, at, language, `of ${quoteValue(path)} in the package ${quoteValue(packageId)}`);
  });
}

function lines(text: string, at: YamlPath, language: CommandText['language'], of: string): readonly CommandText[] {
  const all = text.split(/\r\n|\r|\n/);
  return all.map((line, index) => {
    const where = all.length === 1 && language === 'powerShell' ? '' : ` (line ${index + 1} ${of})`;
    return { text: cut(line), at, language, where };
  });
}

function cut(text: string): string {
  return text.slice(0, LONGEST_LINE);
}
