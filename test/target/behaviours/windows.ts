/** Registry, programs, tasks, clock, power, what Windows says of itself. */
import type { Machine } from '../../../src/target/machine.js';
import { AWAKE_PLAN } from '../../../src/target/power-plan.js';
import { type Behaviour, FIXTURES, KEY, type Place, sorted, TOOL, thrown } from './behaviour.js';

/** Runs the tool to its end. @returns its exit code as the result file has it, and its output */
function ran(place: Place, words: string, environment: Readonly<Record<string, string>> = {}): [number, string] {
  const { files, clock } = place.machine;
  const resultFile = `${place.folder}\\tool.exit`;
  const outputFile = `${place.folder}\\tool.out`;
  files.remove(resultFile);
  start(place, words, environment);
  for (let waited = 0; waited < 400 && !files.stat(resultFile); waited++) clock.sleep(100);
  return [parseInt(files.readText(resultFile), 10) >>> 0, files.readText(outputFile).replace(/\s+$/, '')];
}

function start({ machine, folder }: Place, words: string, environment: Readonly<Record<string, string>> = {}): string {
  return machine.processes.start({
    line: `"${TOOL}" ${words}`,
    workingDirectory: folder,
    environment,
    resultFile: `${folder}\\tool.exit`,
    outputFile: `${folder}\\tool.out`,
  });
}

const REGISTRY: readonly Behaviour[] = [
  {
    name: 'text and numbers come back from the registry, all 32 bits',
    expected: ['text "x" %PATH%', '', 0, 1, 4294967295, 2147483648],
    run: ({ machine: { registry } }) => {
      const values = ['text "x" %PATH%', '', 0, 1, 4294967295, 2147483648];
      const read: unknown[] = [];
      for (let index = 0; index < values.length; index++) registry.write(KEY, `v ${index}`, values[index] ?? '');
      for (let index = 0; index < values.length; index++) read.push(registry.read(KEY, `v ${index}`));
      return read;
    },
  },
  {
    name: 'a value is replaced, also by one of another kind',
    expected: 'now text',
    run: ({ machine: { registry } }) => {
      registry.write(KEY, 'changes', 5);
      registry.write(KEY, 'changes', 'now text');
      return registry.read(KEY, 'CHANGES');
    },
  },
  {
    name: 'keys and values that are not there are not there',
    expected: [true, true, false, true, []],
    run: ({ machine: { registry } }) => {
      registry.write(KEY, 'here', 1);
      return [
        registry.read(KEY, 'nowhere') === undefined,
        registry.read(`${KEY}\\Nowhere`, 'x') === undefined,
        registry.exists(`${KEY}\\Nowhere`),
        registry.exists(KEY.toLowerCase()),
        registry.subkeys(`${KEY}\\Nowhere`),
      ];
    },
  },
  {
    name: 'subkeys are the names of one level, with blanks and signs',
    expected: ['A b', 'KB123 {x}', 'deep'],
    run: ({ machine: { registry } }) => {
      registry.write(`${KEY}\\Sub\\A b`, 'v', 1);
      registry.write(`${KEY}\\Sub\\KB123 {x}`, 'v', 1);
      registry.write(`${KEY}\\Sub\\deep\\deeper`, 'v', 1);
      return sorted(registry.subkeys(`${KEY}\\Sub`));
    },
  },
  {
    name: 'a removed value is gone, and removing it again is no error',
    expected: [true, 2],
    run: ({ machine: { registry } }) => {
      registry.write(KEY, 'goes', 1);
      registry.write(KEY, 'stays', 2);
      registry.removeValue(KEY, 'goes');
      registry.removeValue(KEY, 'goes');
      return [registry.read(KEY, 'goes') === undefined, registry.read(KEY, 'stays')];
    },
  },
  {
    name: 'the view of 32 bit is another one, and is named by its key',
    expected: [64, 32],
    run: ({ machine: { registry } }) => {
      const narrow = KEY.replace('SOFTWARE', 'SOFTWARE\\WOW6432Node');
      registry.write(KEY, 'view', 64);
      registry.write(narrow, 'view', 32);
      return [registry.read(KEY, 'view'), registry.read(narrow, 'view')];
    },
  },
  {
    name: 'a list in the registry is joined with line feeds',
    expected: 'one\ntwo',
    run: ({ machine: { registry } }) => registry.read(FIXTURES, 'List'),
  },
  {
    name: 'the empty name is the default value of a key',
    expected: 'the default',
    run: ({ machine: { registry } }) => registry.read(FIXTURES, ''),
  },
];

