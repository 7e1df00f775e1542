import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InplaceError } from '../../src/errors.js';
import {
  directoriesOf,
  emptyDirectories,
  type Manifest,
  manifestSize,
  renderManifest,
} from '../../src/image/manifest.js';
import { parseManifest } from '../../src/image/parse-manifest.js';

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

describe('empty folders', () => {
  const withFolders: Manifest = { ...sample, directories: ['a/b', 'ü'] };

  it('have a line each, in front of the files', () => {
    expect(Buffer.from(renderManifest(withFolders)).toString('latin1')).toBe(
      text.replace('"files":[', '"directories":[\n"a/b",\n"\\u00fc"\n],"files":['),
    );
    expect(parseManifest(renderManifest(withFolders))).toEqual(withFolders);
    expect(manifestSize(sample.mediaId, sample.files, true, ['a/b', 'ü'])).toBe(renderManifest(withFolders).byteLength);
  });

  it('are those that nothing lies in', () => {
    const files = [{ path: 'x/file' }];
    expect(emptyDirectories(['x', 'y', 'y/z', 'b', 'a', 'y/zz'], files)).toEqual(['a', 'b', 'y/z', 'y/zz']);
    expect([...directoriesOf(withFolders)].sort()).toEqual(['a', 'a/b', 'deploy', 'sources', 'ü']);
  });

  const folders = Buffer.from(renderManifest(withFolders)).toString('latin1');
  it.each([
    ['out of order', folders.replace('"a/b"', '"\\u00ff"')],
    ['there twice', folders.replace('"\\u00fc"', '"a/b"')],
    ['an empty list', folders.replace(/"a\/b",\n"\\u00fc"\n/, '')],
    ['no text', folders.replace('"a/b"', '1')],
    ['not in ASCII', folders.replace('"\\u00fc"', '"\u00fc"')],
  ])('are refused when they are %s', (_, damaged) => {
    expect(damaged).not.toBe(folders);
    expect(() => parseManifest(Buffer.from(damaged, 'latin1'))).toThrow(InplaceError);
  });
});

describe('a hostile manifest is refused', () => {
  const head = `{"manifest":1,"mediaId":"${hash('a')}","files":[\n`;
  const entry = (path: string, size = '5') => `{"path":"${path}","size":${size},"sha256":"${hash('1')}"}`;
  const million = 1_000_000;
  it.each([
    ['numbers below zero', `${head}${entry('a', '-1')}\n]}\n`],
    ['numbers beyond 2^53', `${head}${entry('a', '9007199254740993')}\n]}\n`],
    ['numbers without end', `${head}${entry('a', '1e999')}\n]}\n`],
    ['ten million entries on a line', `${head}${'0,'.repeat(10 * million)}0\n]}\n`],
    ['ten million lines that are no entries', `${head}${'0,\n'.repeat(10 * million)}0\n]}\n`],
    ['ten million brackets', `${head}${'['.repeat(10 * million)}`],
    ['brackets in the first line', '['.repeat(10 * million)],
    ['brackets within a line', `${head}${'['.repeat(4000)}${']'.repeat(4000)}\n]}\n`],
    ['no end', `${head}${entry('a')},\n`],
    ['a comma too many', `${head}${entry('a')},\n]}\n`],
    ['a comma too few', `${head}${entry('a')}\n${entry('b')}\n]}\n`],
    ['bytes behind it', `${head}${entry('a')}\n]}\n\n`],
    ['nothing at all', ''],
  ])('that has %s', (_, bytes) => {
    const before = process.memoryUsage().heapUsed;
    expect(() => parseManifest(Buffer.from(bytes))).toThrow(expect.objectContaining({ code: 'VERIFY_MANIFEST' }));
    // a parser of the whole text would have made objects of it
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
  });

  it('unless it has no entries, which is spelled in one way', () => {
    expect(parseManifest(Buffer.from(`${head}]}\n`)).files).toEqual([]);
    expect(() => parseManifest(Buffer.from(`${head}\n]}\n`))).toThrow(InplaceError);
  });
});
