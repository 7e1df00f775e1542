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

const CLIENT_NAMES: Readonly<Record<number, string>> = {
  [CLIENT_BUILDS.seven]: 'Windows 7 with Service Pack 1',
  [CLIENT_BUILDS.eight]: 'Windows 8',
  [CLIENT_BUILDS.eightOne]: 'Windows 8.1',
  [CLIENT_BUILDS.ten]: 'Windows 10',
  [CLIENT_BUILDS.ten2004]: 'Windows 10 version 2004',
  [CLIENT_BUILDS.eleven]: 'Windows 11',
};

/** Name of the Windows whose first build this is; undefined for other builds. */
export function releaseOfBuild(build: number, server: boolean): string | undefined {
  if (!server) return CLIENT_NAMES[build];
  const release = SERVER_RELEASES.find((one) => one.build === build);
  if (release !== undefined) return `Windows Server ${release.name}`;
  return build === 7601 ? 'Windows Server 2008 R2 with Service Pack 1' : undefined;
}
