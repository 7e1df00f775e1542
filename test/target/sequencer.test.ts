import { expect, it } from 'vitest';
import { command, commandsOf, runSequence } from './support/engine-run.js';

it('smoke', () => {
  const end = runSequence({ steps: [command('a'), command('b')], model: { commands: commandsOf({ b: 5 }) } });
  console.log(end.ends, end.outcomes, end.summary, end.log, end.pc.tasks.names());
  expect(end.quiet).toBe(true);
});
