/** PowerShell's command line, and scripts with other characters than ASCII (PowerShell 2.0 and later). */
import type { Machine } from '../machine.js';
import { quote, systemProgram } from './command-line.js';

/**
 * powershell.exe with the switches of every step. It is given no input: PowerShell 2.0 waits for the end of it for ever.
 * `undefined` leaves the policy to the computer.
 */
export function powerShell(machine: Machine, policy: 'allSigned' | 'undefined' | 'bypass'): string {
  const program = quote(systemProgram(machine, 'WindowsPowerShell\\v1.0\\powershell.exe'));
  const line = `${program} -NoProfile -NonInteractive -InputFormat None`;
  if (policy === 'undefined') return line;
  return `${line} -ExecutionPolicy ${policy === 'bypass' ? 'Bypass' : 'AllSigned'}`;
}

/**
 * An ASCII script that writes another one as UTF-16 with its mark, which every PowerShell reads.
 * @param path ASCII
 */
export function writerScript(path: string, text: string): string {
  const literal = `[Text.RegularExpressions.Regex]::Unescape('${escaped(text)}')`;
  return `[IO.File]::WriteAllText('${path.replace(/'/g, "''")}', ${literal}, [Text.Encoding]::Unicode)\r\n`;
}

/** What Regex.Unescape turns back: `\uXXXX` for everything but letters, digits, blanks and some marks. */
function escaped(text: string): string {
  return text.replace(/[^A-Za-z0-9 .,;:()$=-]/g, (character) => {
    let code = character.charCodeAt(0).toString(16);
    while (code.length < 4) code = `0${code}`;
    return `\\u${code}`;
  });
}
