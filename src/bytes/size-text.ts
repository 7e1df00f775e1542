const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'];

/** A size for people: `512 bytes`, `1.5 KiB`, `4.7 GiB`. Units are powers of 1024. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1023.95 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(1)} ${UNITS[unit]}`;
}
