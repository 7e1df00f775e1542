/**
 * The library: everything the command line does, callable from code. Each function throws one `InplaceError`
 * with every problem it found; nothing here touches the terminal, the clock or the environment.
 */

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
export { type InitResult, initProject } from './library/init.js';
export { type Inspection, inspect } from './library/inspect.js';
export type { Output } from './library/output.js';
export type { MediaFormat } from './library/plan.js';
export { type FieldReport, type ReportOptions, report } from './library/report.js';
export { lintRules, type RuleDescription } from './library/rules.js';
export { verify } from './library/verify.js';
export type { Phase, Progress, Surroundings, WorkOptions } from './library/work.js';
export { type Receipt, type WriteOptions, type WriteResult, writeMedia } from './library/write.js';
export { LAST_EPOCH } from './staging/times.js';
export { VERSION } from './version.js';