const PROCESSES: readonly Behaviour[] = [
  {
    name: 'exit codes have 32 bits, and output is kept',
    expected: [
      [0, 'exit 0'],
      [3010, 'exit 3010'],
      [3247440392, 'exit 0xC1900208'],
    ],
    run: (place) => [ran(place, 'exit 0'), ran(place, 'exit 3010'), ran(place, 'exit 0xC1900208')],
  },
  {
    name: 'a program gets its words, its environment and its folder as they are said',
    expected: ['100% & "quoted" ^ !x!', 'words|a b|c&d|%TEMP%|(e)', true],
    run: (place) => {
      const value = '100% & "quoted" ^ !x!';
      const folder = ran(place, 'folder')[1].toLowerCase();
      return [
        ran(place, 'environment INPLACE_SECRET', { INPLACE_SECRET: value })[1],
        ran(place, 'words "a b" "c&d" "%TEMP%" (e)')[1],
        folder === place.folder.toLowerCase(),
      ];
    },
  },
  {
    name: 'a program runs until it and what it has started have ended',
    expected: [true, 'result', true, false],
    run: (place) => {
      const { files, clock, processes } = place.machine;
      files.remove(`${place.folder}\\tool.exit`);
      const process = start(place, 'child 4');
      const first = processes.isRunning(process);
      for (let waited = 0; waited < 50 && !files.stat(`${place.folder}\\tool.exit`); waited++) clock.sleep(100);
      const result = files.stat(`${place.folder}\\tool.exit`) ? 'result' : 'no result';
      const child = processes.isRunning(process);
      for (let waited = 0; waited < 150 && processes.isRunning(process); waited++) clock.sleep(100);
      return [first, result, child, processes.isRunning(process)];
    },
  },
  {
    name: 'a program that is not there ends badly or does not begin',
    expected: 'failed',
    run: (place) => {
      const { files, clock, processes } = place.machine;
      const resultFile = `${place.folder}\\none.exit`;
      try {
        processes.start({
          line: `"${place.folder}\\none.exe" x`,
          workingDirectory: place.folder,
          environment: {},
          resultFile,
          outputFile: `${place.folder}\\none.out`,
        });
      } catch {
        return 'failed';
      }
      for (let waited = 0; waited < 100 && !files.stat(resultFile); waited++) clock.sleep(100);
      return parseInt(files.readText(resultFile), 10) === 0 ? 'succeeded' : 'failed';
    },
  },
  {
    name: 'a program that is ended is gone with all it has started, and leaves no exit code',
    expected: [true, false, 'no result'],
    run: (place) => {
      const { files, clock, processes } = place.machine;
      const process = start(place, 'child 30');
      const before = processes.isRunning(process);
      processes.end(process);
      clock.sleep(1000);
      return [before, processes.isRunning(process), files.stat(`${place.folder}\\tool.exit`) ? 'result' : 'no result'];
    },
  },
  {
    name: 'a program that was started is found again by its result file, and none that never was',
    expected: [true, true, true],
    run: (place) => {
      const { processes } = place.machine;
      const process = start(place, 'sleep 2');
      return [
        processes.adopt(`${place.folder}\\tool.exit`) === process,
        processes.isRunning(process),
        processes.adopt(`${place.folder}\\other.exit`) === undefined,
      ];
    },
  },
  {
    name: 'a program is found by its name while it runs',
    expected: [true, false],
    run: (place) => {
      start(place, 'sleep 2');
      const { processes } = place.machine;
      return [processes.isImageRunning('tool.exe'), processes.isImageRunning('nobody.exe')];
    },
  },
];

