/** Mains and network (facts/configmgr.md, B.3 and B.6 Check Readiness). */
import type { Machine, WmiRow } from '../machine.js';
import { contains } from '../text.js';
import { CIMV2, numberOf, rowsOf } from '../wmi-rows.js';
import { type Check, failed, notChecked, PASSED } from './outcome.js';

/**
 * Win32_Battery.BatteryStatus that tells of mains: 2, and 6 to 9 while it charges. Microsoft's own check takes 2 alone,
 * which would refuse a computer that is charging.
 */
const ON_MAINS: readonly number[] = [2, 6, 7, 8, 9];

/** No battery is a computer on mains; of two batteries one may rest while the other charges. */
export const acPower: Check = ({ machine }) => {
  const batteries = rowsOf(machine, CIMV2, 'SELECT BatteryStatus FROM Win32_Battery');
  if (!batteries) return notChecked('Whether the computer is on mains could not be found out');
  if (batteries.length === 0) return PASSED;
  for (const battery of batteries) {
    for (const status of ON_MAINS) if (numberOf(battery, 'BatteryStatus') === status) return PASSED;
  }
  return failed('acPower', 'The computer runs on its battery', 'Plug the power supply in, and start again');
};

const CONNECTED = 'WHERE NetConnectionStatus = 2 AND PhysicalAdapter = TRUE';

export const networkConnected: Check = ({ machine }) => {
  const adapters = connectedAdapters(machine);
  if (!adapters) return notChecked('The network adapters could not be looked at');
  if (adapters.length > 0) return PASSED;
  return failed(
    'networkConnected',
    'No network is connected',
    'Plug the network cable in, or connect to the wireless network',
  );
};

/** At least one connected adapter that is not wireless. */
export const networkWired: Check = ({ machine }) => {
  const adapters = connectedAdapters(machine);
  const wireless = wirelessNames(machine);
  if (!adapters || !wireless) return notChecked('Whether the network is wired could not be found out');
  for (const adapter of adapters) if (!contains(wireless, String(adapter['Name'] ?? ''))) return PASSED;
  return failed('networkWired', 'No wired network is connected', 'Plug the network cable in');
};

function connectedAdapters(machine: Machine): readonly WmiRow[] | undefined {
  return rowsOf(machine, CIMV2, `SELECT Name FROM Win32_NetworkAdapter ${CONNECTED}`);
}

/** IEEE 802.11 by IANA's interface types, and NDIS media 1 and 9 (wireless LAN, native 802.11). */
const WIRELESS_INTERFACE = 71;
const WIRELESS_MEDIA: readonly number[] = [1, 9];

/** Names of the adapters that are wireless: from Windows 8 on by MSFT_NetAdapter, before by NDIS itself. */
function wirelessNames(machine: Machine): readonly string[] | undefined {
  const adapters = rowsOf(
    machine,
    'root\\StandardCimv2',
    'SELECT InterfaceDescription, Name, InterfaceType, NdisPhysicalMedium FROM MSFT_NetAdapter',
  );
  const names: string[] = [];
  if (adapters) {
    for (const adapter of adapters) {
      const media = numberOf(adapter, 'NdisPhysicalMedium');
      if (numberOf(adapter, 'InterfaceType') !== WIRELESS_INTERFACE && !isWirelessMedia(media)) continue;
      // Win32_NetworkAdapter.Name is the description here
      names.push(String(adapter['InterfaceDescription'] ?? ''), String(adapter['Name'] ?? ''));
    }
    return names;
  }
  const media = rowsOf(
    machine,
    'root\\wmi',
    'SELECT InstanceName, NdisPhysicalMediumType FROM MSNdis_PhysicalMediumType',
  );
  if (!media) return undefined;
  for (const one of media) {
    if (isWirelessMedia(numberOf(one, 'NdisPhysicalMediumType'))) names.push(String(one['InstanceName'] ?? ''));
  }
  return names;
}

function isWirelessMedia(media: number | undefined): boolean {
  for (const one of WIRELESS_MEDIA) if (media === one) return true;
  return false;
}
