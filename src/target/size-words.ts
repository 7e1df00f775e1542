/** Sizes and times for people, the same under every locale. */

const KIB = 1024;

/** `4 GB`, `1.5 GB`, `300 MB`: powers of 1024, as Windows shows them. */
export function sizeWords(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= KIB && unit < units.length - 1) {
    value /= KIB;
    unit += 1;
  }
  return `${Math.round(value * 10) / 10} ${units[unit]}`;
}

/** `less than a minute`, `12 minutes`, `2 hours`. */
export function timeWords(seconds: number): string {
  if (seconds < 60) return 'less than a minute';
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 120) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
  return `${Math.round(minutes / 6) / 10} hours`;
}
