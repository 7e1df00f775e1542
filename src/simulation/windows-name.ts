/** What people call a Windows, by its build and edition; only for pages. */
const CLIENTS: readonly (readonly [build: number, name: string])[] = [
  [22000, 'Windows 11'],
  [10240, 'Windows 10'],
  [9600, 'Windows 8.1'],
  [9200, 'Windows 8'],
  [7600, 'Windows 7'],
];

const SERVERS: readonly (readonly [build: number, name: string])[] = [
  [26100, 'Windows Server 2025'],
  [20348, 'Windows Server 2022'],
  [17763, 'Windows Server 2019'],
  [14393, 'Windows Server 2016'],
  [9600, 'Windows Server 2012 R2'],
  [9200, 'Windows Server 2012'],
  [7600, 'Windows Server 2008 R2'],
];

const EDITIONS: Readonly<Record<string, string>> = {
  Professional: 'Pro',
  Core: 'Home',
  EnterpriseS: 'Enterprise LTSC',
  ServerStandard: 'Standard',
  ServerDatacenter: 'Datacenter',
};

/** `Windows 10 Pro`. */
export function windowsName(build: number, edition: string): string {
  const table = /^Server/.test(edition) ? SERVERS : CLIENTS;
  const name = table.find(([first]) => build >= first)?.[1] ?? 'Windows';
  return `${name} ${EDITIONS[edition] ?? edition}`;
}
