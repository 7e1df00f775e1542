/** What node-disk-info says is mounted: a second witness, and a reason more to refuse. */
import { createRequire } from 'node:module';
import { fieldsOf, listOf, textOf } from './json.js';
import { runProgram } from './programs.js';

/**
 * It runs in a process of its own: it waits for programs that may never answer (df for a network drive that is gone, wmic), and
 * nothing else of this process would go on meanwhile.
 */
const SCRIPT = `
require(process.argv[1]).getDiskInfo().then((disks) => {
  console.log(JSON.stringify(disks.map(({ filesystem, mounted }) => ({ filesystem, mounted }))));
});`;
/** ms */
const PATIENCE = 10_000;

/**
 * Never the only one that is asked: on Windows it needs wmic, which is gone since 24H2, and elsewhere it splits names at blanks.
 * @returns nothing when it fails or does not answer in time
 */
export async function witness(patience = PATIENCE): Promise<{ device: string; mount: string }[]> {
  try {
    const module = createRequire(import.meta.url).resolve('node-disk-info');
    const printed = await runProgram(process.execPath, ['-e', SCRIPT, module], patience);
    const disks = listOf(JSON.parse(printed)).map(fieldsOf);
    return disks.map((disk) => ({ device: textOf(disk['filesystem']), mount: textOf(disk['mounted']) }));
  } catch {
    return [];
  }
}
