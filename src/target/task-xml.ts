/**
 * The scheduled task that runs and resumes the sequence as Local System (design/task-sequence.md, 4; MS-TSCH, Task
 * Scheduler schema 1.2, which Windows 7 knows). ASCII without a declared encoding, as schtasks and COM both take it.
 */
import type { MachineEnvironment } from './machine.js';

/** In the past, so that the repetition has begun (MS-TSCH 2.5.1: StartBoundary). */
const LONG_AGO = '2000-01-01T00:00:00';

/** @param engine path of the local engine.js */
export function taskXml({ windowsFolder }: Pick<MachineEnvironment, 'windowsFolder'>, engine: string): string {
  const lines = [
    '<?xml version="1.0"?>',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    '  <RegistrationInfo><Description>Upgrades this Windows, and goes on after every restart. It removes itself at the end.</Description></RegistrationInfo>',
    '  <Triggers>',
    '    <BootTrigger><Enabled>true</Enabled></BootTrigger>',
    '    <LogonTrigger><Enabled>true</Enabled></LogonTrigger>',
    '    <TimeTrigger>',
    '      <Repetition><Interval>PT5M</Interval><StopAtDurationEnd>false</StopAtDurationEnd></Repetition>',
    `      <StartBoundary>${LONG_AGO}</StartBoundary>`,
    '      <Enabled>true</Enabled>',
    '    </TimeTrigger>',
    '  </Triggers>',
    // Local System by its SID: its name is localised
    '  <Principals><Principal id="Author"><UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel></Principal></Principals>',
    '  <Settings>',
    '    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>',
    '    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>',
    '    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>',
    '    <AllowHardTerminate>false</AllowHardTerminate>',
    '    <StartWhenAvailable>true</StartWhenAvailable>',
    '    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>',
    '    <AllowStartOnDemand>true</AllowStartOnDemand>',
    '    <Enabled>true</Enabled>',
    '    <RunOnlyIfIdle>false</RunOnlyIfIdle>',
    // none: an upgrade takes as long as it takes
    '    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>',
    // 7, the default, is below normal, also for what it starts
    '    <Priority>4</Priority>',
    '  </Settings>',
    '  <Actions Context="Author">',
    '    <Exec>',
    `      <Command>${escaped(`${windowsFolder}\\System32\\cscript.exe`)}</Command>`,
    `      <Arguments>${escaped(`//nologo //E:JScript "${engine}" /resume`)}</Arguments>`,
    '    </Exec>',
    '  </Actions>',
    '</Task>',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** Text of an element; what is not ASCII as a character reference. */
function escaped(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[^ -~]/g, (character) => `&#${character.charCodeAt(0)};`);
}
