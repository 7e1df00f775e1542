/** Which Windows runs now: it changes within a run. */
import type { WindowsIdentity } from '../contract.js';
import type { Machine } from '../machine.js';

const CURRENT_VERSION = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';

/** Build of the running Windows: 19045; 0 when the registry does not say. */
export function windowsBuild(machine: Machine): number {
  const build = parseInt(String(machine.registry.read(CURRENT_VERSION, 'CurrentBuildNumber') ?? ''), 10);
  return build > 0 ? build : 0;
}

/** Build, edition and installation type of the running Windows; empty text for what the registry does not say. */
export function windowsIdentity(machine: Machine): WindowsIdentity {
  return {
    build: windowsBuild(machine),
    edition: String(machine.registry.read(CURRENT_VERSION, 'EditionID') ?? ''),
    installationType: String(machine.registry.read(CURRENT_VERSION, 'InstallationType') ?? ''),
  };
}
