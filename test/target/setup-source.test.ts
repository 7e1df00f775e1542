import { describe, expect, it } from 'vitest';
import type { CompiledNode } from '../../src/target/contract.js';
import type { Drive } from '../../src/target/machine.js';
import { mayRestartBeforeSetup, setupSource } from '../../src/target/setup-source.js';
import { SYSTEM_DRIVE } from './support/fake-machine.js';
import { pc } from './support/machines.js';
import { READINESS, RESTART, sequenceOf, UPGRADE } from './support/start-media.js';

const command: CompiledNode = {
  type: 'runCommand',
  path: '1',
  name: 'c',
  repeatable: true,
  command: 'x',
  successCodes: [0],
};
const scan = { ...UPGRADE, path: '1', scanOnly: true } as CompiledNode;
const group = (steps: CompiledNode[], more = {}): CompiledNode => ({
  type: 'group',
  path: '1',
  name: 'g',
  steps,
  ...more,
});

describe('mayRestartBeforeSetup', () => {
  it.each<[string, CompiledNode[], boolean]>([
    ['readiness, scan, upgrade', [READINESS, scan, UPGRADE, RESTART], false],
    ['a command before the upgrade', [command, UPGRADE], true],
    ['a command behind it', [UPGRADE, command], false],
    ['a restart in a group before it', [group([RESTART]), UPGRADE], true],
    ['a disabled restart', [{ ...RESTART, disabled: true }, UPGRADE], false],
    ['a command in the group for failures', [group([command], { onFailure: true }), UPGRADE], false],
    [
      'an upgrade that may be left out, and a restart behind it',
      [{ ...UPGRADE, when: [{ type: 'variable', variable: 'x', exists: true }] }, RESTART, UPGRADE],
      true,
    ],
    ['no upgrade at all', [READINESS], false],
  ])('%s: %s', (_, steps, expected) => {
    expect(mayRestartBeforeSetup({ steps })).toBe(expected);
  });
});

describe('setupSource', () => {
  const drive = (kind: Drive['kind']): Drive => ({ ...SYSTEM_DRIVE, name: 'E:', kind });
  const disc = { Win32_CDROMDrive: [{ PNPDeviceID: 'SCSI\\CDROM&VEN_HL-DT-ST&PROD_DVDRAM' }] };
  const image = { Win32_CDROMDrive: [{ PNPDeviceID: 'SCSI\\CDROM&VEN_MSFT&PROD_VIRTUAL_DVD-ROM\\2&1F4ADFFE' }] };
  const restarting = sequenceOf([command, UPGRADE]);

  it.each([
    ['a stick', 'E:', 'removable', {}, 'media', 'media'],
    ['a disk', 'E:', 'fixed', {}, 'media', 'media'],
    ['a disc in its drive', 'E:', 'optical', disc, 'media', 'local'],
    ['a mounted ISO', 'E:', 'optical', image, 'local', 'local'],
    ['a drive of which WMI says nothing', 'E:', 'optical', {}, 'local', 'local'],
    ['a mapped share', 'E:', 'network', {}, 'local', 'local'],
    ['a share', '\\\\server\\media', 'fixed', {}, 'local', 'local'],
    ['something else', 'E:', 'other', {}, 'local', 'local'],
    ['a drive that is not listed', 'X:', 'fixed', {}, 'local', 'local'],
  ] as const)('%s', (_, root, kind, wmi, plain, withRestart) => {
    const machine = pc({ drives: [SYSTEM_DRIVE, drive(kind)], wmi });
    expect(setupSource(machine, root, sequenceOf()).from).toBe(plain);
    expect(setupSource(machine, root, restarting).from).toBe(withRestart);
  });
});
