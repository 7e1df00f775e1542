import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BytesContent } from '../../../src/content/views.js';
import { InplaceError } from '../../../src/errors.js';
import { readWimHeader } from '../../../src/formats/wim/header.js';
import { readWimXml } from '../../../src/formats/wim/xml-data.js';
import { imageXml, utf16, wim } from './wim-builder.js';

async function read(bytes: Uint8Array) {
  const content = new BytesContent(bytes);
  const header = await readWimHeader(content, 'install.wim');
  return { header, ...(await readWimXml(content, header, 'install.wim')) };
}

/** `CODE offset field: message` of what the readers throw. */
async function problem(bytes: Uint8Array): Promise<string> {
  try {
    await read(bytes);
  } catch (error) {
    if (!(error instanceof InplaceError)) throw error;
    const { code, where, message } = error.findings[0]!;
    return `${code} ${where?.offset} ${where?.field}: ${message}`;
  }
  return 'no problem';
}

const PRO = imageXml(
  1,
  `<ARCH>9</ARCH><PRODUCTNAME>Microsoft® Windows® Operating System</PRODUCTNAME><EDITIONID>Professional</EDITIONID>
   <INSTALLATIONTYPE>Client</INSTALLATIONTYPE><PRODUCTTYPE>WinNT</PRODUCTTYPE>
   <LANGUAGES><LANGUAGE>en-US</LANGUAGE><LANGUAGE>nb-NO</LANGUAGE><LANGUAGE>en-US</LANGUAGE><DEFAULT>nb-NO</DEFAULT></LANGUAGES>
   <VERSION><MAJOR>10</MAJOR><MINOR>0</MINOR><BUILD>26100</BUILD><SPBUILD>1742</SPBUILD><BRANCH>ge_release</BRANCH></VERSION>`,
  `<DESCRIPTION> Windows 11 &amp; Pro </DESCRIPTION><FLAGS>Professional</FLAGS><DISPLAYNAME><![CDATA[Windows <11> Pro]]></DISPLAYNAME>
   <DIRCOUNT>20</DIRCOUNT><FILECOUNT>100</FILECOUNT><TOTALBYTES>18446744073</TOTALBYTES>
   <CREATIONTIME><HIGHPART>0x01DA8E5C</HIGHPART><LOWPART>0x3B2B6000</LOWPART></CREATIONTIME>`,
);

