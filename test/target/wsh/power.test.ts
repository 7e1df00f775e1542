/** Power plans through powercfg and the registry, restarts, the name of a start of Windows. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AWAKE_PLAN, BALANCED_PLAN } from '../../../src/target/power-plan.js';
import { WshPower } from '../../../src/target/wsh/power.js';
import { WshRegistry } from '../../../src/target/wsh/registry.js';
import { openSystem } from '../../../src/target/wsh/system.js';
import { describeWith } from '../../support/tools.js';
import { type FakeWindows, fakeWindows } from './support/fake-com.js';
import { addWmi } from './support/fake-wmi.js';

const PLANS = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Power\\User\\PowerSchemes';
const ACTIVE = `${PLANS}\\ActivePowerScheme`.toLowerCase();
const PREFETCH =
  'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Memory Management\\PrefetchParameters';
const OWN = '11111111-2222-3333-4444-555555555555';

interface Powercfg {
  readonly windows: FakeWindows;
  readonly power: WshPower;
  readonly plans: Set<string>;
  /** the last value of each setting of a plan */
  readonly settings: Record<string, string>;
}

/** powercfg as Windows has it; words in `forbidden` come to nothing. */
function powercfg(forbidden = /^$/): Powercfg {
  const plans = new Set([BALANCED_PLAN, OWN]);
  const settings: Record<string, string> = {};
  const windows = fakeWindows();
  windows.registry.set(ACTIVE, OWN.toUpperCase());
  windows.program = (line) => {
    const query = /reg\.exe" query "(.*)"$/.exec(line)?.[1];
    if (query !== undefined) return plans.has(query.slice(PLANS.length + 1)) ? 0 : 1;
    const words = /powercfg\.exe" (.*)$/.exec(line)?.[1] ?? '';
    if (forbidden.test(words)) return 1;
    const [verb = '', plan = '', ...rest] = words.split(' ');
    if (!plans.has(plan)) return 1;
    if (verb === '/duplicatescheme') plans.add(rest[0]!);
    if (verb === '/setactive') windows.registry.set(ACTIVE, plan);
    if (verb === '/delete') return windows.registry.get(ACTIVE) === plan ? 1 : Number(!plans.delete(plan));
    if (/^\/set[ad]cvalueindex$/.test(verb)) settings[`${verb} ${plan} ${rest[1]}`] = rest[2]!;
    return 0;
  };
  const system = openSystem();
  return { windows, power: new WshPower(system, new WshRegistry(system)), plans, settings };
}

describe('the power plan', () => {
  it('is a copy without sleep, on mains and on battery, while the machine stays awake', () => {
    const { windows, power, plans, settings } = powercfg();
    expect(power.plan()).toBe(OWN);
    power.stayAwake(OWN);
    expect(power.plan()).toBe(AWAKE_PLAN);
    expect([...plans]).toEqual([BALANCED_PLAN, OWN, AWAKE_PLAN]);
    expect(Object.keys(settings).length).toBe(6);
    expect(Object.keys(settings).every((key) => key.includes(AWAKE_PLAN) && settings[key] === '0')).toBe(true);
    expect(windows.ran).toContain(`powercfg.exe /changename ${AWAKE_PLAN} "Windows upgrade (inplace)"`);
    power.letSleep(OWN);
    expect([windows.registry.get(ACTIVE), [...plans]]).toEqual([OWN, [BALANCED_PLAN, OWN]]);
  });

  it('is copied once: a copy that a cut has left is used', () => {
    const { windows, power } = powercfg();
    power.stayAwake(OWN);
    windows.registry.set(ACTIVE, OWN);
    power.stayAwake(OWN);
    expect(windows.ran.filter((line) => line.includes('/duplicatescheme')).length).toBe(1);
    expect(power.plan()).toBe(AWAKE_PLAN);
  });

  it('that a policy holds fast is an error, and no copy is left', () => {
    const { power, plans } = powercfg(/^\/setactive/);
    expect(() => power.stayAwake(OWN)).toThrow('a policy may forbid it');
    expect([...plans]).toEqual([BALANCED_PLAN, OWN]);
  });

  it('of a person who has chosen another meanwhile stays his', () => {
    const { windows, power, plans } = powercfg();
    power.stayAwake(OWN);
    windows.registry.set(ACTIVE, BALANCED_PLAN);
    power.letSleep(OWN);
    expect([windows.registry.get(ACTIVE), [...plans]]).toEqual([BALANCED_PLAN, [BALANCED_PLAN, OWN]]);
  });

  it('is Balanced when the old one is gone', () => {
    const { windows, power, plans } = powercfg();
    power.stayAwake(OWN);
    plans.delete(OWN);
    power.letSleep(OWN);
    expect(windows.registry.get(ACTIVE)).toBe(BALANCED_PLAN);
  });

  it('that does not come back is an error', () => {
    const { windows, power, plans } = powercfg(new RegExp(`^/(setactive (?!${AWAKE_PLAN})|delete)`));
    power.stayAwake(OWN);
    expect(() => power.letSleep(OWN)).toThrow('powercfg has not exchanged it');
    windows.registry.set(ACTIVE, OWN);
    expect(() => power.letSleep(OWN)).toThrow('has not removed the plan');
    expect(plans.has(AWAKE_PLAN)).toBe(true);
  });

  it('is none where Windows has none, or says something else', () => {
    const { windows, power } = powercfg();
    windows.registry.delete(ACTIVE);
    expect(power.plan()).toBeUndefined();
    expect(() => power.letSleep(OWN)).not.toThrow();
    windows.registry.set(ACTIVE, 'Ausbalanciert');
    expect(power.plan()).toBeUndefined();
  });
});

