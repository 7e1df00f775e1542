/** Puts something around every method of a part of the machine. */

/** Calls a method; it may throw before or after. @param name `files.flush` */
export type Around = <R>(name: string, effect: () => R) => R;

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
