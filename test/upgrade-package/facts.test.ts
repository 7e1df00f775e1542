import { describe, expect, it } from 'vitest';
import type { Content } from '../../src/content/content.js';
import { byCodeUnit } from '../../src/content/tree.js';
import { BytesContent, concatContent, ZeroContent } from '../../src/content/views.js';
import { MediaReader } from '../../src/upgrade-package/reader.js';
import { readMediaFacts } from '../../src/upgrade-package/recognise.js';
import { bootWim, clientMedia, type MediaFiles, shown, wimOf } from './media.js';

/** Facts of files in memory, by the way openUpgradePackage goes. */
async function factsOf(files: Record<string, string | Uint8Array | Content>) {
  const directories = new Set<string>();
  const list = Object.entries(files).map(([path, value]) => {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      directories.add(path.slice(0, end));
    const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
    const content = bytes instanceof Uint8Array ? new BytesContent(bytes) : bytes;
    return { path, content, modified: new Date(0) };
  });
  const tree = {
    files: list.sort((a, b) => byCodeUnit(a.path, b.path)),
    directories: [...directories].sort(byCodeUnit),
  };
  return readMediaFacts(new MediaReader('win.iso', tree, (file) => `win.iso:${file.path}`));
}

async function findings(files: MediaFiles): Promise<string[]> {
  return shown((await factsOf(files)).findings);
}

