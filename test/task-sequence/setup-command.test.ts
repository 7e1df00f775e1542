import { describe, expect, it } from 'vitest';
import { InplaceError } from '../../src/errors.js';
import type { UpgradeStep } from '../../src/task-sequence/model.js';
import {
  checkSetup,
  engineSetupArguments,
  type SetupArgument,
  type SetupMedia,
  setupArguments,
} from '../../src/task-sequence/setup-command.js';

const STEP: UpgradeStep = { name: 'x', groups: [], scanOnly: false };
const CLIENT: SetupMedia = { build: 26100, server: false };

const shown = (argument: SetupArgument) => {
  if ('logs' in argument) return '{logs}';
  return 'text' in argument ? argument.text : `{media}\\${argument.mediaPath.replaceAll('/', '\\')}`;
};

const command = (step: Partial<UpgradeStep> = {}, media: Partial<SetupMedia> = {}) =>
  setupArguments({ ...STEP, ...step }, { ...CLIENT, ...media })
    .map(shown)
    .join(' ');

const BASE = '/auto upgrade /dynamicupdate disable /showoobe none /telemetry disable /copylogs {logs}';

describe('the command line of Windows Setup by build of the media', () => {
  it.each([
    [10240, BASE],
    [14393, BASE],
    [17134, BASE],
    [19045, BASE],
    [20348, BASE],
    [21999, BASE],
    [22000, `${BASE} /eula accept`],
    [26100, `${BASE} /eula accept`],
  ])('build %d', (build, expected) => {
    expect(command({}, { build })).toBe(expected);
  });

  it.each([0, 7601, 9600, 10239])('build %d is refused', (build) => {
    expect(() => command({}, { build })).toThrow(InplaceError);
    expect(checkSetup(STEP, { ...CLIENT, build })).toEqual([
      expect.objectContaining({
        code: 'SOURCE_UNSUPPORTED',
        message: `The Windows of this media has build ${build}, expected 10240 or later`,
      }),
    ]);
  });

  it('never holds what belongs to the engine', () => {
    const everything = command({ scanOnly: true, drivers: 'a', reflectDrivers: 'b', migrateDrivers: 'all' });
    expect(everything).not.toMatch(/quiet|noreboot|postoobe|postrollback|unattend/i);
  });
});

