/** Set Task Sequence Variable, of ConfigMgr and of MDT, and the variables of a whole sequence (facts/configmgr.md, B.6, D). */
import { quote } from '../../../bytes/quote.js';
import type { StepYaml } from '../../schema.js';
import { type ImportContext, needVariable, type Translate } from '../context.js';
import { Untranslatable } from '../untranslatable.js';

export const setVariable: Translate = ({ action, variables, context, mdt }) => {
  const inAction = mdt ? undefined : /^tsenv2?\.exe\s+"([^"=]+)=(.*)"\s+\/hiddenflag:(\w+)\s*$/is.exec(action);
  const name = variables.get('VariableName') || (inAction?.[1] ?? '');
  const value = variables.get('VariableValue') || (inAction?.[2] ?? '');
  const hidden = variables.isTrue('DoNotShowVariableValue') || /^true$/i.test(inAction?.[3] ?? '');
  return { setVariable: variableOf(context, name, value, hidden) };
};

/**
 * A variable that is set; a hidden value is asked for as a variable of the media.
 * @throws Untranslatable
 */
export function variableOf(
  context: ImportContext,
  name: string,
  value: string,
  hidden: boolean,
): NonNullable<StepYaml['setVariable']> {
  const problem = whyNotSet(name);
  if (problem !== undefined) throw new Untranslatable(problem);
  context.set.add(name.toLowerCase());
  if (!hidden) return { name, value };
  return { name, value: hiddenValue(context, name, value), secret: true };
}

/** What stands where a hidden value stood; a value that only names another variable hides nothing. */
export function hiddenValue(context: ImportContext, name: string, value: string): string {
  if (/^%[^%]+%$/.test(value)) return value;
  return `%${needVariable(context, `Secret${name}`, `the hidden value of the variable ${name}`, value)}%`;
}

/** Variables that the upgrade of MDT reads (facts/configmgr.md, D.4), and what to write instead. */
const MDT_OPTIONS: Readonly<Record<string, string>> = {
  windowsupgradeadditionaloptions: 'write them as "switches" of the upgrade step; inplace gives /eula accept by itself',
  dynamicallyupdatewinsetup: 'Windows Setup does not look for updates here; remove the step',
};

function whyNotSet(name: string): string | undefined {
  const instead = Object.hasOwn(MDT_OPTIONS, name.toLowerCase()) ? MDT_OPTIONS[name.toLowerCase()] : undefined;
  if (instead !== undefined) return `it sets ${name}, which only the upgrade of MDT reads; ${instead}`;
  if (name === '') return 'it names no variable';
  if (name.startsWith('_')) return `it sets ${quote(name)}, and names that begin with _ are read-only here`;
  return /^[A-Za-z][A-Za-z0-9_-]{0,255}$/.test(name) ? undefined : `${quote(name)} is not a name of a variable`;
}
