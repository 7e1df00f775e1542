import { describe, expect, it } from 'vitest';
import { checkUpgrade, upgradeSource } from '../../src/target/upgrade-check.js';
import { type UpgradeWish, upgradeWishes } from '../../src/target/upgrade-wishes.js';
import type { FakeMachine } from './support/fake-machine.js';
import { CONTROL, pc, server, TPM, upgradePackage } from './support/machines.js';

const CLIENT = upgradePackage();
const SERVER = upgradePackage('windows-server-2022');

function check(machine: FakeMachine, packages = [CLIENT], wish: UpgradeWish = { hasKey: false }) {
  const { chosen, refusals } = checkUpgrade(upgradeSource(machine), packages, [wish]);
  expect(chosen === undefined).toBe(refusals.length > 0);
  expect(refusals.every(({ message, advice }) => message.length > 20 && advice.length > 8)).toBe(true);
  return { image: chosen?.image, package: chosen?.package.id, rules: refusals.map(({ rule }) => rule), refusals };
}

/** The one image of an edition. */
function only(edition: string, media = CLIENT) {
  return [{ ...media, images: media.images.filter((image) => image.edition === edition) }];
}

describe('the image that fits', () => {
  it('has the edition of the machine', () => {
    expect(check(pc()).image).toMatchObject({ edition: 'Professional', index: 8, build: 26100 });
    expect(check(pc({ windows: { EditionID: 'Education' } })).image).toMatchObject({ edition: 'Education' });
    expect(check(pc({ windows: { EditionID: 'coren' } })).image).toMatchObject({ edition: 'CoreN' });
  });

  it('is of the type of the server, with and without the desktop', () => {
    expect(check(server(), [SERVER]).image).toMatchObject({ installationType: 'Server', edition: 'ServerStandard' });
    const core = server(17763, { windows: { InstallationType: 'Server Core' } });
    expect(check(core, [SERVER]).image).toMatchObject({ installationType: 'Server Core', edition: 'ServerStandard' });
  });

  it('comes from the package of its architecture, language and version', () => {
    const norwegian = { ...upgradePackage('windows-11-24h2', 'nb-NO'), id: 'norwegian' };
    const ten32 = { ...upgradePackage('windows-10-22h2', 'en-US', 'x86'), id: 'x86' };
    const packages = [norwegian, SERVER, ten32, CLIENT];
    const processor = `${CONTROL}\\Session Manager\\Environment|PROCESSOR_ARCHITECTURE`;
    expect(check(pc(), packages).package).toBe('windows');
    expect(check(pc({ registry: { [`${CONTROL}\\Nls\\Language|InstallLanguage`]: '0414' } }), packages).package).toBe(
      'norwegian',
    );
    expect(check(pc({ registry: { [processor]: 'x86' } }), packages).package).toBe('x86');
  });

  it('is the newest of several, and the first of equals', () => {
    const older = { ...upgradePackage('windows-10-22h2'), id: 'ten' };
    const again = { ...CLIENT, id: 'again' };
    expect(check(pc(), [older, CLIENT, again]).package).toBe('windows');
  });

  it('is what the hardware can take: an older Windows of the media where the newest asks for more', () => {
    const older = { ...upgradePackage('windows-10-22h2'), id: 'ten' };
    const noTpm = pc({ wmi: { [TPM]: [] } });
    expect(check(noTpm, [older]).package).toBe('ten');
    expect(check(noTpm, [CLIENT, older]).package).toBe('ten');
  });
});

