#!/usr/bin/env node
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { VERSION } from '../version.js';
import { buildCommand } from './commands/build.js';
import { checkCommand } from './commands/check.js';
import { drivesCommand } from './commands/drives.js';
import { importCommand } from './commands/import.js';
import { initCommand } from './commands/init.js';
import { inspectCommand } from './commands/inspect.js';
import { reportCommand } from './commands/report.js';
import { simulateCommand } from './commands/simulate.js';
import { verifyCommand } from './commands/verify.js';
import { wimCommand } from './commands/wim/wim.js';
import { writeCommand } from './commands/write.js';
import { EXIT_CODES } from './exit-codes.js';

const COMMANDS = [
  initCommand,
  inspectCommand,
  checkCommand,
  buildCommand,
  drivesCommand,
  writeCommand,
  verifyCommand,
  importCommand,
  reportCommand,
  simulateCommand,
  wimCommand,
];

/** Yargs gives a message for what a person typed wrong, and an error for what a command threw. */
function fail(given: string | null, error: Error | undefined): never {
  if (error && !given) throw error;
  const message = explain(given ?? '');
  const hint = '"inplace --help" shows the commands, "inplace COMMAND --help" their options';
  const finding = { code: 'USAGE', message, hint };
  if (process.argv.includes('--json')) {
    process.stdout.write(
      `${JSON.stringify({ ok: false, exitCode: EXIT_CODES.usage, findings: [finding] }, null, 2)}\n`,
    );
  } else if (process.argv.includes('--events')) {
    process.stderr.write(`${JSON.stringify({ event: 'error', ...finding })}\n`);
  } else process.stderr.write(`error: ${message}\n    ${hint}\n`);
  process.exit(EXIT_CODES.usage);
}

function explain(given: string): string {
  if (given.startsWith('Not enough non-option arguments')) return 'A path is missing behind the command';
  const open = /^Not enough arguments following: (.*)$/.exec(given)?.[1];
  if (open !== undefined) return `Nothing stands behind --${open}`;
  const extra = /^Unknown commands?: (.*)$/.exec(given)?.[1];
  const isCommand = COMMANDS.some(({ command }) => String(command).split(' ')[0] === process.argv[2]);
  if (extra !== undefined && isCommand)
    return `Found "${extra}" behind the path, expected nothing (name the output with -o)`;
  return given;
}

/** Whoever reads the output may stop early, as "inplace inspect x.iso | head" does, or have no room: no stack trace. */
function stopWithoutOutput(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') process.stderr.write(`error: Cannot write to standard output: ${error.code}\n`);
  process.exit(EXIT_CODES.sink);
}
process.stdout.on('error', stopWithoutOutput);
process.stderr.on('error', () => process.exit(EXIT_CODES.sink));

const parser = yargs(hideBin(process.argv))
  .scriptName('inplace')
  .usage('$0 COMMAND\n\nMakes stand-alone media for in-place upgrades of Windows.')
  .option('json', { type: 'boolean', default: false, describe: 'One JSON document instead of text' })
  .option('events', { type: 'boolean', default: false, describe: 'One JSON object a line on stderr while working' })
  .option('quiet', { type: 'boolean', default: false, describe: 'Print problems only' })
  .option('verbose', { type: 'boolean', default: false, describe: 'Print more' })
  .option('color', { type: 'boolean', default: true, describe: 'Colour on terminals; --no-color for none' })
  .command(initCommand)
  .command(inspectCommand)
  .command(checkCommand)
  .command(buildCommand)
  .command(drivesCommand)
  .command(writeCommand)
  .command(verifyCommand)
  .command(importCommand)
  .command(reportCommand)
  .command(simulateCommand)
  .command(wimCommand)
  .demandCommand(1, 'No command was given')
  .strictCommands()
  .strict()
  .recommendCommands()
  .locale('en')
  .wrap(100)
  .version(VERSION)
  .help()
  .alias('help', 'h')
  .fail(fail)
  .exitProcess(true);

await parser.parseAsync();