describe('readWimXml', () => {
  it('reads everything that Windows writes of an image', async () => {
    const { images, totalBytes } = await read(wim(`<WIM>${PRO}<TOTALBYTES>5000</TOTALBYTES></WIM>`));
    expect(totalBytes).toBe(5000);
    expect(images).toEqual([
      {
        index: 1,
        name: 'Image 1',
        description: 'Windows 11 & Pro',
        displayName: 'Windows <11> Pro',
        displayDescription: undefined,
        flags: 'Professional',
        editionId: 'Professional',
        installationType: 'Client',
        productType: 'WinNT',
        productName: 'Microsoft® Windows® Operating System',
        architecture: 'x64',
        languages: ['en-US', 'nb-NO'],
        defaultLanguage: 'nb-NO',
        version: { major: 10, minor: 0, build: 26100, spBuild: 1742, branch: 'ge_release' },
        totalBytes: 18446744073,
        fileCount: 100,
        directoryCount: 20,
        // FILETIME 0x01DA8E5C3B2B6000, converted with Python's datetime
        created: new Date('2024-04-14T11:09:34.168Z'),
        modified: undefined,
      },
    ]);
  });

  it('sorts images by index and knows every architecture', async () => {
    const arch = [0, 5, 6, 9, 12, 77].map((number, i) => imageXml(i + 1, `<ARCH>${number}</ARCH>`)).reverse();
    const { images } = await read(wim(`<WIM>${arch.join('')}</WIM>`));
    expect(images.map((image) => image.architecture)).toEqual(['x86', 'arm', 'ia64', 'x64', 'arm64', 'unknown']);
  });

  it('leaves out what makes no sense', async () => {
    const odd = '<ARCH>x64</ARCH><VERSION><MAJOR>10</MAJOR><MINOR>-1</MINOR><BUILD>1e3</BUILD></VERSION>';
    const big =
      '<TOTALBYTES>99999999999999999</TOTALBYTES><CREATIONTIME><HIGHPART>0</HIGHPART><LOWPART>1</LOWPART></CREATIONTIME>';
    const [image] = (await read(wim(`<WIM>${imageXml(1, odd, big)}</WIM>`))).images;
    expect(image).toMatchObject({
      architecture: undefined,
      version: undefined,
      totalBytes: undefined,
      created: undefined,
    });
  });

  it('takes text without a byte order mark and with zeros behind it', async () => {
    const text = Buffer.from(`<WIM>${PRO}</WIM>\0\0`, 'utf16le');
    expect((await read(wim(text))).images).toHaveLength(1);
  });

  it('goes once over a long run of zeros that more follows', async () => {
    // a search for the zeros at the end that begins anew at each of them takes ten minutes for these
    expect(await problem(wim(`${'\0'.repeat(1_000_000)}!`, { imageCount: 0 }))).toContain('cannot be read');
    expect(await problem(wim(`<WIM></WIM>${'\0'.repeat(200_000)}`))).toBe('no problem');
  });

  it('refuses text that is no UTF-16, no XML, or not about a WIM', async () => {
    expect(await problem(wim(Uint8Array.of(0xff, 0xfe, 0x00, 0xd8), { imageCount: 0 }))).toContain('is not UTF-16');
    expect(await problem(wim(Uint8Array.of(0x3c, 0, 0x57)))).toContain('is not UTF-16');
    expect(await problem(wim(''))).toContain('SOURCE_CORRUPT');
    expect(await problem(wim('garbage'))).toContain('SOURCE_CORRUPT 224 XML data: The XML data cannot be read');
    // 208 + mark + `<WIM><IMAGE></WIM>`: the parser stands behind the closing tag that does not match
    expect(await problem(wim('<WIM><IMAGE></WIM>'))).toMatch(/^SOURCE_CORRUPT 246 XML data: .*unexpected close tag/);
    expect(await problem(wim('<ESD></ESD>'))).toContain('The root element is "ESD", expected "WIM"');
  });

  it('refuses indexes that do not count from 1', async () => {
    const image = (index: string): string => `<IMAGE INDEX="${index}"></IMAGE>`;
    expect(await problem(wim(`<WIM>${image('0')}</WIM>`))).toContain('the INDEX "0"');
    expect(await problem(wim(`<WIM>${image('x')}</WIM>`))).toContain('the INDEX "x"');
    expect(await problem(wim('<WIM><IMAGE ></IMAGE></WIM>'))).toContain('the INDEX ""');
    expect(await problem(wim(`<WIM>${image('2')}</WIM>`))).toContain('Image 1 is missing');
    expect(await problem(wim(`<WIM>${image('1')}${image('1')}</WIM>`))).toContain('Image 2 is missing or stands twice');
    expect(await problem(wim(`<WIM>${image('1')}</WIM>`, { imageCount: 2 }))).toContain(
      'tells of 1 images, the header of 2',
    );
  });

  it('expands no entities and fetches nothing', async () => {
    const dtd = '<!DOCTYPE WIM [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>';
    expect(await problem(wim(`${dtd}<WIM>&b;</WIM>`))).toMatch(/undefined entity/);
    expect(await problem(wim(`${dtd}<WIM>&x;</WIM>`))).toMatch(/undefined entity/);
    expect(await problem(wim(`${dtd}<WIM></WIM>`))).toBe('no problem');
  });

  it('bounds depth, number of elements and size', async () => {
    expect(await problem(wim(`<WIM>${'<A>'.repeat(100)}${'</A>'.repeat(100)}</WIM>`))).toContain('more than 64 deep');
    expect(await problem(wim(`<WIM>${'<A/>'.repeat(200_000)}</WIM>`))).toContain('More than 200000 elements');
    expect(await problem(wim(new Uint8Array(9 * 2 ** 20)))).toContain('XML data of 9437184 bytes; at most 8388608');
  });

  it('refuses XML data that is marked as compressed', async () => {
    expect(await problem(wim('<WIM></WIM>', { xmlFlags: 6 }))).toContain('marked as compressed');
    expect(await problem(wim('<WIM></WIM>', { xmlOriginalSize: 1n }))).toContain('marked as compressed');
  });
});

