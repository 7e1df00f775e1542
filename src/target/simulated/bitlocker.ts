/** BitLocker of a simulated machine. Its state lies in the volume itself: a power cut changes nothing of it. */
import type { BitLockerModel } from './model.js';

interface Volume {
  readonly drive: string;
  readonly encrypted: boolean;
  locked: boolean;
  protects: boolean;
  /** restarts until it protects again; 0: until somebody resumes it */
  restarts: number;
}

/** E_INVALIDARG: a count that is none. */
const INVALID = 0x80070057;
/** FVE_E_LOCKED_VOLUME. */
const LOCKED = 0x80310000;
/** FVE_E_NOT_ENCRYPTED. */
const NOT_ENCRYPTED = 0x80310001;
/** The first Windows that counts restarts: 8. */
const COUNT_SINCE = 9200;

export class BitLocker {
  readonly #volumes: readonly Volume[];

  /** @param build build of the Windows that runs now */
  constructor(
    model: readonly BitLockerModel[],
    readonly build: () => number,
  ) {
    this.#volumes = model.map(({ drive, state }) => ({
      drive,
      encrypted: state !== 'none',
      locked: state === 'locked',
      protects: state === 'on',
      restarts: 0,
    }));
  }

  /** ProtectionStatus of every drive: 0 off, 1 on, 2 unknown. */
  status(): { readonly drive: string; readonly status: number }[] {
    return this.#volumes.map(({ drive, locked, protects }) => ({ drive, status: locked ? 2 : protects ? 1 : 0 }));
  }

  /** @returns undefined when there is no such method */
  invoke(drive: string, method: string, parameters: Readonly<Record<string, unknown>>): number | undefined {
    const volume = this.#volumes.find((item) => item.drive.toLowerCase() === drive.toLowerCase());
    if (!volume) return INVALID;
    if (volume.locked) return LOCKED;
    if (!volume.encrypted) return NOT_ENCRYPTED;
    if (method === 'EnableKeyProtectors') {
      volume.protects = true;
      volume.restarts = 0;
      return 0;
    }
    if (method !== 'DisableKeyProtectors') return undefined;
    const count = parameters['DisableCount'];
    if (count !== undefined && (this.build() < COUNT_SINCE || !(Number(count) >= 0 && Number(count) <= 15))) {
      return INVALID;
    }
    volume.protects = false;
    // Windows 8 and later without a count: one restart; Windows 7: until somebody resumes it.
    volume.restarts = Number(count ?? (this.build() < COUNT_SINCE ? 0 : 1));
    return 0;
  }

  /** Windows starts: what was suspended for a count of restarts counts down. */
  started(): void {
    for (const volume of this.#volumes) {
      if (volume.protects || volume.restarts === 0) continue;
      volume.restarts -= 1;
      if (volume.restarts === 0) volume.protects = true;
    }
  }
}
