/** Scripts of MDT, which need its deployment share and its variables (facts/configmgr.md, D.3, D.4). */
import { Untranslatable } from '../untranslatable.js';

/** What to do instead, by script in lower case. */
const INSTEAD: Readonly<Record<string, string>> = {
  ztigather:
    'write setDynamicVariables with the rules that are needed; _SMSTSMake, _SMSTSModel and others are set by it',
  ztivalidate: 'write checkReadiness',
  ztiapplications: 'write installApplication for each application',
  ztibde: 'write enableBitLocker',
  ztidrivers: 'name a package of drivers in the upgrade step',
  ztiwindowsupdate: 'put the updates into a package and write installUpdates',
  ztipatches: 'put the updates into a package and write installUpdates',
  zticopylogs: 'write collectLogs',
  ltiapply: 'an in-place upgrade applies no image; write upgrade',
  ztidiskpart: 'an in-place upgrade does not partition disks',
  ztiuserstate: 'an in-place upgrade keeps the users and their files',
  ztibackup: 'an in-place upgrade takes no backup image',
  ztidomainjoin: 'an in-place upgrade keeps the domain',
};

/**
 * Refuses a command of MDT's own scripts, and files of the deployment share.
 * @throws Untranslatable
 */
export function refuseMdtScript(command: string): void {
  const script = /\b((?:ZTI|LTI|UDI)\w{1,60})\.(?:wsf|vbs)\b/i.exec(command)?.[1];
  if (script !== undefined) {
    const instead = INSTEAD[script.toLowerCase()];
    const advice = instead === undefined ? '' : `; ${instead}`;
    throw new Untranslatable(`the script ${script} of MDT works only with its deployment share${advice}`);
  }
  const share = /%(?:DEPLOYROOT|TOOLROOT|DEPLOYDRIVE|SLSHARE\w*)%/i.exec(command)?.[0];
  if (share === undefined) return;
  throw new Untranslatable(
    `it uses ${share}, and the deployment share is not on the media; put the files into a package`,
  );
}

/** Variables that MDT's scripts set (facts/configmgr.md, D.4); a condition on one of them would never hold here. */
const MDT_VARIABLES: readonly string[] = [
  ...['phase', 'deploymentmethod', 'deploymenttype', '_mdtupgrade', 'deployroot', 'scriptroot', 'toolroot'],
  ...['make', 'model', 'product', 'serialnumber', 'assettag', 'uuid', 'memory', 'architecture', 'osversion'],
  ...['osbuild', 'oscurrentversion', 'oscurrentbuild', 'isdesktop', 'islaptop', 'isserver', 'isvm', 'isuefi'],
  ...['isserveros', 'isservercoreos', 'isonbattery', 'issupportedplatform', 'imageflags', 'imagebuild'],
];

/** Refuses a condition on what MDT's scripts would have set. @throws Untranslatable */
export function refuseMdtVariables(names: readonly string[], set: ReadonlySet<string>): void {
  const name = names.find((own) => MDT_VARIABLES.includes(own.toLowerCase()) && !set.has(own.toLowerCase()));
  if (name === undefined) return;
  throw new Untranslatable(`the condition asks for ${name}, which the scripts of MDT set and nothing here does`);
}
