/**
 * The library: everything the command line does, callable from code. Each function throws one `InplaceError`
 * with every problem it found; nothing here touches the terminal, the clock or the environment.
 */

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
  type Place,
  printable,
} from './errors.js';
export type { Verification } from './image/verification.js';
export { type BuildOptions, type BuildResult, build, outputName } from './library/build.js';
export { type CheckOptions, type CheckResult, check } from './library/check.js';
export { type DriveReport, drives } from './library/drives.js';
export { type ImportOptions, type ImportResult, importSequence } from './library/import.js';
export { type InitResult, initProject } from './library/init.js';
export { type Inspection, inspect } from './library/inspect.js';
export type { Output } from './library/output.js';
export type { MediaFormat } from './library/plan.js';
export type { Receipt } from './library/receipts.js';
export { type FieldReport, type ReportOptions, report } from './library/report.js';
export { lintRules, type RuleDescription } from './library/rules.js';
export { machineNames, type SimulationReport, simulate } from './library/simulate.js';
export type { SimulationOptions } from './library/simulation-options.js';
export { verify } from './library/verify.js';
export { type ExtractOptions, type ExtractResult, extractFromWim } from './library/wim/extract.js';
export { listWim, type WimListEntry, type WimListing } from './library/wim/list.js';
export { type SplitOptions, type SplitResult, splitWimFile } from './library/wim/split.js';
export { type ImageChoice, type TrimOptions, type TrimResult, trimWimFile } from './library/wim/trim.js';
export { verifyWimFile, type WimVerification } from './library/wim/verify.js';
export type { Phase, Progress, Surroundings, WorkOptions } from './library/work.js';
export { type WriteResult, writeMedia } from './library/write.js';
export type { WriteOptions } from './library/write-options.js';
export { OUTCOME_WORDS } from './monitor/words.js';
export type { CutsReport, MachineReport } from './simulation/report.js';
export { formatClock } from './simulation/timeline.js';
export { LAST_EPOCH } from './staging/times.js';
export { VERSION } from './version.js';
