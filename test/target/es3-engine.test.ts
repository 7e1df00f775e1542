/**
 * The engine as Windows runs it, lowered to ES3, in a realm without anything that JScript 5.8 lacks, on the simulated
 * machine: it ends as the engine in Node does, whichever way for-in walks.
 */
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { localFolder, reportFolder } from '../../src/target/local-folder.js';
import { resume } from '../../src/target/resume.js';
import { World } from '../../src/target/simulated/world.js';
import { start } from '../../src/target/start.js';
import { builtIn, machineYaml } from '../support/simulated.js';
import { type Es3Engine, es3Engine, withReversedLoops } from './support/es3-engine.js';

type Verbs = Pick<Es3Engine, 'start' | 'resume'>;

const PRO = 'windows: { version: 10.0.19045.3803, edition: Professional }\nbitLocker: on\n';
const CASES = [
  ['client', 'an upgrade', PRO],
  ['client', 'a rollback', `${PRO}setup: { rollback: 0x30018 }\n`],
  ['client', 'a refusal', `${PRO}pendingRestart: servicing\n`],
  ['client', 'Setup fails', `${PRO}setup: { upgrade: { exitCode: 0xC1900101, extendCode: 0x10003 } }\n`],
  [
    'server',
    'a server',
    'windows: { version: 10.0.17763.3650, edition: ServerStandard }\ncomputer: { memory: 16 GB }\n',
  ],
] as const;

/** Everything that a run leaves: files of the machine and of the media, the screen, what was started. */
async function leftBy(engine: Verbs, kind: 'client' | 'server', text: string): Promise<unknown> {
  const { model } = await builtIn(kind, machineYaml(text));
  const world = new World(model, {
    start: (machine) => void engine.start(machine),
    resume: (machine) => void engine.resume(machine),
  });
  const end = world.run();
  const { files, environment } = world.pc.observer();
  const { reports } = localFolder(environment);
  const texts = files.list(reports).flatMap((run) => {
    const { status, summary, log } = reportFolder(localFolder(environment), run);
    return [status, summary, log].map((path) => (files.stat(path) ? files.readText(path) : 'none'));
  });
  return { end, texts, screen: world.pc.console, started: world.pc.started, windows: world.pc.windows.build };
}

describe.each(['usual', 'reversed'] as const)('the engine in ES3, for-in in the %s order', (order) => {
  let engine: Es3Engine;
  beforeAll(async () => {
    engine = await es3Engine(order);
  });

  it.each(CASES)('on a %s leaves what the engine in Node leaves: %s', async (kind, _, text) => {
    expect(await leftBy(engine, kind, text)).toEqual(await leftBy({ start, resume }, kind, text));
  });
});

describe('the realm', () => {
  it('has nothing that JScript 5.8 lacks', async () => {
    const engine = await es3Engine('usual');
    const foreign = engine.collect as unknown as { constructor: new (text: string) => () => unknown };
    const inRealm = (text: string): unknown => new foreign.constructor(`return ${text}`)();
    for (const text of [
      '[].forEach',
      '[].indexOf',
      '"".trim',
      'Object.keys',
      'Object.assign',
      'Date.now',
      'new Date().toISOString',
      '(function () {}).bind',
    ]) {
      expect([text, inRealm(`typeof (${text})`)]).toEqual([text, 'undefined']);
    }
    expect(() => inRealm('JSON')).toThrow('JSON is not defined');
    expect(() => inRealm('Map')).toThrow('Map is not defined');
  });

  it('turns for-in round where it is asked to', () => {
    const program = withReversedLoops('var t = ""; for (var a in { x: 1, y: 2 }) t += a; t;');
    const reversed = (object: object) => Object.fromEntries(Object.entries(object).reverse());
    expect(runInNewContext(program, { reversed })).toBe('yx');
  });
});
