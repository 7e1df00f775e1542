/** Run PowerShell Script, of ConfigMgr and of MDT (facts/configmgr.md, B.6, D.3, D.4). */
import { quote } from '../../../bytes/quote.js';
import type { StepYaml } from '../../schema.js';
import {
  needPackage,
  needSitePackage,
  oneLine,
  type StepInput,
  scriptsPackage,
  slug,
  type Translate,
} from '../context.js';
import { decodeScript } from '../inline-script.js';
import { Untranslatable } from '../untranslatable.js';
import { refuseMdtScript } from './mdt-scripts.js';
import { programOptions, refuseOtherAccount } from './program-options.js';
import { mdtScripts } from './run-command.js';

const PREFIX = 'OSDRunPowerShellScript';

type PowerShell = Exclude<NonNullable<StepYaml['runPowerShell']>, string>;

export const runPowerShell: Translate = (input) => {
  const { variables } = input;
  refuseOtherAccount(input, 'SMSTSRunPowerShell');
  const parameters = oneLine(variables.get(`${PREFIX}Parameters`, 'Parameters'));
  const policy = executionPolicy(variables.get(`${PREFIX}ExecutionPolicy`, 'ExecutionPolicy'));
  const options = {
    ...(parameters === '' ? {} : { parameters }),
    ...(policy === 'bypass' ? {} : { executionPolicy: policy }),
  };
  const { file, from } = scriptFile(input);
  return { runPowerShell: { file, ...options }, package: from, ...programOptions(input, PREFIX) };
};

/** The editor's default is AllSigned (U): an export without the value is taken for it. */
function executionPolicy(text: string): NonNullable<PowerShell['executionPolicy']> {
  switch (text.toLowerCase()) {
    case 'bypass':
      return 'bypass';
    case 'undefined':
      return 'undefined';
    case '':
    case 'allsigned':
      return 'allSigned';
    default:
      throw new Untranslatable(`the execution policy is ${quote(text)}, expected Bypass, AllSigned or Undefined`);
  }
}

function scriptFile(input: StepInput): { file: string; from: string } {
  const { variables, context } = input;
  const source = variables.get(`${PREFIX}SourceScript`, 'SourceScript');
  const name = oneLine(variables.get(`${PREFIX}ScriptName`, 'ScriptName'));
  const package_ = variables.get(`${PREFIX}PackageID`, 'PackageID');
  if (source !== '') {
    if (name !== '' && package_ !== '') input.change('it has a script of its own, so that of the package is not run');
    return keepScript(input, decodeScript(source));
  }
  if (name === '') throw new Untranslatable('it holds no script and names none; an export without it was made');
  if (package_ === '') throw new Untranslatable(`the script ${quote(name)} belongs to no package`);
  return { file: name, from: needSitePackage(context, package_) };
}

/** Writes the script beside the sequence. @throws Untranslatable when it would not run here */
function keepScript(input: StepInput, script: string): { file: string; from: string } {
  const { context } = input;
  const masked = context.secrets.mask(script);
  const file = addScript(input, masked);
  const id = scriptsPackage(context);
  needPackage(context, 'own scripts', { id, kind: 'files', what: 'PowerShell scripts that stood in the sequence' });
  const saved = `the script is in "${id}/${file}"`;
  if (masked !== script) {
    throw new Untranslatable(`the script holds a password or product key; ${saved}, with *** where it stood`);
  }
  if (/Microsoft\.SMS\.TS(?:Environment|ProgressUI)/i.test(script)) {
    throw new Untranslatable(
      `the script uses the COM object Microsoft.SMS.TSEnvironment, which is there only in ConfigMgr; ${saved}: change it and run it with runPowerShell`,
    );
  }
  return { file, from: id };
}

/** Named after the step; the same script is there once. */
function addScript({ context, name }: StepInput, script: string): string {
  const base = slug(name) || 'Script';
  // Windows PowerShell reads UTF-8 only with a mark
  const text = /[^\0-~]/.test(script) ? `\ufeff${script}` : script;
  for (let number = 1; ; number++) {
    const file = `${base}${number === 1 ? '' : `-${number}`}.ps1`;
    const taken = [...context.scripts.keys()].find((own) => own.toLowerCase() === file.toLowerCase());
    if (taken === undefined) context.scripts.set(file, text);
    if (taken === undefined || context.scripts.get(taken) === text) return taken ?? file;
  }
}

/** Run PowerShell Script of MDT: a script beside those of MDT. */
export const mdtPowerShell: Translate = (input) => {
  const { variables } = input;
  refuseOtherAccount(input, PREFIX);
  const name = oneLine(variables.get('ScriptName'));
  const parameters = oneLine(variables.get('Parameters'));
  variables.ignore('PackageID');
  if (name === '') throw new Untranslatable('it names no script');
  const file = name.replace(/^%SCRIPTROOT%[\\/]/i, '');
  refuseMdtScript(file);
  if (/%|^[\\/]|^[A-Za-z]:/.test(file))
    throw new Untranslatable(`the script ${quote(name)} is not one of the deployment share`);
  input.change('the script is in a package now; the drive TSEnv: of MDT is not there');
  return {
    runPowerShell: { file, ...(parameters === '' ? {} : { parameters }) },
    package: mdtScripts(input),
    ...programOptions(input, PREFIX),
  };
};
