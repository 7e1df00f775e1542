/** Every type of step that ConfigMgr and MDT write, and what becomes of it (facts/configmgr.md, D.3, D.4, H, L). */
import type { Translate } from '../context.js';
import { disableBitLocker, enableBitLocker } from './bitlocker.js';
import { checkReadiness, validate } from './check-readiness.js';
import { restart } from './restart.js';
import { runCommand } from './run-command.js';
import { mdtPowerShell, runPowerShell } from './run-powershell.js';
import { runTaskSequence } from './run-task-sequence.js';
import { setDynamicVariables } from './set-dynamic-variables.js';
import { setVariable } from './set-variable.js';
import { installApplication, installPackage, mdtApplication } from './software.js';
import { mdtUpgrade, upgrade } from './upgrade.js';

/** By the type without `SMS_TaskSequence_` and `Action`, in lower case; an empty one is MDT's step without a type. */
export const TRANSLATIONS: ReadonlyMap<string, Translate> = new Map([
  ['', runCommand],
  ['runcommandline', runCommand],
  ['runpowershellscript', runPowerShell],
  ['setvariable', setVariable],
  ['setdynamicvariables', setDynamicVariables],
  ['prestartcheck', checkReadiness],
  ['reboot', restart],
  ['upgradeoperatingsystem', upgrade],
  ['installsoftware', installPackage],
  ['installapplication', installApplication],
  ['enablebitlocker', enableBitLocker],
  ['disablebitlocker', disableBitLocker],
  ['subtasksequence', runTaskSequence],
  ['bdd_validate', validate],
  ['bdd_runpowershell', mdtPowerShell],
  ['bdd_installapplication', mdtApplication],
  ['bdd_upgradeos', mdtUpgrade],
]);

const DOMAIN = 'an in-place upgrade keeps the domain, the workgroup and the network settings';
const DISK = 'an in-place upgrade does not change disks and partitions';
const IMAGE = 'an in-place upgrade applies and captures no image';
const STATE = 'an in-place upgrade keeps the users, their files and settings';
const DRIVERS = 'it works in Windows PE only; name a package of drivers as "drivers" of the upgrade step';
const ROLES =
  'it adds or removes roles by the scripts of MDT; write runCommand or runPowerShell for what is still needed';
const LANGUAGE =
  'an in-place upgrade keeps the base language; language packs come by /installlangpacks of the upgrade step';
const GATHER =
  'it gathers the variables of MDT; write setDynamicVariables with the rules that are needed, which also sets _SMSTSMake and _SMSTSModel';

/** Why a type has no place in an in-place upgrade from media, and what to do instead. */
export const REFUSED: ReadonlyMap<string, string> = new Map([
  ['joindomainworkgroup', DOMAIN],
  ['applynetworksettings', DOMAIN],
  ['capturenetworksettings', DOMAIN],
  ['applywindowssettings', 'an in-place upgrade keeps the name, the owner and the local administrators of the machine'],
  ['capturewindowssettings', 'an in-place upgrade keeps the settings of Windows'],
  ['partitiondisk', DISK],
  ['convertdisk', DISK],
  ['offlineenablebitlocker', 'it works in Windows PE only; an upgrade keeps the encryption that there is'],
  ['applyoperatingsystem', IMAGE],
  ['applydataimage', IMAGE],
  ['setupwindowsandsms', IMAGE],
  ['capturesystemimage', IMAGE],
  ['prepareos', IMAGE],
  ['preparesmsclient', IMAGE],
  ['installdeploytools', IMAGE],
  ['autoapply', DRIVERS],
  ['applydriverpackage', DRIVERS],
  ['captureuserstate', STATE],
  ['restoreuserstate', STATE],
  ['requeststatestore', STATE],
  ['releasestatestore', STATE],
  ['installupdate', 'updates come from a site server; put .msu and .cab files into a package and write installUpdates'],
  ['downloadpackagecontent', 'nothing is downloaded: packages lie on the media; name them in the steps that use them'],
  ['connectnetworkfolder', 'there is no network; put the files into a package'],
  ['bdd_gather', GATHER],
  ['bdd_usepackage', 'it makes the files of MDT available; name a package in the steps that use it'],
  ['bdd_installos', IMAGE],
  ['bdd_injectdrivers', DRIVERS],
  ['bdd_recoverdomainjoin', DOMAIN],
  ['bdd_installupdatesoffline', 'it works in Windows PE only; write installUpdates behind the upgrade'],
  ['bdd_installlanguagepacksoffline', LANGUAGE],
  ['bdd_installlanguagepacksonline', LANGUAGE],
  ['bdd_installroles', ROLES],
  ['bdd_uninstallroles', ROLES],
  ['bdd_configureadds', ROLES],
  ['bdd_configuredns', ROLES],
  ['bdd_configuredhcp', ROLES],
  ['bdd_executerunbook', 'there is no network to a runbook server'],
]);

/** The type of a step as the tables above spell it. */
export function typeKey(type: string): string {
  return type
    .trim()
    .toLowerCase()
    .replace(/^sms_tasksequence_/, '')
    .replace(/action$/, '');
}
