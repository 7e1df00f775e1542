/**
 * The table under Windows Script Host: `RESULTS FOLDER` writes a line `name|JSON` for each behaviour and a last one,
 * `hold PATH RELEASED` is the other process that has a lock.
 */
import { writeJson } from '../../../src/target/json.js';
import type { Machine } from '../../../src/target/machine.js';
import { quit, scriptArguments } from '../../../src/target/wsh/host.js';
import { openMachine } from '../../../src/target/wsh/machine.js';
import { comReasonOf } from '../../../src/target/wsh/system.js';
import type { Place } from './behaviour.js';
import { BEHAVIOURS } from './table.js';

declare const WScript: { readonly ScriptFullName: unknown };

const SECONDS = 30;

function hold(machine: Machine, path: string, released: string): void {
  machine.files.writeText(`${path}.held`, machine.files.lock(path) ? 'held' : 'refused');
  for (let waited = 0; waited < SECONDS && !machine.files.stat(released); waited++) machine.clock.sleep(1000);
}

function place(machine: Machine, folder: string): Place {
  let holder = '';
  const released = `${folder}\\released`;
  return {
    machine,
    folder,
    hold: (path) => {
      const script = String(WScript.ScriptFullName);
      holder = machine.processes.start({
        line: `"${machine.environment.windowsFolder}\\System32\\cscript.exe" //nologo "${script}" hold "${path}" "${released}"`,
        workingDirectory: folder,
        environment: {},
        resultFile: `${folder}\\holder.exit`,
        outputFile: `${folder}\\holder.out`,
      });
      for (let waited = 0; waited < 100 && !machine.files.stat(`${path}.held`); waited++) machine.clock.sleep(100);
    },
    release: () => {
      machine.files.writeText(released, '');
      for (let waited = 0; waited < SECONDS && machine.processes.isRunning(holder); waited++) machine.clock.sleep(200);
    },
  };
}

function runAll(machine: Machine, results: string, folder: string): void {
  let number = 0;
  for (const behaviour of BEHAVIOURS) {
    number += 1;
    const own = `${folder}\\${number}`;
    machine.files.createFolder(own);
    const began = machine.clock.now();
    let result = '';
    try {
      result = writeJson(behaviour.run(place(machine, own)));
    } catch (error) {
      result = `threw: ${comReasonOf(error)}`;
    }
    machine.files.appendText(results, `${behaviour.name}|${machine.clock.now() - began}|${result}\r\n`);
  }
  machine.files.appendText(results, 'end\r\n');
}

const [first = '', second = '', third = ''] = scriptArguments();
const machine = openMachine();
if (first === 'hold') hold(machine, second, third);
else runAll(machine, first, second);
quit(0);