describe('the options of the step', () => {
  it('that this Setup does not know are refused, where they stand', () => {
    const step = { ...STEP, reflectDrivers: 'b' };
    const [finding] = checkSetup(step, { ...CLIENT, build: 10586 }, (option) => ({ file: 's.yaml', field: option }));
    expect(finding).toMatchObject({ code: 'SOURCE_UNSUPPORTED', where: { file: 's.yaml', field: 'reflectDrivers' } });
  });

  it.each<[string, Partial<UpgradeStep>, Partial<SetupMedia>, string]>([
    ['an edition', { edition: 'Enterprise' }, { imageIndex: 3 }, '/imageindex 3'],
    ['a scan', { scanOnly: true }, {}, '/compat scanonly'],
    ['drivers', { drivers: 'LATITUDE-5440' }, {}, '/installdrivers {media}\\deploy\\packages\\LATITUDE-5440'],
    ['reflected drivers', { reflectDrivers: 'D' }, {}, '/reflectdrivers {media}\\deploy\\packages\\D'],
    ['all drivers migrated', { migrateDrivers: 'all' }, {}, '/migratedrivers all'],
    ['no drivers migrated', { migrateDrivers: 'none' }, {}, '/migratedrivers none'],
    ['dismissible warnings ignored', { ignoreDismissible: true }, {}, '/compat ignorewarning'],
    ['a server', {}, { server: true }, '/compat ignorewarning'],
    ['a key', { key: 'K' }, { key: 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE' }, '/pkey AAAAA-BBBBB-CCCCC-DDDDD-EEEEE'],
    [
      'a scan that ignores warnings',
      { scanOnly: true, ignoreDismissible: true },
      {},
      '/compat ignorewarning /compat scanonly',
    ],
  ])('%s', (_, step, media, expected) => {
    expect(command(step, media)).toBe(`${BASE} /eula accept ${expected}`);
  });

  it('a server stops at warnings when the step says so', () => {
    expect(command({ ignoreDismissible: false }, { server: true })).toBe(`${BASE} /eula accept`);
  });

  it('/reflectdrivers exists since build 14393; older media is refused, and only when the step asks for it', () => {
    const step = { reflectDrivers: 'D' };
    expect(command(step, { build: 14393 })).toContain('/reflectdrivers');
    expect(() => command(step, { build: 10586 })).toThrow(
      /needs \/reflectdrivers, which Setup has since build 14393; this media has 10586/,
    );
    expect(command({}, { build: 10586 })).toBe(BASE);
  });

  it('marks the product key, so that nothing logs it', () => {
    const values = setupArguments({ ...STEP, key: 'K' }, { ...CLIENT, key: 'X' });
    expect(values.filter((argument) => 'secret' in argument)).toEqual([{ text: 'X', secret: true }]);
  });

  it('holds nothing that cmd would expand', () => {
    const everything = command(
      { scanOnly: true, ignoreDismissible: true, drivers: 'A.b-c_1', migrateDrivers: 'all' },
      { imageIndex: 3, key: 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE', server: true },
    );
    expect(everything).toMatch(/^[\w/{}\\. -]+$/);
  });
});

describe('the command line under the engine', () => {
  const engine = (step: Partial<UpgradeStep> = {}, media: Partial<SetupMedia> = {}) =>
    engineSetupArguments({ ...STEP, ...step }, { ...CLIENT, ...media })
      .map((argument) => {
        if ('text' in argument) return argument.text;
        const [[kind, value]] = Object.entries(argument) as [[string, unknown]];
        return `{${kind}${value === true ? '' : ` ${String(value)}`}}`;
      })
      .join(' ');

  const HOOKS = '/postoobe {hook postoobe} /postrollback {hook postrollback}';
  const ENGINE =
    '/auto upgrade /quiet /noreboot /dynamicupdate disable /showoobe none /telemetry disable /copylogs {logs}';

  it.each([
    [10240, `${ENGINE} ${HOOKS} /imageindex {imageIndex}`],
    [17133, `${ENGINE} ${HOOKS} /imageindex {imageIndex}`],
    [17134, `${ENGINE} ${HOOKS} /postrollbackcontext system /imageindex {imageIndex}`],
    [21999, `${ENGINE} ${HOOKS} /postrollbackcontext system /imageindex {imageIndex}`],
    [22000, `${ENGINE} ${HOOKS} /postrollbackcontext system /eula accept /imageindex {imageIndex}`],
  ])('of media with build %d', (build, expected) => {
    expect(engine({}, { build })).toBe(expected);
  });

  it('of a scan has no hooks: nothing comes after it that they could resume', () => {
    expect(engine({ scanOnly: true })).toBe(`${ENGINE} /eula accept /imageindex {imageIndex} /compat scanonly`);
  });

  it('names packages and variables, which only the machine can fill in', () => {
    const all = engine({ drivers: '', reflectDrivers: 'D', key: 'Key' }, { server: true });
    expect(all).toContain(
      '/pkey {variable Key} /compat ignorewarning /installdrivers {package } /reflectdrivers {package D}',
    );
  });

  it('ends with the free switches', () => {
    const switches = ['/CompactOS  Disable', '/tempdrive "D:"', '/installlangpacks "%Packs%\\de"'];
    expect(engine({ switches })).toMatch(/ \/compactos disable \/tempdrive D: \/installlangpacks %Packs%\\de$/);
  });

  it('refuses a free switch that this Setup does not know, where it stands', () => {
    const step = { ...STEP, switches: ['/migneo disable'] };
    const findings = checkSetup(step, { ...CLIENT, build: 16299 }, (field) => ({ file: 's.yaml', field }));
    expect(findings).toEqual([
      expect.objectContaining({
        code: 'SOURCE_UNSUPPORTED',
        where: { file: 's.yaml', field: 'switches' },
        message:
          '"switches" of the upgrade step needs /migneo, which Setup has since build 17134; this media has 16299',
      }),
    ]);
    expect(checkSetup(step, { ...CLIENT, build: 17134 })).toEqual([]);
  });
});
