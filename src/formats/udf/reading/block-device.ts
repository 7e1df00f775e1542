import { corrupt } from '../../../bytes/corrupt.js';
import type { Content } from '../../../content/content.js';
import type { InplaceError, Place } from '../../../errors.js';
import { tagProblem } from '../structures/tag.js';
import { CachedContent } from './cached-content.js';

/** An image with the name that messages give it. Every read that leaves it is SOURCE_CORRUPT, never a RangeError. */
export class BlockDevice {
  /** for metadata */
  readonly cached: CachedContent;

  constructor(
    readonly image: Content,
    /** host path */
    readonly file: string,
  ) {
    this.cached = new CachedContent(image);
  }

  /** Bytes of metadata, to look at. @param field the structure that should be there, or the field that points there */
  async bytes(offset: number, length: number, field: string): Promise<Uint8Array> {
    this.checkInside(offset, length, { field });
    return this.cached.view(offset, length);
  }

  /** @throws InplaceError SOURCE_CORRUPT when the range is not in the image */
  checkInside(offset: number, length: number, where: Place): void {
    if (offset + length <= this.image.size) return;
    const message = `Bytes ${offset} to ${offset + length} lie behind the end of the image, which has ${this.image.size}`;
    throw this.corrupt(message, { offset, ...where });
  }

  /** @throws InplaceError SOURCE_CORRUPT when the tag of the descriptor breaks a rule that everybody keeps */
  checkTag(bytes: Uint8Array, structure: string, identifier: number, offset: number, location?: number): void {
    const problem = tagProblem(bytes, identifier, location);
    if (!problem) return;
    const message = `The ${problem.field} of a ${structure} ${problem.message}`;
    throw this.corrupt(message, { offset, field: `${structure}.tag.${problem.field}` });
  }

  corrupt(message: string, where: Place): InplaceError {
    return corrupt(message, { file: this.file, ...where });
  }
}
