/** UDF has one File Entry for each distinct content; files with identical bytes are hard links to it (design/media.md, UDF). */
import type { Content } from '../content/content.js';
import type { FileNode, PlacedFile } from './placed-file.js';

export interface SharedNode extends FileNode {
  readonly content: Content;
  links: number;
  /** whose place all of them have */
  readonly first: PlacedFile;
}

export interface ShareOptions {
  /** for each content the one that stands for it (`findDuplicates`); left out: no two are alike */
  readonly same?: ReadonlyMap<Content, Content> | undefined;
  /** whether a file has an entry of its own, whatever its bytes are */
  isAlone?(path: string): boolean;
}

/** File Link Count is a Uint16 (ECMA-167 4/14.9.6). */
const MAX_LINKS = 65535;

/** One node for each distinct content. A link count has 16 bits, so very many names need several entries. */
export function shareFileEntries(files: readonly PlacedFile[], options: ShareOptions): Map<PlacedFile, SharedNode> {
  const open = new Map<Content, SharedNode>();
  const nodes = new Map<PlacedFile, SharedNode>();
  for (const file of files) {
    const alone = file.late || options.isAlone?.(file.path);
    const content = options.same?.get(file.content) ?? file.content;
    let node = alone ? undefined : open.get(content);
    if (!node || node.links === MAX_LINKS) {
      node = { size: content.size, modified: file.modified, content, links: 0, first: file };
      if (!alone) open.set(content, node);
    }
    node.links += 1;
    if (node.modified < file.modified) node.modified = file.modified;
    nodes.set(file, node);
  }
  return nodes;
}
