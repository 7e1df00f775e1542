/**
 * A function whose module is loaded when it is first called: whoever takes one file out of a WIM need not wait for the schemas, the
 * drives and the certificates that other functions bring along.
 */
export function later<A extends readonly unknown[], R>(
  load: () => Promise<(...args: A) => Promise<R>>,
): (...args: A) => Promise<R> {
  return async (...args) => (await load())(...args);
}
