/** Renders templates/upgrade.cmd and templates/autorun.inf: what starts the upgrade from the media. */
import { readFileSync } from 'node:fs';
import { batchText, checkLine } from './batch-text.js';

/** What upgrade.cmd says of its media, and by what it knows its engine. */
export interface BootstrapOptions {
  /** name of the definition; shown in ASCII */
  readonly mediaName: string;
  /** the first digits of the media id, as people compare them */
  readonly mediaIdShort: string;
  /** the Windows that the media brings, for people: `Windows 11 Enterprise, en-US` */
  readonly windows: string;
  /** of deploy/engine.js, lower-case hex: a damaged engine is not started */
  readonly engineSha256: string;
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
 * @throws InplaceError DEFINITION_INVALID for a name that cmd.exe would cut
 */
export function renderBootstrap(options: BootstrapOptions): Uint8Array {
  return render('upgrade.cmd', {
    MEDIA_NAME: [batchText(options.mediaName)],
    MEDIA_ID: [batchText(options.mediaIdShort)],
    MEDIA_WINDOWS: [batchText(options.windows)],
    ENGINE_SHA256: [options.engineSha256],
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
    const whole = /^@([A-Z_0-9]+)@$/.exec(line);
    return whole ? value(whole[1]!) : [line.replace(/@([A-Z_0-9]+)@/g, (_, name: string) => value(name).join(' '))];
  });
  for (const line of filled) checkLine(line);
  return new TextEncoder().encode(filled.map((line) => `${line}\r\n`).join(''));
}
