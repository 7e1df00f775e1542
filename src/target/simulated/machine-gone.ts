/** Why the simulated machine stopped in the middle of what the engine did. */
export type GoneReason = 'powerCut' | 'restart' | 'givenUp';

/** Thrown out of a call to the machine: the process that made it exists no longer. The engine never catches it. */
export class MachineGone extends Error {
  /** what the engine knows it by */
  readonly machineGone = true;

  constructor(readonly reason: GoneReason) {
    super(`The simulated machine is gone: ${reason}`);
  }
}
