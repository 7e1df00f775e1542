/**
 * The command line of Windows Setup, by the build of the media (design/task-sequence.md, Setup; facts/configmgr.md, E.1).
 * Setup is quiet, the engine restarts, and the hooks lead back to it.
 */
import { type Finding, type Place, throwFindings } from '../errors.js';
import type { SetupArgument } from '../target/contract.js';
import type { UpgradeOption, UpgradeStep } from './model.js';
import { parseSwitch } from './setup-switches.js';

/** Windows 10 1507: the first Setup with /auto upgrade as it is used here. */
export const OLDEST_BUILD = 10240;

/** What decides about the command line besides the step. */
export interface SetupMedia {
  /** build of the Windows on the media: 26100 */
  readonly build: number;
  /** whether the media upgrades servers */
  readonly server: boolean;
}

interface SetupSwitch {
  readonly name: string;
  /** first build whose Setup knows the switch; media before it goes without, unless the step asks for it */
  readonly since: number;
  /** the argument behind the switch; `alone` where there is none, undefined leaves the switch out */
  readonly argument: (step: UpgradeStep, media: SetupMedia) => SetupArgument | 'alone' | undefined;
  /** the option of the step that asks for the switch; a media that does not know it is refused */
  readonly option?: UpgradeOption;
}

const text = (value: string): SetupArgument => ({ text: value });

const folder = (id: string | undefined): SetupArgument | undefined => (id === undefined ? undefined : { package: id });

/** A scan changes nothing, and nothing comes after it that a hook could resume. */
const hook =
  (name: 'postoobe' | 'postrollback') =>
  ({ scanOnly }: UpgradeStep): SetupArgument | undefined =>
    scanOnly ? undefined : { hook: name };

/** Every switch that is ever given, in the order of the command line; free switches come behind them. */
export const SETUP_SWITCHES: readonly SetupSwitch[] = [
  { name: '/auto', since: OLDEST_BUILD, argument: () => text('upgrade') },
  { name: '/quiet', since: OLDEST_BUILD, argument: () => 'alone' },
  { name: '/noreboot', since: OLDEST_BUILD, argument: () => 'alone' },
  // Media is made for machines without a network; Setup would wait for one.
  { name: '/dynamicupdate', since: OLDEST_BUILD, argument: () => text('disable') },
  { name: '/showoobe', since: OLDEST_BUILD, argument: () => text('none') },
  { name: '/telemetry', since: OLDEST_BUILD, argument: () => text('disable') },
  { name: '/copylogs', since: OLDEST_BUILD, argument: () => ({ logs: true }) },
  { name: '/postoobe', since: OLDEST_BUILD, argument: hook('postoobe') },
  { name: '/postrollback', since: OLDEST_BUILD, argument: hook('postrollback') },
  {
    // Without it the hook runs as the first person who signs in.
    name: '/postrollbackcontext',
    since: 17134,
    argument: ({ scanOnly }) => (scanOnly ? undefined : text('system')),
  },
  // Windows 11 waits for a person without it.
  { name: '/eula', since: 22000, argument: () => text('accept') },
  { name: '/imageindex', since: OLDEST_BUILD, argument: () => ({ imageIndex: true }) },
  {
    name: '/pkey',
    since: OLDEST_BUILD,
    argument: ({ key }) => (key === undefined ? undefined : { variable: key }),
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

/** Free switches as the sequence writes them; those that may not be given were refused before. */
function freeSwitches({ switches = [] }: UpgradeStep): { readonly name: string; value: string; since: number }[] {
  return switches.map(parseSwitch).flatMap((found) => ('wrong' in found ? [] : [found]));
}

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
  const asked = SETUP_SWITCHES.flatMap(({ name, since, option, argument }) =>
    option === undefined || argument(step, media) === undefined ? [] : [{ name, since, option }],
  );
  const free = freeSwitches(step).map(({ name, since }) => ({ name, since, option: 'switches' as const }));
  return [...asked, ...free]
    .filter(({ since }) => media.build < since)
    .map(({ name, since, option }) => ({
      code: 'SOURCE_UNSUPPORTED',
      message: `"${option}" of the upgrade step needs ${name}, which Setup has since build ${since}; this media has ${media.build}`,
      ...(place ? { where: place(option) } : {}),
      hint: 'Take newer media, or remove the option',
    }));
}

/**
 * The arguments of setup.exe for an upgrade step; the engine fills in what is not text.
 * @throws InplaceError SOURCE_UNSUPPORTED: see `checkSetup`
 */
export function setupArguments(step: UpgradeStep, media: SetupMedia): SetupArgument[] {
  throwFindings(checkSetup(step, media));
  const own = SETUP_SWITCHES.filter(({ since }) => media.build >= since);
  return [
    ...own.flatMap(({ name, argument }) => {
      const value = argument(step, media);
      if (value === undefined) return [];
      return value === 'alone' ? [text(name)] : [text(name), value];
    }),
    ...freeSwitches(step).flatMap(({ name, value }) => [text(name), text(value)]),
  ];
}
