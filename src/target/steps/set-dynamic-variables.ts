/** `setDynamicVariables` (facts/configmgr.md, B.6 Set Dynamic Variables). */
import { compareValues, evaluate } from '../conditions.js';
import type { DynamicRule } from '../contract.js';
import type { StepContext, StepFunction, Variables } from '../step.js';
import { type HardwareNames, readHardwareNames } from './hardware-names.js';
import { whyNotSettable } from './settable.js';

/** Fills the `_SMSTS…` names of the hardware, then every rule whose tests all hold sets its variables, in order. */
export const setDynamicVariables: StepFunction<'setDynamicVariables'> = (context) => {
  const { step, machine, variables, log } = context;
  const names = readHardwareNames(machine);
  fill(variables, names);
  for (let index = 0; index < step.rules.length; index++) {
    const rule = step.rules[index];
    if (!rule || !holds(context, rule, names)) continue;
    log.info(`Rule ${rule.name === undefined ? index + 1 : `"${rule.name}"`} holds`);
    for (const { name, value, secret } of rule.set) {
      const expanded = variables.expand(value);
      const message = whyNotSettable(name, expanded);
      if (message !== '')
        return { outcome: 'failed', message, advice: 'Correct the name or the value in the sequence' };
      variables.set(name, expanded, secret === true);
    }
  }
  return { outcome: 'success' };
};

function fill(variables: Variables, names: HardwareNames): void {
  variables.set('_SMSTSMake', names.make);
  variables.set('_SMSTSModel', names.model);
  variables.set('_SMSTSSerialNumber', names.serialNumber);
  variables.set('_SMSTSAssetTag', names.assetTag);
  variables.set('_SMSTSUUID', names.uuid);
  variables.set('_SMSTSMacAddresses', names.macAddresses.join(','));
  variables.set('_SMSTSIPAddresses', names.ipAddresses.join(','));
  variables.set('_SMSTSDefaultGateways', names.defaultGateways.join(','));
}

/** Computer: any of its names; make and model: both, with wildcards; gateway: one of them; and all conditions. */
function holds({ machine, variables }: StepContext, rule: DynamicRule, names: HardwareNames): boolean {
  const is = (wanted: string | undefined, values: readonly string[]) =>
    wanted === undefined || fitsOne(variables.expand(wanted), values);
  if (!is(rule.make, [names.make]) || !is(rule.model, [names.model])) return false;
  if (!is(rule.defaultGateway, names.defaultGateways)) return false;
  if (rule.computer && !isComputer(variables, rule.computer, names)) return false;
  return rule.when === undefined || evaluate(rule.when, machine, variables).holds;
}

function isComputer(
  variables: Variables,
  computer: NonNullable<DynamicRule['computer']>,
  names: HardwareNames,
): boolean {
  const any = (wanted: string | undefined, values: readonly string[]) =>
    wanted !== undefined && fitsOne(variables.expand(wanted), values);
  if (any(computer.assetTag, [names.assetTag]) || any(computer.serialNumber, [names.serialNumber])) return true;
  // People write the parts of a MAC address with - as well.
  const mac = computer.macAddress?.replace(/-/g, ':');
  return any(mac, names.macAddresses) || any(computer.uuid, [names.uuid]);
}

/** Without case; * and ? stand for anything. */
function fitsOne(wanted: string, values: readonly string[]): boolean {
  for (const value of values) if (compareValues(value, { operator: 'like', value: wanted })) return true;
  return false;
}
