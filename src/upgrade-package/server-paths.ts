/** Which Windows Server may become which: versions and editions (facts/configmgr.md, F.3), as data. */
import type { PathCell } from './client-paths.js';
import { SERVER_RELEASES, type ServerRelease } from './windows-builds.js';

/**
 * By the release on the media, the releases it upgrades. At most two versions forward, Server 2025 four; 2012 R2 to 2022
 * is not supported. The same release is a repair (F.4, same build) and stands in no list.
 */
export const SERVER_SOURCES: Readonly<Record<ServerRelease, readonly ServerRelease[]>> = {
  '2012': [],
  '2012 R2': ['2012'],
  '2016': ['2012', '2012 R2'],
  '2019': ['2012 R2', '2016'],
  '2022': ['2016', '2019'],
  '2025': ['2012 R2', '2016', '2019', '2022'],
};

/** An edition of the media and the editions it upgrades, never down. */
interface ServerEdition {
  readonly edition: string;
  readonly words: string;
  readonly from: Readonly<Record<string, PathCell>>;
  /** the only versions between which it is supported; left out: all of `SERVER_SOURCES` */
  readonly only?: { readonly from: ServerRelease; readonly to: ServerRelease };
}

/** EditionID values: Essentials is ServerSolution, Datacenter: Azure Edition is ServerTurbine (U). */
export const SERVER_EDITIONS: readonly ServerEdition[] = [
  { edition: 'ServerStandard', words: 'Standard', from: { ServerStandard: 'own' } },
  { edition: 'ServerDatacenter', words: 'Datacenter', from: { ServerDatacenter: 'own', ServerStandard: 'keeps' } },
  {
    edition: 'ServerTurbine',
    words: 'Datacenter: Azure Edition',
    from: { ServerTurbine: 'own', ServerStandard: 'keeps', ServerDatacenter: 'keeps' },
  },
  {
    edition: 'ServerSolution',
    words: 'Essentials',
    from: { ServerSolution: 'own' },
    only: { from: '2012 R2', to: '2016' },
  },
  {
    edition: 'ServerStorageStandard',
    words: 'Storage Server Standard',
    from: { ServerStorageStandard: 'own' },
    only: { from: '2012', to: '2016' },
  },
  {
    edition: 'ServerStorageWorkgroup',
    words: 'Storage Server Workgroup',
    from: { ServerStorageWorkgroup: 'own' },
    only: { from: '2012', to: '2016' },
  },
];

/** The release with exactly this build: others (annual channel, previews) have no paths in the tables. */
export function serverRelease(build: number): ServerRelease | undefined {
  return SERVER_RELEASES.find((release) => release.build === build)?.name;
}

/** Build of a release. */
export function serverBuild(name: ServerRelease): number {
  return SERVER_RELEASES.find((release) => release.name === name)!.build;
}
