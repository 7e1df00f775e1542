/** /collect: what runs have left, and the logs of Windows Setup, come to the media. */
import { describe, expect, it } from 'vitest';
import { collect } from '../../src/target/collect.js';
import { frame } from '../../src/target/journal.js';
import type { MachineModel } from '../../src/target/simulated/model.js';
import { MODEL, worldOf } from './simulated/models.js';
import { command, commandsOf, modelOf, runSequence } from './support/engine-run.js';

const PANTHER = 'C:\\$Windows.~BT\\Sources\\Panther';
const LEFT = [
  { path: 'C:\\Inplace\\Reports\\run-1\\status.jsonl', text: '{}\r\n' },
  { path: 'C:\\Inplace\\Reports\\run-1\\inplace.log', text: 'log' },
  { path: 'C:\\Inplace\\Reports\\run-1\\Collected\\Setup\\a.log', text: 'collected' },
  { path: 'C:\\Inplace\\Reports\\run-2\\summary.json', text: '{}' },
  { path: `${PANTHER}\\setupact.log`, text: 'act' },
  { path: `${PANTHER}\\setupmem.dmp`, text: 'memory' },
  { path: `${PANTHER}\\miglog.xml`, text: 'every file of every user' },
  { path: `${PANTHER}\\setup.etl`, text: 'trace' },
  { path: 'C:\\Windows\\Panther\\setuperr.log', text: 'err' },
];

/** Runs /collect from the stick. */
function collected(change: Partial<MachineModel> = {}) {
  const codes: number[] = [];
  const world = worldOf(
    { start: (machine) => void codes.push(collect(machine)) },
    { ...MODEL, files: LEFT, ...change },
  );
  world.run();
  const { files } = world.pc.observer();
  const below = (folder: string): string[] =>
    files.list(folder).flatMap((name) => {
      const path = `${folder}\\${name}`;
      return files.stat(path)?.folder ? below(path) : [path];
    });
  return { codes, screen: world.pc.console, files, below };
}

const READ_ONLY = MODEL.drives.map((drive) => (drive.name === 'E:' ? { ...drive, readOnly: true } : drive));

describe('/collect', () => {
  it('copies every run, and the logs of Setup as they are now, without dumps, traces and lists of files', () => {
    const { codes, screen, below, files } = collected();
    expect(codes).toEqual([0]);
    expect(below('E:\\Reports').map((path) => path.replace(/setup-[0-9TZ]+/, 'setup-TIME'))).toEqual([
      'E:\\Reports\\PC-1-SN1\\run-1\\Collected\\Setup\\a.log',
      'E:\\Reports\\PC-1-SN1\\run-1\\inplace.log',
      'E:\\Reports\\PC-1-SN1\\run-1\\status.jsonl',
      'E:\\Reports\\PC-1-SN1\\run-2\\summary.json',
      'E:\\Reports\\PC-1-SN1\\setup-TIME\\Setup\\Panther\\setupact.log',
      'E:\\Reports\\PC-1-SN1\\setup-TIME\\Windows\\Panther\\setuperr.log',
    ]);
    expect(files.readText('E:\\Reports\\PC-1-SN1\\run-1\\inplace.log')).toBe('log');
    expect(screen).toEqual(['4 files of runs and 2 logs of Windows were copied to E:\\Reports\\PC-1-SN1']);
  });

  it('masks the secret variables of the media, and those of the run that is under way', () => {
    const variables =
      '{"variables":[{"name":"Key","value":"MEDIA-SECRET","secret":true},{"name":"Site","value":"Oslo"}]}';
    const state = {
      format: 1,
      variables: {
        variables: [{ name: 'Pin', value: 'RUN-SECRET', secret: true }],
        formerSecrets: ['OLD-SECRET'],
      },
    };
    const files = [
      { path: 'E:\\deploy\\variables.json', text: variables },
      { path: 'C:\\Inplace\\journal-a.json', text: frame(1, JSON.stringify(state)) },
      { path: `${PANTHER}\\setupact.log`, text: 'media-secret RUN-SECRET OLD-SECRET Oslo' },
    ];
    const { codes, below, files: after } = collected({ files });
    expect(codes).toEqual([0]);
    expect(below('E:\\Reports').map((path) => after.readText(path))).toEqual(['*** *** *** Oslo']);
  });

  it('lets no log of Windows leave unmasked when the variables of the media cannot be read', () => {
    const { codes, screen, below } = collected({
      files: [...LEFT, { path: 'E:\\deploy\\variables.json', text: '{"var' }],
    });
    expect(codes).toEqual([1]);
    expect(screen[0]).toContain('cannot be copied');
    expect(below('E:\\Reports').filter((path) => path.includes('setup-'))).toEqual([]);
  });

  it('leaves everything on the machine where it was', () => {
    const { below } = collected();
    expect(below('C:\\Inplace').length).toBe(4);
  });

  it('copies what there is when no run was ever begun', () => {
    const { codes, screen } = collected({ files: LEFT.filter(({ path }) => !path.includes('Inplace')) });
    expect([codes, screen[0]]).toEqual([[0], expect.stringContaining('0 files of runs and 2 logs of Windows')]);
  });

  it.each([
    ['on a disc', { drives: READ_ONLY }],
    ['on a stick without room', { drives: MODEL.drives.map((drive) => ({ ...drive, freeBytes: 1 })) }],
  ])('that cannot write, %s, ends with 1 and says where the reports are', (_, change) => {
    const { codes, screen } = collected(change);
    expect(codes).toEqual([1]);
    expect(screen.join('\n')).toContain('The reports cannot be copied to E:\\Reports\\PC-1-SN1');
    expect(screen.at(-1)).toContain('They stay in C:\\Inplace\\Reports');
  });

  it('brings to the media what a run could not', () => {
    const disc = modelOf({ drives: READ_ONLY, commands: commandsOf({ a: 5 }) });
    const end = runSequence({ steps: [command('a')], model: disc });
    expect(end.log).toContain('the reports stay in');
    const left = end.machine.files.list('C:\\Inplace\\Reports\\run-1');
    expect(left.includes('summary.json')).toBe(true);
    const files = left
      .map((name) => `C:\\Inplace\\Reports\\run-1\\${name}`)
      .filter((path) => end.machine.files.stat(path)?.folder === false)
      .map((path) => ({ path, text: end.machine.files.readText(path) }));
    const { codes, below } = collected({ files });
    expect(codes).toEqual([0]);
    expect(below('E:\\Reports\\PC-1-SN1\\run-1').length).toBe(files.length);
  });
});
