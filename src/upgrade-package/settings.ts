/** The text files in `sources` that steer Setup or tell of the build. */
import { type Ini, iniLine, iniValue } from './ini.js';
import type { MediaReader } from './reader.js';

/** ei.cfg: which edition and licence Setup takes without asking. */
export interface EditionConfiguration {
  readonly editionId: string | undefined;
  /** OEM or Retail */
  readonly channel: string | undefined;
  /** volume licence */
  readonly volumeLicence: boolean | undefined;
}

/** idwbinfo.txt: where the build came from. */
export interface BuildInformation {
  readonly architecture: string | undefined;
  readonly branch: string | undefined;
  readonly buildLab: string | undefined;
}

/** cversion.ini: the oldest builds that this Setup upgrades. */
export interface MinimumVersions {
  readonly minClient: string | undefined;
  readonly minServer: string | undefined;
}

/** What the text files say; undefined for a file that is not there. */
export interface MediaSettings {
  readonly editionConfiguration: EditionConfiguration | undefined;
  /** PID.txt holds a product key; the key itself is never kept */
  readonly hasProductKey: boolean;
  readonly build: BuildInformation | undefined;
  readonly minimumVersions: MinimumVersions | undefined;
}

/** @param sources the folder, with a slash at its end */
export async function readSettings(media: MediaReader, sources: string): Promise<MediaSettings> {
  const [ei, pid, build, versions] = [
    await media.ini(`${sources}ei.cfg`),
    await media.ini(`${sources}pid.txt`),
    await media.ini(`${sources}idwbinfo.txt`),
    await media.ini(`${sources}cversion.ini`),
  ];
  return {
    editionConfiguration: ei && readEditionConfiguration(ei),
    hasProductKey: pid !== undefined && iniValue(pid, 'PID', 'Value') !== undefined,
    build: build && readBuild(build),
    minimumVersions: versions && {
      minClient: iniValue(versions, 'HostBuild', 'MinClient'),
      minServer: iniValue(versions, 'HostBuild', 'MinServer'),
    },
  };
}

function readEditionConfiguration(ini: Ini): EditionConfiguration {
  const volume = iniLine(ini, 'VL');
  return {
    editionId: iniLine(ini, 'EditionID'),
    channel: iniLine(ini, 'Channel'),
    volumeLicence: volume === '1' ? true : volume === '0' ? false : undefined,
  };
}

/** The section has been called BUILDINFO; where it is not, the keys are looked for in every section. */
function readBuild(ini: Ini): BuildInformation {
  const value = (...keys: string[]): string | undefined => {
    for (const section of ['buildinfo', ...ini.keys()]) {
      for (const key of keys) {
        const found = iniValue(ini, section, key);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  };
  return {
    architecture: value('BuildArch', 'Architecture', 'Arch'),
    branch: value('BuildBranch', 'Branch'),
    buildLab: value('BuildLab', 'BuildLabEx'),
  };
}
