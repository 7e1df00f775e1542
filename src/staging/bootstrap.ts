/** Renders templates/upgrade.cmd and templates/autorun.inf: what starts the upgrade from the media. */
import { readFileSync } from 'node:fs';
import { describeSetupCode, SETUP_CODES, type SetupCode } from '../target/setup-codes.js';
import type { SetupArgument } from '../task-sequence/setup-command.js';
import { batchText, batchWord, checkLine, mediaPathName } from './batch-text.js';
import { windowsOfBuild } from './minimum-build.js';

/** What upgrade.cmd says of its media, what it asks of the machine, and how it starts Setup. */
export interface BootstrapOptions {
  /** name of the definition; shown in ASCII */
  readonly mediaName: string;
  /** the first digits of the media id, as people compare them */
  readonly mediaIdShort: string;
  /** the Windows that the media brings, for people: `Windows 11 Enterprise, en-US` */
  readonly windows: string;
  /** build of that Windows: 26100 */
  readonly build: number;
  /** oldest build that this media upgrades: see `minimumBuild` */
  readonly minimumBuild: number;
  /** `x86`, `x64` or `arm64` */
  readonly architecture: string;
  /** whether the media upgrades servers, else clients */
  readonly server: boolean;
  /** arguments of setup.exe for the upgrade */
  readonly arguments: readonly SetupArgument[];
  /** arguments of setup.exe for the compatibility scan */
  readonly scanArguments: readonly SetupArgument[];
  /** the task sequence asks for the scan only: `/start` and `/unattended` scan too */
  readonly scanOnly?: boolean;
}

/** The AutoRun of the media. */
export interface AutorunOptions {
  /** name of the drive in Explorer; left out when it is not ASCII, which is all the file can hold */
  readonly label: string;
  /** `setup.exe,0`: file and number of the icon, when the package's own autorun.inf names one */
  readonly icon?: string;
}

/**
 * upgrade.cmd for one media: ASCII, CRLF, the same bytes for the same options.
 * @throws InplaceError SEQUENCE_INVALID for an argument or a line that cmd.exe cannot take
 */
export function renderBootstrap(options: BootstrapOptions): Uint8Array {
  const paths = [...options.arguments, ...options.scanArguments].flatMap((argument) =>
    'mediaPath' in argument ? [mediaPathName(argument.mediaPath)] : [],
  );
  return render('upgrade.cmd', {
    MEDIA_NAME: [batchText(options.mediaName)],
    MEDIA_ID: [batchText(options.mediaIdShort)],
    MEDIA_WINDOWS: [batchText(options.windows)],
    MEDIA_BUILD: [String(options.build)],
    MEDIA_ARCHITECTURE: [batchText(options.architecture)],
    MEDIA_TYPE: [options.server ? 'server' : 'client'],
    MINIMUM_BUILD: [String(options.minimumBuild)],
    MINIMUM_WINDOWS: [batchText(windowsOfBuild(options.minimumBuild, options.server))],
    PURPOSE: [options.scanOnly ? 'scan' : 'upgrade'],
    UPGRADE_ARGUMENTS: [commandLine(options.scanOnly ? options.scanArguments : options.arguments)],
    UPGRADE_SHOWN: [shownCommandLine(options.scanOnly ? options.scanArguments : options.arguments)],
    SCAN_ARGUMENTS: [commandLine(options.scanArguments)],
    SCAN_SHOWN: [shownCommandLine(options.scanArguments)],
    SETUP_CODES: setupCodeLines(),
    CHECK_FILES: [...new Set(paths)].map((path) => `if not exist "%MEDIA%${path}" call :missing "${path}"`),
  });
}

/** autorun.inf: ASCII, CRLF. A label with other characters is left out: the volume's own label is shown then. */
export function renderAutorun({ label, icon }: AutorunOptions): Uint8Array {
  const printable = /^[ -~]+$/;
  return render('autorun.inf', {
    ICON: icon !== undefined && printable.test(icon) ? [`icon=${icon}`] : [],
    LABEL: printable.test(label) ? [`label=${label}`] : [],
  });
}

/** Arguments as setup.exe gets them: paths and words with special characters in quotes. */
function commandLine(args: readonly SetupArgument[]): string {
  return args
    .map((argument) => {
      if ('logs' in argument) return '"%SETUP_LOGS%"';
      return 'text' in argument ? batchWord(argument.text) : `"%MEDIA%${mediaPathName(argument.mediaPath)}"`;
    })
    .join(' ');
}

/** Arguments as people see them: paths from the root of the media, no secrets. @param logs what stands for the log folder */
export function shownCommandLine(args: readonly SetupArgument[], logs = '%SETUP_LOGS%'): string {
  const shown = args.map((argument) => {
    if ('logs' in argument) return logs;
    if ('mediaPath' in argument) return mediaPathName(argument.mediaPath);
    return argument.secret ? '(not shown)' : batchText(argument.text);
  });
  return ['setup.exe', ...shown].join(' ');
}

/** The lines that set MEANING, ADVICE and OUTCOME from HEX: first what holds for unknown codes, then each known one. */
function setupCodeLines(): string[] {
  const known = SETUP_CODES.map(({ code }) => code);
  const own = describeSetupCode(unused(0xc1900000, known));
  return [
    ...setLines('', describeSetupCode(unused(0, known))),
    ...setLines('if "%HEX:~0,4%"=="C190" ', own),
    ...SETUP_CODES.flatMap((row) => setLines(`if "%HEX%"=="${hex(row.code)}" `, row)),
  ];
}

function setLines(condition: string, { meaning, advice, outcome }: Omit<SetupCode, 'code' | 'text'>): string[] {
  return [
    `${condition}set "MEANING=${batchText(meaning)}"`,
    `${condition}set "ADVICE=${batchText(advice)}"`,
    `${condition}set "OUTCOME=${outcome}"`,
  ];
}

/** The first code from `start` on without a row of its own: its words are those of its range. */
function unused(start: number, known: readonly number[]): number {
  return known.includes(start) ? unused(start + 1, known) : start;
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(8, '0');
}

/**
 * Fills a template. A line that is one placeholder becomes any number of lines; elsewhere a placeholder is one value.
 * Filled values are not read again for placeholders.
 */
export function render(template: string, values: Readonly<Record<string, readonly string[]>>): Uint8Array {
  const text = readFileSync(new URL(`../../templates/${template}`, import.meta.url), 'ascii');
  const value = (name: string): readonly string[] => {
    const found = values[name];
    if (found === undefined) throw new Error(`templates/${template} has a placeholder @${name}@ that nobody fills`);
    return found;
  };
  const lines = text.replaceAll('\r', '').replace(/\n$/, '').split('\n');
  const filled = lines.flatMap((line) => {
    const whole = /^@([A-Z_]+)@$/.exec(line);
    return whole ? value(whole[1]!) : [line.replace(/@([A-Z_]+)@/g, (_, name: string) => value(name).join(' '))];
  });
  for (const line of filled) checkLine(line);
  return new TextEncoder().encode(filled.map((line) => `${line}\r\n`).join(''));
}
