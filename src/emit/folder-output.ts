import { FileWriter } from './file-writer.js';
import type { Output } from './output.js';
import type { OutputFile } from './program.js';

/** Files of at least this many bytes are worth a direct write. */
const LARGE = 1 << 20;

/** The files of a folder, one after the other. Their directories exist. */
export class FolderOutput implements Output {
  #writer: FileWriter | undefined;
  #file: OutputFile | undefined;

  begin(file: OutputFile): void {
    this.finish();
    this.#writer = new FileWriter(file.path, 'new', file.size >= LARGE);
    this.#file = file;
  }
  write(bytes: Uint8Array): void {
    this.#writer?.write(bytes);
  }
  finish(): void {
    if (!this.#file) return;
    this.#writer?.finish(this.#file.size >= LARGE, this.#file.modifiedMs);
    this.#writer = undefined;
    this.#file = undefined;
  }
  abandon(): void {
    this.#writer?.abandon();
  }
}
