export type FileSystem = 'udf' | 'iso9660' | 'vfat' | 'exfat';

export interface MountedFile {
  /** bytes */
  size: number;
  /** not in mode `list` */
  sha256?: string;
  modified: Date;
  /** hard links to it, as the kernel counts them, and the number they share */
  links: number;
  inode: number;
}

export interface Mount {
  /** sr0, sda, sda1 … */
  device: string;
  fs: FileSystem;
  options: string;
  /** by path with `/`, none in front */
  files: Map<string, MountedFile>;
  directories: string[];
}

export interface KernelView {
  mounts: Mount[];
  /** what could not be mounted; natural for the file systems that are not on the disc */
  refused: { device: string; fs: string; message: string }[];
  /** what the kernel logged about discs and file systems */
  log: string[];
}

/** Reads what guest-list.sh printed. */
export function parseView(output: string): KernelView {
  const view: KernelView = { mounts: [], refused: [], log: [] };
  let mount: Mount | undefined;
  for (const line of output.split('\n').filter((each) => each !== '')) {
    const [kind, ...fields] = line.split('\t');
    if (kind === 'MOUNT') {
      mount = newMount(fields);
      view.mounts.push(mount);
    } else if (kind === 'NOMOUNT') {
      view.refused.push({ device: at(fields, 0), fs: at(fields, 1), message: fields.slice(2).join(' ') });
    } else if (kind === 'KERNEL') {
      view.log.push(fields.join(' '));
    } else if (mount === undefined || !record(mount, kind ?? '', fields)) {
      throw new Error(`The lab's guest said unexpectedly: ${line}`);
    }
  }
  return view;
}

function newMount(fields: readonly string[]): Mount {
  return {
    device: at(fields, 0),
    fs: at(fields, 1) as FileSystem,
    options: at(fields, 2),
    files: new Map(),
    directories: [],
  };
}

/** One line about a mounted file system; false when it is none. */
function record(mount: Mount, kind: string, fields: readonly string[]): boolean {
  switch (kind) {
    case 'D':
      mount.directories.push(at(fields, 0));
      return true;
    case 'F': {
      const [size, seconds, links, inode] = [0, 1, 2, 3].map((i) => Number(at(fields, i))) as [
        number,
        number,
        number,
        number,
      ];
      mount.files.set(strip(at(fields, 4)), { size, modified: new Date(seconds * 1000), links, inode });
      return true;
    }
    case 'S': {
      const file = mount.files.get(strip(at(fields, 1)));
      if (file === undefined) return false;
      file.sha256 = at(fields, 0);
      return true;
    }
    case 'END':
      return Number(at(fields, 0)) === mount.files.size && Number(at(fields, 1)) === mount.directories.length;
    default:
      return false;
  }
}

function at(fields: readonly string[], index: number): string {
  const field = fields[index];
  if (field === undefined) throw new Error(`The lab's guest left out field ${index} of: ${fields.join(' ')}`);
  return field;
}

function strip(path: string): string {
  return path.replace(/^\.\//, '');
}
