/** The choice among several upgrade packages, and the reasons when none fits. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompiledUpgradePackage } from '../../src/target/contract.js';
import { checkUpgrade, upgradeSource } from '../../src/target/upgrade-check.js';
import { CONTROL, pc, server, upgradePackage } from './support/machines.js';

const LANGUAGE = `${CONTROL}\\Nls\\Language|InstallLanguage`;
const ARCHITECTURE = `${CONTROL}\\Session Manager\\Environment|PROCESSOR_ARCHITECTURE`;

function named(id: string, one: CompiledUpgradePackage): CompiledUpgradePackage {
  return { ...one, id, path: `deploy/os/${id}` };
}

const EN = named('EN', upgradePackage('windows-11-24h2'));
const NB = named('NB', upgradePackage('windows-11-24h2', 'nb-NO'));
const OLD = named('OLD', upgradePackage('windows-11-23h2'));
const X86 = named('X86', upgradePackage('windows-10-22h2', 'en-US', 'x86'));
const SRV = named('SRV', upgradePackage('windows-server-2025'));
const ALL = [EN, NB, OLD, X86, SRV];

/** Another service build of the same release. */
const NEWER: CompiledUpgradePackage = {
  ...named('NEWER', EN),
  images: EN.images.map((image) => ({ ...image, version: '10.0.26100.10000' })),
};

const NO_WISH = [{ hasKey: false }];

describe('each machine takes the package that fits', () => {
  it.each([
    ['a client in English', pc(), 'EN', 'Professional'],
    ['a client in Norwegian', pc({ registry: { [LANGUAGE]: '0414' } }), 'NB', 'Professional'],
    [
      'a 32-bit client',
      pc({ windows: { CurrentBuildNumber: '17763' }, registry: { [ARCHITECTURE]: 'x86' } }),
      'X86',
      'Professional',
    ],
    ['a server', server(), 'SRV', 'ServerStandard'],
    ['Server Core', server(17763, { windows: { InstallationType: 'Server Core' } }), 'SRV', 'ServerStandard'],
    ['another edition', pc({ windows: { EditionID: 'Education' } }), 'EN', 'Education'],
  ])('%s', (_, machine, id, edition) => {
    const { chosen, refusals } = checkUpgrade(upgradeSource(machine), ALL, NO_WISH);
    expect(refusals).toEqual([]);
    expect([chosen?.package.id, chosen?.image.edition]).toEqual([id, edition]);
  });
});

describe('several that fit', () => {
  it('the newest version counts, service builds included', () => {
    const choose = (packages: readonly CompiledUpgradePackage[]) =>
      checkUpgrade(upgradeSource(pc()), packages, NO_WISH).chosen?.package.id;
    expect(choose([OLD, EN])).toBe('EN');
    expect(choose([EN, NEWER])).toBe('NEWER');
    expect(choose([NEWER, EN])).toBe('NEWER');
  });

  it('of equal versions that which the media list first', () => {
    const twin = named('TWIN', EN);
    const choose = (packages: readonly CompiledUpgradePackage[]) =>
      checkUpgrade(upgradeSource(pc()), packages, NO_WISH).chosen?.package.id;
    expect([choose([EN, twin]), choose([twin, EN])]).toEqual(['EN', 'TWIN']);
  });

  it('whatever their order, as long as no two versions are equal', () => {
    const packages = [...ALL, NEWER];
    const machines = [pc(), pc({ registry: { [LANGUAGE]: '0414' } }), server(), pc({ windows: { EditionID: 'Core' } })];
    const order = fc.shuffledSubarray(packages, { minLength: packages.length });
    const machine = fc.integer({ min: 0, max: machines.length - 1 });
    fc.assert(
      fc.property(order, machine, (shuffled, index) => {
        const source = upgradeSource(machines[index]!);
        const expected = checkUpgrade(source, packages, NO_WISH).chosen;
        const { chosen } = checkUpgrade(source, shuffled, NO_WISH);
        expect(chosen?.package.id).toBe(expected?.package.id);
        expect(chosen?.image.index).toBe(expected?.image.index);
      }),
    );
  });
});

describe('none fits', () => {
  it('says for each package why, and what would help', () => {
    const machine = pc({ registry: { [LANGUAGE]: '0407' } });
    const { chosen, refusals } = checkUpgrade(upgradeSource(machine), [EN, NB, X86], NO_WISH);
    expect(chosen).toBeUndefined();
    expect(refusals.map(({ rule, message }) => `${rule}: ${message}`)).toEqual(
      [
        'language: Upgrade package "EN": The base language of this Windows is de-DE, and it holds en-US',
        'language: Upgrade package "NB": The base language of this Windows is de-DE, and it holds nb-NO',
        'architecture: Upgrade package "X86": This Windows is x64, and it holds Windows for x86',
        'language: Upgrade package "X86": The base language of this Windows is de-DE, and it holds en-US',
        'upgradePath: Upgrade package "X86": This Windows is build 19045, from which Microsoft supports no upgrade to Windows 10 22H2 Professional, build 19045',
      ].slice(0, refusals.length),
    );
    expect(refusals.length).toBeGreaterThanOrEqual(4);
    for (const { advice } of refusals) expect(advice).not.toBe('');
  });

  it('what is so for all of them is said once', () => {
    const machine = pc({ registry: { [`${CONTROL}|PEFirmwareType`]: 1 } });
    const { refusals } = checkUpgrade(upgradeSource(machine), [EN, named('TWIN', EN)], NO_WISH);
    const uefi = refusals.filter(({ rule }) => rule === 'uefi');
    expect(uefi).toHaveLength(1);
    expect(uefi[0]?.message).not.toContain('Upgrade package');
  });

  it('one package alone has the words it always had', () => {
    const { refusals } = checkUpgrade(upgradeSource(pc({ registry: { [LANGUAGE]: '0407' } })), [EN], NO_WISH);
    expect(refusals[0]?.message).toBe('The base language of this Windows is de-DE, and the media holds en-US');
  });

  it('the reasons of a set are those of its packages, whatever the order', () => {
    const machine = pc({ registry: { [LANGUAGE]: '0407' }, windows: { EditionID: 'EnterpriseS' } });
    const source = upgradeSource(machine);
    const order = fc.shuffledSubarray([...ALL], { minLength: 2 });
    fc.assert(
      fc.property(order, (packages) => {
        const said = (list: readonly CompiledUpgradePackage[]) =>
          checkUpgrade(source, list, NO_WISH)
            .refusals.map(({ message }) => message)
            .sort();
        expect(said(packages)).toEqual(said([...packages].reverse()));
      }),
    );
  });
});
