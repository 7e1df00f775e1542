/** Which Windows a media may upgrade, by build: what the bootstrap asks before anything else (facts/configmgr.md, F). */
import { declaredBuild } from '../upgrade-package/upgrade-images.js';
import { oldestClient, oldestServer } from '../upgrade-package/upgrade-paths.js';
import { releaseOfBuild } from '../upgrade-package/windows-builds.js';

/** What decides about the oldest Windows. */
export interface MinimumBuildOptions {
  /** build of the Windows on the media */
  readonly build: number;
  readonly server: boolean;
  /** `MinClient` or `MinServer` of sources/cversion.ini: `7601.0` */
  readonly declared?: string | undefined;
}

/** The oldest build that the media upgrades: Microsoft's rule, or what the media itself declares when that is higher. */
export function minimumBuild({ build, server, declared }: MinimumBuildOptions): number {
  return Math.max(server ? oldestServer(build) : oldestClient(build), declaredBuild(declared));
}

/** `Windows 7 with Service Pack 1 (build 7601)`; only the build where it has no name of its own. */
export function windowsOfBuild(build: number, server: boolean): string {
  const name = releaseOfBuild(build, server);
  return name === undefined ? `build ${build}` : `${name} (build ${build})`;
}
