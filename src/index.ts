/**
 * The library: everything the command line does, callable from code. Each function throws one `InplaceError`
 * with every problem it found; nothing here touches the terminal, the clock or the environment.
 */

import { later } from './library/later.js';

export { parseSize, SIZE_FORM } from './bytes/size.js';
export type { Drive, DriveVolume } from './devices/drive.js';
export {
  ERROR_CODES,
  type ErrorCode,
  type ErrorKind,
  type Finding,
  formatFinding,
  formatPlace,
  InplaceError,
  isError,
  type Place,
  printable,
} from './errors.js';
export type { Verification } from './image/verification.js';
export type { BuildOptions, BuildResult } from './library/build.js';
export type { CheckOptions, CheckResult } from './library/check.js';
export type { DriveReport } from './library/drives.js';
export type { ImportOptions, ImportResult } from './library/import.js';
export type { InitResult } from './library/init.js';
export type { Inspection } from './library/inspect.js';
export type { Output } from './library/output.js';
export { outputName } from './library/output-name.js';
export type { MediaFormat } from './library/plan.js';
export type { Receipt } from './library/receipts.js';
export type { FieldReport, ReportOptions } from './library/report.js';
export type { RuleDescription } from './library/rules.js';
export type { SimulationReport } from './library/simulate.js';
export type { SimulationOptions } from './library/simulation-options.js';
export type { ExtractOptions, ExtractResult } from './library/wim/extract.js';
export type { WimListEntry, WimListing } from './library/wim/list.js';
export type { SplitOptions, SplitResult } from './library/wim/split.js';
export type { ImageChoice, TrimOptions, TrimResult } from './library/wim/trim.js';
export type { WimVerification } from './library/wim/verify.js';
export type { Phase, Progress, Surroundings, WorkOptions } from './library/work.js';
export type { WriteResult } from './library/write.js';
export type { WriteOptions } from './library/write-options.js';
export { OUTCOME_WORDS } from './monitor/words.js';
export type { CutsReport, MachineReport } from './simulation/report.js';
export { formatClock } from './simulation/timeline.js';
export { LAST_EPOCH } from './staging/times.js';
export { VERSION } from './version.js';

// Each is documented where it stands.
export const build = later(async () => (await import('./library/build.js')).build);
export const check = later(async () => (await import('./library/check.js')).check);
export const drives = later(async () => (await import('./library/drives.js')).drives);
export const extractFromWim = later(async () => (await import('./library/wim/extract.js')).extractFromWim);
export const importSequence = later(async () => (await import('./library/import.js')).importSequence);
export const initProject = later(async () => (await import('./library/init.js')).initProject);
export const inspect = later(async () => (await import('./library/inspect.js')).inspect);
export const lintRules = later(async () => (await import('./library/rules.js')).lintRules);
export const listWim = later(async () => (await import('./library/wim/list.js')).listWim);
export const machineNames = later(async () => (await import('./library/simulate.js')).machineNames);
export const report = later(async () => (await import('./library/report.js')).report);
export const simulate = later(async () => (await import('./library/simulate.js')).simulate);
export const splitWimFile = later(async () => (await import('./library/wim/split.js')).splitWimFile);
export const trimWimFile = later(async () => (await import('./library/wim/trim.js')).trimWimFile);
export const verify = later(async () => (await import('./library/verify.js')).verify);
export const verifyWimFile = later(async () => (await import('./library/wim/verify.js')).verifyWimFile);
export const writeMedia = later(async () => (await import('./library/write.js')).writeMedia);
