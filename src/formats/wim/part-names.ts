/** Names of the parts of a split WIM, as Windows Setup, DISM and wimlib expect them. */

/** `install.swm`, `install2.swm`, `install3.swm` … */
export function partName(stem: string, part: number, extension = 'swm'): string {
  return `${stem}${part === 1 ? '' : part}.${extension}`;
}

/** Names of the other parts, from the name of one of them. */
export function partNames(name: string, partNumber: number, totalParts: number): string[] {
  const dot = name.lastIndexOf('.');
  if (totalParts === 1 || dot <= 0) return [];
  const number = partNumber === 1 ? '' : `${partNumber}`;
  const base = name.slice(0, dot);
  if (!base.endsWith(number)) return [];
  const stem = base.slice(0, base.length - number.length);
  const numbers = Array.from({ length: totalParts }, (_, i) => i + 1).filter((part) => part !== partNumber);
  return numbers.map((part) => partName(stem, part, name.slice(dot + 1)));
}
