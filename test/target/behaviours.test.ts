/**
 * One table of what a machine must do (test/target/behaviours), on the simulated machine and under Windows Script Host as
 * Wine has it. What one of the two cannot show is named here, with the tests that show it instead.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { es3Problems } from '../../scripts/engine/es3-rules.mjs';
import { lowerToEs3 } from '../../scripts/engine/lower.mjs';
import { BALANCED_PLAN } from '../../src/target/power-plan.js';
import type { CommandModel, MachineModel } from '../../src/target/simulated/model.js';
import { describeWith } from '../support/tools.js';
import { compiled, driveC, importRegistry, shim, useWine, wine } from '../support/wine.js';
import { type Behaviour, FIXTURES, TOOL } from './behaviours/behaviour.js';
import { BEHAVIOURS } from './behaviours/table.js';
import { MODEL, worldOf } from './simulated/models.js';

/** A test that shows it instead: a file of the repository and a part of a title in it. */
interface Instead {
  readonly lacks: string;
  readonly file: string;
  readonly title: string;
}

const SIMULATION_LACKS: Readonly<Record<string, Instead>> = {
  'a program gets its words, its environment and its folder as they are said': {
    lacks: 'its programs print what the model says, whatever their environment is',
    file: 'test/target/wsh/processes.test.ts',
    title: 'environment',
  },
  'a program runs until it and what it has started have ended': {
    lacks: 'of its programs only Windows Setup starts another',
    file: 'test/target/simulated/machine.test.ts',
    title: 'SetupHost',
  },
};

const WINE_LACKS: Readonly<Record<string, Instead>> = {
  'a list in the registry is joined with line feeds': {
    lacks: 'RegRead of Wine 8 gives nothing for REG_MULTI_SZ',
    file: 'test/target/wsh/registry.test.ts',
    title: 'lists are joined',
  },
  'WMI gives a row for the running Windows': {
    lacks: 'Wine 8 has no Enumerator over the rows of a query',
    file: 'test/target/wsh/wmi.test.ts',
    title: 'every property of every row',
  },
  'a program that is ended is gone with all it has started, and leaves no exit code': {
    lacks: 'Wine 8 has no Enumerator over Win32_Process',
    file: 'test/target/wsh/processes.test.ts',
    title: 'ends the process tree',
  },
};

/** Parts of the machine that Wine answers differently without a behaviour failing; the fakes play what Windows does. */
const WINE_ANSWERS_OTHERWISE: Readonly<Record<string, Instead>> = {
  'WScript.Sleep': {
    lacks: 'Wine 8 has none: ping waits instead',
    file: 'test/target/wsh/clock.test.ts',
    title: 'sleeps by the script host',
  },
  'Enumerator over Files and SubFolders': {
    lacks: 'Wine 8 has none: dir lists instead',
    file: 'test/target/wsh/files.test.ts',
    title: 'lists files and folders',
  },
  'TextStream.Skip': {
    lacks: 'Wine 8 has none: the whole file is read instead',
    file: 'test/target/wsh/files.test.ts',
    title: 'skips',
  },
  'MSFT_Volume.Flush': {
    lacks: 'Wine has no such namespace: nothing is flushed',
    file: 'test/target/wsh/flush.test.ts',
    title: 'flushes the volume',
  },
  'ADODB.Stream': {
    lacks: 'Wine has none: characters are replaced, as in WinPE',
    file: 'test/target/wsh/oem-text.test.ts',
    title: 'code page',
  },
  'Attributes, owner and access of a folder': {
    lacks: 'Wine 8 has no Attributes, and icacls is a stub that says 0',
    file: 'test/target/wsh/protected-folder.test.ts',
    title: 'link',
  },
};

const entryModule = fileURLToPath(new URL('behaviours/in-script-host.ts', import.meta.url));

function command(match: string, exitCode: number, more: Partial<CommandModel> = {}): CommandModel {
  return { match: `tool.exe" ${match}`, exitCodes: [exitCode], seconds: 1, output: '', ...more };
}

