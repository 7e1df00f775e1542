/** The computer the engine runs on, through Windows Script Host. */
import type { Machine } from '../machine.js';
import { WshClock } from './clock.js';
import { WshConsole } from './console.js';
import { WshEnvironment } from './environment.js';
import { WshFiles } from './files.js';
import { WshPower } from './power.js';
import { WshProcesses } from './processes.js';
import { WshRegistry } from './registry.js';
import { openSystem } from './system.js';
import { WshTasks } from './tasks.js';
import { WshWmi } from './wmi.js';

/** @throws Error when the script host may not use the objects it needs */
export function openMachine(): Machine {
  const system = openSystem();
  const clock = new WshClock(system);
  const registry = new WshRegistry(system);
  return {
    files: new WshFiles(system, (milliseconds) => clock.sleep(milliseconds)),
    registry,
    processes: new WshProcesses(system, (milliseconds) => clock.sleep(milliseconds)),
    wmi: new WshWmi(),
    tasks: new WshTasks(system),
    clock,
    power: new WshPower(system, registry),
    console: new WshConsole(),
    environment: new WshEnvironment(system),
  };
}
