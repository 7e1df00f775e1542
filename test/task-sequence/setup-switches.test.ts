import { describe, expect, it } from 'vitest';
import { FREE_SWITCHES, parseSwitch } from '../../src/task-sequence/setup-switches.js';

describe('switches that a person may add (facts/configmgr.md, E.1)', () => {
  it.each(
    Object.entries(FREE_SWITCHES).flatMap(([name, { values }]) =>
      (Array.isArray(values) ? (values as string[]) : [values === 'drive' ? 'D:' : 'C:\\Packs']).map(
        (value) => [`/${name} ${value}`, name, value] as const,
      ),
    ),
  )('%s', (text, name, value) => {
    expect(parseSwitch(text)).toMatchObject({ name: `/${name}`, value });
    expect(parseSwitch(text.toUpperCase())).toMatchObject({ name: `/${name}` });
  });

  it.each([
    ['/compactos', 'needs one of enable, disable behind it'],
    ['/compactos maybe', 'needs one of enable, disable behind it'],
    ['/tempdrive', 'needs the letter of a drive behind it'],
    ['/tempdrive C:\\x', 'needs the letter of a drive behind it'],
    ['/installlangpacks', 'needs a folder behind it'],
    ['compactos disable', 'is no switch, expected "/" and a name, and its value behind a space'],
    ['/compactos:disable', 'is no switch, expected "/" and a name, and its value behind a space'],
    ['/compact disable', 'is not known, expected one of /bitlocker, '],
    ['/constructor x', 'is not known'],
  ])('%s %s', (text, wrong) => {
    expect(parseSwitch(text)).toEqual({ wrong: expect.stringContaining(wrong) as string });
  });
});

describe('switches that a sequence may not add', () => {
  it.each([
    ...['/auto upgrade', '/Quiet', '/noreboot', '/dynamicupdate enable', '/showoobe full', '/telemetry enable'],
    ...['/copylogs C:\\', '/postoobe a.cmd', '/postrollback a.cmd', '/postrollbackcontext user', '/eula accept'],
    '/imageindex 1',
  ])('%s, because inplace gives it by itself', (text) => {
    expect(parseSwitch(text)).toEqual({
      wrong: expect.stringContaining('inplace gives it to Windows Setup by itself') as string,
    });
  });

  it.each([
    ['/pkey X', '"key"'],
    ['/compat scanonly', '"scanOnly"'],
    ['/installdrivers C:\\', '"drivers"'],
    ['/reflectdrivers C:\\', '"reflectDrivers"'],
    ['/migratedrivers all', '"migrateDrivers"'],
  ])('%s, because %s says it', (text, option) => {
    expect(parseSwitch(text)).toEqual({ wrong: expect.stringContaining(option) as string });
  });

  it.each([
    '/product server',
    '/unattend a.xml',
    '/installfrom a.wim',
    '/configfile a.ini',
    '/performdu',
    '/emsport 1',
  ])('%s, because an in-place upgrade with it is not supported', (text) => {
    expect(parseSwitch(text)).toEqual({ wrong: expect.stringContaining('cannot be added') as string });
  });
});
