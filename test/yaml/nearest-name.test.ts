import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearestName } from '../../src/yaml/nearest-name.js';

const KEYS = ['name', 'label', 'upgradePackage', 'packages', 'variables', 'autorun', 'output'];

describe('the nearest known name', () => {
  it.each([
    ['lable', 'label'],
    ['Label', 'label'],
    ['package', 'packages'],
    ['upgradepackage', 'upgradePackage'],
    ['upgradePackge', 'upgradePackage'],
    ['varaibles', 'variables'],
    ['nam', 'name'],
    ['ouput', 'output'],
  ])('of %j is %j', (typed, meant) => {
    expect(nearestName(typed, KEYS)).toBe(meant);
  });

  it.each(['', 'x', 'source', 'somethingElse', 'l', 'x'.repeat(10_000)])('of %j is none', (typed) => {
    expect(nearestName(typed, KEYS)).toBeUndefined();
  });
});

describe('editDistance', () => {
  it('counts insertions, deletions, replacements and swaps', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('uprgade', 'upgrade')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
  });

  it('is symmetric, zero only for equal texts, and at most the longer length', () => {
    const text = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});
