/** The simulated machine behaves as Windows does, as far as the engine can see. */
import { describe, expect, it } from 'vitest';
import { hookScript } from '../../../src/target/hooks.js';
import type { Machine } from '../../../src/target/machine.js';
import type { MachineModel } from '../../../src/target/simulated/model.js';
import type { World, WorldOptions } from '../../../src/target/simulated/world.js';
import { BEGAN, MODEL, onMachine, TASK_XML, worldOf } from './models.js';

const RESULTS = { resultFile: 'C:\\out.txt', outputFile: 'C:\\log.txt', workingDirectory: 'C:\\', environment: {} };
const SETUP = '"E:\\setup.exe" /auto upgrade /quiet /imageindex 1';
const CURRENT = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';

describe('files', () => {
  it('reads, writes, appends, lists and removes; names have no case', () => {
    onMachine(({ files }) => {
      files.createFolder('C:\\a\\B\\c');
      files.writeText('C:\\a\\b\\x.txt', 'one');
      files.appendText('C:\\A\\B\\X.TXT', ' two');
      expect(files.readText('c:\\a\\b\\x.txt')).toBe('one two');
      expect(files.readTail('c:\\a\\b\\x.txt', 3)).toBe('two');
      expect(files.list('C:\\a\\b')).toEqual(['c', 'x.txt']);
      files.remove('C:\\a');
      expect(files.stat('C:\\a\\b\\x.txt')).toBeUndefined();
      expect(files.list('C:\\a\\b')).toEqual([]);
    });
  });

  it('throws what Windows would say of a path that is not there, of a full disk and of write protection', () => {
    const small = {
      ...MODEL,
      drives: [
        { ...MODEL.drives[0]!, freeBytes: 10 },
        { ...MODEL.drives[1]!, readOnly: true },
      ],
    };
    onMachine(({ files }) => {
      expect(() => files.writeText('C:\\none\\x', '')).toThrow('Path not found');
      expect(() => files.readText('C:\\none')).toThrow('File not found');
      expect(() => files.writeText('C:\\x', 'more than ten')).toThrow('not enough space');
      expect(() => files.writeText('E:\\x', '')).toThrow('write protected');
      expect(() => files.writeText('Q:\\x', '')).toThrow('Path not found');
    }, small);
  });

  it('tells the room that is left, and gives it back', () => {
    onMachine(({ files }) => {
      const free = () => files.drives()[0]!.freeBytes;
      const before = free();
      files.copyFile('E:\\setup.exe', 'C:\\setup.exe');
      expect(before - free()).toBe(1000);
      files.remove('C:\\setup.exe');
      expect(free()).toBe(before);
    });
  });

  it('hashes what a file holds: a copy has the same hash', () => {
    onMachine(({ files }) => {
      files.copyFile('E:\\setup.exe', 'C:\\setup.exe');
      expect(files.sha256('C:\\setup.exe')).toBe(files.sha256('E:\\setup.exe'));
      // printf hello | sha256sum
      expect(files.sha256('C:\\Users\\Public\\note.txt')).toBe(
        '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
      );
    });
  });

  it('refuses a folder of somebody else', () => {
    const model = { ...MODEL, files: [{ path: 'C:\\Inplace', folder: true, foreign: true }] };
    onMachine(({ files }) => {
      expect(() => files.createProtectedFolder('C:\\Inplace')).toThrow('belongs to somebody else');
    }, model);
  });
});

describe('registry', () => {
  it('finds keys and values without case, and the short names of roots', () => {
    onMachine(({ registry }) => {
      expect(registry.read('HKEY_LOCAL_MACHINE\\software\\CONTOSO', 'ring')).toBe(2);
      expect(registry.exists('HKEY_LOCAL_MACHINE\\SOFTWARE')).toBe(true);
      registry.write('HKLM\\SOFTWARE\\Contoso\\Sub', '', 'x');
      expect(registry.subkeys('HKEY_LOCAL_MACHINE\\SOFTWARE\\Contoso')).toEqual(['Sub']);
      registry.removeValue('HKLM\\SOFTWARE\\Contoso', 'Ring');
      expect(registry.read('HKLM\\SOFTWARE\\Contoso', 'Ring')).toBeUndefined();
    });
  });
});

