/**
 * The batch file that runs a program for the engine: it keeps the program's exit code and output when the engine that
 * started it is gone. Windows Script Host alone cannot: it loses both with the process.
 */
import type { Command } from '../machine.js';

/** Characters of a line that cmd.exe takes. */
const LONGEST_LINE = 8000;

/**
 * Text of the batch file. Its last act is the result file, which is there as a whole or not at all. The program gets the line as it is and a blank
 * for each redirection behind it, which cmd.exe takes for a part of the line (U: seen in Wine). In front of the line, or around it, Wine 8 loses
 * the program or its code; whoever splits a line into words does not see the blanks.
 * @throws Error for a line or a value that a batch file cannot hold
 */
export function programScript(command: Command): string {
  const { line, workingDirectory, environment, resultFile, outputFile, attended } = command;
  const lines = ['@echo off', 'setlocal DisableDelayedExpansion'];
  for (const name in environment) {
    if (Object.prototype.hasOwnProperty.call(environment, name)) {
      lines.push(`set "${name}=${percent(environment[name] ?? '')}"`);
    }
  }
  lines.push(
    // a variable of this name would hide the exit code
    'set "ERRORLEVEL="',
    `cd /d "${percent(workingDirectory)}"`,
    // what a person must read stays on the screen
    `${escaped(line)} ${attended ? '2>' : '>'} "${percent(outputFile)}"${attended ? '' : ' 2>&1'}`,
    `> "${percent(resultFile)}.new" echo %ERRORLEVEL%`,
    `move /y "${percent(resultFile)}.new" "${percent(resultFile)}" >nul`,
  );
  for (const text of lines) {
    if (/[\r\n]/.test(text)) throw new Error('A command or a value of its environment has a line end in it');
    if (text.length > LONGEST_LINE) {
      throw new Error(`The command line has ${text.length} characters, and cmd.exe takes ${LONGEST_LINE}`);
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** A batch file reads % everywhere. */
function percent(text: string): string {
  return text.replace(/%/g, '%%');
}

/** A line as CreateProcess takes it, so that cmd.exe gives it on as it is: what cmd reads is escaped outside quotes. */
function escaped(line: string): string {
  let text = '';
  let quoted = false;
  for (let index = 0; index < line.length; index++) {
    const character = line.charAt(index);
    if (character === '"') quoted = !quoted;
    text += !quoted && /[&|<>^()]/.test(character) ? `^${character}` : character;
  }
  return percent(text);
}