/** winnt.h of MinGW: others have written it. */
const WINNT = '/usr/share/mingw-w64/include/winnt.h';

describeWith(['x86_64-w64-mingw32-gcc'], 'the settings of sleep', () => {
  it('are those of winnt.h', () => {
    const { windows, power } = powercfg();
    power.stayAwake(OWN);
    const header = readFileSync(WINNT, 'latin1');
    const guid = (name: string): string => {
      const parts = new RegExp(`DEFINE_GUID *\\(GUID_${name},([^)]*)\\)`).exec(header)?.[1]?.split(',') ?? [];
      const hex = parts.map((part) => part.trim().replace(/^0x/i, '').toLowerCase());
      const digits = hex.map((part, index) => part.padStart(index === 0 ? 8 : index < 3 ? 4 : 2, '0')).join('');
      return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    };
    const sleep = guid('SLEEP_SUBGROUP');
    const wanted = ['STANDBY_TIMEOUT', 'HIBERNATE_TIMEOUT', 'UNATTEND_SLEEP_TIMEOUT'].flatMap((name) => [
      `powercfg.exe /setacvalueindex ${AWAKE_PLAN} ${sleep} ${guid(name)} 0`,
      `powercfg.exe /setdcvalueindex ${AWAKE_PLAN} ${sleep} ${guid(name)} 0`,
    ]);
    expect(windows.ran.filter((line) => line.includes('valueindex'))).toEqual(wanted);
  });
});

describe('a restart', () => {
  it('is asked of shutdown with a message that its command line can hold', () => {
    const { windows, power } = powercfg();
    power.restart(60, 'Say "yes"\r\n& wait');
    expect(windows.ran).toEqual([`shutdown.exe /r /t 60 /c "Say 'yes' & wait"`]);
    power.restart(0, 'x'.repeat(600));
    expect(windows.ran[1]!.length).toBe('shutdown.exe /r /t 0 /c ""'.length + 512);
  });
});

describe('the name of a start of Windows', () => {
  it('is the count of the prefetcher', () => {
    const { windows, power } = powercfg();
    windows.registry.set(`${PREFETCH}\\BootId`.toLowerCase(), 17);
    expect(power.bootId()).toBe('boot 17');
  });

  const system = {
    'root\\cimv2|Win32_OperatingSystem': [{ properties: { LastBootUpTime: '20261124080000.500000+060' } }],
  };
  const wininit = (CreationDate: string) => ({ 'root\\cimv2|Win32_Process': [{ properties: { CreationDate } }] });

  it('is the time of its first program where nothing is counted, in UTC: setting the clock does not move it', () => {
    const { windows, power } = powercfg();
    addWmi(windows, { ...system, ...wininit('20261124080003.123456+060') });
    expect(power.bootId()).toBe('2026-11-24T07:00:03.000Z 123456');
    // the same moment in daylight saving time
    addWmi(windows, { ...system, ...wininit('20261124090003.123456+120') });
    expect(power.bootId()).toBe('2026-11-24T07:00:03.000Z 123456');
    addWmi(windows, { ...system, ...wininit('20261123213003.123456-570') });
    expect(power.bootId()).toBe('2026-11-24T07:00:03.000Z 123456');
  });

  it('is the time that Windows gives for the start where it does not tell of that program', () => {
    const { windows, power } = powercfg();
    addWmi(windows, system);
    expect(power.bootId()).toBe('2026-11-24T07:00:00.000Z 500000');
    addWmi(windows, { ...system, 'root\\cimv2|Win32_Process': [] });
    expect(power.bootId()).toBe('2026-11-24T07:00:00.000Z 500000');
    addWmi(windows, wininit('written otherwise'));
    expect(power.bootId()).toBe('written otherwise');
  });

  it('is an error when Windows says neither', () => {
    const { windows, power } = powercfg();
    addWmi(windows, { 'root\\cimv2|Win32_OperatingSystem': [] });
    expect(() => power.bootId()).toThrow('Windows does not say when it was started');
  });
});
