/** Upgrade Operating System, of ConfigMgr and of MDT (facts/configmgr.md, B.6, D.3, L). */
import { quote } from '../../../bytes/quote.js';
import type { StepYaml } from '../../schema.js';
import { needSitePackage, needVariable, type StepInput, type Translate } from '../context.js';
import { Untranslatable } from '../untranslatable.js';
import { attribute } from '../xml.js';
import { durationText } from './program-options.js';

type Upgrade = NonNullable<StepYaml['upgrade']>;

export const upgrade: Translate = (input) => {
  const { variables, context } = input;
  const get = (...names: string[]): string => variables.get(...names.flatMap((name) => [`OSDUpgrade${name}`, name]));
  if (/^true$/i.test(get('InstallFeatureUpdate')) || get('FeatureUpdateID', 'FeatureUpdate') !== '') {
    throw new Untranslatable(
      'it installs a feature update, which is downloaded; the Windows of the media is installed here',
    );
  }
  const package_ = get('InstallPackageID');
  if (package_ !== '') context.upgradePackages.add(package_);
  tellOfImage(input, get('InstallEditionIndex'), get('InstallPath'));
  if (get('DynamicUpdateSettings', 'DynamicUpdate').replace(/^(?:false|0|none)$/i, '') !== '') {
    input.change('Windows Setup does not look for updates');
  }
  variables.ignore('OSDUpgradePreserveSettings', 'PreserveSettings', 'OSDUpgradeFeatureUpdateSource');
  const scanOnly = variables.isTrue('OSDUpgradeScanOnly', 'ScanOnly');
  const options: Upgrade = {
    ...(scanOnly ? { scanOnly } : {}),
    ...(variables.isTrue('OSDUpgradeIgnoreMessages', 'IgnoreMessages') ? { ignoreDismissible: true } : {}),
    ...drivers(input, get('DriverPackageID'), get('StagedContent')),
    ...key(input, get('OsProductKey', 'ProductKey')),
    ...expected(input, get('SetupTimeout')),
  };
  return { upgrade: options };
};

function tellOfImage(input: StepInput, index: string, path: string): void {
  if (path !== '') input.change(`Setup is taken from the media, not from ${quote(path)}`);
  if (index === '') return;
  if (index !== '1')
    input.change(`image ${index} was chosen; Setup takes the edition of the machine, or that of "edition"`);
  else
    input.context.notes.add(
      'Windows Setup takes the edition that the machine has, unless "edition" of an upgrade step names one',
    );
}

/** A folder that is found when the sequence runs says nothing of what must be on the media. */
function drivers(input: StepInput, id: string, staged: string): Partial<Upgrade> {
  if (staged !== '') {
    input.review(
      `drivers for Windows Setup came from ${quote(staged)}; put them into a package and name it as "drivers" of the upgrade`,
    );
  }
  return id === '' ? {} : { drivers: needSitePackage(input.context, id, 'drivers', `driver package ${id}`) };
}

function key({ context }: StepInput, text: string): Partial<Upgrade> {
  if (text === '') return {};
  const variable = /^%([A-Za-z_][A-Za-z0-9_-]*)%$/.exec(text)?.[1];
  const why = 'the product key of the upgrade';
  if (variable === undefined) return { key: needVariable(context, 'ProductKey', why, text) };
  return { key: context.set.has(variable.toLowerCase()) ? variable : needVariable(context, variable, why) };
}

/** Minutes of the step's own limit, or seconds of the limit that all steps have: Setup is never ended, somebody is told. */
function expected(input: StepInput, minutes: string): Partial<Upgrade> {
  const limit = (attribute(input.element, 'timeout') ?? '').trim();
  const seconds = /^\d{1,4}$/.test(minutes) ? Number(minutes) * 60 : /^\d{1,6}$/.test(limit) ? Number(limit) : 0;
  if (seconds === 0) return {};
  input.change('a time limit does not end Windows Setup: somebody is told');
  return { expect: durationText(seconds) };
}

/** `BDD_UpgradeOS`: which Windows is meant is a number of the deployment share. */
export const mdtUpgrade: Translate = (input) => {
  const { variables } = input;
  if (variables.get('OSGUID') !== '')
    input.change('the Windows of the media is installed, whatever the deployment share had');
  return upgrade(input);
};
