/** What `inspect` shows a person: one page, the answer first. */
import { type Finding, formatFinding, type Inspection } from '../index.js';
import { bootTrustLines } from './boot-trust-page.js';
import { validityText } from './media-rules-page.js';
import { count, formatBytes } from './units.js';
import { upgradeLines } from './upgrade-lines.js';

type Windows = NonNullable<Inspection['windows']>;
type Image = Windows['images'][number];
type Setup = Windows['setups'][number];

/** The whole page. */
export function inspectionPage(inspection: Inspection): string {
  return [
    ...headLines(inspection),
    ...(inspection.media ? mediaLines(inspection.media) : []),
    ...(inspection.windows ? windowsLines(inspection.windows) : []),
    ...(inspection.upgrades ? ['Upgrades', ...upgradeLines(inspection.upgrades).map((words) => `  ${words}`)] : []),
    ...(inspection.otherWindows ?? []).flatMap(otherLines),
    ...(inspection.wim ? wimLines(inspection.wim) : []),
    ...diskLines(inspection),
    ...(inspection.bootTrust ? bootTrustLines(inspection.bootTrust) : []),
    ...findingLines(inspection.windows?.findings ?? []),
    ...(inspection.otherWindows ?? []).flatMap(({ windows }) => findingLines(windows.findings)),
  ].join('\n');
}

const KINDS: Record<Inspection['kind'], string> = {
  image: 'image',
  folder: 'folder',
  zip: 'zip',
  wim: 'WIM',
  program: 'program',
  drive: 'drive',
};

function headLines({ path, kind, format, label, files, bytes, unfinished }: Inspection): string[] {
  if (unfinished) return [`${path}: drive, unfinished: writing it was begun and never ended. Write it again`];
  const volume = format === undefined ? '' : ` (${format}${label ? `, label ${label}` : ''})`;
  const size = [files === undefined ? '' : count(files, 'file'), bytes === undefined ? '' : formatBytes(bytes)];
  return [`${path}: ${KINDS[kind]}${volume}, ${size.filter((part) => part !== '').join(', ')}`];
}

function mediaLines(media: NonNullable<Inspection['media']>): string[] {
  return [
    'Built by inplace',
    line('name', media.name),
    line('media id', media.mediaId),
    line('made with', media.inplace),
    line('time', media.time),
    ...(media.validity ? [line('valid', validityText(media.validity))] : []),
    ...(media.prestart === undefined ? [] : [line('prestart', media.prestart)]),
    ...media.packages.map(({ id, kind, files, bytes }) =>
      line('package', `${id} (${kind}): ${count(files, 'file')}, ${formatBytes(bytes)}`),
    ),
  ];
}

function windowsLines(windows: Windows): string[] {
  if (windows.setups.length === 0) return [];
  return [
    'Windows install media',
    line(
      'upgrades to',
      `${windows.product ?? 'unknown product'}, ${windows.architectures.join(' and ') || 'unknown architecture'}`,
    ),
    line('languages', windows.languages.join(', ') || 'unknown'),
    ...windows.setups.flatMap(setupLines),
    line('boots', bootText(windows.boot)),
  ];
}

/** An upgrade package beside the one at the root. */
function otherLines({ path, windows, upgrades }: NonNullable<Inspection['otherWindows']>[number]): string[] {
  return [
    `In ${path}`,
    ...windowsLines(windows).slice(1),
    ...(upgrades.length === 0 ? [] : ['Upgrades', ...upgradeLines(upgrades).map((words) => `  ${words}`)]),
  ];
}

function setupLines(setup: Setup): string[] {
  const { installImage, bootImage } = setup;
  return [
    ...(setup.folder === '' ? [] : [line('folder', setup.folder)]),
    ...(installImage
      ? [
          line(
            'images',
            `${installImage.path} (${count(installImage.parts.length, 'file')}, ${formatBytes(sum(installImage.parts))})`,
          ),
          ...installImage.images.map(imageLine),
        ]
      : []),
    ...(bootImage
      ? [
          line(
            'boot image',
            `${bootImage.path}, ${formatBytes(bootImage.sizeBytes)}, boots image ${bootImage.bootIndex}`,
          ),
        ]
      : []),
    ...(setup.build ? [line('build', [setup.build.buildLab, setup.build.branch].filter(Boolean).join(', '))] : []),
    ...minimumLines(setup.minimumVersions),
    ...editionLines(setup.editionConfiguration),
    ...(setup.hasProductKey ? [line('PID.txt', 'holds a product key (not shown)')] : []),
  ];
}