describe('programs', () => {
  const commands: MachineModel['commands'] = [
    { match: 'slow.exe', exitCodes: [1, 0], seconds: 60, output: 'done' },
    { match: 'never.exe', exitCodes: [0], seconds: 1, output: '', hangs: true },
    { match: 'gone.exe', exitCodes: [0], seconds: 1, output: '', vanishes: true },
    { match: 'msi*{1}', exitCodes: [0], seconds: 1, output: '', removes: ['C:\\Users\\Public\\note.txt'] },
  ];
  const model = { ...MODEL, commands };

  it('end after their time, with an exit code for each run and their output', () => {
    onMachine(({ processes, clock, files }) => {
      const first = processes.start({ ...RESULTS, line: 'slow.exe /x' });
      clock.sleep(59_000);
      expect([processes.isRunning(first), files.stat('C:\\out.txt')]).toEqual([true, undefined]);
      clock.sleep(2000);
      expect([processes.isRunning(first), files.readText('C:\\out.txt')]).toEqual([false, '1\r\n']);
      expect(files.readText('C:\\log.txt')).toBe('done');
      processes.start({ ...RESULTS, line: 'slow.exe' });
      clock.sleep(61_000);
      expect(files.readText('C:\\out.txt')).toBe('0\r\n');
    }, model);
  });

  it('may hang, vanish, or change the machine', () => {
    onMachine(({ processes, clock, files }) => {
      const hangs = processes.start({ ...RESULTS, line: 'never.exe' });
      const vanishes = processes.start({ ...RESULTS, line: 'gone.exe' });
      processes.start({ ...RESULTS, resultFile: 'C:\\3', line: 'msiexec /x {1}' });
      clock.sleep(3_600_000);
      expect([processes.isRunning(hangs), processes.isRunning(vanishes)]).toEqual([true, false]);
      expect([files.stat('C:\\out.txt'), files.stat('C:\\Users\\Public\\note.txt')]).toEqual([undefined, undefined]);
      processes.end(hangs);
      expect(processes.isRunning(hangs)).toBe(false);
    }, model);
  });

  it('cannot be started from a path where there is none, and nobody needs to describe "cmd /c exit 5"', () => {
    onMachine(({ processes, clock, files }) => {
      expect(() => processes.start({ ...RESULTS, line: '"C:\\none.exe"' })).toThrow('cannot find the file');
      processes.start({ ...RESULTS, line: '"C:\\Windows\\System32\\cmd.exe" /d /s /c "cmd /c exit 5"' });
      clock.sleep(10_000);
      expect(files.readText('C:\\out.txt')).toBe('5\r\n');
    }, model);
  });
});

describe('BitLocker', () => {
  const namespace = 'root\\cimv2\\Security\\MicrosoftVolumeEncryption';
  const query = "SELECT * FROM Win32_EncryptableVolume WHERE DriveLetter = 'C:'";
  const status = ({ wmi }: Machine) => wmi.query(namespace, query)[0]!['ProtectionStatus'];

  it('comes back by itself after the restarts it was suspended for', () => {
    const seen: unknown[] = [];
    const world = worldOf({
      start: (machine) => {
        machine.wmi.invoke(namespace, query, 'DisableKeyProtectors', { DisableCount: 2 });
        machine.tasks.register('Inplace', TASK_XML);
        seen.push(status(machine));
        machine.power.restart(0, '');
        machine.clock.sleep(10_000);
      },
      resume: (machine) => {
        seen.push(status(machine));
        if (seen.length === 4) machine.tasks.remove('Inplace');
        else if (seen.length < 4) machine.power.restart(0, '');
      },
    });
    expect(world.run().quiet).toBe(true);
    expect(seen).toEqual([0, 0, 1, 1]);
  });

  it('has no count before Windows 8, and no namespace where nothing can be encrypted', () => {
    const seven = { ...MODEL, windows: { ...MODEL.windows, build: 7601 } };
    onMachine((machine) => {
      expect(machine.wmi.invoke(namespace, query, 'DisableKeyProtectors', { DisableCount: 1 }) >>> 0).toBe(0x80070057);
      expect(machine.wmi.invoke(namespace, query, 'DisableKeyProtectors', {})).toBe(0);
    }, seven);
    onMachine(({ wmi }) => expect(() => wmi.query(namespace, query)).toThrow('Invalid namespace'), {
      ...MODEL,
      bitLocker: [],
    });
    onMachine(
      (machine) => {
        expect(status(machine)).toBe(0);
        expect(machine.wmi.invoke(namespace, query, 'EnableKeyProtectors', {}) >>> 0).toBe(0x80310001);
      },
      { ...MODEL, bitLocker: [{ drive: 'C:', state: 'none' }] },
    );
  });
});

