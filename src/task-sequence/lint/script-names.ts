import type { YamlPath } from '../../yaml/field-name.js';
import type { SequenceMedia } from '../model.js';
import { applicationPackages } from './application-packages.js';
import { type LintStep, textField } from './sequence.js';

/** A script in a package that a step runs. */
export interface ScriptName {
  readonly packageId: string;
  /** path in the package, with / between names */
  readonly path: string;
  /** field of the step that names it */
  readonly at: YamlPath;
}

/** Files that are text, and that people write: what they do can be read. */
const SCRIPT = /^(?:"([^"]{1,500}\.(?:cmd|bat|ps1))"|([^"\s]{1,500}\.(?:cmd|bat|ps1))(?=\s|$))/i;

/** What comes before the script in a command line: `cmd /c`, `call`, `powershell … -File`. */
const BEFORE = /^(?:cmd(?:\.exe)?(?:\s+\/[a-z]\S*)*\s+|call\s+|powershell(?:\.exe)?\s(?:[^"]{0,200}\s)?-file\s+)/i;

/** The scripts in packages that a step runs, as far as its command says so plainly. */
export function scriptNames(step: LintStep, media: SequenceMedia): readonly ScriptName[] {
  const named = (packageId: string | undefined, command: string | undefined, at: YamlPath): readonly ScriptName[] => {
    if (packageId === undefined || command === undefined) return [];
    const found = SCRIPT.exec(command.trim().replace(BEFORE, ''));
    const path = found?.[1] ?? found?.[2];
    return path === undefined ? [] : [{ packageId, path: normal(path), at }];
  };
  switch (step.type) {
    case 'runCommand':
      return named(textField(step, 'package'), textField(step, 'runCommand'), ['runCommand']);
    case 'runPowerShell': {
      const file = textField(step, 'runPowerShell', 'file');
      return named(textField(step, 'package'), file === undefined ? undefined : `"${file}"`, ['runPowerShell', 'file']);
    }
    case 'installPackage':
      return named(textField(step, 'installPackage', 'package'), textField(step, 'installPackage', 'program'), [
        'installPackage',
        'program',
      ]);
    default:
      return applicationPackages(step).flatMap(({ id, at }) =>
        named(id, media.packages.find((item) => item.id === id)?.install, at),
      );
  }
}

function normal(path: string): string {
  return path.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
}
