/** Clusters that follow each other: a piece of what a file or directory occupies. */
export interface Run {
  readonly first: number;
  readonly clusters: number;
}
