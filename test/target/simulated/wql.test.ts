/** WQL, as far as sequences use it; golden queries are those of facts/configmgr.md, B.3. */
import { expect, it } from 'vitest';
import { parseWql } from '../../../src/target/simulated/wql.js';
import { MODEL, onMachine } from './models.js';

const row = { Name: 'Wi-Fi', Status: 2, Physical: true, Size: '5000' };
const matches = (where: string): boolean => parseWql(`SELECT * FROM X WHERE ${where}`).matches(row);

it.each([
  ["Name = 'wi-fi'", true],
  ['name = "Wi-Fi" and Status <> 2', false],
  ['Status != 3 AND Physical = TRUE', true],
  ["Physical='True'", true],
  ["(Status = 1 OR Status = 2) AND NOT Name = 'x'", true],
  ["Name LIKE 'Wi%'", true],
  ["Name LIKE '_i-[e-g]i'", true],
  ["Name LIKE 'i'", false],
  ['Size > 900', false],
  ['Missing = 1', false],
  ['Missing IS NULL AND Name IS NOT NULL', true],
  ["Status='2'", true],
])('%s is %s', (where, expected) => {
  expect(matches(where)).toBe(expected);
});

it.each(['', 'SELECT', 'SELECT * FROM', 'SELECT a;b FROM X', 'SELECT * FROM X WHERE', 'SELECT * FROM X WHERE a ='])(
  '"%s" is no query',
  (text) => {
    expect(() => parseWql(text)).toThrow('Invalid query');
  },
);

it('answers the checks of ConfigMgr by the machine: battery and wireless', () => {
  const battery = 'Select BatteryStatus From Win32_Battery where BatteryStatus != 2';
  const wireless =
    "Select * From Win32_NetworkAdapter Where NetConnectionStatus = 2 and PhysicalAdapter='True' and NetConnectionID='Wi-Fi'";
  const rows = (query: string, hardware: Partial<typeof MODEL.hardware>): number =>
    onMachine(({ wmi }) => wmi.query('root\\cimv2', query).length, {
      ...MODEL,
      hardware: { ...MODEL.hardware, ...hardware },
    });
  expect([rows(battery, { power: 'mains' }), rows(battery, { power: 'battery' })]).toEqual([0, 1]);
  expect([rows(wireless, { network: 'wired' }), rows(wireless, { network: 'wireless' })]).toEqual([0, 1]);
});

it('throws for a namespace or a class that is not there, and answers with rows of the model', () => {
  const wmi = [{ namespace: 'root\\Contoso', class: 'Thing', rows: [{ Size: 3 }, { Size: 5 }] }];
  onMachine(
    (machine) => {
      expect(() => machine.wmi.query('root\\none', 'SELECT * FROM X')).toThrow('Invalid namespace');
      expect(() => machine.wmi.query('root\\cimv2', 'SELECT * FROM X')).toThrow('Invalid class');
      expect(machine.wmi.query('ROOT\\contoso', 'SELECT size FROM thing WHERE Size > 3')).toEqual([{ size: 5 }]);
    },
    { ...MODEL, wmi },
  );
});
