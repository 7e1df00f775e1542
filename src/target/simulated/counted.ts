/** Puts something around every method of a machine. */
import type { Machine } from '../machine.js';

/** Calls a method; it may throw before or after. @param name `files.flush` */
export type Around = <R>(name: string, effect: () => R) => R;

/** The machine with every call to it through `around`. */
export function countedMachine(machine: Machine, around: Around): Machine {
  const map = <T extends object>(name: string, part: T): T => counted(name, part, around);
  return {
    files: map('files', machine.files),
    registry: map('registry', machine.registry),
    processes: map('processes', machine.processes),
    wmi: map('wmi', machine.wmi),
    tasks: map('tasks', machine.tasks),
    clock: map('clock', machine.clock),
    power: map('power', machine.power),
    console: map('console', machine.console),
    environment: map('environment', machine.environment),
  };
}

/** An object with the same methods, each called through `around`. Properties stay what they are. */
export function counted<T extends object>(name: string, target: T, around: Around): T {
  const wrapped: Record<string, unknown> = {};
  for (let prototype: unknown = target; prototype && prototype !== Object.prototype; ) {
    for (const method of Object.getOwnPropertyNames(prototype)) {
      if (method === 'constructor' || method in wrapped) continue;
      const value: unknown = Object.getOwnPropertyDescriptor(prototype, method)!.value;
      if (typeof value !== 'function') {
        if (value !== undefined) wrapped[method] = value;
        continue;
      }
      const full = `${name}.${method}`;
      wrapped[method] = (...args: unknown[]) =>
        around(full, () => (value as (...args: unknown[]) => unknown).apply(target, args));
    }
    prototype = Object.getPrototypeOf(prototype);
  }
  return wrapped as T;
}
