/**
 * The switches of Windows Setup that a sequence may ask for by itself (`upgrade.switches`), and why others may not
 * (facts/configmgr.md, E.1).
 */

/** A switch that a person may add. */
interface FreeSwitch {
  /** values in lower case; `folder` and `drive` say what stands there instead */
  readonly values: readonly string[] | 'folder' | 'drive';
  /** first build whose Setup knows it; 0: every Setup of an upgrade */
  readonly since: number;
}

/** By name in lower case, without the slash. */
export const FREE_SWITCHES: Readonly<Record<string, FreeSwitch>> = {
  bitlocker: { values: ['alwayssuspend', 'trykeepactive', 'forcekeepactive'], since: 15063 },
  compactos: { values: ['enable', 'disable'], since: 0 },
  diagnosticprompt: { values: ['enable', 'disable'], since: 15063 },
  installlangpacks: { values: 'folder', since: 0 },
  migneo: { values: ['disable'], since: 17134 },
  priority: { values: ['normal'], since: 16299 },
  resizerecoverypartition: { values: ['enable', 'disable'], since: 0 },
  tempdrive: { values: 'drive', since: 14393 },
  uninstall: { values: ['enable', 'disable'], since: 0 },
};

const BY_ITSELF = 'inplace gives it to Windows Setup by itself';
const UNSUPPORTED = 'an in-place upgrade with it is not supported';

/** Switches that Setup has and a sequence may not add, and what to do instead. */
const REFUSED: Readonly<Record<string, string>> = {
  auto: BY_ITSELF,
  quiet: BY_ITSELF,
  noreboot: BY_ITSELF,
  dynamicupdate: `${BY_ITSELF}, with "disable": the media is made for machines without a network`,
  showoobe: BY_ITSELF,
  telemetry: BY_ITSELF,
  copylogs: BY_ITSELF,
  postoobe: `${BY_ITSELF}; write steps behind the upgrade instead`,
  postrollback: `${BY_ITSELF}; write steps in a group for the rollback instead`,
  postrollbackcontext: BY_ITSELF,
  eula: BY_ITSELF,
  imageindex: `${BY_ITSELF}; name the "edition" instead`,
  pkey: 'name the variable with the product key as "key" instead',
  compat: 'write "scanOnly" or "ignoreDismissible" instead',
  installdrivers: 'name the package as "drivers" instead',
  reflectdrivers: 'name the package as "reflectDrivers" instead',
  migratedrivers: 'write "migrateDrivers" instead',
  product: UNSUPPORTED,
  unattend: 'Windows Setup refuses it together with /auto, which an in-place upgrade needs',
  installfrom: 'the Windows of this media is what is installed',
  configfile: 'what the file says could not be checked; write the switches themselves',
  noautoexit: 'only the Windows Setup of Windows 8.1 has it',
  performdu: 'only the Windows Setup of Windows 8.1 has it',
  emsport: UNSUPPORTED,
};

/** One switch as a person has written it, in parts. */
export interface ParsedSwitch {
  /** with the slash, in lower case: `/compactos` */
  readonly name: string;
  readonly value: string;
  readonly since: number;
}

/**
 * Reads a switch such as `/compactos disable`.
 * @returns what is wrong with it, as the end of a sentence, when it may not be given
 */
export function parseSwitch(text: string): ParsedSwitch | { readonly wrong: string } {
  const match = /^\/([A-Za-z]+)(?:\s+(\S.*?))?\s*$/.exec(text);
  if (!match) return { wrong: 'is no switch, expected "/" and a name, and its value behind a space' };
  const name = match[1]!.toLowerCase();
  const value = (match[2] ?? '').replace(/^"(.*)"$/, '$1');
  if (Object.hasOwn(REFUSED, name)) return { wrong: `cannot be added: ${REFUSED[name]}` };
  if (!Object.hasOwn(FREE_SWITCHES, name)) {
    return {
      wrong: `is not known, expected one of ${Object.keys(FREE_SWITCHES)
        .map((known) => `/${known}`)
        .join(', ')}`,
    };
  }
  const { values, since } = FREE_SWITCHES[name]!;
  const found = { name: `/${name}`, value, since };
  if (values === 'folder') return value === '' ? { wrong: 'needs a folder behind it' } : found;
  if (values === 'drive') {
    return /^[A-Za-z]:?$|^%[^%]+%$/.test(value) ? found : { wrong: 'needs the letter of a drive behind it' };
  }
  if (values.includes(value.toLowerCase())) return { ...found, value: value.toLowerCase() };
  return { wrong: `needs one of ${values.join(', ')} behind it` };
}
