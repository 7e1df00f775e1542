import { describe, expect, it } from 'vitest';
import { InplaceError } from '../../src/errors.js';
import type { UpgradeStep } from '../../src/task-sequence/model.js';
import { checkSetup, type SetupMedia, setupArguments } from '../../src/task-sequence/setup-command.js';

const STEP: UpgradeStep = { name: 'x', groups: [], scanOnly: false };
const CLIENT: SetupMedia = { build: 26100, server: false };

/** The command line; what the machine fills in stands in braces. */
const command = (step: Partial<UpgradeStep> = {}, media: Partial<SetupMedia> = {}) =>
  setupArguments({ ...STEP, ...step }, { ...CLIENT, ...media })
    .map((argument) => {
      if ('text' in argument) return argument.text;
      const [[kind, value]] = Object.entries(argument) as [[string, unknown]];
      return `{${kind}${value === true ? '' : ` ${String(value)}`}}`;
    })
    .join(' ');

const ALWAYS =
  '/auto upgrade /quiet /noreboot /dynamicupdate disable /showoobe none /telemetry disable /copylogs {logs}';
const HOOKS = '/postoobe {hook postoobe} /postrollback {hook postrollback}';
const BASE = `${ALWAYS} ${HOOKS} /postrollbackcontext system /eula accept /imageindex {imageIndex}`;

describe('the command line of Windows Setup by build of the media', () => {
  it.each([
    [10240, `${ALWAYS} ${HOOKS} /imageindex {imageIndex}`],
    [17133, `${ALWAYS} ${HOOKS} /imageindex {imageIndex}`],
    [17134, `${ALWAYS} ${HOOKS} /postrollbackcontext system /imageindex {imageIndex}`],
    [21999, `${ALWAYS} ${HOOKS} /postrollbackcontext system /imageindex {imageIndex}`],
    [22000, BASE],
    [26100, BASE],
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

  it('of a scan has no hooks: nothing comes after it that they could resume', () => {
    expect(command({ scanOnly: true })).toBe(`${ALWAYS} /eula accept /imageindex {imageIndex} /compat scanonly`);
  });
});

describe('the options of the step', () => {
  it('that this Setup does not know are refused, where they stand', () => {
    const step = { ...STEP, reflectDrivers: 'b' };
    const [finding] = checkSetup(step, { ...CLIENT, build: 10586 }, (option) => ({ file: 's.yaml', field: option }));
    expect(finding).toMatchObject({ code: 'SOURCE_UNSUPPORTED', where: { file: 's.yaml', field: 'reflectDrivers' } });
  });

  it.each<[string, Partial<UpgradeStep>, Partial<SetupMedia>, string]>([
    ['an edition, whose image the engine finds', { edition: 'Enterprise' }, {}, ''],
    ['drivers', { drivers: 'LATITUDE-5440' }, {}, ' /installdrivers {package LATITUDE-5440}'],
    ['the drivers of all packages', { drivers: '' }, {}, ' /installdrivers {package }'],
    ['reflected drivers', { reflectDrivers: 'D' }, {}, ' /reflectdrivers {package D}'],
    ['all drivers migrated', { migrateDrivers: 'all' }, {}, ' /migratedrivers all'],
    ['no drivers migrated', { migrateDrivers: 'none' }, {}, ' /migratedrivers none'],
    ['dismissible warnings ignored', { ignoreDismissible: true }, {}, ' /compat ignorewarning'],
    ['a server', {}, { server: true }, ' /compat ignorewarning'],
    ['a server that stops at warnings', { ignoreDismissible: false }, { server: true }, ''],
    ['a key, whose value is not in it', { key: 'K' }, {}, ' /pkey {variable K}'],
  ])('%s', (_, step, media, expected) => {
    expect(command(step, media)).toBe(BASE + expected);
  });

  it('of a scan may ignore warnings too', () => {
    expect(command({ scanOnly: true, ignoreDismissible: true })).toContain('/compat ignorewarning /compat scanonly');
  });

  it('/reflectdrivers exists since build 14393; older media is refused, and only when the step asks for it', () => {
    const step = { reflectDrivers: 'D' };
    expect(command(step, { build: 14393 })).toContain('/reflectdrivers');
    expect(() => command(step, { build: 10586 })).toThrow(
      /needs \/reflectdrivers, which Setup has since build 14393; this media has 10586/,
    );
    expect(command({}, { build: 10586 })).not.toContain('/reflectdrivers');
  });

  it('end with the free switches', () => {
    const switches = ['/CompactOS  Disable', '/tempdrive "D:"', '/installlangpacks "%Packs%\\de"'];
    expect(command({ switches })).toMatch(/ \/compactos disable \/tempdrive D: \/installlangpacks %Packs%\\de$/);
  });

  it('refuse a free switch that this Setup does not know, where it stands', () => {
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
