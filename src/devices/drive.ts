/** A disk as the operating system lists it. Each system has a parser of its own; the guard knows only this. */

/** A partition or volume of a drive, or what lies on one (a logical volume, an opened LUKS container). */
export interface DriveVolume {
  /** `/dev/sda1`, `disk4s1`, `Partition 1` */
  readonly name: string;
  readonly sizeBytes: number;
  /** bytes from the start of the drive; undefined when the listing does not say */
  readonly offset?: number;
  readonly fileSystem?: string;
  readonly label?: string;
  /** where it is mounted: paths, drive letters with a backslash */
  readonly mounts: readonly string[];
}

export interface Drive {
  /** what is opened: `/dev/sda`, `/dev/rdisk4`, `\\.\PhysicalDrive2` */
  readonly path: string;
  /** other names of the same device */
  readonly aliases: readonly string[];
  /** Linux: `major:minor`, compared with what was opened */
  readonly number?: string;
  /** what a person reads on it */
  readonly model: string;
  readonly serial?: string;
  /** 0 when there is no medium in it */
  readonly sizeBytes: number;
  /** logical sector */
  readonly sectorBytes: number;
  /** lower case: usb, sd, mmc, nvme, sata, … ; empty when it is not said */
  readonly bus: string;
  readonly removable: boolean;
  readonly readOnly: boolean;
  /** why the system itself needs it, as the listing says: swap, a page file, IsBoot … */
  readonly systemUses: readonly string[];
  /** what else holds it: RAID, LVM, a pool, an opened container */
  readonly heldBy: readonly string[];
  readonly volumes: readonly DriveVolume[];
}

/** Every drive there is, and what a second witness says is mounted where. */
export interface Listing {
  readonly drives: readonly Drive[];
  /** what node-disk-info says; empty when it failed */
  readonly witnessed: readonly { readonly device: string; readonly mount: string }[];
}

/** Where a drive or anything on it is mounted, by the listing and by the witness. */
export function mountsOf(drive: Drive, { witnessed }: Pick<Listing, 'witnessed'>): string[] {
  const names = new Set([drive.path, ...drive.aliases, ...drive.volumes.map(({ name }) => name)]);
  const letters = new Set(
    drive.volumes.flatMap(({ mounts }) => mounts.map((mount) => mount.slice(0, 2).toUpperCase())),
  );
  const seen = witnessed.filter(({ device, mount }) => {
    if (names.has(device) || isPartOf(device, drive)) return true;
    // on Windows it knows drive letters only
    return /^[A-Z]:$/i.test(mount) && letters.has(mount.toUpperCase());
  });
  return [...new Set([...drive.volumes.flatMap(({ mounts }) => mounts), ...seen.map(({ mount }) => mount)])];
}

/** `/dev/sda3` of `/dev/sda`, `/dev/nvme0n1p2` of `/dev/nvme0n1`, `/dev/disk4s1` of `/dev/disk4`. */
function isPartOf(device: string, { path, aliases }: Drive): boolean {
  return [path, ...aliases].some((whole) => {
    return device.startsWith(whole) && /^(p?\d+|s\d+(s\d+)?)$/.test(device.slice(whole.length));
  });
}

/** Finds a drive by any of its names. Windows' names are not case-sensitive. */
export function findDrive({ drives }: Pick<Listing, 'drives'>, path: string): Drive | undefined {
  const fold = (name: string) => (name.startsWith('\\\\') ? name.toUpperCase() : name);
  return drives.find((drive) => [drive.path, ...drive.aliases].some((name) => fold(name) === fold(path)));
}