describe('readMediaFacts', () => {
  it('recognises client media for x64', async () => {
    const facts = await factsOf(clientMedia());
    expect(shown(facts.findings)).toEqual([]);
    expect(facts).toMatchObject({
      dualArchitecture: false,
      architectures: ['x64'],
      product: 'client',
      languages: ['en-US', 'nb-NO'],
      boot: {
        bios: { etfsboot: 'boot/etfsboot.com', bootmgr: 'bootmgr' },
        uefi: {
          efisys: 'efi/microsoft/boot/efisys.bin',
          efisysNoPrompt: 'efi/microsoft/boot/efisys_noprompt.bin',
          bootmgrEfi: 'bootmgr.efi',
          loaders: [{ architecture: 'x64', path: 'efi/boot/bootx64.efi' }],
        },
      },
    });
    expect(facts.images.map((image) => image.editionId)).toEqual(['Professional', 'Enterprise']);
    expect(facts.setups).toHaveLength(1);
    expect(facts.setups[0]).toMatchObject({
      folder: '',
      setup: 'setup.exe',
      architecture: 'x64',
      installImage: { kind: 'wim', path: 'sources/install.wim', parts: [{ path: 'sources/install.wim' }] },
      bootImage: { path: 'sources/boot.wim', bootIndex: 2 },
      editionConfiguration: undefined,
      hasProductKey: false,
      build: { architecture: 'amd64', branch: 'ge_release', buildLab: '26100.ge_release.240331-1435' },
      minimumVersions: { minClient: '7600.0', minServer: '9200.0' },
    });
  });

  it('finds everything in any case and gives the paths as the media have them', async () => {
    const upper = Object.fromEntries(Object.entries(clientMedia()).map(([path, bytes]) => [path.toUpperCase(), bytes]));
    const facts = await factsOf(upper);
    expect(shown(facts.findings)).toEqual([]);
    expect(facts.setups[0]?.installImage?.path).toBe('SOURCES/INSTALL.WIM');
    expect(facts.boot.bios.etfsboot).toBe('BOOT/ETFSBOOT.COM');
  });

  it('tells servers from clients', async () => {
    const server = { edition: 'ServerStandard', type: 'Server Core', product: 'ServerNT' };
    const product = async (...images: Parameters<typeof wimOf>[0]) =>
      (await factsOf(clientMedia({ 'sources/install.wim': wimOf(images) }))).product;
    expect(await product(server)).toBe('server');
    expect(await product(server, {})).toBe('client and server');
    // old images say only what is installed
    expect(await product({ product: '' })).toBe('client');
    expect(await product({ product: '', type: 'Server' })).toBe('server');
    expect(await product({ product: '', type: 'WindowsPE' })).toBeUndefined();
  });

  it('recognises an ESD', async () => {
    const esd = wimOf([{}], { version: 0xe00, flags: 0x80082 });
    const facts = await factsOf(clientMedia({ 'sources/install.wim': undefined, 'sources/install.esd': esd }));
    expect(shown(facts.findings)).toEqual([]);
    expect(facts.setups[0]?.installImage).toMatchObject({ kind: 'esd', header: { solid: true } });
  });

  it('asks arm64 media for no BIOS files', async () => {
    const facts = await factsOf(
      clientMedia({
        'sources/install.wim': wimOf([{ arch: 12 }]),
        'sources/boot.wim': bootWim(12),
        'sources/idwbinfo.txt': '[BUILDINFO]\nBuildArch=arm64\n',
        bootmgr: undefined,
        'boot/etfsboot.com': undefined,
        'efi/boot/bootx64.efi': undefined,
        'efi/boot/bootaa64.efi': 'x',
      }),
    );
    expect(shown(facts.findings)).toEqual([]);
    expect(facts.architectures).toEqual(['arm64']);
  });

  it('recognises dual-architecture media', async () => {
    const {
      'sources/install.wim': wim,
      'sources/boot.wim': boot,
      'sources/idwbinfo.txt': _,
      'sources/cversion.ini': __,
      ...rest
    } = clientMedia();
    const facts = await factsOf({
      ...rest,
      'efi/boot/bootia32.efi': 'x',
      'x64/setup.exe': 'MZ',
      'x64/sources/install.esd': wim!,
      'x64/sources/boot.wim': boot!,
      'X86/setup.exe': 'MZ',
      'X86/sources/install.esd': wimOf([{ arch: 0 }]),
      'X86/sources/boot.wim': bootWim(0),
    });
    expect(shown(facts.findings)).toEqual([]);
    expect(facts).toMatchObject({ dualArchitecture: true, architectures: ['x64', 'x86'] });
    expect(facts.setups.map(({ folder, setup, architecture }) => [folder, setup, architecture])).toEqual([
      ['X86', 'X86/setup.exe', 'x86'],
      ['x64', 'x64/setup.exe', 'x64'],
    ]);
    expect(facts.images.map((image) => image.architecture)).toEqual(['x86', 'x64', 'x64']);
  });

  it('says that there is a product key and keeps it nowhere', async () => {
    const key = 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE';
    const utf16 = Buffer.from(`\ufeff[PID]\r\nValue=${key}\r\n`, 'utf16le');
    for (const pid of [`[PID]\r\nValue=${key}\r\n`, utf16]) {
      const facts = await factsOf(clientMedia({ 'sources/PID.txt': pid }));
      expect(facts.setups[0]?.hasProductKey).toBe(true);
      expect(JSON.stringify(facts)).not.toContain('BBBBB');
    }
    const empty = await factsOf(clientMedia({ 'sources/PID.txt': '[PID]\r\nValue=\r\n' }));
    expect(empty.setups[0]?.hasProductKey).toBe(false);
  });

  it('reads ei.cfg and compares it with the images', async () => {
    const ei = '[EditionID]\r\n\r\nenterprise\r\n[Channel]\r\nRetail\r\n[VL]\r\n1\r\n';
    const facts = await factsOf(clientMedia({ 'sources/ei.cfg': ei }));
    expect(shown(facts.findings)).toEqual([]);
    expect(facts.setups[0]?.editionConfiguration).toEqual({
      editionId: 'enterprise',
      channel: 'Retail',
      volumeLicence: true,
    });
    expect(await findings(clientMedia({ 'sources/ei.cfg': '[EditionID]\r\nCore\r\n' }))).toEqual([
      'warning NOT_WINDOWS_MEDIA sources/install.wim: ei.cfg asks for the edition "Core", which no image has',
    ]);
  });

  it('refuses what is no Windows install media', async () => {
    expect(await findings({})).toEqual([
      'error NOT_WINDOWS_MEDIA : This is no Windows install media: there is no sources/install.wim, .esd or .swm',
    ]);
    expect(await findings({ 'setup.exe': 'MZ', 'sources/boot.wim': bootWim() })).toEqual([
      'error NOT_WINDOWS_MEDIA : This is no Windows install media: there is no sources/install.wim, .esd or .swm; it has setup.exe and sources/boot.wim only',
    ]);
    expect(await findings(clientMedia({ 'setup.exe': undefined }))).toEqual([
      'error NOT_WINDOWS_MEDIA setup.exe: There is no setup.exe, which an in-place upgrade is started with',
    ]);
    expect(await findings(clientMedia({ 'sources/install.wim': wimOf([]) }))).toContain(
      'error NOT_WINDOWS_MEDIA sources/install.wim: The file holds no images',
    );
  });

  it('reports damaged images without stopping', async () => {
    const media = clientMedia({ 'sources/install.wim': 'garbage', 'sources/boot.wim': bootWim().subarray(0, 300) });
    const facts = await factsOf(media);
    expect(facts.findings.map(({ code, where }) => `${code} ${where?.file} ${where?.offset} ${where?.field}`)).toEqual([
      'SOURCE_CORRUPT win.iso:sources/install.wim 0 WimHeader.imageTag',
      'SOURCE_CORRUPT win.iso:sources/boot.wim 72 WimHeader.xmlData',
    ]);
    // what is left still tells the architecture
    expect(facts.architectures).toEqual(['x64']);
  });

  it('warns of what is missing for booting', async () => {
    const bare = { 'setup.exe': 'MZ', 'sources/install.wim': wimOf([{}]) };
    expect(await findings(bare)).toEqual([
      'warning NOT_WINDOWS_MEDIA sources/boot.wim: There is no boot.wim: nothing can be started from this media',
      'warning NOT_WINDOWS_MEDIA boot/etfsboot.com: There is no BIOS boot image',
      'warning NOT_WINDOWS_MEDIA bootmgr: There is no boot manager for BIOS',
      'warning NOT_WINDOWS_MEDIA efi/microsoft/boot/efisys.bin: There is no UEFI boot image',
      'warning NOT_WINDOWS_MEDIA efi/boot: There is no UEFI boot loader',
    ]);
  });

  it('warns of parts that do not fit together', async () => {
    const arm = await findings(clientMedia({ 'sources/install.wim': wimOf([{ arch: 12 }]) }));
    expect(arm).toEqual([
      'warning NOT_WINDOWS_MEDIA efi/boot: There is no UEFI boot loader for arm64',
      'warning NOT_WINDOWS_MEDIA sources/install.wim: The images are arm64, but idwbinfo.txt says "amd64"',
      'warning NOT_WINDOWS_MEDIA sources/install.wim: The images are arm64, but boot.wim is "x64"',
    ]);
    expect(await findings(clientMedia({ 'sources/install.wim': wimOf([{}, { arch: 0, edition: '' }]) }))).toEqual([
      'warning NOT_WINDOWS_MEDIA sources/install.wim: The images are of several architectures: x64, x86',
      'warning NOT_WINDOWS_MEDIA sources/install.wim: No edition is given for image 2',
    ]);
    expect(await findings(clientMedia({ 'sources/install.esd': wimOf([{}]) }))).toEqual([
      'warning NOT_WINDOWS_MEDIA sources/install.wim: There is an install.esd beside it; only "sources/install.wim" is looked at',
    ]);
    expect(await findings(clientMedia({ 'sources/install.wim': wimOf([{}], { flags: 0x40 }) }))).toEqual([
      'warning NOT_WINDOWS_MEDIA sources/install.wim: A program was changing the file and did not finish',
    ]);
    expect(await findings(clientMedia({ 'sources/boot.wim': wimOf([{}]) }))).toEqual([
      'warning NOT_WINDOWS_MEDIA sources/boot.wim: No image of boot.wim is marked as the one that boots',
    ]);
  });

  it('does not read a text file that is absurdly large', async () => {
    expect(await findings(clientMedia({ 'sources/ei.cfg': ' '.repeat(70_000) }))).toEqual([
      'warning NOT_WINDOWS_MEDIA sources/ei.cfg: 70000 bytes are too many for this file; it is not read',
    ]);
  });

  it('reads headers, XML and small files of an image of many gigabytes, and nothing more', async () => {
    const small = wimOf([{}, { edition: 'Enterprise' }]);
    const xml = small.subarray(208);
    const header = wimOf([{}, { edition: 'Enterprise' }], { xmlOffset: 6_000_000_208n }).subarray(0, 208);
    const whole = concatContent([new BytesContent(header), new ZeroContent(6_000_000_000), new BytesContent(xml)]);
    let bytesRead = 0;
    const counted: Content = {
      size: whole.size,
      read: (position, into) => {
        bytesRead += into.byteLength;
        return whole.read(position, into);
      },
    };
    const facts = await factsOf({
      ...clientMedia({ 'sources/install.wim': undefined }),
      'sources/install.wim': counted,
    });
    expect(facts.images).toHaveLength(2);
    expect(bytesRead).toBe(208 + xml.length);
  });
});

