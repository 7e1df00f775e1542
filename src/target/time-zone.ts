/**
 * `_SMSTSTimezone` (facts/configmgr.md, C.1): bias, standard and daylight bias, the two SYSTEMTIMEs at which they begin,
 * and the two names, with commas between them: `300,0,-60,0,11,0,1,2,0,0,0,0,3,0,2,2,0,0,0,Eastern Standard Time,...`.
 */
import type { Machine } from './machine.js';
import { CIMV2, rowsOf } from './wmi-rows.js';

/** Parts of a SYSTEMTIME in its order, as Win32_TimeZone spells them behind Standard and Daylight; the day is a week. */
const PARTS = ['Year', 'Month', 'DayOfWeek', 'Day', 'Hour', 'Minute', 'Second', 'Millisecond'];

/** Empty when WMI does not say. */
export function timeZone(machine: Machine): string {
  const row = rowsOf(machine, CIMV2, 'SELECT * FROM Win32_TimeZone')?.[0];
  if (!row) return '';
  const number = (name: string): string => String(Number(row[name] ?? 0));
  const dates: string[] = [];
  for (const kind of ['Standard', 'Daylight']) for (const part of PARTS) dates.push(number(kind + part));
  // Win32_TimeZone.Bias is added to UTC, that of the variable to the local time: -300 there is 300 here.
  const bias = String(-Number(row['Bias'] ?? 0) || 0);
  const names = [String(row['StandardName'] ?? ''), String(row['DaylightName'] ?? '')];
  return [bias, number('StandardBias'), number('DaylightBias')].concat(dates, names).join(',');
}
