import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { InplaceError } from '../../src/errors.js';
import { type Manifest, manifestSize, parseManifest, renderManifest } from '../../src/image/manifest.js';

const hash = (digit: string) => digit.repeat(64);
const sample: Manifest = {
  mediaId: hash('a'),
  structures: hash('b'),
  files: [
    { path: 'autorun.inf', size: 5, sha256: hash('1') },
    { path: 'sources/Übersicht 日本.txt', size: 6_000_000_000, sha256: hash('2') },
  ],
};

it('writes one entry a line, in ASCII', () => {
  expect(Buffer.from(renderManifest(sample)).toString('latin1')).toBe(
    [
      `{"manifest":1,"mediaId":"${hash('a')}","structures":"${hash('b')}","files":[`,
      `{"path":"autorun.inf","size":5,"sha256":"${hash('1')}"},`,
      `{"path":"sources/\\u00dcbersicht \\u65e5\\u672c.txt","size":6000000000,"sha256":"${hash('2')}"}`,
      ']}',
      '',
    ].join('\n'),
  );
});

it('has a size that is known before the hashes are', () => {
  expect(manifestSize(sample.mediaId, sample.files, true)).toBe(renderManifest(sample).byteLength);
  expect(manifestSize(hash('0'), [], false)).toBe(renderManifest({ mediaId: hash('0'), files: [] }).byteLength);
});

it('is read back as it was', () => {
  expect(parseManifest(renderManifest(sample))).toEqual(sample);
});

const text = Buffer.from(renderManifest(sample)).toString('latin1');
it.each([
  ['not JSON', text.slice(0, -3)],
  ['another spelling', text.replace('"size":5', '"size": 5')],
  ['another version', text.replace('"manifest":1', '"manifest":2')],
  ['a malformed hash', text.replace(hash('1'), hash('1').slice(1))],
  ['an entry that is there twice', text.replace('sources/\\u00dcbersicht \\u65e5\\u672c.txt', 'autorun.inf')],
  ['entries out of order', text.replace('"autorun.inf"', '"zautorun.inf"')],
  ['a key too many', text.replace('"size":5', '"size":5,"x":1')],
  ['a prototype', text.replace('"size":5', '"size":5,"__proto__":{"a":1}')],
])('refuses %s', (_, damaged) => {
  let code = '';
  try {
    parseManifest(new TextEncoder().encode(damaged));
  } catch (error) {
    code = (error as InplaceError).code;
  }
  expect(code).toBe('VERIFY_MANIFEST');
});

it('finds any flipped bit that leaves it readable at all', () => {
  const bytes = renderManifest(sample);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(7), (index, bit) => {
      const damaged = bytes.slice();
      damaged[index]! ^= 1 << bit;
      let parsed: Manifest | undefined;
      try {
        parsed = parseManifest(damaged);
      } catch {
        return;
      }
      expect(parsed).not.toEqual(sample);
    }),
    { numRuns: 500 },
  );
});
