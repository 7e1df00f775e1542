/** Check Readiness of ConfigMgr and Validate of MDT (facts/configmgr.md, B.6, D.3, D.4). */
import { quote } from '../../../bytes/quote.js';
import type { StepYaml } from '../../schema.js';
import type { Translate } from '../context.js';
import { Untranslatable } from '../untranslatable.js';
import { languageOf } from './languages.js';

type Readiness = NonNullable<StepYaml['checkReadiness']>;

const MORE = 'it also checks what an upgrade always needs: "skip" leaves checks out';

export const checkReadiness: Translate = (input) => {
  const { variables } = input;
  /** The limit of a check that is switched on; a check without its limit does nothing. */
  const limit = (name: string, limitName = name): string => {
    const on = variables.isTrue(`OSDCheck${name}`, `Check${name}`);
    const text = variables.get(`OSD${limitName}`, limitName);
    return on ? text : '';
  };
  const isOn = (...names: string[]): boolean =>
    variables.isTrue(...names.flatMap((name) => [`OSDCheck${name}`, `Check${name}`]));
  const operatingSystem = {
    ...typeOf(limit('OSType')),
    ...architectureOf(limit('OSArchitecture')),
    ...version('minimum', limit('MinOSVersion')),
    ...version('maximum', limit('MaxOSVersion')),
    ...language(limit('OSLanguageID')),
  };
  const client = limit('CMClientMinVersion');
  if (client !== '') input.change(`no ConfigMgr client is asked for (it was ${client})`);
  // always checked here
  isOn('PowerState');
  const checks: Readiness = {
    ...size('memory', limit('Memory')),
    ...speed(limit('ProcessorSpeed')),
    ...size('freeSpace', limit('FreeDiskSpace')),
    ...(Object.keys(operatingSystem).length === 0 ? {} : { operatingSystem }),
    ...(isOn('NetworkConnected') ? { networkConnected: true } : {}),
    ...(isOn('NetworkWired') ? { networkWired: true } : {}),
    ...(isOn('DeviceUEFI') ? { uefi: true } : {}),
    // the names of these two are not seen in an export (U)
    ...(isOn('TPMEnabled', 'TPMActivated', 'TPM') ? { tpm: true } : {}),
  };
  input.change(MORE);
  return { checkReadiness: checks };
};

/** `ZTIValidate.wsf`: sizes in MB; what the image needs on the disk is left to the check of the free space. */
export const validate: Translate = (input) => {
  const { variables } = input;
  const kind = variables.get('VerifyOS');
  const isKind = /^(?:client|server)$/i.test(kind);
  if (!isKind && !/^(?:|true|false)$/i.test(kind))
    throw new Untranslatable(`it verifies the operating system ${quote(kind)}`);
  if (/^true$/i.test(kind)) input.change('which kind of Windows runs is left to the check of the upgrade path');
  const image = variables.get('ImageSize');
  if (image !== '' && image !== '0')
    input.change(`the size of the image (${image} MB) is not asked for: the free space is`);
  input.change(MORE);
  return {
    checkReadiness: {
      ...size('memory', variables.get('ImageMemory')),
      ...speed(variables.get('ImageProcessorSpeed')),
      ...(isKind ? { operatingSystem: typeOf(kind) } : {}),
    },
  };
};

function whole(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new Untranslatable(`it has the limit ${quote(text)}, expected a whole number`);
  return Number(text);
}

function size(field: 'memory' | 'freeSpace', text: string): Partial<Readiness> {
  const megabytes = text === '' ? 0 : whole(text);
  if (megabytes === 0) return {};
  return { [field]: megabytes % 1024 === 0 ? `${megabytes / 1024} GB` : `${megabytes} MB` };
}

function speed(text: string): Partial<Readiness> {
  const megahertz = text === '' ? 0 : whole(text);
  return megahertz === 0 ? {} : { processorSpeed: megahertz };
}

function typeOf(text: string): { type?: 'client' | 'server' } {
  const type = text.toLowerCase();
  if (type === '') return {};
  if (type === 'client' || type === 'server') return { type };
  throw new Untranslatable(`it asks for the type of operating system ${quote(text)}`);
}

function architectureOf(text: string): { architecture?: 'x86' | 'x64' } {
  if (text === '') return {};
  if (/64/.test(text)) return { architecture: 'x64' };
  if (/32|86/.test(text)) return { architecture: 'x86' };
  throw new Untranslatable(`it asks for the architecture ${quote(text)}`);
}

function version(field: 'minimum' | 'maximum', text: string): Record<string, string> {
  if (text === '') return {};
  if (!/^\d{1,9}(?:\.\d{1,9}){0,3}$/.test(text)) throw new Untranslatable(`it asks for the version ${quote(text)}`);
  return { [field]: text };
}

function language(text: string): { language?: string } {
  if (text === '') return {};
  const found = languageOf(text);
  if (found === undefined) throw new Untranslatable(`it asks for the language ${quote(text)}, which is not known`);
  return { language: found };
}
