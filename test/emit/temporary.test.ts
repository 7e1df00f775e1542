import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claim, isOurs, ownerInName, resolveOutput, temporaryName } from '../../src/emit/temporary.js';
import { temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const output = join(folder, 'media.iso');
const owner = { machine: '0123456789ab', pid: 12, token: 'abcdef012345' };

describe('a temporary name', () => {
  it('says which output it is for, who makes it, and that it is not whole', () => {
    expect(temporaryName('/x/media.iso', owner, 'partial')).toBe('/x/.media.iso.0123456789ab.12.abcdef012345.partial');
  });

  it('is read back, whatever the output is called and however long that name is', () => {
    const names = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 255, size: 'max' })
      .map((name) => name.replace(/[/\0]/g, '_'));
    fc.assert(
      fc.property(
        names.filter((name) => !/^\.\.?$/.test(name)),
        fc.nat(4_294_967_294),
        (name, pid) => {
          const maker = { ...owner, pid: pid + 1 };
          const path = temporaryName(join(folder, name), maker, 'previous');
          expect(ownerInName(basename(path), join(folder, name), 'previous')).toEqual(maker);
          expect(Buffer.byteLength(basename(path))).toBeLessThanOrEqual(143);
        },
      ),
    );
  });

  it('keeps two long outputs with the same start apart', () => {
    const [one, other] = ['1', '2'].map((end) => join(folder, `${'é'.repeat(120)}${end}`)) as [string, string];
    const name = basename(temporaryName(one, owner, 'partial'));
    expect(ownerInName(name, one, 'partial')).toEqual(owner);
    expect(ownerInName(name, other, 'partial')).toBeUndefined();
  });

  it.each([
    '.other.iso.0123456789ab.12.abcdef012345.partial',
    '.media.iso.0123456789ab.12.abcdef012345.previous',
    '.media.iso.0123456789ab.12.abcdef012345.partial.iso',
    'media.iso.0123456789ab.12.abcdef012345.partial',
    '.media.iso.0123456789ab.0.abcdef012345.partial',
    '.media.iso.0123456789ab.-1.abcdef012345.partial',
    '.media.iso.0123456789ab.77777777777777777777.abcdef012345.partial',
    '.media.iso.0123456789ab.12.abcdef01234x.partial',
    '.media.iso.0123456789AB.12.abcdef012345.partial',
    '.media.iso.12.abcdef012345.partial',
    '.media.iso.12.partial',
    '.media.iso.partial',
    '.media.iso..partial',
    'media.iso',
  ])('is not what a file is called by chance: "%s"', (name) => {
    expect(ownerInName(name, output, 'partial')).toBeUndefined();
  });
});

describe('a claim', () => {
  it('keeps an output for one at a time, and gives each its own token', async () => {
    const first = await claim(output, 12, async (self) => {
      expect(isOurs(self)).toBe(true);
      await expect(claim(output, 12, async () => undefined)).rejects.toMatchObject({ code: 'SINK_FAILED' });
      return self;
    });
    expect(isOurs(first)).toBe(false);
    expect(await claim(output, 12, async ({ token }) => token)).not.toBe(first.token);
  });

  it('ends when the work fails', async () => {
    await expect(claim(output, 12, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await claim(output, 12, async () => 'free again')).toBe('free again');
  });
});

it('an output that is not there is itself', async () => {
  writeFileSync(join(folder, 'something'), '');
  expect(await resolveOutput(join(folder, 'nothing'))).toBe(join(folder, 'nothing'));
});
