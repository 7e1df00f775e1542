/**
 * The command line of Windows Setup, by the build of the media (design/task-sequence.md, Setup; facts/configmgr.md, E.1).
 * Here Setup shows its own progress and restarts by itself: /quiet, /noreboot and the hooks belong to the engine.
 */
import { type Finding, type Place, throwFindings } from '../errors.js';
import type { UpgradeOption, UpgradeStep } from './model.js';

/** Windows 10 1507: the first Setup with /auto upgrade as it is used here. */
export const OLDEST_BUILD = 10240;

/** One argument of setup.exe. The bootstrap knows where the media and the log folder are; nothing else is expanded. */
export type SetupArgument =
  /** `secret`: must not be shown or logged */
  | { readonly text: string; readonly secret?: true }
  /** a path on the media, `/` between names */
  | { readonly mediaPath: string }
  /** the folder Setup copies its logs to */
  | { readonly logs: true };

/** What decides about the command line besides the step. */
export interface SetupMedia {
  /** build of the Windows on the media: 26100 */
  readonly build: number;
  /** whether the media upgrades servers */
  readonly server: boolean;
  /** number of the image that has the edition of the step, from 1 */
  readonly imageIndex?: number;
  /** value of the variable that the step names as `key` */
  readonly key?: string;
}

interface SetupSwitch {
  readonly name: string;
  /** first build whose Setup knows the switch; media before it goes without, unless the step asks for it */
  readonly since: number;
  /** the argument behind the switch; undefined leaves the switch out */
  readonly argument: (step: UpgradeStep, media: SetupMedia) => SetupArgument | undefined;
  /** the option of the step that asks for the switch; a media that does not know it is refused */
  readonly option?: UpgradeOption;
}

const text = (value: string): SetupArgument => ({ text: value });

const folder = (mediaPath: string | undefined): SetupArgument | undefined =>
  mediaPath === undefined ? undefined : { mediaPath };

/** Every switch that is ever given, in the order of the command line. */
export const SETUP_SWITCHES: readonly SetupSwitch[] = [
  { name: '/auto', since: OLDEST_BUILD, argument: () => text('upgrade') },
  // Media is made for machines without a network; Setup would wait for one.
  { name: '/dynamicupdate', since: OLDEST_BUILD, argument: () => text('disable') },
  { name: '/showoobe', since: OLDEST_BUILD, argument: () => text('none') },
  { name: '/telemetry', since: OLDEST_BUILD, argument: () => text('disable') },
  { name: '/copylogs', since: OLDEST_BUILD, argument: () => ({ logs: true }) },
  // Windows 11 waits for a person without it.
  { name: '/eula', since: 22000, argument: () => text('accept') },
  {
    name: '/imageindex',
    since: OLDEST_BUILD,
    argument: (_, { imageIndex }) => (imageIndex === undefined ? undefined : text(String(imageIndex))),
  },
  {
    name: '/pkey',
    since: OLDEST_BUILD,
    argument: (_, { key }) => (key === undefined ? undefined : { text: key, secret: true }),
  },
  {
    // Setup of servers stops at warnings that nobody is there to click away.
    name: '/compat',
    since: OLDEST_BUILD,
    argument: ({ ignoreDismissible }, { server }) =>
      (ignoreDismissible ?? server) ? text('ignorewarning') : undefined,
  },
  {
    name: '/compat',
    since: OLDEST_BUILD,
    argument: ({ scanOnly }) => (scanOnly ? text('scanonly') : undefined),
  },
  { name: '/installdrivers', since: OLDEST_BUILD, argument: ({ drivers }) => folder(drivers) },
  {
    name: '/reflectdrivers',
    since: 14393,
    argument: ({ reflectDrivers }) => folder(reflectDrivers),
    option: 'reflectDrivers',
  },
  {
    name: '/migratedrivers',
    since: OLDEST_BUILD,
    argument: ({ migrateDrivers }) => (migrateDrivers === undefined ? undefined : text(migrateDrivers)),
  },
];

/**
 * What Setup on this media cannot do of what the step asks.
 * @param place where an option of the step stands, when that is known
 */
export function checkSetup(
  step: UpgradeStep,
  media: SetupMedia,
  place?: (option: UpgradeOption) => Place,
): readonly Finding[] {
  if (media.build < OLDEST_BUILD) {
    return [
      {
        code: 'SOURCE_UNSUPPORTED',
        message: `The Windows of this media has build ${media.build}, expected ${OLDEST_BUILD} or later`,
        hint: 'Media before Windows 10 and Windows Server 2016 cannot upgrade in place without a person',
      },
    ];
  }
  return SETUP_SWITCHES.filter(({ since, argument }) => media.build < since && argument(step, media) !== undefined)
    .filter(({ option }) => option !== undefined && step[option] !== undefined)
    .map(({ name, since, option }) => ({
      code: 'SOURCE_UNSUPPORTED',
      message: `"${option}" of the upgrade step needs ${name}, which Setup has since build ${since}; this media has ${media.build}`,
      ...(place && option !== undefined ? { where: place(option) } : {}),
      hint: 'Take newer media, or remove the option',
    }));
}

/**
 * The arguments of setup.exe for an upgrade step.
 * @throws InplaceError SOURCE_UNSUPPORTED: see `checkSetup`
 */
export function setupArguments(step: UpgradeStep, media: SetupMedia): SetupArgument[] {
  throwFindings(checkSetup(step, media));
  return SETUP_SWITCHES.filter(({ since }) => media.build >= since).flatMap(({ name, argument }) => {
    const value = argument(step, media);
    return value === undefined ? [] : [text(name), value];
  });
}
