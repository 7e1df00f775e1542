import { execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import { taskXml } from '../../src/target/task-xml.js';
import { describeWith } from '../support/tools.js';

const XML = taskXml({ windowsFolder: 'C:\\Windows' }, 'C:\\Inplace\\engine.js');

/** The value of an element, looked for by another program. */
function value(name: string): string {
  const path = `string(//*[local-name()="${name}"])`;
  return execaSync('xmllint', ['--xpath', path, '-'], { input: XML }).stdout;
}

describeWith(['xmllint'], 'the task, as xmllint reads it', () => {
  it.each([
    ['UserId', 'S-1-5-18'],
    ['DisallowStartIfOnBatteries', 'false'],
    ['StopIfGoingOnBatteries', 'false'],
    ['ExecutionTimeLimit', 'PT0S'],
    ['Priority', '4'],
    ['MultipleInstancesPolicy', 'IgnoreNew'],
    ['StartWhenAvailable', 'true'],
    ['Interval', 'PT5M'],
    ['Command', 'C:\\Windows\\System32\\cscript.exe'],
    ['Arguments', '//nologo //E:JScript "C:\\Inplace\\engine.js" /resume'],
  ])('%s is %s', (name, expected) => {
    expect(value(name)).toBe(expected);
  });
});

describe('taskXml', () => {
  it('runs at start-up, at any logon and every five minutes', () => {
    expect(XML).toMatch(/<BootTrigger>.*<\/BootTrigger>/);
    // no user is named: any logon
    expect(XML).toMatch(/<LogonTrigger><Enabled>true<\/Enabled><\/LogonTrigger>/);
    expect(XML).toMatch(/<TimeTrigger>[\s\S]*<Interval>PT5M<\/Interval>[\s\S]*<\/TimeTrigger>/);
    expect(XML).not.toContain('<Duration>');
  });

  it('is ASCII, whatever the folders are called', () => {
    const xml = taskXml({ windowsFolder: 'D:\\R&D <\u65e5>' }, 'D:\\Inplace\\engine.js');
    expect(xml).toMatch(/^[\r\n -~]+$/);
    expect(xml).toContain('<Command>D:\\R&amp;D &lt;&#26085;&gt;\\System32\\cscript.exe</Command>');
  });
});
