/** What a server must not be or do while it is upgraded (facts/configmgr.md, F.3). Clients pass. */
import { rowsOf } from '../wmi-rows.js';
import { type Check, failed, PASSED } from './outcome.js';

const CLUSTER_SERVICE = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\ClusSvc';
/** SERVICE_AUTO_START: the service of a node that is in a cluster; without one it is disabled. */
const AUTO_START = 2;

export const cluster: Check = ({ machine: { registry }, source }) => {
  if (source.running.type !== 'server') return PASSED;
  const start = registry.read(CLUSTER_SERVICE, 'Start');
  if (start === undefined || Number(start) !== AUTO_START) return PASSED;
  return failed(
    'cluster',
    'This server is a node of a failover cluster',
    'Drain and evict the node first; a cluster is upgraded node by node, one version at a time (rolling upgrade)',
  );
};

export const nicTeaming: Check = ({ machine, source }) => {
  if (source.running.type !== 'server') return PASSED;
  // the namespace came with Windows Server 2012, the first with teams
  const teams = rowsOf(machine, 'root\\StandardCimv2', 'SELECT Name FROM MSFT_NetLbfoTeam') ?? [];
  if (teams.length === 0) return PASSED;
  return failed(
    'nicTeaming',
    `Network adapters are teamed: ${String(teams[0]?.['Name'] ?? '')}`,
    'Remove the team before the upgrade (Remove-NetLbfoTeam), and make it again afterwards',
  );
};

/** CIM_EnabledLogicalElement.EnabledState of a virtual machine that is off. */
const OFF = 3;

/** A virtual machine has a GUID for its name, the host its own. Paused and saved ones are not off either. */
export const virtualMachines: Check = ({ machine, source }) => {
  if (source.running.type !== 'server') return PASSED;
  const query = 'SELECT Name, ElementName, EnabledState FROM Msvm_ComputerSystem';
  const running: string[] = [];
  // no such namespace: no Hyper-V
  for (const row of rowsOf(machine, 'root\\virtualization\\v2', query) ?? []) {
    if (!/^[0-9a-f-]{36}$/i.test(String(row['Name'] ?? '')) || Number(row['EnabledState']) === OFF) continue;
    running.push(String(row['ElementName'] ?? ''));
  }
  if (running.length === 0) return PASSED;
  return failed(
    'virtualMachines',
    `Virtual machines are not shut down: ${running.join(', ')}`,
    'Shut them down or move them to another host; a saved or paused one is not enough',
  );
};