describe('Windows Setup', () => {
  const hooks = `${SETUP} /postoobe "C:\\ok.cmd" /postrollback "C:\\back.cmd"`;
  /** Runs Setup, restarts, and tells what there is an hour after that. */
  function upgrade(more: Partial<MachineModel>, line = hooks): (string | number | undefined | boolean)[] {
    let found: (string | number | undefined | boolean)[] = [];
    const world = worldOf(
      {
        start: ({ files, processes, clock, tasks, power }) => {
          const task = { name: 'Inplace', xml: 'C:\\task.xml' };
          files.writeText('C:\\task.xml', TASK_XML);
          files.writeText('C:\\ok.cmd', hookScript('C:\\upgraded', task));
          files.writeText('C:\\back.cmd', hookScript('C:\\back', task));
          tasks.register('Inplace', TASK_XML);
          processes.start({ ...RESULTS, line });
          clock.sleep(3_600_000);
          power.restart(10, '');
          clock.sleep(60_000);
        },
        resume: ({ registry, files, clock, tasks, power }) => {
          if (power.bootId() === 'boot-1') return;
          const oobe = registry.read('HKLM\\SYSTEM\\Setup', 'OOBEInProgress');
          if (oobe === 1) return;
          clock.sleep(3_600_000);
          found = [
            registry.read(CURRENT, 'CurrentBuildNumber'),
            files.stat('C:\\upgraded') !== undefined,
            files.stat('C:\\back') !== undefined,
            files.readText('C:\\out.txt').trim(),
          ];
          tasks.remove('Inplace');
        },
      },
      { ...MODEL, ...more },
    );
    world.run();
    return found;
  }

  it('brings the image that was asked for, and runs its hook when OOBE is over', () => {
    expect(upgrade({})).toEqual(['26100', true, false, '0']);
  });

  it('goes back to the old Windows, with the code in its logs', () => {
    expect(upgrade({ setup: { ...MODEL.setup, rollback: 0x30018 } })).toEqual(['19045', false, true, '0']);
  });

  it('ignores hooks under an OEM licence, and may lose scheduled tasks, which the hook then brings back', () => {
    expect(upgrade({ setup: { ...MODEL.setup, ignoresHooks: true } })).toEqual(['26100', false, false, '0']);
    expect(upgrade({ setup: { ...MODEL.setup, losesTasks: true } })).toEqual(['26100', true, false, '0']);
    expect(upgrade({ setup: { ...MODEL.setup, losesTasks: true, ignoresHooks: true } })).toEqual([]);
  });

  it('only scans, or fails with its code, and then a restart is only a restart', () => {
    expect(upgrade({}, `${SETUP} /compat scanonly`)).toEqual(['19045', false, false, String(0xc1900210 | 0)]);
    const run = { ...MODEL.setup.upgrade, exitCodes: [0xc1900208] };
    expect(upgrade({ setup: { ...MODEL.setup, upgrade: run } })[0]).toBe('19045');
  });

  it('has no image that the media do not hold', () => {
    expect(upgrade({}, hooks.replace('index 1', 'index 9'))[3]).toBe(String(0xc1900204 | 0));
  });

  it('goes on in SetupHost.exe', () => {
    const setup = { ...MODEL.setup, upgrade: { ...MODEL.setup.upgrade, hostSeconds: 600 } };
    onMachine(
      ({ processes, clock }) => {
        processes.start({ ...RESULTS, line: SETUP });
        clock.sleep(1_801_000);
        expect(processes.isImageRunning('setuphost.EXE')).toBe(true);
        clock.sleep(600_000);
        expect(processes.isImageRunning('SetupHost.exe')).toBe(false);
      },
      { ...MODEL, setup },
    );
  });
});

