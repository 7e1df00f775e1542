import { expect } from 'vitest';
import { InplaceError } from '../../../src/errors.js';
import { long } from '../../support/tools.js';
import { noise } from './kinds.js';
import type { Resource } from './wim-blobs.js';

const GUARD = 64;

/**
 * Feeds damaged chunks to a decompressor: flipped bits, cut ends, stretches of noise. It must throw SOURCE_CORRUPT with an offset inside
 * the input, or give some output; bytes around the output stay as they were.
 */
export function mutate(
  resources: readonly Resource[],
  decompress: (input: Uint8Array, output: Uint8Array) => void,
): { thrown: number; quiet: number } {
  const chunks = resources.flatMap((resource) => resource.chunks).filter((chunk) => chunk.compressed);
  expect(chunks.length).toBeGreaterThan(0);
  const rounds = long ? 20_000 : 600;
  const random = noise(rounds * 16, 99);
  let thrown = 0;
  for (let round = 0; round < rounds; round++) {
    const pick = (i: number, limit: number): number => random.readUInt32LE(round * 16 + 4 * i) % limit;
    const { input, sizeBytes } = chunks[pick(0, chunks.length)]!;
    const guarded = new Uint8Array(sizeBytes + 2 * GUARD).fill(0xa5);
    try {
      decompress(damage(input, round, pick), guarded.subarray(GUARD, GUARD + sizeBytes));
    } catch (error) {
      if (!(error instanceof InplaceError)) throw error;
      expect(error.code).toBe('SOURCE_CORRUPT');
      expect(error.findings[0]?.where?.offset).toBeLessThanOrEqual(input.length);
      thrown++;
    }
    const guards = [guarded.subarray(0, GUARD), guarded.subarray(GUARD + sizeBytes)];
    expect(guards.every((guard) => guard.every((byte) => byte === 0xa5))).toBe(true);
  }
  expect(thrown).toBeGreaterThan(rounds / 10);
  return { thrown, quiet: rounds - thrown };
}

function damage(input: Uint8Array, round: number, pick: (i: number, limit: number) => number): Uint8Array {
  const bytes = Uint8Array.from(input);
  const at = pick(1, bytes.length);
  switch (round % 4) {
    case 0: // a bit early on, where tables are
      bytes[(at % 300) % bytes.length]! ^= 1 << pick(2, 8);
      return bytes;
    case 1:
      bytes[at]! ^= 1 << pick(2, 8);
      return bytes;
    case 2:
      return bytes.subarray(0, at);
    default:
      bytes.set(noise(Math.min(pick(3, 400) + 1, bytes.length - at), round), at);
      return bytes;
  }
}