describe('another edition', () => {
  it('is taken when the sequence names it and gives a key', () => {
    expect(check(pc(), [CLIENT], { edition: 'Enterprise', hasKey: true }).image?.edition).toBe('Enterprise');
    expect(check(pc(), [CLIENT], { edition: 'enterprise', hasKey: true }).image?.edition).toBe('Enterprise');
  });

  it.each<[string, UpgradeWish]>([
    ['named without a key', { edition: 'Enterprise', hasKey: false }],
    ['not on the media', { edition: 'EnterpriseS', hasKey: true }],
    ['a downgrade, data only', { edition: 'Core', hasKey: true }],
  ])('is refused when it is %s', (_, wish) => {
    expect(check(pc(), [CLIENT], wish).rules).toEqual(['edition']);
  });

  it('is refused when only a key is given', () => {
    expect(check(pc(), only('Enterprise'), { hasKey: true }).rules).toEqual(['edition']);
  });

  it('is the same edition named: no key is needed', () => {
    expect(check(pc(), [CLIENT], { edition: 'Professional', hasKey: false }).image?.edition).toBe('Professional');
  });

  it('the first wish that can be fulfilled counts', () => {
    const wishes = [{ edition: 'Core', hasKey: true }, { hasKey: false }];
    expect(checkUpgrade(upgradeSource(pc()), [CLIENT], wishes).chosen?.image.edition).toBe('Professional');
  });
});

