/** Windows install media that nobody has named: what a sequence file alone is simulated with. */
import type { WimImage } from '../formats/wim/information.js';
import type { Architecture } from '../upgrade-package/architectures.js';
import type { WindowsMediaFacts } from '../upgrade-package/facts.js';

interface Release {
  readonly words: string;
  readonly server: boolean;
  /** build and service build of the media of Microsoft's download page */
  readonly build: number;
  readonly service: number;
}

/** Releases by the names that `media: { windows: NAME }` of a machine file takes. */
export const RELEASES = {
  'windows-10-22h2': { words: 'Windows 10 22H2', server: false, build: 19045, service: 2965 },
  'windows-11-23h2': { words: 'Windows 11 23H2', server: false, build: 22631, service: 2428 },
  'windows-11-24h2': { words: 'Windows 11 24H2', server: false, build: 26100, service: 1742 },
  'windows-11-25h2': { words: 'Windows 11 25H2', server: false, build: 26200, service: 6584 },
  'windows-server-2016': { words: 'Windows Server 2016', server: true, build: 14393, service: 0 },
  'windows-server-2019': { words: 'Windows Server 2019', server: true, build: 17763, service: 3650 },
  'windows-server-2022': { words: 'Windows Server 2022', server: true, build: 20348, service: 587 },
  'windows-server-2025': { words: 'Windows Server 2025', server: true, build: 26100, service: 1742 },
} as const satisfies Record<string, Release>;

export type ReleaseName = keyof typeof RELEASES;

/** Bytes of multi-edition media: about what Microsoft's ISOs have. */
export const ASSUMED_BYTES = 5.5 * 1024 ** 3;

const CLIENT_EDITIONS = [
  'Core',
  'CoreN',
  'CoreSingleLanguage',
  'Education',
  'EducationN',
  'Enterprise',
  'EnterpriseN',
  'Professional',
  'ProfessionalN',
  'ProfessionalEducation',
  'ProfessionalWorkstation',
];

/** Standard and Datacenter, each without and with the desktop, in the order of Microsoft's media. */
const SERVER_IMAGES = ['ServerStandard', 'ServerDatacenter'].flatMap((edition) => [
  { edition, type: 'Server Core' },
  { edition, type: 'Server' },
]);

/** Media with every edition of a release. @param language en-US */
export function assumedWindows(name: ReleaseName, language: string, architecture: Architecture): WindowsMediaFacts {
  const release: Release = RELEASES[name];
  const kinds = release.server ? SERVER_IMAGES : CLIENT_EDITIONS.map((edition) => ({ edition, type: 'Client' }));
  const images = kinds.map(({ edition, type }, index) =>
    image(release, { index: index + 1, edition, type, language, architecture }),
  );
  return {
    setups: [],
    dualArchitecture: false,
    architectures: [architecture],
    product: release.server ? 'server' : 'client',
    images,
    languages: [language],
    boot: {
      bios: { etfsboot: undefined, bootmgr: undefined },
      uefi: { efisys: undefined, efisysNoPrompt: undefined, bootmgrEfi: undefined, loaders: [] },
    },
    findings: [],
  };
}

function image(
  { words, server, build, service }: Release,
  facts: { index: number; edition: string; type: string; language: string; architecture: Architecture },
): WimImage {
  const name = `${words} ${facts.edition}${facts.type === 'Server Core' ? ' (Server Core)' : ''}`;
  return {
    index: facts.index,
    name,
    description: name,
    displayName: name,
    displayDescription: name,
    flags: facts.edition,
    editionId: facts.edition,
    installationType: facts.type,
    productType: server ? 'ServerNT' : 'WinNT',
    productName: 'Microsoft® Windows® Operating System',
    architecture: facts.architecture,
    languages: [facts.language],
    defaultLanguage: facts.language,
    version: { major: 10, minor: 0, build, spBuild: service, branch: undefined },
    totalBytes: undefined,
    fileCount: undefined,
    directoryCount: undefined,
    created: undefined,
    modified: undefined,
  };
}
