/** Disable BitLocker and Enable BitLocker (facts/configmgr.md, B.6, D.3, D.4). */
import { quote } from '../../../bytes/quote.js';
import type { StepYaml } from '../../schema.js';
import type { StepInput, Translate } from '../context.js';
import { Untranslatable } from '../untranslatable.js';

export const disableBitLocker: Translate = (input) => {
  const { variables } = input;
  const text =
    variables.get('OSDBitLockerRebootCountOverride', 'RebootCountOverride') ||
    variables.get('OSDBitLockerRebootCount', 'RebootCount');
  if (text !== '' && !/^(?:\d|1[0-5])$/.test(text)) {
    throw new Untranslatable(`BitLocker is off for ${quote(text)} restarts, expected 0 to 15`);
  }
  const restarts =
    text === '' || text === '1' ? {} : { restarts: text === '0' ? ('untilResumed' as const) : Number(text) };
  return { disableBitLocker: { ...drive(input), ...restarts } };
};

/** An upgrade keeps the encryption that there is; encrypting a disk anew is not its work. */
export const enableBitLocker: Translate = (input) => {
  const { variables } = input;
  variables.ignore('OSDBitLockerWaitForEncryption', 'WaitForEncryption', 'BdeInstallSuppress', 'BdeWaitForEncryption');
  for (const name of ['Mode', 'CreateRecoveryPassword', 'EncryptFullDisk', 'EncryptionMethod', 'UseLatestMethod']) {
    variables.ignore(`OSDBitLocker${name}`, name);
  }
  variables.ignore(
    'OSDBitLockerPIN',
    'PIN',
    'OSDBitLockerStartupKey',
    'OSDBitLockerRecoveryPassword',
    'RecoveryPassword',
  );
  input.change('protection that was suspended is resumed; a drive that is not encrypted stays so');
  return { enableBitLocker: drive(input) };
};

function drive({ variables }: StepInput): { drive?: string } {
  const text = variables.get('OSDBitLockerTargetDrive', 'TargetDrive', 'Drive', 'DestinationDrive');
  if (text === '' || /^%?(?:OSDisk|SystemDrive|CurrentOS)%?$/i.test(text)) return {};
  if (!/^[A-Za-z]:?$/.test(text)) throw new Untranslatable(`it works on the drive ${quote(text)}`);
  const drive: NonNullable<StepYaml['enableBitLocker']>['drive'] = `${text.charAt(0).toUpperCase()}:`;
  return { drive };
}
