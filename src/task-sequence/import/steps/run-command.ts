/** Run Command Line, and the steps without a type that MDT writes (facts/configmgr.md, D.3, D.4). */
import type { StepYaml } from '../../schema.js';
import { needPackage, needSitePackage, oneLine, type StepInput, type Translate } from '../context.js';
import { Untranslatable } from '../untranslatable.js';
import { refuseMdtScript } from './mdt-scripts.js';
import { programOptions, refuseOtherAccount } from './program-options.js';

const PREFIX = 'SMSTSRunCommandLine';

const WOW64 =
  'Programs start as on 64-bit Windows: what ConfigMgr ran with 64-bit redirection on saw SysWOW64 and Wow6432Node instead';

export const runCommand: Translate = (input) => {
  const { variables, context } = input;
  refuseOtherAccount(input, PREFIX);
  const inAction = /^smsswd\.exe\s+\/run:(\S*)\s*(.*)$/is.exec(input.action);
  const given = variables.get('CommandLine', 'SMSTSRunCommandLine') || (inAction ? inAction[2]! : input.action);
  if (given === '') throw new Untranslatable('it has no command line');
  if (/[\r\n]/.test(given)) input.change('the command line stood in several lines');
  const redirected = !variables.isTrue('SMSTSDisableWow64Redirection', 'DisableWow64Redirection');
  if (redirected && !input.mdt && /system32|\breg(?:\.exe)?\s|regedit|sysnative|syswow64/i.test(given)) {
    context.notes.add(WOW64);
  }
  return {
    ...commandOf(input, oneLine(given), variables.get('PackageID') || (inAction?.[1] ?? '')),
    ...programOptions(input, PREFIX),
  };
};

/** The command, and the package it runs from. */
function commandOf(input: StepInput, command: string, packageId: string): StepYaml {
  refuseMdtScript(command);
  if (!/%SCRIPTROOT%/i.test(command)) {
    const package_ = packageId === '' ? {} : { package: needSitePackage(input.context, packageId) };
    return { runCommand: command, ...package_ };
  }
  if (packageId !== '') throw new Untranslatable('it takes files from a package and from the scripts of MDT at once');
  input.change('%SCRIPTROOT% is the folder of a package now');
  return { runCommand: command.replace(/%SCRIPTROOT%[\\/]?/gi, ''), package: mdtScripts(input) };
}

/** The package with the scripts that somebody has added to those of MDT. */
export function mdtScripts({ context }: StepInput): string {
  const what = 'own scripts from the folder Scripts of the deployment share';
  return needPackage(context, 'mdt scripts', { id: 'MDT-SCRIPTS', kind: 'files', what });
}