const REST: readonly Behaviour[] = [
  {
    name: 'a task is registered, replaced, run and removed',
    expected: [false, true, true, false, 'threw'],
    run: ({ machine: { tasks } }) => {
      const name = 'Inplace behaviour';
      const seen: unknown[] = [tasks.exists(name)];
      tasks.register(name, TASK);
      seen.push(tasks.exists(name));
      tasks.register(name, TASK);
      tasks.run(name);
      seen.push(tasks.exists(name));
      tasks.remove(name);
      tasks.remove(name);
      seen.push(
        tasks.exists(name),
        thrown(() => tasks.run(name)),
      );
      return seen;
    },
  },
  {
    name: 'what is no task is refused',
    expected: ['threw', false],
    run: ({ machine: { tasks } }) => [
      thrown(() => tasks.register('Inplace wrong', '<?xml version="1.0"?><Nothing/>')),
      tasks.exists('Inplace wrong'),
    ],
  },
  {
    name: 'time passes while the engine sleeps',
    expected: [true, true, 'number'],
    run: ({ machine: { clock } }) => {
      const before = clock.now();
      clock.sleep(1100);
      const passed = clock.now() - before;
      return [passed >= 1000, passed < 20000, typeof clock.bias()];
    },
  },
  {
    name: 'a start of Windows has one name',
    expected: [true, true],
    run: ({ machine: { power } }) => {
      const first = power.bootId();
      return [first !== '', power.bootId() === first];
    },
  },
  {
    name: 'the power plan is exchanged and comes back, once or twice',
    expected: [true, true, true, true, true],
    run: ({ machine: { power } }) => {
      const plan = power.plan() ?? '';
      power.stayAwake(plan);
      const seen: unknown[] = [plan !== AWAKE_PLAN, power.plan() === AWAKE_PLAN];
      power.stayAwake(plan);
      seen.push(power.plan() === AWAKE_PLAN);
      power.letSleep(plan);
      seen.push(power.plan() === plan);
      power.letSleep(plan);
      seen.push(power.plan() === plan);
      return seen;
    },
  },
  {
    name: 'the environment has no ends, blanks or NULs too many',
    expected: ['C:', true, true, '', true],
    run: ({ machine: { environment, files } }) => [
      environment.systemDrive,
      environment.windowsFolder.toLowerCase() === 'c:\\windows',
      isFolder(files, environment.temporaryFolder),
      environment.variable('INPLACE_NO_SUCH_VARIABLE'),
      /^[A-Za-z0-9-]+$/.test(environment.computerName),
    ],
  },
  {
    name: 'WMI gives a row for the running Windows',
    expected: [1, 'string', true],
    run: ({ machine: { wmi } }) => {
      const rows = wmi.query('root\\cimv2', 'SELECT Version, LastBootUpTime FROM Win32_OperatingSystem');
      const version = String(rows[0]?.['Version'] ?? '');
      return [rows.length, typeof rows[0]?.['Version'], /^\d+\.\d+\.\d+/.test(version)];
    },
  },
  {
    name: 'a namespace that WMI does not have is an error',
    expected: 'threw',
    run: ({ machine: { wmi } }) => thrown(() => wmi.query('root\\no\\such', 'SELECT * FROM Win32_Nothing')),
  },
  {
    name: 'a line is written on the screen whatever is in it',
    expected: 'done',
    run: ({ machine: { console } }) => {
      console.write('a line \u00e4 \u65e5\u672c');
      return 'done';
    },
  },
];

/** The temporary folder is there; on the simulated machine nobody has made it. */
function isFolder(files: Machine['files'], path: string): boolean {
  files.createFolder(path);
  return files.stat(path)?.folder === true;
}

const TASK =
  '<?xml version="1.0"?><Task version="1.2"><Triggers/><Actions><Exec><Command>cmd.exe</Command></Exec></Actions></Task>';

export const WINDOWS: readonly Behaviour[] = [...REGISTRY, ...PROCESSES, ...REST];
