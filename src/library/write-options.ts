import type { Drive } from '../devices/drive.js';
import type { Finding } from '../errors.js';
import type { Surroundings, WorkOptions } from './work.js';

export interface WriteOptions extends Surroundings, WorkOptions {
  /** paths of the drives */
  to: readonly string[];
  /** what `drives` shows behind "confirm with", one for each drive */
  confirm?: readonly string[];
  /** the person takes drives that are not removable sticks or cards */
  allowFixed?: boolean;
  /** shows the drives to the person; false stops. Without it, `confirm` is demanded */
  ask?(drives: readonly Drive[]): Promise<boolean>;
  /** the clock, for the receipts */
  now(): Date;
  /** text that no earlier run has used */
  nonce: string;
  platform?: string;
  /** folder of this computer that keeps what drives have in /Reports */
  reports: string;
  /** what drives have in /Reports is given up */
  discardReports?: boolean;
  /** folder of this computer for a receipt of each drive; none when it is left out */
  receipts?: string;
  /** true: read and compare, write only what differs; false: write all. Default: whichever is faster */
  refresh?: boolean;
  onWarnings?(warnings: readonly Finding[]): void;
  /** called before the first byte is written: the reports of a drive are safe */
  onReportsKept?(kept: { drive: Drive; folder: string; files: number }): void;
  /** called before the first byte is written: how much of a drive differs */
  onRefresh?(found: { drive: Drive; changedBytes: number; comparedBytes: number }): void;
}
