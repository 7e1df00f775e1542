import { parseSize } from '../bytes/size.js';
import type { CompiledNode, DynamicRule, ProgramOptions, ReadinessChecks, StepAction } from '../target/contract.js';
import { compileOperatingSystem, compileWhen } from './compile-conditions.js';
import { parseDuration } from './schema/durations.js';
import type { StepYaml } from './schema.js';
import { upgradeStep } from './walk.js';

/** Exit codes that are success: done, and done with a restart to come (facts/configmgr.md, B.4). */
const SUCCESS_CODES: readonly number[] = [0, 3010];

/** Seconds; Windows Setup is never ended, somebody is told. */
const EXPECT = 240 * 60;

/** Seconds that people have before a restart (facts/configmgr.md, B.6). */
const RESTART_DELAY = 60;

/** The steps of a child sequence, by the text of `runTaskSequence`. */
type Child = (file: string) => { readonly sequence: string; readonly steps: readonly CompiledNode[] };

/** What a step does, with everything filled in. A `review` step has no action: the lint refuses it. */
export function compileAction(step: StepYaml, child: Child): StepAction {
  if (step.runCommand !== undefined) return { type: 'runCommand', command: step.runCommand, ...program(step) };
  if (step.runPowerShell !== undefined) return powerShell(step.runPowerShell, step);
  if (step.installApplication !== undefined) return application(step.installApplication, step);
  if (step.installPackage) return { type: 'installPackage', ...step.installPackage, successCodes: successCodes(step) };
  if (step.installUpdates !== undefined) return { type: 'installUpdates', package: step.installUpdates };
  if (step.installDrivers !== undefined) return { type: 'installDrivers', package: step.installDrivers };
  if (step.copyFiles) return copyFiles(step.copyFiles);
  if (step.setVariable) return setVariable(step.setVariable);
  if (step.setDynamicVariables) return { type: 'setDynamicVariables', rules: step.setDynamicVariables.rules.map(rule) };
  if (step.runTaskSequence !== undefined) return { type: 'runTaskSequence', ...child(step.runTaskSequence) };
  if (step.stop !== undefined) return { type: 'stop', message: step.stop };
  return mayBeEmpty(step);
}

/** The types whose options may be left out altogether: `- restart:` */
function mayBeEmpty(step: StepYaml): StepAction {
  if (Object.hasOwn(step, 'checkReadiness')) return { type: 'checkReadiness', ...readiness(step.checkReadiness ?? {}) };
  if (Object.hasOwn(step, 'upgrade')) return upgrade(step);
  if (Object.hasOwn(step, 'restart')) {
    const { message, delay } = step.restart ?? {};
    const seconds = delay === undefined ? RESTART_DELAY : parseDuration(delay);
    return { type: 'restart', ...(message === undefined ? {} : { message }), delay: seconds };
  }
  if (Object.hasOwn(step, 'collectLogs')) return { type: 'collectLogs', include: step.collectLogs?.include ?? [] };
  if (Object.hasOwn(step, 'disableBitLocker')) {
    const { drive, restarts = 1 } = step.disableBitLocker ?? {};
    const count = restarts === 'untilResumed' ? 0 : restarts;
    return { type: 'disableBitLocker', ...(drive === undefined ? {} : { drive }), restarts: count };
  }
  if (Object.hasOwn(step, 'enableBitLocker')) {
    const { drive } = step.enableBitLocker ?? {};
    return { type: 'enableBitLocker', ...(drive === undefined ? {} : { drive }) };
  }
  throw new Error(`A step of type ${Object.keys(step).join(', ')} cannot be compiled`);
}

function successCodes(step: StepYaml): readonly number[] {
  // 0xC1900200 may be written as the negative number that some programs show
  return (step.successCodes ?? SUCCESS_CODES).map((code) => (code < 0 ? code + 2 ** 32 : code));
}

function program(step: StepYaml): ProgramOptions {
  return {
    ...(step.package === undefined ? {} : { package: step.package }),
    ...(step.startIn === undefined ? {} : { startIn: step.startIn }),
    successCodes: successCodes(step),
    ...(step.outputVariable === undefined ? {} : { outputVariable: step.outputVariable }),
  };
}

