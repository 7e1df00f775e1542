/**
 * For options that are given at most once: yargs would hand on a list, or false for `--no-NAME`.
 * What it throws is shown as a mistake on the command line.
 */
export function once<T extends string>(name: string): (value: T | T[] | boolean | undefined) => T | undefined {
  return (value) => {
    if (Array.isArray(value)) throw new Error(`--${name} was given ${value.length} times`);
    if (typeof value === 'boolean') throw new Error(`--no-${name} means nothing; leave --${name} out`);
    return value;
  };
}
