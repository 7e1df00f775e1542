/** `a` and `a/b` for `a/b/c.txt`, for each of the paths: the directories that the paths imply. */
export function parentsOf(paths: Iterable<string>): Set<string> {
  const parents = new Set<string>();
  for (const path of paths) {
    for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
      const parent = path.slice(0, cut);
      // where a directory is known, those above it are
      if (parents.has(parent)) break;
      parents.add(parent);
    }
  }
  return parents;
}