function powerShell(yaml: NonNullable<StepYaml['runPowerShell']>, step: StepYaml): StepAction {
  const { script, file, parameters, executionPolicy = 'bypass' } = typeof yaml === 'string' ? { script: yaml } : yaml;
  return {
    type: 'runPowerShell',
    ...(script === undefined ? {} : { script }),
    ...(file === undefined ? {} : { file }),
    ...(parameters === undefined ? {} : { parameters }),
    executionPolicy,
    ...program(step),
  };
}

function application(yaml: NonNullable<StepYaml['installApplication']>, step: StepYaml): StepAction {
  const packages = packagesOf(yaml);
  const goOn = typeof yaml === 'object' && 'packages' in yaml && yaml.continueOnInstallError === true;
  return { type: 'installApplication', packages, continueOnInstallError: goOn, successCodes: successCodes(step) };
}

/** The packages that an installApplication step names, in its three forms. */
export function packagesOf(yaml: NonNullable<StepYaml['installApplication']>): readonly string[] {
  if (typeof yaml === 'string') return [yaml];
  return 'packages' in yaml ? yaml.packages : yaml;
}

function copyFiles({ package: id, from, to }: NonNullable<StepYaml['copyFiles']>): StepAction {
  return { type: 'copyFiles', package: id, ...(from === undefined ? {} : { from }), to };
}

function setVariable({ name, value, secret }: NonNullable<StepYaml['setVariable']>): StepAction {
  return { type: 'setVariable', variable: name, value: String(value), ...(secret ? { secret } : {}) };
}

type RuleYaml = NonNullable<StepYaml['setDynamicVariables']>['rules'][number];

function rule({ name, computer, make, model, defaultGateway, when, set }: RuleYaml): DynamicRule {
  const conditions = when === undefined ? [] : compileWhen(when);
  return {
    ...(name === undefined ? {} : { name }),
    ...(computer === undefined ? {} : { computer: computerOf(computer) }),
    ...(make === undefined ? {} : { make }),
    ...(model === undefined ? {} : { model }),
    ...(defaultGateway === undefined ? {} : { defaultGateway }),
    ...(conditions.length === 0 ? {} : { when: conditions }),
    set: Object.entries(set).map(([variable, given]) => {
      const { value, secret } = typeof given === 'object' ? given : { value: given, secret: undefined };
      return { name: variable, value: String(value), ...(secret ? { secret } : {}) };
    }),
  };
}

function computerOf(yaml: NonNullable<RuleYaml['computer']>): NonNullable<DynamicRule['computer']> {
  const { assetTag, macAddress, serialNumber, uuid } = yaml;
  return {
    ...(assetTag === undefined ? {} : { assetTag }),
    ...(macAddress === undefined ? {} : { macAddress }),
    ...(serialNumber === undefined ? {} : { serialNumber }),
    ...(uuid === undefined ? {} : { uuid }),
  };
}

function readiness(yaml: NonNullable<StepYaml['checkReadiness']>): ReadinessChecks {
  const { memory, freeSpace, processorSpeed, operatingSystem, networkConnected, networkWired, uefi, tpm } = yaml;
  return {
    ...(memory === undefined ? {} : { memory: parseSize(memory)! }),
    ...(processorSpeed === undefined ? {} : { processorSpeed }),
    ...(freeSpace === undefined ? {} : { freeSpace: parseSize(freeSpace)! }),
    ...(operatingSystem === undefined ? {} : { operatingSystem: compileOperatingSystem(operatingSystem) }),
    ...(networkConnected === undefined ? {} : { networkConnected }),
    ...(networkWired === undefined ? {} : { networkWired }),
    ...(uefi === undefined ? {} : { uefi }),
    ...(tpm === undefined ? {} : { tpm }),
    skip: yaml.skip ?? [],
  };
}

function upgrade(step: StepYaml): StepAction {
  const { scanOnly, edition, key, reflectDrivers, expect } = upgradeStep(step, [], { packages: [], variables: [] });
  return {
    type: 'upgrade',
    scanOnly,
    ...(edition === undefined ? {} : { edition }),
    ...(key === undefined ? {} : { key }),
    reflectsDrivers: reflectDrivers !== undefined,
    expect: expect ?? EXPECT,
  };
}
