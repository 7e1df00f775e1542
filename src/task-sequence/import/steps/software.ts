/** Install Package and Install Application (facts/configmgr.md, B.6, D.3, D.4). */
import { quote } from '../../../bytes/quote.js';
import type { StepYaml } from '../../schema.js';
import { checkSitePackage, needPackage, oneLine, type StepInput, slug, type Translate } from '../context.js';
import { Untranslatable } from '../untranslatable.js';
import { attribute } from '../xml.js';
import { successCodes, timeLimit } from './program-options.js';

/** A program of a package has a name there and a command here: the media's package has the command as "install". */
export const installPackage: Translate = (input) => {
  const { variables, context } = input;
  refuseList(input);
  const inAction = /\/pkg:(\S+)\s+\/install.*?\/program:(?:"([^"]*)"|(\S+))/i.exec(input.action);
  const id = variables.get('PackageID') || (inAction?.[1] ?? '');
  const program = oneLine(variables.get('ProgramName') || (inAction?.[2] ?? inAction?.[3] ?? ''));
  variables.ignore('ContinueOnInstallError');
  if (id === '' || program === '') throw new Untranslatable('it names no package or no program of it');
  checkSitePackage(id);
  const what = `package ${id}, with the command of its program ${quote(program)} as "install"`;
  const isTaken = [...context.packages.values()].some((one) => one.id.toUpperCase() === id.toUpperCase());
  const wanted = isTaken ? `${id}-${slug(program, 12).toUpperCase() || 'PROGRAM'}` : id;
  const key = `${id.toUpperCase()} ${program}`;
  const package_ = needPackage(context, key, { id: wanted, kind: 'application', what });
  input.change(
    `the command of the program ${quote(program)} is not in the export: write it as "install" of the package`,
  );
  return { installApplication: package_, ...timeLimit(input), ...repeatable(input) };
};

export const installApplication: Translate = (input) => {
  const { variables, element } = input;
  refuseList(input);
  const inAction = /\/app:(\S+)/i.exec(input.action)?.[1] ?? '';
  const names = (variables.get('ApplicationName') || inAction).split(/[,;\s]+/).filter((name) => name !== '');
  variables.ignore('OSDAppClearCache', 'ClearCache');
  if (names.length === 0) throw new Untranslatable('it names no application');
  const packages = names.map((name, index) => application(input, name, names.length === 1 ? undefined : index + 1));
  const goOn = variables.isTrue('ContinueOnInstallError');
  const codes = (attribute(element, 'successcodelist') ?? '').trim();
  input.change('how the application is installed is not in the export: write it as "install" of the package');
  return {
    installApplication:
      packages.length === 1 ? packages[0]! : { packages, ...(goOn ? { continueOnInstallError: true } : {}) },
    // an application says 0 for all that its own return codes call success
    ...(codes === '0' ? {} : successCodes(codes)),
    ...timeLimit(input),
    ...repeatable(input),
  };
};

/** One application of the deployment share. A step without one asks the person, or reads a list of variables. */
export const mdtApplication: Translate = (input) => {
  const { variables } = input;
  const guid = variables.get('ApplicationGUID');
  if (guid === '') throw new Untranslatable('which applications are installed is known only when it runs');
  const codes = variables.get('ApplicationSuccessCodes');
  input.change('how the application is installed is not in the export: write it as "install" of the package');
  return {
    installApplication: application(input, guid, undefined),
    ...successCodes(codes),
  };
};

/** Named after the step that installs it alone: an export holds the number of an application, not its name. */
function application({ name, context }: StepInput, reference: string, number: number | undefined): string {
  const base = slug(name.replace(/^\s*install(?:ieren)?\b/i, ''), 32).toUpperCase() || 'APPLICATION';
  const what = `application ${oneLine(reference).slice(0, 200)} of the step ${quote(name)}`;
  const id = number === undefined ? base : `${base}-${number}`;
  return needPackage(context, reference.toLowerCase(), { id, kind: 'application', what });
}

function refuseList({ variables }: StepInput): void {
  if (variables.get('BaseVariableName') === '') return;
  throw new Untranslatable(
    'what is installed is a list of variables, known only when it runs; write installApplication',
  );
}

/**
 * What there was "retry if the computer restarts unexpectedly" is a step here that may run again when the power was cut
 * inside it (facts/configmgr.md, B.6).
 */
function repeatable({ variables, element }: StepInput): Pick<StepYaml, 'repeatable'> {
  const count = variables.get('RetryCount') || (attribute(element, 'retrycount') ?? '');
  return /^\s*0*\s*$/.test(count) ? {} : { repeatable: true };
}