describe('readWimHeader', () => {
  it('tells solid, split and unfinished files from their headers', async () => {
    const { header } = await read(wim('<WIM></WIM>', { version: 0xe00, flags: 0x80082, guid: 0xab }));
    expect(header).toMatchObject({ solid: true, compression: 'lzms', guid: 'ab'.repeat(16), writeInProgress: false });
    const split = (await read(wim('<WIM></WIM>', { part: 2, parts: 5, flags: 0x2004a }))).header;
    expect(split).toMatchObject({ partNumber: 2, totalParts: 5, compression: 'xpress', writeInProgress: true });
    expect((await read(wim('<WIM></WIM>', { flags: 0x40002 }))).header.compression).toBe('lzx');
    expect((await read(wim('<WIM></WIM>', { flags: 0 }))).header.compression).toBe('none');
  });

  it('refuses what is no WIM, with the place', async () => {
    expect(await problem(new Uint8Array(207))).toBe(
      'SOURCE_CORRUPT 0 WimHeader.imageTag: 207 bytes are too few for a WIM; its header has 208',
    );
    expect(await problem(new Uint8Array(0))).toBe(
      'SOURCE_CORRUPT 0 WimHeader.imageTag: The file is empty, expected a WIM',
    );
    expect(await problem(wim('', { magic: 'MZ\0\0\0\0\0\0' }))).toBe(
      'SOURCE_CORRUPT 0 WimHeader.imageTag: This is no WIM: it begins with "MZ\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000", expected "MSWIM"',
    );
    const iso = new Uint8Array(17 * 2048);
    iso.set(Buffer.from('\x01CD001'), 16 * 2048);
    expect(await problem(iso)).toBe('SOURCE_UNSUPPORTED 0 WimHeader.imageTag: This is an ISO, expected a WIM');
    expect(await problem(wim('', { magic: 'WLPWM\0\0\0' }))).toContain(
      'SOURCE_UNSUPPORTED 0 WimHeader.imageTag: A pipable',
    );
    expect(await problem(wim('', { headerSize: 96 }))).toContain('SOURCE_CORRUPT 8 WimHeader.headerSize');
    expect(await problem(wim('', { version: 0x10c00 }))).toContain('SOURCE_UNSUPPORTED 12 WimHeader.version');
    expect(await problem(wim('', { part: 0 }))).toContain('SOURCE_CORRUPT 40 WimHeader.partNumber: Part 0 of 1');
    expect(await problem(wim('', { part: 3, parts: 2 }))).toContain('Part 3 of 2');
    expect(await problem(wim('<WIM></WIM>', { bootIndex: 1 }))).toContain('SOURCE_CORRUPT 120 WimHeader.bootIndex');
  });

  it('refuses resources that lie outside the file', async () => {
    const outside = /^SOURCE_CORRUPT 72 WimHeader.xmlData: .* lie outside the file of/;
    expect(await problem(wim('<WIM></WIM>', { xmlSize: 1000n }))).toMatch(outside);
    expect(await problem(wim('<WIM></WIM>', { xmlOffset: 209n }))).toMatch(outside);
    expect(await problem(wim('<WIM></WIM>', { xmlOffset: 0xffff_ffff_ffff_ffffn }))).toMatch(outside);
    expect(await problem(wim('<WIM></WIM>', { xmlSize: 0xff_ffff_ffff_ffffn }))).toMatch(outside);
    expect(await problem(wim(`<WIM>${PRO}</WIM>`).subarray(0, 500))).toMatch(outside);
  });

  it('and the XML end in images or an InplaceError, whatever bytes are changed', async () => {
    const sound = wim(`<WIM>${PRO}</WIM>`);
    const change = fc.tuple(fc.nat(sound.length - 1), fc.nat(255));
    const header = fc.tuple(fc.nat(207), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(change, header), { maxLength: 6 }),
        fc.nat(sound.length),
        async (changes, cut) => {
          const bytes = sound.slice();
          for (const [offset, value] of changes) bytes[offset] = value;
          await problem(changes.length % 2 ? bytes : bytes.subarray(0, cut));
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('and the XML end in images or an InplaceError for any text', async () => {
    const piece = fc.constantFrom(
      '<WIM>',
      '</WIM>',
      '<IMAGE INDEX="1">',
      '</IMAGE>',
      '&#0;',
      '&#x110000;',
      '<!--',
      ']]>',
      '<?x',
      '\ud800',
      '<a b="c" b="d">',
      '<__proto__>',
    );
    const text = fc.array(fc.oneof(piece, fc.string({ maxLength: 5, unit: 'binary' })), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(text, async (pieces) => {
        await problem(wim(utf16(pieces.join(''))));
      }),
      { numRuns: 1500 },
    );
  });
});
