/**
 * The end of this engine's process, as the simulated machine shows it: a power cut or a restart is thrown out of a call
 * to the machine, with `machineGone`. On Windows nothing is thrown, the process is simply no more. Whoever catches
 * errors of the machine calls `rethrowGone` first: an engine that went on after its own end would prove nothing.
 */

/** Throws it again when it is the end of this process. */
export function rethrowGone(error: unknown): void {
  if (typeof error === 'object' && error !== null && (error as { machineGone?: unknown }).machineGone === true) {
    throw error;
  }
}

/** The words of something that was thrown; does not return when it is the end of this process. */
export function reasonOf(error: unknown): string {
  rethrowGone(error);
  return error instanceof Error ? error.message : String(error);
}