describe('a split install image', () => {
  const part = (number: number, parts = 3, guid = 7): Uint8Array => wimOf([{}], { part: number, parts, guid });
  const split = (changes: Record<string, Uint8Array | undefined> = {}): MediaFiles =>
    clientMedia({
      'sources/install.wim': undefined,
      'sources/install.swm': part(1),
      'sources/install2.swm': part(2),
      'sources/Install3.SWM': part(3),
      ...changes,
    });

  it('is recognised with all its parts in order', async () => {
    const facts = await factsOf(split());
    expect(shown(facts.findings)).toEqual([]);
    const image = facts.setups[0]?.installImage;
    expect(image?.kind).toBe('swm');
    expect(image?.parts.map(({ path }) => path)).toEqual([
      'sources/install.swm',
      'sources/install2.swm',
      'sources/Install3.SWM',
    ]);
  });

  it('with missing parts is refused, and many missing parts are not all named', async () => {
    expect(await findings(split({ 'sources/install2.swm': undefined }))).toEqual([
      'error SOURCE_MISSING sources/install.swm: The split WIM has 3 parts, but install2.swm cannot be found',
    ]);
    const many = await findings(split({ 'sources/install.swm': part(1, 65_535) }));
    expect(many.at(-1)).toContain(
      'install4.swm, install5.swm, install6.swm, install7.swm, install8.swm and 65527 more cannot be found',
    );
  });

  it('with a part of another WIM, in the wrong order or damaged is refused', async () => {
    expect(await findings(split({ 'sources/install2.swm': part(2, 3, 8) }))).toEqual([
      expect.stringMatching(/^error SOURCE_CORRUPT WimHeader.guid: The part has GUID 0808.*, the first part 0707/),
    ]);
    expect(await findings(split({ 'sources/install2.swm': part(3) }))).toEqual([
      'error SOURCE_CORRUPT WimHeader.partNumber: The file says it is part 3 of 3, expected 2 of 3',
    ]);
    expect(await findings(split({ 'sources/install2.swm': new Uint8Array(10) }))).toEqual([
      expect.stringContaining('error SOURCE_CORRUPT WimHeader.imageTag: 10 bytes are too few'),
    ]);
    expect(await findings(split({ 'sources/install.swm': part(2) }))).toEqual([
      'error SOURCE_CORRUPT WimHeader.partNumber: This is part 2 of 3, expected part 1',
    ]);
  });

  it('with a file too many gets a warning', async () => {
    expect(await findings(split({ 'sources/install4.swm': part(3) }))).toEqual([
      'warning NOT_WINDOWS_MEDIA sources/install4.swm: The split WIM has 3 parts; this file is none of them',
    ]);
  });
});
