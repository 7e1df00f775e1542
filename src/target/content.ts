/** Where packages and Windows Setup lie: in the local copy, or still on the media (design/task-sequence.md, 3). */
import type { CompiledSequence, CompiledUpgradePackage } from './contract.js';
import type { LocalFolder } from './local-folder.js';
import type { Machine } from './machine.js';
import { findMedia } from './media-search.js';
import type { RunStart } from './run-state.js';
import type { LocalContent } from './step.js';

/** What the content of a run is found by. */
export interface ContentInput {
  readonly machine: Machine;
  readonly local: LocalFolder;
  readonly start: RunStart;
  readonly sequence: CompiledSequence;
  /** folder of the run's logs */
  readonly logFolder: string;
}

/** The content of a run; looked for each time it is asked for, since a stick can be pulled and put back. */
export function localContent({ machine, local, start, sequence, logFolder }: ContentInput): LocalContent {
  const isFolder = (path: string) => machine.files.stat(path)?.folder === true;
  const media = () => findMedia(machine, start.mediaId, start.mediaFolder);
  return {
    sequence,
    folder: local.folder,
    workFolder: local.work,
    logFolder,
    packageFolder(id: string): string {
      const copied = `${local.packages}\\${id}`;
      if (isFolder(copied)) return copied;
      for (const one of sequence.packages) {
        const root = one.id === id ? media() : undefined;
        const folder = `${root}\\${one.path.replace(/\//g, '\\')}`;
        if (root !== undefined && isFolder(folder)) return folder;
      }
      throw new Error(`The package "${id}" is neither in ${local.packages} nor on the media`);
    },
    upgradeFolder(chosen: CompiledUpgradePackage): string | undefined {
      const copied = `${local.os}\\${chosen.id}`;
      if (start.setupFrom === 'local') return isFolder(copied) ? copied : undefined;
      const root = media();
      if (root === undefined) return undefined;
      return chosen.path === '' ? root : `${root}\\${chosen.path.replace(/\//g, '\\')}`;
    },
  };
}
