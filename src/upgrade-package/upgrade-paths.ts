/** From the tables to the paths that end at one image. */
import type { UpgradeImage, UpgradePath } from '../target/contract.js';
import { CLIENT_ROWS, type ClientRow, type PathCell, withoutN } from './client-paths.js';
import { SERVER_EDITIONS, SERVER_SOURCES, serverBuild, serverRelease } from './server-paths.js';
import { CLIENT_BUILDS, OLDEST_MEDIA, SERVER_RELEASES, type ServerRelease } from './windows-builds.js';

/** What of an image decides about its paths. */
export type PathTarget = Pick<UpgradeImage, 'edition' | 'installationType' | 'architecture' | 'build'> & {
  /** oldest build by the media's own sources/cversion.ini; 0 when it says nothing */
  readonly declared?: number;
};

/**
 * The paths that keep everything, those without a change of edition first. None for evaluation editions, to which
 * nothing licensed is upgraded and which inplace does not upgrade (F.3), and for what the tables do not know.
 */
export function upgradePaths(target: PathTarget): UpgradePath[] {
  if (target.build < OLDEST_MEDIA || /eval$/i.test(target.edition)) return [];
  const paths = /^server/i.test(target.installationType) ? serverPaths(target) : clientPaths(target);
  return paths
    .map((path) => ({ ...path, minimumBuild: Math.max(path.minimumBuild, target.declared ?? 0) }))
    .filter((path) => path.minimumBuild <= path.maximumBuild)
    .sort((a, b) => Number(a.changesEdition) - Number(b.changesEdition));
}

/** Oldest client build that media of this build upgrade. */
export function oldestClient(build: number): number {
  return build >= CLIENT_BUILDS.eleven ? CLIENT_BUILDS.ten2004 : CLIENT_BUILDS.seven;
}

/** Oldest server build that media of this build upgrade; builds between two releases count as the older one. */
export function oldestServer(build: number): number {
  const release = SERVER_RELEASES.findLast((one) => one.build <= build)?.name;
  const oldest = release === undefined ? undefined : SERVER_SOURCES[release][0];
  return serverBuild(oldest ?? '2012');
}

function clientPaths(target: PathTarget): UpgradePath[] {
  const { edition, n } = withoutN(target.edition);
  // arm64 machines came with Windows 10
  const oldest = Math.max(oldestClient(target.build), target.architecture === 'arm64' ? CLIENT_BUILDS.ten : 0);
  const paths: UpgradePath[] = [];
  let own = false;
  for (const row of CLIENT_ROWS) {
    const cell = cellOf(row, edition);
    own ||= cell === 'own';
    if (cell === undefined || cell === 'data') continue;
    paths.push(...rowPaths(row, cell, n, { oldest, newest: target.build }));
  }
  return own ? paths : [...paths, sameEdition(target, oldest)];
}

function cellOf(row: ClientRow, edition: string): PathCell | undefined {
  const name = Object.keys(row.to).find((key) => key.toLowerCase() === edition.toLowerCase());
  return name === undefined ? undefined : row.to[name];
}

/** A row that ends at the image, cut to the builds that it upgrades. */
function rowPaths(
  row: ClientRow,
  cell: PathCell,
  n: boolean,
  { oldest, newest }: { oldest: number; newest: number },
): UpgradePath[] {
  const minimumBuild = Math.max(row.oldest, oldest);
  const maximumBuild = Math.min(row.newest, newest);
  if (minimumBuild > maximumBuild) return [];
  const later = minimumBuild > row.oldest ? ', version 2004 and later' : '';
  return [
    {
      minimumBuild,
      maximumBuild,
      editions: n ? row.editions.map((name) => `${name}N`) : row.editions,
      changesEdition: cell === 'keeps',
      words: `${row.words}${n ? ' N' : ''}${later}`,
    },
  ];
}

/**
 * Editions that the tables do not name (Single Language, Pro for Workstations, IoT, LTSC …) become themselves: the same
 * edition is the seed's rule (facts 0). Nothing becomes an LTSC but an LTSC (F.1).
 */
function sameEdition({ edition, build }: PathTarget, oldest: number): UpgradePath {
  const first = /^(IoT)?EnterpriseS/i.test(edition) ? CLIENT_BUILDS.ten : CLIENT_BUILDS.eight;
  const minimumBuild = Math.max(first, oldest);
  const since =
    minimumBuild >= CLIENT_BUILDS.ten2004 ? '10 version 2004' : minimumBuild >= CLIENT_BUILDS.ten ? '10' : '8';
  const words = `${edition} of Windows ${since} and later`;
  return { minimumBuild, maximumBuild: build, editions: [edition], changesEdition: false, words };
}

function serverPaths({ edition, build }: PathTarget): UpgradePath[] {
  const to = serverRelease(build);
  const rules = SERVER_EDITIONS.find((one) => one.edition.toLowerCase() === edition.toLowerCase());
  if (to === undefined || rules === undefined) return [];
  const { only } = rules;
  const releases: readonly ServerRelease[] = SERVER_SOURCES[to].filter(
    (from) => only === undefined || (only.to === to && only.from === from),
  );
  return [...releases, to].flatMap((from) =>
    Object.entries(rules.from).map(([installed, cell]) => {
      const name = SERVER_EDITIONS.find((one) => one.edition === installed)?.words ?? installed;
      return {
        minimumBuild: serverBuild(from),
        maximumBuild: serverBuild(from),
        editions: [installed],
        changesEdition: cell === 'keeps',
        words: `Windows Server ${from} ${name}${from === to ? ' (repair)' : ''}`,
      };
    }),
  );
}
