/** What a package must hold so that the steps that name it find what they ask for: used where nobody has the package. */
import type { CompiledNode, CompiledSequence, CompiledStep } from '../target/contract.js';

/** A file of a package, when the packages are known. */
export interface PackageFile {
  /** `/` between names, from the folder of the package */
  readonly path: string;
  readonly bytes: number;
}

/** Bytes of a file that nobody has. */
const ASSUMED_BYTES = 100_000;

/** Files of an assumed package, each once. */
export function packageFiles(sequence: CompiledSequence, id: string): PackageFile[] {
  const names = new Set(['install.cmd']);
  for (const step of stepsOf(sequence.steps)) for (const name of namesOf(step, id)) names.add(name);
  return [...names].map((path) => ({ path, bytes: ASSUMED_BYTES }));
}

function stepsOf(nodes: readonly CompiledNode[]): CompiledStep[] {
  return nodes.flatMap((node) => {
    if (node.type === 'group') return stepsOf(node.steps);
    return node.type === 'runTaskSequence' ? [node, ...stepsOf(node.steps)] : [node];
  });
}

function namesOf(step: CompiledStep, id: string): string[] {
  if (step.type === 'installUpdates' && step.package === id) return ['assumed.msu'];
  if (step.type === 'installDrivers' && step.package === id) return ['assumed.inf'];
  if (step.type === 'copyFiles' && step.package === id) return pathOf(step.from);
  if (step.type === 'runPowerShell' && step.package === id) return [...pathOf(step.file), ...inFolder(step.startIn)];
  if (step.type === 'installPackage' && step.package === id) return programOf(step.program);
  if (step.type === 'runCommand' && step.package === id) return [...programOf(step.command), ...inFolder(step.startIn)];
  return [];
}

/** A folder is there when something is in it. */
function inFolder(startIn: string | undefined): string[] {
  return pathOf(startIn).map((folder) => `${folder}/assumed.txt`);
}

/** A path with variables in it is not known. */
function pathOf(path: string | undefined): string[] {
  if (path === undefined || path.includes('%') || /^([A-Za-z]:|\\)/.test(path)) return [];
  return [path.replaceAll('\\', '/')];
}

/** The program of a command when it is written as a file with an ending. */
function programOf(command: string): string[] {
  const match = /^\s*(?:"([^"]*)"|(\S+))/.exec(command);
  const program = match?.[1] ?? match?.[2] ?? '';
  return /\.\w{2,4}$/.test(program) ? pathOf(program) : [];
}
