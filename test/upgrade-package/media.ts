/** Trees that look like Windows install media to the reader; nothing in them is Microsoft's. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Finding } from '../../src/errors.js';
import { imageXml, type WimFields, wim } from '../formats/wim/wim-builder.js';

export type MediaFiles = Record<string, string | Uint8Array>;

export interface ImageOptions {
  edition?: string;
  arch?: number;
  type?: string;
  product?: string;
  languages?: string[];
}

/** The WINDOWS element of an image. */
export function windowsXml(options: ImageOptions = {}): string {
  const { edition = 'Professional', arch = 9, type = 'Client', product = 'WinNT', languages = ['en-US'] } = options;
  return `<ARCH>${arch}</ARCH>${edition === '' ? '' : `<EDITIONID>${edition}</EDITIONID>`}
    <INSTALLATIONTYPE>${type}</INSTALLATIONTYPE>${product === '' ? '' : `<PRODUCTTYPE>${product}</PRODUCTTYPE>`}
    <LANGUAGES>${languages.map((name) => `<LANGUAGE>${name}</LANGUAGE>`).join('')}<DEFAULT>${languages[0]}</DEFAULT></LANGUAGES>
    <VERSION><MAJOR>10</MAJOR><MINOR>0</MINOR><BUILD>26100</BUILD><SPBUILD>1742</SPBUILD></VERSION>`;
}

/** A WIM with one image for each of the options. */
export function wimOf(images: ImageOptions[], fields: WimFields = {}): Uint8Array {
  return wim(`<WIM>${images.map((image, i) => imageXml(i + 1, windowsXml(image))).join('')}</WIM>`, fields);
}

export function bootWim(arch = 9): Uint8Array {
  const setup = { arch, edition: 'WindowsPE', type: 'WindowsPE' };
  return wimOf([setup, setup], { bootIndex: 2 });
}

/** Client media for x64 with everything that is looked for; `changes` adds, replaces, or with undefined removes. */
export function clientMedia(changes: Record<string, string | Uint8Array | undefined> = {}): MediaFiles {
  const files = {
    'setup.exe': 'MZ',
    'autorun.inf': '[AutoRun.Amd64]',
    bootmgr: 'bootmgr',
    'bootmgr.efi': 'bootmgr.efi',
    'boot/etfsboot.com': 'etfsboot',
    'efi/boot/bootx64.efi': 'bootx64',
    'efi/microsoft/boot/efisys.bin': 'efisys',
    'efi/microsoft/boot/efisys_noprompt.bin': 'efisys_noprompt',
    'sources/boot.wim': bootWim(),
    'sources/install.wim': wimOf([{}, { edition: 'Enterprise', languages: ['en-US', 'nb-NO'] }]),
    'sources/idwbinfo.txt':
      '[BUILDINFO]\r\nBuildArch=amd64\r\nBuildBranch=ge_release\r\nBuildLab=26100.ge_release.240331-1435\r\n',
    'sources/cversion.ini': '[HostBuild]\r\nMinClient=7600.0\r\nMinServer=9200.0\r\n',
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(files).filter((pair): pair is [string, string | Uint8Array] => pair[1] !== undefined),
  );
}

/** Writes the files into a new folder below `base`. */
export async function writeMedia(base: string, files: MediaFiles): Promise<string> {
  const root = await mkdtemp(join(base, 'media-'));
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), bytes);
  }
  return root;
}

/** Findings as `error CODE path: message`. */
export function shown(findings: readonly Finding[]): string[] {
  return findings.map(
    ({ severity = 'error', code, where, message }) =>
      `${severity} ${code} ${where?.path ?? where?.field ?? ''}: ${message}`,
  );
}
