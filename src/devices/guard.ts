/** What must hold before a drive is written. Pure: a listing and a request in, every reason against it out. */
import { sizeText } from '../bytes/size-text.js';
import { type Drive, findDrive, type Listing, mountsOf } from './drive.js';

export interface GuardRequest {
  /** real paths that must survive: definition, inputs, image, output, reports */
  readonly files: readonly string[];
  /** bytes that the media needs, when they are known */
  readonly neededBytes?: number;
  /** the person takes a drive that is not a removable stick or card */
  readonly allowFixed: boolean;
}

/** Why a drive must not be written. `always`: no option helps. */
export interface Refusal {
  readonly reason: string;
  readonly always: boolean;
}

/** Places where systems mount what a person plugs in. Anything else that is mounted is taken for the system's. */
const PLUGGED = [/^\/media\/./, /^\/run\/media\/./, /^\/mnt(\/|$)/, /^\/Volumes\/./, /^[A-BD-Z]:/i];
const STICKS = ['usb', 'sd', 'mmc'];
const LARGE = 2 * 1024 ** 4;
const SECTOR = 512;

/** Every reason for refusal; an empty list allows the drive. */
export function refusals(drive: Drive, listing: Listing, request: GuardRequest): Refusal[] {
  const always = [...systemReasons(drive, listing, request), ...mediumReasons(drive, request)];
  const fixed = request.allowFixed ? [] : fixedReasons(drive);
  return [
    ...always.map((reason) => ({ reason, always: true })),
    ...fixed.map((reason) => ({ reason: `${reason}; --allow-fixed takes it all the same`, always: false })),
  ];
}

function systemReasons(drive: Drive, listing: Listing, { files }: GuardRequest): string[] {
  const mounts = mountsOf(drive, listing);
  const ofSystem = mounts.filter((mount) => !PLUGGED.some((pattern) => pattern.test(mount)));
  const held = files.filter((file) => mounts.some((mount) => isWithin(file, mount)) || isPartOf(file, drive));
  return [
    ...ofSystem.map((mount) => `"${mount}" of the running system is on it`),
    ...drive.systemUses.map((use) => `the running system uses it (${use})`),
    ...drive.heldBy.map((holder) => `it belongs to something larger (${holder})`),
    ...held.map((file) => `"${file}" is on it`),
  ];
}

function mediumReasons(drive: Drive, { neededBytes }: GuardRequest): string[] {
  const { sizeBytes, sectorBytes, readOnly } = drive;
  if (sizeBytes === 0) return ['there is no medium in it'];
  const reasons = readOnly ? ['it is read-only'] : [];
  if (sectorBytes !== SECTOR) reasons.push(`its sectors have ${sectorBytes} bytes, expected ${SECTOR}`);
  if (neededBytes !== undefined && sizeBytes < neededBytes) {
    reasons.push(`it has ${sizeText(sizeBytes)}, and ${sizeText(neededBytes)} are needed`);
  }
  return reasons;
}

function fixedReasons({ removable, bus, sizeBytes }: Drive): string[] {
  const reasons = removable ? [] : ['it is not removable'];
  if (!STICKS.includes(bus)) reasons.push(`it is not connected by USB, SD or MMC${bus === '' ? '' : ` but by ${bus}`}`);
  if (sizeBytes > LARGE) reasons.push(`it has ${sizeText(sizeBytes)}, more than 2 TiB`);
  return reasons;
}

function isWithin(file: string, mount: string): boolean {
  const fold = (path: string) => (/^[A-Z]:/i.test(path) ? path.replaceAll('/', '\\').toUpperCase() : path);
  const [inner, outer] = [fold(file), fold(mount).replace(/[\\/]+$/, '')];
  return inner === outer || inner.startsWith(`${outer}/`) || inner.startsWith(`${outer}\\`);
}

/** An input that is the device itself, or a partition of it. */
function isPartOf(file: string, { path, aliases, volumes }: Drive): boolean {
  return [path, ...aliases, ...volumes.map(({ name }) => name)].includes(file);
}

/**
 * Whether the drive is still what it was when the person saw it.
 * @param now the newest listing
 */
export function identityRefusals(shown: Drive, now: Pick<Listing, 'drives'>): Refusal[] {
  const found = findDrive(now, shown.path);
  if (!found) return [{ reason: 'it is not there any more', always: true }];
  const changed = (['number', 'serial', 'sizeBytes', 'model'] as const).filter((key) => found[key] !== shown[key]);
  return changed.map((key) => ({
    reason: `it is not the drive that was shown: ${key} was "${shown[key]}" and is "${found[key]}"`,
    always: true,
  }));
}

/** What `--confirm` has to say: the serial, or the size in bytes where the system knows no serial. */
export function confirmationOf({ serial, sizeBytes }: Drive): string {
  return serial ?? String(sizeBytes);
}
