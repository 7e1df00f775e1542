/**
 * Copies a match of an LZ77 format inside the output: `length` bytes from `distance` bytes back, which may overlap what they make.
 * The caller has checked that both ends lie in `output`.
 */
export function copyMatch(output: Uint8Array, at: number, distance: number, length: number): void {
  // a call of the engine's own copy costs more than a few dozen bytes one by one
  if (length >= 32 && distance >= length) {
    output.copyWithin(at, at - distance, at - distance + length);
    return;
  }
  if (length >= 32 && distance === 1) {
    output.fill(output[at - 1]!, at, at + length);
    return;
  }
  const end = at + length;
  for (let from = at - distance; at < end; at++, from++) output[at] = output[from]!;
}