describe('what people and firmware do', () => {
  it('a stick is pulled and put back; the clock jumps', () => {
    const model: MachineModel = {
      ...MODEL,
      media: { ...MODEL.media, pulled: { after: 60, back: 120 } },
      clock: { ...MODEL.clock, jumps: [{ after: 30, by: -86_400 }] },
    };
    const seen = onMachine(({ files, clock }) => {
      const look = () => ({
        seconds: Math.floor((clock.now() - BEGAN) / 1000),
        setup: files.stat('E:\\setup.exe')?.size,
        drives: files.drives().length,
      });
      const first = look();
      clock.sleep(61_000);
      const second = look();
      clock.sleep(60_000);
      return [first, second, look()];
    }, model);
    expect(seen).toEqual([
      { seconds: 0, setup: 1000, drives: 2 },
      { seconds: 61 - 86_400, setup: undefined, drives: 1 },
      { seconds: 121 - 86_400, setup: 1000, drives: 2 },
    ]);
  });

  it('the technician starts again with a stick that was pulled under /start, and after a cut everything begins anew', () => {
    const starts: (readonly [number, boolean])[] = [];
    const worldWith = (pulled: { after: number; back?: number }, options: WorldOptions = {}): World => {
      starts.length = 0;
      const model = { ...MODEL, media: { ...MODEL.media, pulled } };
      const start = ({ clock, files }: Machine): void => {
        clock.sleep(10_000);
        starts.push([Math.floor((clock.now() - BEGAN) / 1000), files.stat('E:\\setup.exe') !== undefined]);
      };
      return worldOf({ start }, model, options);
    };
    const pulledOut = [10, false] as const;
    worldWith({ after: 5 }).run();
    expect(starts).toEqual([pulledOut]);
    worldWith({ after: 5, back: 60 }).run();
    expect(starts).toEqual([pulledOut, [670, true]]);
    worldWith({ after: 5, back: 7 }).run();
    expect(starts).toEqual([
      [10, true],
      [620, true],
    ]);
    // cut in its first sleep: 40 s until Windows runs, ten minutes until the technician is back, and all of it again
    worldWith({ after: 5 }, { cutAt: 1 }).run();
    expect(starts).toEqual([[650, false]]);
  });

  it('a mounted ISO is gone after a restart, a stick may have another letter', () => {
    const letters = (media: Partial<MachineModel['media']>): string[] => {
      let found: string[] = [];
      const world = worldOf(
        {
          start: ({ tasks, power, clock }) => {
            tasks.register('Inplace', TASK_XML);
            power.restart(0, '');
            clock.sleep(1000);
          },
          resume: ({ files, tasks }) => {
            found = files.drives().map(({ name }) => (files.stat(`${name}\\setup.exe`) ? `${name}\\setup.exe` : name));
            tasks.remove('Inplace');
          },
        },
        { ...MODEL, media: { ...MODEL.media, ...media } },
      );
      world.run();
      return found;
    };
    expect(letters({})).toEqual(['C:', 'E:\\setup.exe']);
    expect(letters({ survivesRestart: false })).toEqual(['C:']);
    expect(letters({ laterDrive: 'G:' })).toEqual(['C:', 'G:\\setup.exe']);
  });

  it('Windows may ignore a request to restart; the boot id says whether it did', () => {
    onMachine(
      ({ power, clock }) => {
        const before = power.bootId();
        power.restart(0, '');
        clock.sleep(100_000);
        expect(power.bootId()).toBe(before);
      },
      { ...MODEL, restartsIgnored: 1 },
    );
  });

  it('a lock dies with its process, and no other process gets it before', () => {
    const seen: boolean[] = [];
    const world = worldOf({
      start: ({ files, tasks, clock }) => {
        tasks.register('Inplace', TASK_XML);
        seen.push(files.lock('C:\\engine.lock'), files.lock('C:\\engine.lock'));
        clock.sleep(400_000);
      },
      resume: ({ files, tasks }) => {
        seen.push(files.lock('C:\\engine.lock'));
        if (seen.length === 4) tasks.remove('Inplace');
      },
    });
    world.run();
    expect(seen).toEqual([true, true, false, true]);
  });

  it('gives up on an engine that waits for ever, and says so', () => {
    const world = worldOf({
      start: ({ clock }) => {
        for (;;) clock.sleep(60_000);
      },
    });
    expect(world.run().quiet).toBe(false);
  });
});