describe('refusals', () => {
  it.each<[string, FakeMachine, string[], RegExp]>([
    [
      'architecture',
      pc({ registry: { [`${CONTROL}\\Session Manager\\Environment|PROCESSOR_ARCHITECTURE`]: 'ARM64' } }),
      ['architecture'],
      /arm64.*x64/,
    ],
    [
      'base language',
      pc({ registry: { [`${CONTROL}\\Nls\\Language|InstallLanguage`]: '0407' } }),
      ['language'],
      /de-DE.*en-US/,
    ],
    [
      'a base language that nobody knows',
      pc({ registry: { [`${CONTROL}\\Nls\\Language|InstallLanguage`]: '7c00' } }),
      ['language'],
      /7c00/,
    ],
    [
      'no base language',
      pc({ registry: { [`${CONTROL}\\Nls\\Language|InstallLanguage`]: null } }),
      ['language'],
      /0000|unknown/,
    ],
    [
      'a server on client media',
      server(19045, { windows: { EditionID: 'Professional' } }),
      ['installationType'],
      /Server.*Client/,
    ],
    ['an edition with no path', pc({ windows: { EditionID: 'Cloud' } }), ['edition'], /Cloud/],
    ['an evaluation', pc({ windows: { EditionID: 'EnterpriseEval' } }), ['edition'], /evaluation/],
    ['an LTSC without a key', pc({ windows: { EditionID: 'EnterpriseS' } }), ['edition'], /EnterpriseS/],
    ['a version before 2004', pc({ windows: { CurrentBuildNumber: '18363' } }), ['upgradePath'], /18363/],
    ['a newer Windows', pc({ windows: { CurrentBuildNumber: '26200' } }), ['upgradePath'], /newer/],
    ['no build', pc({ windows: { CurrentBuildNumber: '' } }), ['upgradePath'], /unknown/],
    ['no edition', pc({ windows: { EditionID: '' } }), ['edition'], /unknown/],
    ['memory', pc({ wmi: { Win32_PhysicalMemory: [{ Capacity: '2147483648' }] } }), ['memory'], /4 GB.*2 GB/],
    ['disk', pc({ wmi: { Win32_DiskDrive: [{ Size: '32010551296' }] } }), ['disk'], /disk/],
    [
      'cores',
      pc({ wmi: { Win32_Processor: [{ NumberOfCores: 1, MaxClockSpeed: 2400 }] } }),
      ['processor'],
      /2 processor cores/,
    ],
    ['speed', pc({ wmi: { Win32_Processor: [{ NumberOfCores: 2, MaxClockSpeed: 900 }] } }), ['processor'], /900 MHz/],
    ['BIOS', pc({ registry: { [`${CONTROL}|PEFirmwareType`]: 1 } }), ['uefi'], /BIOS/],
    [
      'no Secure Boot',
      pc({ registry: { [`${CONTROL}\\SecureBoot\\State|UEFISecureBootEnabled`]: null } }),
      ['secureBoot'],
      /Secure Boot/,
    ],
    ['no TPM', pc({ wmi: { [TPM]: [] } }), ['tpm'], /none was found/],
    [
      'an old TPM',
      pc({
        wmi: { [TPM]: [{ SpecVersion: '1.2, 2, 3', IsEnabled_InitialValue: true, IsActivated_InitialValue: true }] },
      }),
      ['tpm'],
      /1\.2/,
    ],
    [
      'a TPM that is off',
      pc({
        wmi: {
          [TPM]: [{ SpecVersion: '2.0, 0, 1.38', IsEnabled_InitialValue: false, IsActivated_InitialValue: true }],
        },
      }),
      ['tpm'],
      /off/,
    ],
  ])('%s', (_, machine, rules, words) => {
    const { rules: found, refusals } = check(machine);
    expect(found).toEqual(rules);
    expect(refusals[0]!.message).toMatch(words);
  });

  it('come all at once', () => {
    const machine = pc({
      windows: { CurrentBuildNumber: '17763' },
      registry: { [`${CONTROL}\\Nls\\Language|InstallLanguage`]: '0407', [`${CONTROL}|PEFirmwareType`]: 1 },
      wmi: { [TPM]: [], Win32_PhysicalMemory: [{ Capacity: '2147483648' }] },
    });
    expect(check(machine).rules).toEqual(['language', 'upgradePath', 'memory', 'uefi', 'tpm']);
  });

  it('media without images say so', () => {
    expect(check(pc(), []).rules).toEqual(['upgradePath']);
    expect(check(pc(), [{ ...CLIENT, images: [] }]).rules).toEqual(['upgradePath']);
  });

  it('Server Core does not become a server with the desktop, nor the reverse', () => {
    const desktop = [{ ...SERVER, images: SERVER.images.filter((image) => image.installationType === 'Server') }];
    const core = server(17763, { windows: { InstallationType: 'Server Core' } });
    expect(check(core, desktop).rules).toEqual(['installationType']);
  });

  it('a server two versions back is upgraded, 2012 R2 to 2022 is not', () => {
    expect(check(server(14393), [SERVER]).image?.build).toBe(20348);
    const { rules, refusals } = check(server(9600), [SERVER]);
    expect(rules).toEqual(['upgradePath']);
    expect(refusals[0]!.advice).toContain('Windows Server 2016 Standard');
  });

  it('what the machine does not say refuses nothing', () => {
    const silent = pc({ wmi: { Win32_Processor: [], Win32_PhysicalMemory: [], 'ASSOCIATORS OF': [] } });
    expect(check(silent).rules).toEqual([]);
  });
});

describe('upgradeWishes', () => {
  const common = { name: 'x', repeatable: true, expect: 1, reflectsDrivers: false } as const;
  const step = (path: string, more: object) => ({
    ...common,
    type: 'upgrade' as const,
    path,
    scanOnly: false,
    ...more,
  });

  it('are those of the steps that upgrade, each once; disabled ones have none', () => {
    const group = {
      type: 'group' as const,
      path: '2',
      name: 'g',
      steps: [step('2.1', { edition: 'Enterprise', key: 'K' })],
    };
    const steps = [
      step('1', { scanOnly: true, edition: 'Core' }),
      group,
      step('3', { edition: 'ENTERPRISE', key: 'K' }),
      step('4', { edition: 'Core', disabled: true }),
      step('5', {}),
    ];
    expect(upgradeWishes({ steps })).toEqual([{ edition: 'Enterprise', hasKey: true }, { hasKey: false }]);
  });

  it('are those of the scans where nothing else is', () => {
    expect(upgradeWishes({ steps: [step('1', { scanOnly: true, edition: 'Core' })] })).toEqual([
      { edition: 'Core', hasKey: false },
    ]);
  });
});