function minimumLines(minimum: Setup['minimumVersions']): string[] {
  const parts = [
    minimum?.minClient ? `client build ${minimum.minClient}` : '',
    minimum?.minServer ? `server build ${minimum.minServer}` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? [] : [line('upgrades from', `${parts.join(', ')} or later`)];
}

function editionLines(edition: Setup['editionConfiguration']): string[] {
  if (!edition) return [];
  const { editionId, channel, volumeLicence } = edition;
  const licence = volumeLicence === undefined ? '' : volumeLicence ? 'volume licence' : 'no volume licence';
  const parts = [editionId ? `edition ${editionId}` : '', channel ?? '', licence].filter((part) => part !== '');
  return parts.length === 0 ? [] : [line('ei.cfg', parts.join(', '))];
}

/** One image of a WIM: number, name, edition. */
export function imageLine(image: Image): string {
  const { index, editionId, installationType, architecture, version } = image;
  const build = version
    ? `${version.major}.${version.minor}.${version.build}${version.spBuild ? `.${version.spBuild}` : ''}`
    : '';
  const name = image.displayName ?? image.name ?? 'no name';
  const facts = [editionId, installationType, architecture, image.defaultLanguage, build].filter(Boolean);
  const shown = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  return `${' '.repeat(16)}${String(index).padStart(2)}  ${name}${shown}`;
}

function wimLines({ header, images }: NonNullable<Inspection['wim']>): string[] {
  const parts = header.totalParts > 1 ? `part ${header.partNumber} of ${header.totalParts}, ` : '';
  return [
    line('images', `${parts}${header.bootIndex === 0 ? 'none boots' : `image ${header.bootIndex} boots`}`),
    ...images.map(imageLine),
  ];
}

function bootText({ bios, uefi }: Windows['boot']): string {
  const loaders = uefi.loaders.map(({ architecture }) => architecture).join(', ');
  const uefiText = uefi.efisys === undefined && loaders === '' ? '' : `UEFI ${loaders}`.trim();
  return [bios.etfsboot === undefined ? '' : 'BIOS', uefiText].filter((part) => part !== '').join(' and ') || 'nothing';
}

/** How it is divided, and what firmware finds on it. */
function diskLines({ bootEntries = [], partitions = [] }: Inspection): string[] {
  const lines = [...bootEntryLines(bootEntries), ...partitionLines(partitions)];
  return lines.length === 0 ? [] : ['Disc and disk', ...lines];
}

function bootEntryLines(entries: NonNullable<Inspection['bootEntries']>): string[] {
  return entries.map(({ platform, lba, sectors512 }) => {
    const name = platform === 0xef ? 'UEFI' : platform === 0 ? 'BIOS' : `platform ${platform}`;
    return line('El Torito', `${name}, sector ${lba}, loads ${sectors512} × 512 bytes`);
  });
}

function partitionLines(partitions: NonNullable<Inspection['partitions']>): string[] {
  return partitions.map(({ number, type, active, offset, bytes, fileSystem }) => {
    const what = fileSystem ?? `type 0x${type.toString(16).toUpperCase().padStart(2, '0')}`;
    const place = `at byte ${offset}, ${formatBytes(bytes)}`;
    return line('partition', `${number}, ${what}, ${place}${active ? ', active' : ''}`);
  });
}

function findingLines(findings: readonly Finding[]): string[] {
  return findings.map((finding) => `${finding.severity === 'warning' ? 'note' : 'problem'}: ${formatFinding(finding)}`);
}

function line(name: string, value: string): string {
  return `  ${name.padEnd(14)}${value}`;
}

function sum(parts: readonly { sizeBytes: number }[]): number {
  return parts.reduce((total, part) => total + part.sizeBytes, 0);
}
