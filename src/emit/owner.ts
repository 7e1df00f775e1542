/** Who makes a temporary file: enough of it stands in the name that a later build can tell whether its maker is gone. */
import { createHash, randomUUID } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';

export interface Owner {
  /** 12 hexadecimal digits for a PID namespace of a running system, or `UNKNOWN_MACHINE` */
  readonly machine: string;
  readonly pid: number;
  /** 12 random hexadecimal digits: two builds never have the same name, whatever their pids are */
  readonly token: string;
}

/** The machine of an owner on systems that do not say which they are. */
export const UNKNOWN_MACHINE = '0';

/** An owner that nobody else is. */
export async function newOwner(pid: number): Promise<Owner> {
  const token = randomUUID().replaceAll('-', '').slice(0, 12);
  return { machine: await thisMachine(), pid, token };
}

/**
 * The machine as far as pids go: the same value means that a pid here names the same process as it does there, or
 * that the namespace it counted in is gone with all its processes. Linux gives each start of the system an id, and each
 * PID namespace a number that is used again only when the namespace is gone; the host name tells apart copies of a
 * virtual machine that was running when it was copied. Other systems have no such facts that cannot be the same on two
 * machines, so they are unknown.
 */
export async function thisMachine(): Promise<string> {
  try {
    const facts = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile('/proc/sys/kernel/hostname', 'utf8'),
      readlink('/proc/self/ns/pid'),
    ]);
    return createHash('sha256').update(facts.join('')).digest('hex').slice(0, 12);
  } catch {
    return UNKNOWN_MACHINE;
  }
}

/**
 * What a pid says of the maker of something that was left: `gone` for sure, `alive` (or another that has its number
 * now), or `unknown` because the pid counts on another machine. One that was given its name by this process is not
 * asked about here.
 */
export function stateOf(owner: Owner, self: Owner): 'gone' | 'alive' | 'unknown' {
  if (owner.machine !== self.machine) return 'unknown';
  const alive = owner.pid !== self.pid && isAlive(owner.pid);
  if (alive) return 'alive';
  return self.machine === UNKNOWN_MACHINE ? 'unknown' : 'gone';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
