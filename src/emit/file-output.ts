import { FileWriter } from './file-writer.js';
import type { Output } from './output.js';

/** One file, flushed at the end. */
export class FileOutput implements Output {
  readonly #writer: FileWriter;
  constructor(path: string) {
    this.#writer = new FileWriter(path, 'empty', true);
  }
  begin(): void {
    throw new Error('An image is one file');
  }
  write(bytes: Uint8Array): void {
    this.#writer.write(bytes);
  }
  skip(length: number): void {
    this.#writer.skip(length);
  }
  finish(): void {
    this.#writer.finish(true);
  }
  abandon(): void {
    this.#writer.abandon();
  }
}
