/** All checks of readiness, one after the other: every reason at once (design/task-sequence.md, Readiness). */
import { READINESS_CHECKS, type ReadinessCheck, type ReadinessChecks } from '../contract.js';
import type { Refusal } from '../step.js';
import { contains } from '../text.js';
import { thirdPartyEncryption } from './encryption.js';
import type { Check, ReadinessInput } from './outcome.js';
import { pendingRestart } from './pending-restart.js';
import { acPower, networkConnected, networkWired } from './power-and-network.js';
import { cluster, nicTeaming, virtualMachines } from './servers.js';
import { freeSpace, systemPartition } from './space.js';
import { auditMode, safeMode, vhdBoot, windowsToGo } from './start-mode.js';
import { language, memory, operatingSystem, processorSpeed, tpm, uefi, upgradePath } from './values.js';
import { mediaMinimum, servicePack } from './versions.js';

/** What came of it. */
export interface Readiness {
  readonly refusals: readonly Refusal[];
  /** sentences about what could not be checked */
  readonly unchecked: readonly string[];
  /** names of the checks that ran */
  readonly ran: readonly string[];
  /** ConfigMgr's results: 1 passed, 0 failed; what was not checked has none */
  readonly variables: readonly { readonly name: string; readonly value: '0' | '1' }[];
}

const DEFAULT_CHECKS: Readonly<Record<ReadinessCheck, Check>> = {
  upgradePath,
  memory,
  freeSpace,
  systemPartition,
  pendingRestart,
  acPower,
  language,
  safeMode,
  vhdBoot,
  windowsToGo,
  auditMode,
  servicePack,
  mediaMinimum,
  thirdPartyEncryption,
  cluster,
  nicTeaming,
  virtualMachines,
};

/** Said with every run: it is a question that people ask. */
export const LEFT_TO_SETUP = 'Which processor models Windows takes is left to the scan of Windows Setup';

/** ConfigMgr's read-only results (facts/configmgr.md, C.1), by the check that sets them. */
const RESULTS: readonly (readonly [check: string, variable: string])[] = [
  ['memory', '_TS_CRMEMORY'],
  ['processorSpeed', '_TS_CRSPEED'],
  ['freeSpace', '_TS_CRDISK'],
  ['operatingSystem.type', '_TS_CROSTYPE'],
  ['operatingSystem.architecture', '_TS_CRARCH'],
  ['operatingSystem.minimum', '_TS_CRMINOSVER'],
  ['operatingSystem.maximum', '_TS_CRMAXOSVER'],
  ['operatingSystem.language', '_TS_CROSLANGUAGE'],
  ['acPower', '_TS_CRACPOWER'],
  ['networkConnected', '_TS_CRNETWORK'],
  ['networkWired', '_TS_CRWIRED'],
  ['uefi', '_TS_CRUEFI'],
  ['tpm', '_TS_CRTPMENABLED'],
  ['tpm', '_TS_CRTPMACTIVATED'],
];

/** Names of all variables that hold results. */
export function resultVariables(): string[] {
  const names: string[] = [];
  for (const [, variable] of RESULTS) names.push(variable);
  return names;
}

/** Runs them all; nothing of the machine is changed. */
export function runChecks(input: ReadinessInput): Readiness {
  const refusals: Refusal[] = [];
  const unchecked: string[] = [];
  const ran: string[] = [];
  const variables: { name: string; value: '0' | '1' }[] = [];
  for (const { name, check } of checksOf(input.checks)) {
    const outcome = check(input);
    ran.push(name);
    for (const reason of outcome.reasons) refusals.push(reason);
    if (outcome.unchecked !== '') {
      unchecked.push(outcome.unchecked);
      continue;
    }
    for (const [of, variable] of RESULTS) {
      if (of === name) variables.push({ name: variable, value: outcome.reasons.length === 0 ? '1' : '0' });
    }
  }
  return { refusals, unchecked, ran, variables };
}

interface NamedCheck {
  readonly name: string;
  readonly check: Check;
}

/** Those of the design that are not skipped, and those that have a value. */
function checksOf(checks: ReadinessChecks): NamedCheck[] {
  const all: NamedCheck[] = [];
  const skipped: readonly string[] = checks.skip;
  for (const name of READINESS_CHECKS) {
    // a value is asked for, whatever is skipped
    const valued = (name === 'memory' || name === 'freeSpace') && checks[name] !== undefined;
    if (valued || !contains(skipped, name)) all.push({ name, check: DEFAULT_CHECKS[name] });
  }
  if (checks.processorSpeed !== undefined) all.push({ name: 'processorSpeed', check: processorSpeed });
  if (checks.networkConnected) all.push({ name: 'networkConnected', check: networkConnected });
  if (checks.networkWired) all.push({ name: 'networkWired', check: networkWired });
  if (checks.uefi) all.push({ name: 'uefi', check: uefi });
  if (checks.tpm) all.push({ name: 'tpm', check: tpm });
  const { type, architecture, minimum, maximum, language: base } = checks.operatingSystem ?? {};
  const add = (field: string, check: Check): void => void all.push({ name: `operatingSystem.${field}`, check });
  if (type !== undefined) add('type', operatingSystem({ type }));
  if (architecture !== undefined) add('architecture', operatingSystem({ architecture }));
  if (minimum !== undefined) add('minimum', operatingSystem({ minimum }));
  if (maximum !== undefined) add('maximum', operatingSystem({ maximum }));
  if (base !== undefined) add('language', operatingSystem({ language: base }));
  return all;
}