const SIMULATED: MachineModel = {
  ...MODEL,
  files: [{ path: TOOL, size: 1000 }],
  registry: [
    { key: FIXTURES, value: 'List', data: 'one\ntwo' },
    { key: FIXTURES, value: '', data: 'the default' },
  ],
  commands: [
    command('exit 0x', 0xc1900208, { output: 'exit 0xC1900208\r\n' }),
    command('exit 3010', 3010, { output: 'exit 3010\r\n' }),
    command('exit 0', 0, { output: 'exit 0\r\n' }),
    command('child 30', 0, { hangs: true }),
    command('sleep', 0, { seconds: 2 }),
  ],
};

/** Runs one behaviour as a process of a fresh simulated machine. */
function simulated({ run }: Behaviour): unknown {
  let result: unknown;
  const folder = 'C:\\behave\\1';
  const world = worldOf(
    {
      start: (machine) => {
        machine.files.createFolder(folder);
        let held = '';
        result = run({
          machine,
          folder,
          hold: (path) => {
            held = path.toLowerCase();
            world.pc.machineFor('E:').files.lock(path);
          },
          release: () => void world.pc.locks.delete(held),
        });
      },
    },
    SIMULATED,
  );
  world.run();
  return result;
}

describe('behaviours on the simulated machine', () => {
  it.each(BEHAVIOURS.filter(({ name }) => !(name in SIMULATION_LACKS)).map((one) => [one.name, one] as const))(
    '%s',
    (_, behaviour) => {
      expect(simulated(behaviour)).toEqual(behaviour.expected);
    },
  );
});

describe('behaviours that a machine cannot show', () => {
  it.each(Object.entries({ ...SIMULATION_LACKS, ...WINE_LACKS, ...WINE_ANSWERS_OTHERWISE }))(
    'are shown by another test: %s',
    (_, { file, title }) => {
      const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
      expect(existsSync(path) && readFileSync(path, 'utf8').includes(title)).toBe(true);
    },
  );

  it('are behaviours', () => {
    const names = new Set(BEHAVIOURS.map(({ name }) => name));
    const strangers = Object.keys({ ...SIMULATION_LACKS, ...WINE_LACKS }).filter((name) => !names.has(name));
    expect([strangers, names.size]).toEqual([[], BEHAVIOURS.length]);
  });
});

describeWith(['wine', 'x86_64-w64-mingw32-gcc'], 'behaviours under the script host of Wine', () => {
  useWine();
  const results = new Map<string, string>();

  beforeAll(async () => {
    const program = await lowerToEs3(entryModule);
    expect(es3Problems(program)).toEqual([]);
    const folder = join(driveC(), 'behave');
    mkdirSync(folder);
    writeFileSync(join(folder, 'behaviours.js'), program);
    copyFileSync(await compiled('behaviour-tool'), join(folder, 'tool.exe'));
    for (const name of ['certutil', 'schtasks', 'powercfg']) await shim(name, 'behaviour-programs', ['-lbcrypt']);
    await importRegistry([
      `[${FIXTURES}]`,
      '@="the default"',
      '"List"=hex(7):6f,6e,65,00,74,77,6f,00,00',
      '[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Memory Management\\PrefetchParameters]',
      '"BootId"=dword:00000011',
      '[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Power\\User\\PowerSchemes]',
      `"ActivePowerScheme"="${BALANCED_PLAN}"`,
      `[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Power\\User\\PowerSchemes\\${BALANCED_PLAN}]`,
    ]);
    const words = [
      'cscript.exe',
      '//nologo',
      'C:\\behave\\behaviours.js',
      'C:\\behave\\results.txt',
      'C:\\behave\\run',
    ];
    await wine(words, { timeout: 90_000 });
    const lines = readFileSync(join(folder, 'results.txt'), 'utf8').split('\r\n');
    for (const line of lines) {
      const [, name = line, result = ''] = /^([^|]*)\|\d+\|(.*)$/.exec(line) ?? [];
      results.set(name, result);
    }
  }, 150_000);

  it('all have run', () => {
    expect([...results.keys()].includes('end')).toBe(true);
  });

  it.each(BEHAVIOURS.filter(({ name }) => !(name in WINE_LACKS)).map((one) => [one.name, one] as const))(
    '%s',
    (_, { name, expected }) => {
      expect(JSON.parse(results.get(name) ?? 'null')).toEqual(expected);
    },
  );
});
