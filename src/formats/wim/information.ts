/** What the XML data of a WIM says of its images (format document, "XML Data"; WINDOWS element as DISM writes it). */
import { quote } from '../../bytes/quote.js';
import { child, childNumber, childText, type XmlElement } from './xml.js';

export type WimArchitecture = 'x86' | 'x64' | 'arm' | 'arm64' | 'ia64' | 'unknown';

export interface WimVersion {
  readonly major: number;
  readonly minor: number;
  readonly build: number;
  /** revision, as in 26100.1742 */
  readonly spBuild: number | undefined;
  readonly branch: string | undefined;
}

/** One image. What its XML does not say, or says in a way that makes no sense, is undefined. */
export interface WimImage {
  /** from 1 */
  readonly index: number;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly displayName: string | undefined;
  readonly displayDescription: string | undefined;
  /** FLAGS: the edition id again, or 2 and 9 for Windows Setup and Windows PE */
  readonly flags: string | undefined;
  readonly editionId: string | undefined;
  /** Client, Server, Server Core, WindowsPE */
  readonly installationType: string | undefined;
  /** WinNT or ServerNT */
  readonly productType: string | undefined;
  readonly productName: string | undefined;
  /** undefined when the image does not say, `unknown` for a number nobody knows */
  readonly architecture: WimArchitecture | undefined;
  readonly languages: readonly string[];
  readonly defaultLanguage: string | undefined;
  readonly version: WimVersion | undefined;
  readonly totalBytes: number | undefined;
  readonly fileCount: number | undefined;
  readonly directoryCount: number | undefined;
  readonly created: Date | undefined;
  readonly modified: Date | undefined;
}

export interface WimInformation {
  /** in the order of their indexes, which are 1, 2, 3 … */
  readonly images: readonly WimImage[];
  /** bytes of all resources, as the XML says */
  readonly totalBytes: number | undefined;
}

/** PROCESSOR_ARCHITECTURE_… of the Windows headers. */
const ARCHITECTURES: Readonly<Record<number, WimArchitecture>> = {
  0: 'x86',
  5: 'arm',
  6: 'ia64',
  9: 'x64',
  12: 'arm64',
};

/** From the WIM element. @returns the information, or what is wrong with it */
export function readInformation(wim: XmlElement): WimInformation | string {
  if (wim.name !== 'WIM') return `The root element is ${quote(wim.name)}, expected "WIM"`;
  const images: WimImage[] = [];
  for (const element of wim.children.filter((candidate) => candidate.name === 'IMAGE')) {
    const index = element.attributes['INDEX']?.trim() ?? '';
    if (!/^[1-9]\d{0,8}$/.test(index)) return `An image with the INDEX ${quote(index)}, expected a number from 1`;
    images.push(readImage(element, Number(index)));
  }
  images.sort((a, b) => a.index - b.index);
  const wrong = images.findIndex((image, position) => image.index !== position + 1);
  if (wrong !== -1) return `Image ${wrong + 1} is missing or stands twice`;
  return { images, totalBytes: childNumber(wim, 'TOTALBYTES') };
}

function readImage(image: XmlElement, index: number): WimImage {
  const windows = child(image, 'WINDOWS');
  const languages = child(windows, 'LANGUAGES');
  const architecture = childNumber(windows, 'ARCH');
  return {
    index,
    name: childText(image, 'NAME'),
    description: childText(image, 'DESCRIPTION'),
    displayName: childText(image, 'DISPLAYNAME'),
    displayDescription: childText(image, 'DISPLAYDESCRIPTION'),
    flags: childText(image, 'FLAGS'),
    editionId: childText(windows, 'EDITIONID'),
    installationType: childText(windows, 'INSTALLATIONTYPE'),
    productType: childText(windows, 'PRODUCTTYPE'),
    productName: childText(windows, 'PRODUCTNAME'),
    architecture: architecture === undefined ? undefined : (ARCHITECTURES[architecture] ?? 'unknown'),
    languages: languagesOf(languages),
    defaultLanguage: childText(languages, 'DEFAULT'),
    version: readVersion(child(windows, 'VERSION')),
    totalBytes: childNumber(image, 'TOTALBYTES'),
    fileCount: childNumber(image, 'FILECOUNT'),
    directoryCount: childNumber(image, 'DIRCOUNT'),
    created: readTime(child(image, 'CREATIONTIME')),
    modified: readTime(child(image, 'LASTMODIFICATIONTIME')),
  };
}

function languagesOf(languages: XmlElement | undefined): string[] {
  const named = languages?.children.filter((element) => element.name === 'LANGUAGE') ?? [];
  return [...new Set(named.map((element) => element.text.trim()).filter((language) => language !== ''))];
}

function readVersion(version: XmlElement | undefined): WimVersion | undefined {
  const major = childNumber(version, 'MAJOR');
  const minor = childNumber(version, 'MINOR');
  const build = childNumber(version, 'BUILD');
  if (major === undefined || minor === undefined || build === undefined) return undefined;
  return { major, minor, build, spBuild: childNumber(version, 'SPBUILD'), branch: childText(version, 'BRANCH') };
}

/** FILETIME in two halves: units of 100 ns since 1601. Undefined when absent or before 1970. */
function readTime(time: XmlElement | undefined): Date | undefined {
  const high = childNumber(time, 'HIGHPART');
  const low = childNumber(time, 'LOWPART');
  if (high === undefined || low === undefined || high > 0x7fffffff || low > 0xffffffff) return undefined;
  const milliseconds = Number(((BigInt(high) << 32n) | BigInt(low)) / 10_000n) - 11_644_473_600_000;
  const date = new Date(milliseconds);
  return milliseconds < 0 || Number.isNaN(date.getTime()) ? undefined : date;
}
