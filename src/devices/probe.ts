/**
 * Finds drives that have less room than they say, in seconds: stamps at spread addresses. A drive that wraps around
 * gives back a later stamp, one that drops what it has no room for gives back something else.
 */
import { InplaceError } from '../errors.js';
import { type OpenDrive, pages } from './open-drive.js';

const STAMP = 4096;
/** evenly spread stamps; those at powers of two are added: where fake drives wrap */
const SPREAD = 64;

/** Addresses of the stamps, ascending, all within [from, to). */
export function stampAddresses(from: number, to: number): number[] {
  const last = Math.floor((to - STAMP) / STAMP) * STAMP;
  const addresses = new Set<number>([from, last]);
  for (let i = 1; i < SPREAD; i++) addresses.add(Math.floor((from + ((last - from) * i) / SPREAD) / STAMP) * STAMP);
  for (let power = from; power <= last; power *= 2) addresses.add(power);
  return [...addresses].filter((address) => address >= from && address <= last).sort((a, b) => a - b);
}

/**
 * @param nonce text that no earlier probe has left on the drive
 * @throws InplaceError DEVICE_FAKE, and what the drive fails with
 */
export async function probeCapacity(drive: OpenDrive, from: number, to: number, nonce: string): Promise<void> {
  const addresses = stampAddresses(from, to);
  const bytes = pages(STAMP);
  for (const address of addresses) await drive.write(stamp(bytes, address, nonce), address);
  await drive.flush();
  const expected = pages(STAMP);
  for (const address of addresses) {
    await drive.read(bytes, address);
    if (Buffer.compare(bytes, stamp(expected, address, nonce)) === 0) continue;
    throw new InplaceError({
      code: 'DEVICE_FAKE',
      message: `The drive says it has ${drive.drive.sizeBytes} bytes, and does not give back what is written there`,
      where: { file: drive.drive.path, offset: address },
      hint: 'It is a fake or it is broken: take another one',
    });
  }
}

function stamp(bytes: Uint8Array, address: number, nonce: string): Uint8Array {
  bytes.fill(0x5a);
  bytes.set(Buffer.from(`inplace: probe ${address} ${nonce}\n`));
  return bytes;
}
