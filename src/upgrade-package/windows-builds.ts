/** The first builds of each Windows, and what it is called (facts/configmgr.md, F; public build numbers). */

/** Windows 7 is that of its Service Pack 1, without which nothing upgrades it. */
export const CLIENT_BUILDS = {
  seven: 7601,
  eight: 9200,
  eightOne: 9600,
  ten: 10240,
  /** version 2004, the oldest that becomes Windows 11 */
  ten2004: 19041,
  eleven: 22000,
} as const;

/** Releases with long-term servicing, each with its one build, from the oldest on. */
export const SERVER_RELEASES = [
  { name: '2012', build: 9200 },
  { name: '2012 R2', build: 9600 },
  { name: '2016', build: 14393 },
  { name: '2019', build: 17763 },
  { name: '2022', build: 20348 },
  { name: '2025', build: 26100 },
] as const;

export type ServerRelease = (typeof SERVER_RELEASES)[number]['name'];

/** Media older than this are refused (design/task-sequence.md, 6). */
export const OLDEST_MEDIA = CLIENT_BUILDS.ten;
