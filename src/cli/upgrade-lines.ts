/** What media can upgrade, as `check` and `inspect` show it. */
import type { CheckResult } from '../index.js';

type Upgrades = CheckResult['windows']['upgrades'];

/** Lines without indentation: the Windows that comes out, and below it what may become it. */
export function upgradeLines(upgrades: Upgrades): string[] {
  return upgrades.flatMap(({ name, architecture, language, build, from, fromWithKey }) => [
    `${name} (${architecture}, ${language}, build ${build}) from`,
    ...(from.length + fromWithKey.length === 0 ? ['  nothing: no upgrade path that keeps everything ends here'] : []),
    ...from.map((words) => `  ${words}`),
    ...fromWithKey.map((words) => `  ${words}: when the sequence names the edition and gives a key`),
  ]);
}
