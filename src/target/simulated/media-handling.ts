/**
 * What people do with the media of a simulated machine: the technician brings them, somebody pulls them out and puts
 * them back. The times of the model count from the technician's start. When a power cut has undone all of it and he
 * begins anew, they count from there again, so that the cut alone makes the difference to the run without one.
 */
import type { SimulatedPc } from './pc.js';

export class MediaHandling {
  /** how often they were pulled out */
  pulls = 0;
  /** what was to happen to the media in an earlier round is not to happen any more */
  #round = 0;

  /** @param isBack called when somebody has put the media back */
  constructor(
    readonly pc: SimulatedPc,
    readonly isBack: () => void,
  ) {}

  get areThere(): boolean {
    return this.pc.mediaDrive.present;
  }

  /** The technician begins, or begins anew. */
  begin(): void {
    const round = ++this.#round;
    const { pulled } = this.pc.model.media;
    if (!pulled) return;
    // People do what they do whether or not the machine has restarted since.
    const at = (seconds: number, act: () => void): void =>
      this.pc.after(seconds, () => (round === this.#round ? act() : undefined), true);
    at(pulled.after, () => this.#pullOut());
    if (pulled.back !== undefined) at(pulled.back, () => this.#putBack());
  }

  /** The technician has them with him. */
  bring(): void {
    if (this.areThere) return;
    this.pc.tell('other', 'the technician brings the media again');
    this.pc.mediaDrive.present = true;
  }

  #pullOut(): void {
    this.pc.mediaDrive.present = false;
    this.pulls += 1;
    this.pc.tell('other', 'somebody pulls the media out');
  }

  #putBack(): void {
    const { mediaDrive, model } = this.pc;
    mediaDrive.present = true;
    if (model.media.laterDrive !== undefined) mediaDrive.rename(model.media.laterDrive);
    this.pc.tell('other', 'somebody puts the media back in');
    this.isBack();
  }
}
