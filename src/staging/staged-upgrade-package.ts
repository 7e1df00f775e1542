import type { UpgradePackage } from '../upgrade-package/open.js';

/** An upgrade package that is open, and its place on the media. */
export interface StagedUpgradePackage {
  /** as the definition calls it; the engine's folders on the machine have it in their names */
  readonly id: string;
  /** folder on the media; empty for the root */
  readonly path: string;
  readonly upgradePackage: UpgradePackage;
}
