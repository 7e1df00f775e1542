/** How much of new media a drive seems to hold already, by names, sizes and places alone. */
import type { VolumeTree } from '../image/disk.js';

/**
 * Whether at least half of the bytes of all files are where they will be. Then reading everything and writing the rest is
 * no slower than writing everything and reading it back, for no drive writes faster than it reads.
 */
export function isMostlyThere(wanted: readonly VolumeTree[], there: readonly VolumeTree[]): boolean {
  const key = (path: string, size: number, offset: number) => `${size} ${offset} ${path}`;
  const found = new Set(there.flatMap(({ files }) => files.map((file) => key(file.path, file.size, placeOf(file)))));
  let [all, same] = [0, 0];
  for (const file of wanted.flatMap(({ files }) => files)) {
    all += file.size;
    if (found.has(key(file.path, file.size, placeOf(file)))) same += file.size;
  }
  return all > 0 && same * 2 >= all;
}

function placeOf({ extents }: VolumeTree['files'][number]): number {
  return extents[0]?.offset ?? 0;
}
