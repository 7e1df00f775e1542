/** Which Windows a media may upgrade, by build (facts/configmgr.md, F). */

/** What decides about the oldest Windows. */
export interface MinimumBuildOptions {
  /** build of the Windows on the media */
  readonly build: number;
  readonly server: boolean;
  /** `MinClient` or `MinServer` of sources/cversion.ini: `7601.0` */
  readonly declared?: string | undefined;
}

/** Media from a build on, and the oldest Windows that they upgrade; the first row that fits counts. */
const CLIENTS: readonly (readonly [media: number, oldest: number])[] = [
  // Windows 11: from Windows 10 2004.
  [22000, 19041],
  [0, 7601],
];

/** Servers go at most two versions forward, Server 2025 four (F.3). */
const SERVERS: typeof CLIENTS = [
  [26100, 9600],
  [20348, 14393],
  [17763, 9600],
  [0, 9200],
];

const CLIENT_NAMES: Readonly<Record<number, string>> = {
  7601: 'Windows 7 with Service Pack 1',
  9200: 'Windows 8',
  9600: 'Windows 8.1',
  10240: 'Windows 10',
  19041: 'Windows 10 version 2004',
  22000: 'Windows 11',
};

const SERVER_NAMES: Readonly<Record<number, string>> = {
  7601: 'Windows Server 2008 R2 with Service Pack 1',
  9200: 'Windows Server 2012',
  9600: 'Windows Server 2012 R2',
  14393: 'Windows Server 2016',
  17763: 'Windows Server 2019',
  20348: 'Windows Server 2022',
};

/** The oldest build that the media upgrades: Microsoft's rule, or what the media itself declares when that is higher. */
export function minimumBuild({ build, server, declared }: MinimumBuildOptions): number {
  const rules = server ? SERVERS : CLIENTS;
  const rule = rules.find(([media]) => build >= media)![1];
  const own = Number(/^\s*(\d{1,9})(\.|\s|$)/.exec(declared ?? '')?.[1] ?? 0);
  return Math.max(rule, own);
}

/** `Windows 7 with Service Pack 1 (build 7601)`; only the build where it has no name of its own. */
export function windowsOfBuild(build: number, server: boolean): string {
  const name = (server ? SERVER_NAMES : CLIENT_NAMES)[build];
  return name === undefined ? `build ${build}` : `${name} (build ${build})`;
}
