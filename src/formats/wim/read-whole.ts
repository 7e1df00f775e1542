/** Reading a resource into memory as a whole: tables and metadata. */
import { type Content, readBytes } from '../../content/content.js';

/**
 * All bytes of a resource. Its size is only what an entry says, so one byte is read first: that reads and checks the chunk table,
 * which no resource can have that is too small for what it claims. Only then is memory taken for all of it.
 * @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED
 */
export async function readWhole(resource: Content): Promise<Uint8Array<ArrayBuffer>> {
  if (resource.size > 0) await readBytes(resource, 0, 1);
  return await readBytes(resource);
}
