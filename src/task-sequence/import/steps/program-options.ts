/** What the steps that start programs have in common (facts/configmgr.md, B.6, D.3). */
import { quote } from '../../../bytes/quote.js';
import type { StepYaml } from '../../schema.js';
import { oneLine, type StepInput } from '../context.js';
import { Untranslatable } from '../untranslatable.js';
import { attribute } from '../xml.js';

/** Success of a program where the step does not say otherwise: the same here and there. */
const USUAL_CODES = [0, 3010];

/**
 * Where a program runs, what counts as its success, and where its output goes.
 * @param prefix of the names of the variables: `SMSTSRunCommandLine`, `OSDRunPowerShellScript`
 * @throws Untranslatable
 */
export function programOptions(input: StepInput, prefix: string): StepYaml {
  const { variables, element } = input;
  const output = variables.get(`${prefix}OutputVariableName`, 'OutputVariableName');
  const startIn =
    variables.get(`${prefix}WorkingDirectory`, 'WorkingDirectory') || (attribute(element, 'startin') ?? '').trim();
  return {
    ...(startIn === '' ? {} : { startIn: oneLine(startIn) }),
    ...(output === '' ? {} : { outputVariable: output }),
    ...successCodes(givenCodes(input, variables.get(`${prefix}SuccessCodes`, 'SuccessCodes'))),
    ...timeLimit(input),
  };
}

/** The exit codes that the engine of ConfigMgr looks at: those of the step, else those of its variable. */
function givenCodes({ element }: StepInput, variable: string): string {
  return (attribute(element, 'successcodelist') ?? '').trim() || variable;
}

/** Exit codes as YAML has them; nothing where they are the usual ones. @throws Untranslatable */
export function successCodes(text: string): Pick<StepYaml, 'successCodes'> {
  if (text === '') return {};
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  const codes = words.map(readCode);
  const usual = codes.length === USUAL_CODES.length && USUAL_CODES.every((code) => codes.includes(code));
  return usual ? {} : { successCodes: [...new Set(codes)] };
}

function readCode(word: string): number {
  if (!/^(?:-?\d{1,10}|0x[0-9a-f]{1,8})$/i.test(word)) {
    throw new Untranslatable(`the step has the success code ${quote(word)}, expected numbers`);
  }
  return Number(word);
}

/** The time after which a program is ended; 0 and nothing mean none. */
export function timeLimit({ element, variables }: StepInput): Pick<StepYaml, 'timeout'> {
  const text = (attribute(element, 'timeout') ?? '').trim();
  variables.ignore('Timeout');
  if (text === '' || /^0+$/.test(text)) return {};
  if (!/^\d{1,6}$/.test(text)) throw new Untranslatable(`the step has the time limit ${quote(text)}`);
  return { timeout: durationText(Number(text)) };
}

/** Seconds as people write them: `15 min`. */
export function durationText(seconds: number): string {
  return seconds > 0 && seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** Steps run as Local System and as nobody else. @throws Untranslatable */
export function refuseOtherAccount({ variables }: StepInput, prefix: string): void {
  variables.ignore(`${prefix}UserName`, 'UserName', `${prefix}UserPassword`, 'UserPassword', `${prefix}Password`);
  variables.ignore('LoadProfile', 'Password');
  if (!variables.isTrue(`_${prefix}AsUser`, '_SMSTSRunPowerShellAsUser', 'RunAsUser', 'RunPowerShellAsUser')) return;
  throw new Untranslatable('it runs as another user, and every step here runs as Local System');
}
