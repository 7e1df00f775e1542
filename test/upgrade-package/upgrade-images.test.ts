import { describe, expect, it } from 'vitest';
import type { WimImage } from '../../src/formats/wim/information.js';
import { assumedWindows } from '../../src/library/assumed-windows.js';
import type { SetupFacts, WindowsMediaFacts } from '../../src/upgrade-package/facts.js';
import { declaredBuild, setupImages, upgradeImages } from '../../src/upgrade-package/upgrade-images.js';
import { upgradeWords } from '../../src/upgrade-package/upgrade-words.js';

const CLIENT = assumedWindows('windows-11-24h2', 'en-US', 'x64');

/** Facts with one image, changed. */
function one(change: Partial<WimImage>): WindowsMediaFacts {
  return { ...CLIENT, images: [{ ...CLIENT.images[7]!, ...change }] };
}

function setup(folder: string, minClient?: string): SetupFacts {
  return {
    folder,
    setup: `${folder}/setup.exe`,
    installImage: {
      kind: 'wim',
      path: 'sources/install.wim',
      parts: [],
      images: CLIENT.images,
    } as unknown as NonNullable<SetupFacts['installImage']>,
    bootImage: undefined,
    architecture: 'x64',
    editionConfiguration: undefined,
    hasProductKey: false,
    build: undefined,
    minimumVersions: minClient === undefined ? undefined : { minClient, minServer: undefined },
  };
}

describe('upgradeImages', () => {
  it('has every image with its paths and its floor', () => {
    const images = upgradeImages(CLIENT);
    expect(images.map(({ edition }) => edition)).toEqual(CLIENT.images.map(({ editionId }) => editionId));
    expect(images.every(({ from, floor }) => from.length > 0 && floor.tpm === 2)).toBe(true);
    expect(images[7]).toMatchObject({
      index: 8,
      edition: 'Professional',
      installationType: 'Client',
      architecture: 'x64',
      language: 'en-US',
      version: '10.0.26100.1742',
      build: 26100,
    });
  });

  it.each<[string, Partial<WimImage>]>([
    ['no edition', { editionId: undefined }],
    ['no build', { version: undefined }],
    ['no language', { defaultLanguage: undefined, languages: [] }],
    ['several languages and no default', { defaultLanguage: undefined, languages: ['en-US', 'nb-NO'] }],
    ['no architecture', { architecture: undefined }],
    ['an architecture that nobody knows', { architecture: 'unknown' }],
    ['one that has no Setup', { architecture: 'ia64' }],
    ['Windows PE', { installationType: 'WindowsPE' }],
    ['a server without an installation type', { installationType: undefined, productType: 'ServerNT' }],
  ])('leaves out an image with %s', (_, change) => {
    expect(upgradeImages(one(change))).toEqual([]);
  });

  it('takes the one language of an image that names no default, and a client by its product type', () => {
    const [image] = upgradeImages(one({ defaultLanguage: undefined, installationType: undefined }));
    expect(image).toMatchObject({ language: 'en-US', installationType: 'Client' });
  });

  it('lets each setup have its own cversion.ini', () => {
    const facts = { ...CLIENT, setups: [setup('x64', '22000.0'), setup('x86')] };
    const images = upgradeImages(facts);
    const oldest = (list: typeof images) =>
      Math.min(...list.flatMap(({ from }) => from.map((path) => path.minimumBuild)));
    expect(oldest(images.slice(0, CLIENT.images.length))).toBe(22000);
    expect(oldest(images.slice(CLIENT.images.length))).toBe(19041);
    expect(setupImages({ ...setup('x64'), installImage: undefined })).toEqual([]);
  });

  it.each([
    ['7601.0', 7601],
    [' 10240 ', 10240],
    ['10x', 0],
    [undefined, 0],
  ])('reads %j of cversion.ini as %i', (text, build) => {
    expect(declaredBuild(text)).toBe(build);
  });
});

describe('upgradeWords', () => {
  it('tells rows that keep the edition from those that need a key', () => {
    expect(upgradeWords(upgradeImages(one({})))).toEqual([
      {
        image: 8,
        name: 'Windows 11 24H2 Professional',
        edition: 'Professional',
        architecture: 'x64',
        language: 'en-US',
        build: 26100,
        from: ['Windows 10 Pro, version 2004 and later', 'Windows 11 Pro'],
        fromWithKey: ['Windows 10 Home, version 2004 and later', 'Windows 11 Home'],
      },
    ]);
  });

  it('says Server Core where only Server Core may become it', () => {
    const [core, desktop] = upgradeWords(upgradeImages(assumedWindows('windows-server-2019', 'en-US', 'x64')));
    expect(core!.from).toEqual([
      'Windows Server 2012 R2 Standard, Server Core',
      'Windows Server 2016 Standard, Server Core',
      'Windows Server 2019 Standard (repair), Server Core',
    ]);
    expect(desktop!.from[0]).toBe('Windows Server 2012 R2 Standard');
  });

  it('has no words for an evaluation edition', () => {
    expect(upgradeWords(upgradeImages(one({ editionId: 'EnterpriseEval' })))[0]).toMatchObject({
      from: [],
      fromWithKey: [],
    });
  });
});
