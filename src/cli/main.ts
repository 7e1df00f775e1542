#!/usr/bin/env node
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { VERSION } from '../version.js';
import { buildCommand } from './commands/build.js';
import { checkCommand } from './commands/check.js';
import { initCommand } from './commands/init.js';
import { inspectCommand } from './commands/inspect.js';
import { notBuiltCommands } from './commands/not-built.js';
import { verifyCommand } from './commands/verify.js';
import { EXIT_CODES } from './exit-codes.js';

/** Yargs gives a message for what a person typed wrong, and an error for what a command threw. */
function fail(given: string | null, error: Error | undefined): never {
  if (error && !given) throw error;
  const message = given?.startsWith('Not enough non-option arguments') ? 'A path is missing behind the command' : given;
  process.stderr.write(
    `error: ${message}\n    "inplace --help" shows the commands, "inplace COMMAND --help" their options\n`,
  );
  process.exit(EXIT_CODES.usage);
}

/** Whoever reads the output may stop early, as "inplace inspect x.iso | head" does: no reason for a stack trace. */
function stopAtClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT_CODES.sink);
}
process.stdout.on('error', stopAtClosedPipe);
process.stderr.on('error', stopAtClosedPipe);

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
  .command(verifyCommand)
  .command(notBuiltCommands)
  .demandCommand(1, 'No command was given')
  .strictCommands()
  .strict()
  .recommendCommands()
  .locale('en')
  .wrap(100)
  .version(VERSION)
  .help()
  .fail(fail)
  .exitProcess(true);

await parser.parseAsync();
